"""One call to the disk of a command fails, or kills it: what is left must be whole, the error one clear line, and the next run heals.

A first run counts the calls that write; then the command runs once for each of them, in a copy of the same home, and that call fails
(`strace -e inject`). A process with one thread makes the same calls each time, so the n-th call is the n-th call of every run.
"""

from __future__ import annotations

import collections
import concurrent.futures
import multiprocessing
import pathlib
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from tests.attack.crash import AS_OF, left, loads, unserved
from tests.attack.drive import Done, apart, home_with_roles, run
from tests.attack.warm import warm
from uptake.model import TABLES
from uptake.warehouse.digest import digest

FAMILY = (
    *("write", "pwrite64", "writev", "pwritev", "pwritev2", "fsync", "fdatasync", "sync_file_range", "ftruncate"),
    *("fallocate", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "mkdir"),
)
ERRORS = ("ENOSPC", "EIO")
KILL = "KILL"
SIZES = (0, 33, 4_099, 33_333, 66_667, 200_003, 400_009, 700_001, 1_000_003, 2_000_003, 4_000_037)
"""Bytes of the short writes: below a page, inside the first blocks, and where the files of a small home end."""
CLEAR = {3, 6}
"""Exit codes of a command that an error of the disk ended: input refused, or a store out of reach."""
RESTART_SECONDS = 5
ATTEMPTS = 3
"""On a busy machine a run now and then makes a call less than the run that was counted."""
MISSED = ("the call did not fail", "it was not killed: exit 0")
"""What is said of a fault that did not come about."""
PIECES = 4
WHOLE_LINE = 8
"""One load in so many is scored: equal records give equal scores, which other tests prove."""
QUIET = "--quiet"
"""A busy machine makes a command slow enough to tell how far it is; what it says then would be taken for a complaint."""
SCORE: list[object] = ["score", "--as-of", AS_OF, "--json", QUIET]
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)")
_PLACE = re.compile(r'^(?:\d+<([^>]*)>|"([^"]*)")')
_MACHINE = re.compile(r"/(?:tmp|home|root|var|work|proc|dev)/|Traceback|File \"")


@dataclass(frozen=True)
class Stage:
    """A command, the home in which it is disturbed, and the digests that an undisturbed home has in the end."""

    name: str
    before: pathlib.Path
    words: list[object]
    after: list[list[object]]
    records: str
    """Digest of the canonical records that an undisturbed home has after the command."""
    scores: tuple[str, str]
    """Digests of inputs and scores that an undisturbed home has after `after` and a score."""
    acknowledged: int


@dataclass(frozen=True)
class Fault:
    """The `number`-th call of that name fails with that error; or, without a name, no file grows beyond `number` bytes."""

    kind: str
    number: int
    call: str = ""
    place: str = ""

    def __str__(self) -> str:
        return (
            f"{self.kind} at {self.call} {self.number} ({self.place})"
            if self.call
            else f"files up to {self.number} bytes"
        )

    def tracer(self, log: pathlib.Path) -> list[str]:
        """The words of the tracer that makes it; `log` tells whether it did."""
        if not self.call:
            return []
        what = "signal=SIGKILL" if self.kind == KILL else f"error={self.kind}"
        return [*_tracer(log, self.call), "-e", f"inject={self.call}:{what}:when={self.number}"]

    @property
    def limit(self) -> int | None:
        """Bytes beyond which no file grows."""
        return None if self.call else self.number


def stages(folder: pathlib.Path, people: int) -> list[Stage]:
    """The first load into an empty home, later loads in one and in several transactions, a score that publishes the second snapshot.

    All in small homes of one thread. A folder of reports is loaded with a transaction for each file.
    """
    calls = [[*call, QUIET] for call in loads(folder / "files", people)]
    calls[-1] = split(calls[-1])
    home = home_with_roles(folder / "calm", "administrator")
    with (home / "settings.toml").open("a") as file:
        file.write('[engine]\nthreads = 1\nload_bytes = 1\nmemory = "300MB"\n[score]\nquarters = 1\n')
    order, homes, records = [*calls[:-1], SCORE, calls[-1], SCORE], [], list[str]()
    for place, call in enumerate(order):
        homes.append(shutil.copytree(home, folder / f"before-{place}"))
        done = run(home, *call)
        assert done.code == 0, done.err
        records.append(records_of(home))
    scores, score = digests_of(done), len(order) - 1
    one, many = score - 3, score - 1
    return [
        Stage("first load", homes[0], order[0], calls[1:], records[0], scores, 0),
        Stage("load", homes[one], order[one], [order[many]], records[one], scores, len(calls) - 2),
        Stage("load in pieces", homes[many], order[many], [], records[many], scores, len(calls) - 1),
        Stage("score", homes[score], SCORE, [], records[score], scores, len(calls)),
    ]


def split(call: list[object]) -> list[object]:
    """The call with its report cut into a folder of small ones."""
    report = pathlib.Path(str(call[2]))
    folder, lines = report.with_suffix(""), report.read_text().splitlines(keepends=True)
    folder.mkdir()
    for part in range(PIECES):
        (folder / f"{part}.ndjson").write_text("".join(lines[part::PIECES]))
    return [*call[:2], folder, *call[3:]]


def digests_of(done: Done) -> tuple[str, str]:
    """Digests of inputs and scores that a score command answered."""
    return done.json()["inputs_digest"], done.json()["scores_digest"]


def records_of(home: pathlib.Path) -> str:
    """Digest of all canonical records and their versions, whatever batch brought them."""
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb")) as connection:
        tables = [
            ("records", "select * exclude (batch_id) from records", ""),
            *((t, f"select * from {t}", "") for t in TABLES.values()),
        ]
        return digest(connection, tables)


def calls_of(stage: Stage, folder: pathlib.Path) -> list[tuple[str, int, str]]:
    """(call, its number among those of that name, the file) of all calls that write, in order."""
    home, log = shutil.copytree(stage.before, folder / "counted"), folder / "calls.log"
    done = warm(home, *stage.words, tracer=_tracer(log, ",".join(FAMILY)))
    assert done.code == 0, done.err
    numbers, found = collections.Counter[str](), []
    for line in log.read_text(errors="replace").splitlines():
        seen = _CALL.match(line)
        if seen:
            numbers[seen[1]] += 1
            place = _PLACE.match(seen[2])
            found.append((seen[1], numbers[seen[1]], pathlib.Path((place[1] or place[2]) if place else "?").name))
    shutil.rmtree(home)
    return found


def _tracer(log: pathlib.Path, calls: str) -> list[str]:
    return ["strace", "-f", "-qq", "-y", "-o", str(log), "-e", f"trace={calls}"]


def tried(stage: Stage, fault: Fault, folder: pathlib.Path, *, whole_line: bool = True) -> tuple[list[str], float]:
    """Disturb the command once; what was wrong, and the seconds of the next ordinary run.

    `whole_line`: that run is of a program which starts anew, and a load goes on to its scores.
    """
    folder.mkdir(parents=True)
    home, log = folder / "home", folder / "injected"
    for _ in range(ATTEMPTS):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(stage.before, home)
        done = warm(home, *stage.words, limit=fault.limit, tracer=fault.tracer(log))
        missed = list(_missed(done, fault, log))
        if not missed:
            break
    acknowledged = stage.acknowledged + (stage.words[0] == "ingest" and done.code in {0, 4})
    wrong = [*missed, *_unclear(done, fault), *left(home, acknowledged), *unserved(home)]
    begun = time.monotonic()
    again = (apart if whole_line else warm)(home, *stage.words)
    seconds = time.monotonic() - begun
    if again.code != 0:
        wrong.append(f"the next run: exit {again.code}, {again.err[:300]}")
    wrong += left(home, acknowledged)
    if records_of(home) != stage.records:
        wrong.append("other records than an undisturbed home")
    if stage.words[0] == "score" or whole_line:
        for call in stage.after:
            run(home, *call)
        last = again if stage.words[0] == "score" else run(home, *SCORE)
        if last.code != 0 or digests_of(last) != stage.scores:
            wrong.append("other digests than an undisturbed home")
        wrong += unserved(home)
    shutil.rmtree(folder)
    return [f"{stage.name}, {fault}: {what}" for what in wrong], seconds


def _missed(done: Done, fault: Fault, log: pathlib.Path) -> Iterator[str]:
    """A fault that did not come about proves nothing."""
    if fault.kind == KILL and done.code != -signal.SIGKILL:
        yield f"it was not killed: exit {done.code}"
    if fault.call and fault.kind != KILL and "(INJECTED)" not in log.read_text(errors="replace"):
        yield MISSED[0]


def _unclear(done: Done, fault: Fault) -> Iterator[str]:
    """What a user may not see: another exit code, more than one line, a traceback, a path."""
    if fault.kind == KILL:
        return
    lines = done.err.splitlines()
    if done.code and (done.code not in CLEAR or len(lines) != 1 or not lines[0].startswith("uptake: ")):
        yield f"exit {done.code} with {len(lines)} lines: {done.err[:600]}"
    if done.code == 0 and lines:
        yield f"exit 0 and says {done.err[:300]}"
    if _MACHINE.search(done.err):
        yield "the error names a path or a place in the code"


def planned(stage: Stage, folder: pathlib.Path, kinds: Sequence[str]) -> list[Fault]:
    """A fault at each call that writes, the kinds in turn."""
    calls = calls_of(stage, folder)
    return [Fault(kinds[place % len(kinds)], number, name, file) for place, (name, number, file) in enumerate(calls)]


def short_writes() -> list[Fault]:
    """Files that may grow up to a size which is no whole page: the write that meets it is short, the one after it fails."""

    return [Fault("EFBIG", size) for size in SIZES]


def all_tried(
    folder: pathlib.Path,
    stage: Stage,
    faults: Sequence[Fault],
    workers: int,
    found: Callable[[Fault, list[str], float], object],
) -> None:
    """Every fault of a stage, in processes of their own: the command line is driven in process, and prints to its one stdout. Each is told as it is `found`."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool:
        running = {
            pool.submit(tried, stage, fault, folder / f"{place}", whole_line=place % WHOLE_LINE == 0): fault
            for place, fault in enumerate(faults)
        }
        for done in concurrent.futures.as_completed(running):
            found(running[done], *done.result())
