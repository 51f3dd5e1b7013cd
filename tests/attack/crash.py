"""Kill `ingest` and `score` at a random moment, look at what is left, run again: nothing acknowledged is lost, nothing is torn."""

from __future__ import annotations

import hashlib
import json
import pathlib
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb

from tests.attack.drive import Done, apart, run
from tests.attack.warm import Running, warm
from tests.attack.world import LISTS, Account, World, copilot_row, weekdays

FETCHED = "2026-10-05T06:00:00Z"
AS_OF = "2026-09-30"
LOADS = 2
LISTED = ("hr-people", "copilot-seats")
"""Loads of lists: the same code as those of reports, with less to do."""
ASK_SECONDS = 0.3


def loads(folder: pathlib.Path, people: int) -> list[list[object]]:
    """The words of the ingests: people, then users reports of three stretches of days."""
    folder.mkdir(parents=True)
    world = World()
    accounts = [Account(10_000 + number, f"gh-p{number}") for number in range(people)]
    for number in range(people):
        world.person(f"P{number}")
        world.seat(accounts[number], lists=LISTS[:1])
    calls: list[list[object]] = [
        ["ingest", source, *paths, *more, "--fetched-at", FETCHED]
        if source == "hr-people"
        else ["ingest", source, *paths, *more]
        for source, paths, more in world.write(folder / "ours")
        if source in LISTED
    ]
    days = weekdays()
    for number in range(LOADS):
        file = folder / f"users-{number}.ndjson"
        rows = [copilot_row(account, day, day.day % 3) for day in days[number::LOADS] for account in accounts]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        calls.append(["ingest", "copilot-users", file, "--fetched-at", FETCHED])
    return [[*call, "--json"] for call in calls]


@dataclass
class Trial:
    """One home that is disturbed, and what must hold in it."""

    home: pathlib.Path
    draw: random.Random
    acknowledged: int = 0
    kills: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """Of each ordinary run after kills."""

    def disturbed(self, words: list[object], seconds: float, times: int) -> None:
        """Kill the command `times` times, checking each time; then let it end, in a program that starts anew.

        Where it was quicker than the kill, the home is put back: the next kill shall meet its work, not a repetition that has none.
        """
        before, acknowledged = self.home.parent / "before", self.acknowledged
        shutil.copytree(self.home, before)
        for _ in range(times):
            delay = self.draw.uniform(0.02, 1.0) * seconds
            running = Running(self.home, words)
            until = time.monotonic() + delay
            while (left_over := until - time.monotonic()) > 0 and running.wait(min(ASK_SECONDS, left_over)):
                self.wrong += [f"while {words[0]} runs: {what}" for what in unserved(self.home, ("definitions",))]
            running.kill()
            code = running.done().code
            self.kills += code == -signal.SIGKILL
            self.acknowledged += int(code in {0, 4} and words[0] == "ingest")
            self._check(f"{words[0]} {words[1] if len(words) > 1 else ''} killed after {delay:.3f} s")
            if code != -signal.SIGKILL:
                shutil.rmtree(self.home)
                shutil.copytree(before, self.home)
                self.acknowledged = acknowledged
        shutil.rmtree(before)
        begun = time.monotonic()
        done = apart(self.home, *words)
        self.seconds.append(time.monotonic() - begun)
        self.acknowledged += int(words[0] == "ingest")
        if done.code != 0:
            self.wrong.append(f"the run after a kill: exit {done.code} {done.err}")
        self._check("after the run")

    def _check(self, when: str) -> None:
        found = [*left(self.home, self.acknowledged), *unserved(self.home)]
        self.wrong += [f"{when}: {what}" for what in found]


def left(home: pathlib.Path, acknowledged: int) -> Iterator[str]:
    """What is lost or torn in a home as it lies there; looked at in a copy, so that the next run finds it as it was left."""
    if not (home / "warehouse" / "warehouse.duckdb").exists():
        if acknowledged:
            yield "no warehouse"
        return
    copy = home.parent / "looked-at"
    shutil.copytree(home / "warehouse", copy)
    with duckdb.connect(str(copy / "warehouse.duckdb")) as connection:
        yield from torn(connection, acknowledged)
    shutil.rmtree(copy)


