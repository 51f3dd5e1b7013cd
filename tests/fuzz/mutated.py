"""`python -m tests.fuzz.mutated`: 10,000 damaged payloads of every reader through `uptake ingest`, and of every receiver through its desk and its spool."""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from tests.attack import samples
from tests.attack.drive import Done, run
from tests.attack.fuzz import counted
from tests.fuzz import payloads, say, told
from tests.fuzz.content import NAMES
from tests.fuzz.damage import SENTENCE
from tests.fuzz.sent import DESKS, SOURCE_OF
from tests.fuzz.told import COUNTS, Counts, Mutated
from uptake.model import TABLES
from uptake.sources import SOURCES

FILES = 250
"""Of a call: opening the warehouse and merging cost as much as reading fifty of them."""
OF_A_SNAPSHOT = 10
"""Where a call is a snapshot: two payloads that tell different things of one person are set aside, and of 250 most would be."""
ANSWERS = {0, 3, 4}
LEFT = SENTENCE[5:15]
"""Two words of the sentence: one word alone may be a name that damage made of it."""
KEYS = {"source", "key"}
"""A record is known by who did it and when: the key holds names."""


@dataclass
class Seen(Counts):
    """What became of the payloads of one reader or receiver."""

    wrong: list[str] = field(default_factory=list)
    calls: int = 0
    calls_refused: int = 0
    """Nothing of them was counted record by record."""

    def answered(self, what: str, done: Done, files: int = 0) -> None:
        """What a call said. `files`: how many it was given, all of them refused where it could take none."""
        wrong = [f"exit {done.code}: {done.err.strip()[:300]}"] if done.code not in ANSWERS else counted(done)
        wrong += ["content in a message"] if LEFT in done.out + done.err else []
        self.wrong += [f"{what}: {one}" for one in wrong]
        answer = {} if wrong else done.json()
        self.calls += 1
        self.calls_refused += "error" in answer
        self.refused += len(answer.get("refused", ())) if "error" not in answer else files
        self.records += answer.get("records_in", 0)
        for name in ("loaded", "duplicate", "ignored", "quarantined"):
            setattr(self, name, getattr(self, name) + answer.get(name, 0))

    def added(self, before: Mutated) -> Mutated:
        """Together with the payloads before these."""
        mine = {name: getattr(self, name) + getattr(before, name) for name in COUNTS}
        return Mutated(**mine, faults=before.faults + len(self.wrong))


def tried(folder: pathlib.Path, name: str, count: int, first: int = 0) -> Seen:
    """Payloads `first` to `first + count` of a reader, each a file, or of a receiver, each a request, into one home."""
    seen, home = Seen(), folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    # Of small files a second thread only waits for the first, on a busy machine most of the time.
    (home / "settings.toml").write_text("[engine]\nthreads = 1\n")
    each = _received if name in payloads.RECEIVERS else _ingested
    at_once = OF_A_SNAPSHOT if name in SOURCES and SOURCES[name].snapshots else FILES
    for start in range(first, first + count, at_once):
        numbers = range(start, min(start + at_once, first + count))
        each(home, name, numbers, seen)
        seen.payloads += len(numbers)
    if not seen.loaded + seen.duplicate:
        seen.wrong.append("nothing was ever loaded: the payloads do not reach the reader")
    # A day of a directory that lost a tenth of its people is held, and damage makes many of those: its requests are judged one by one.
    if name != payloads.DIRECTORY and 4 * seen.calls_refused > seen.calls:
        seen.wrong.append(
            f"{seen.calls_refused} of {seen.calls} calls were refused whole: their records were not counted"
        )
    seen.wrong += leaked(home)
    return seen


def _ingested(home: pathlib.Path, name: str, numbers: range, seen: Seen) -> None:
    inputs = home.parent / f"{name}-{numbers.start}"
    inputs.mkdir(parents=True)
    ending = "json" if SOURCES[name].find else "in"  # in a folder of repositories only files of facts are read
    for number in numbers:
        (inputs / f"{number}.{ending}").write_bytes(payloads.mutated(name, number))
    # Else a call that lacks people whom an earlier one brought is held for approval, and counts nothing.
    more = [*samples.MORE.get(name, ()), *(["--complete"] if SOURCES[name].holds_people else [])]
    seen.answered(inputs.name, run(home, "ingest", name, inputs, "--json", "--quiet", *more), len(numbers))
    for path in inputs.iterdir():
        path.unlink()


def _received(home: pathlib.Path, name: str, numbers: range, seen: Seen) -> None:
    """What was acknowledged is what the spool holds: the load that drains it counts every record of it."""
    before = seen.records
    desk = DESKS[name](home)
    for number in numbers:
        seen.refused += not desk.send(payloads.mutated(name, number), number)
    seen.wrong += desk.wrong
    if not desk.acknowledged:
        return
    seen.answered(f"{name}-{numbers.start}", run(home, "ingest", SOURCE_OF[name], "--json", "--quiet"))
    if desk.counts and seen.records - before != desk.acknowledged:
        seen.wrong.append(f"{name}-{numbers.start}: {desk.acknowledged} acknowledged, {seen.records - before} loaded")


def leaked(home: pathlib.Path) -> list[str]:
    """Where the sentence stands afterwards: in a log, in what is said of records that were set aside, in a column that holds no name."""
    logs = [path for path in home.rglob("*.log") if LEFT.encode() in path.read_bytes()]
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        places = [place for place, found in _texts(connection) if found]
    return [f"content in {path.name}" for path in logs] + [f"content in {place}" for place in places]


def _texts(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, bool]]:
    said = [("quarantine", "reason"), ("quarantine", "field"), ("batches", "unknown_keys"), ("files", "refused")]
    rows = connection.execute(
        "select table_name, column_name from information_schema.columns where data_type = 'VARCHAR'"
    ).fetchall()
    kept = [(table, column) for table, column in rows if table in TABLES.values() and column not in NAMES | KEYS]
    for table, column in (*said, *kept):
        found = connection.execute(f"select count(*) from {table} where {column} like ?", [f"%{LEFT}%"]).fetchone()
        yield f"{table}.{column}", bool(found and found[0])


def main() -> int:
    """Print what is wrong, then a table; 1 if anything was wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz.mutated", description=__doc__)
    options.add_argument("names", nargs="*", help="readers and receivers; default: all")
    options.add_argument("--payloads", type=int, default=10_000)
    options.add_argument(
        "--first", type=int, default=0, help="number of the first one; what was kept of those before it is added"
    )
    given = options.parse_args()
    names = given.names or payloads.everything()
    failed = False
    for name in names:
        with tempfile.TemporaryDirectory(prefix="uptake-fuzz-") as folder:
            seen = tried(pathlib.Path(folder), name, given.payloads, given.first)
        before = told.told(name, Mutated)
        told.keep(name, seen.added(before if before.payloads == given.first else Mutated()))
        failed |= bool(seen.wrong)
        for what in seen.wrong[:5]:
            say(f"{name}: {what}")
    say(told.table(names))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