def unserved(home: pathlib.Path, questions: tuple[str, ...] = ("definitions", "coverage")) -> Iterator[str]:
    """The pointer must name a whole snapshot, and questions must be answered from it."""
    pointer = home / "snapshots" / "current.json"
    if not pointer.exists():
        return
    named = json.loads(pointer.read_text())
    file = home / "snapshots" / named["file"]
    if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != named["content_sha256"]:
        yield "the pointer names a snapshot that is not whole"
    for question in questions:
        done = run(home, "ask", question, "--json")
        if done.code != 0 or not done.json():
            yield f"the last snapshot does not answer {question}: {done.err}"


def torn(connection: duckdb.DuckDBPyConnection, acknowledged: int) -> Iterator[str]:
    """What shows a half load: a record without rows, rows without a record, a batch that lost records, a batch that is gone."""

    def count(sql: str) -> int:
        row = connection.execute(sql).fetchone()
        return int(row[0]) if row else 0

    if count("select count(*) from batches") < acknowledged:
        yield f"fewer batches than the {acknowledged} acknowledged"
    if count("select count(*) from batches b where records_in <> loaded + duplicate + ignored + quarantined"):
        yield "a batch whose counts do not add up"
    if count(
        "select count(*) from batches b where loaded <> (select count(*) from records r where r.batch_id = b.batch_id)"
    ):
        yield "a batch that lost records"
    if count("select count(*) from records where batch_id not in (select batch_id from batches)"):
        yield "records of a batch that is not there"
    if count("select count(*) from records where source = 'copilot-users' and key not in (select key from usage)"):
        yield "a record without rows"
    if count("select count(*) from usage where key not in (select key from records where source = 'copilot-users')"):
        yield "rows without a record"


def digests(home: pathlib.Path) -> tuple[str, str]:
    done = apart(home, "score", "--as-of", AS_OF, "--json")
    assert done.code == 0, done.err
    return done.json()["inputs_digest"], done.json()["scores_digest"]


@dataclass
class Killed:
    """What a run of kills came to: what was wrong, how many kills hit a running command, seconds of the runs after them and undisturbed."""

    wrong: list[str]
    kills: int
    after: float
    calm: float


@dataclass
class Line:
    """Loads and scores in order, the seconds each takes undisturbed (as a program that starts, and forked), and the digests in the end."""

    calls: list[list[object]]
    calm: list[float]
    paces: list[float]
    digests: tuple[str, str]


def undisturbed(folder: pathlib.Path, people: int) -> Line:
    *lists, first, second = loads(folder / "files", people)
    score: list[object] = ["score", "--as-of", AS_OF, "--json"]
    calls = [*lists, first, score, second, score]
    ways: dict[str, tuple[Callable[..., Done], list[float]]] = {"calm": (apart, []), "paced": (warm, [])}
    for call in calls:
        for home, (way, seconds) in ways.items():
            begun = time.monotonic()
            done = way(folder / home, *call)
            assert done.code == 0, done.err
            seconds.append(time.monotonic() - begun)
    return Line(calls, ways["calm"][1], ways["paced"][1], digests(folder / "calm"))


def kill_run(folder: pathlib.Path, line: Line, *, each: int, seed: int) -> Killed:
    """Kill loads and scores of one home again and again; its digests must be those of an undisturbed one.

    What is killed forks from a process that has imported the program, so that each moment is one of its work; the run after the kills starts anew.
    """
    trial = Trial(folder / "home", random.Random(seed))
    trial.home.mkdir(parents=True)
    for call, pace in zip(line.calls, line.paces, strict=True):
        trial.disturbed(call, pace, 1 if call[1] in LISTED else each)
    if digests(trial.home) != line.digests:
        trial.wrong.append("other digests than an undisturbed run")
    return Killed([f"seed {seed}: {what}" for what in trial.wrong], trial.kills, max(trial.seconds), max(line.calm))


def file_limit(size: int) -> Callable[[], None]:
    """No file may grow beyond `size` bytes: to a program this is a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit
