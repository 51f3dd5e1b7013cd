"""`python -m bench.loading [--accounts 24000] [--runs 3]`: where the processor time of a load goes, stage by stage, in one process.

Each line holds the lines above it of the same kind (reading, then staging); times are the least of some runs, which other work on the machine
disturbs least.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pathlib
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench import data
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.pipeline.loading import few_collections
from uptake.sources import SOURCES
from uptake.sources.copilot.users import FORM
from uptake.sources.reading import decoded_records, open_binary
from uptake.warehouse import staging
from uptake.warehouse.connect import opened
from uptake.warehouse.merge import merge
from uptake.warehouse.staging import FileNotes, Staging

SOURCE = SOURCES["copilot-users"]
NOW = dt.datetime(2026, 11, 1)  # noqa: DTZ001 - all our times are UTC without zone


def least(work: Callable[[], Any], runs: int) -> float:
    """Processor seconds of the quickest run."""
    found = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def decode(report: pathlib.Path) -> None:
    with report.open("rb") as lines:
        for line in lines:
            FORM.strict.decode(line)


def read(report: pathlib.Path) -> None:
    with open_binary(report) as stream:
        for _ in decoded_records(InputFile(report.name, stream, fetched_at=NOW), FORM.lists, FORM.strict):
            pass


def parsed(report: pathlib.Path) -> Iterable[Outcome]:
    with open_binary(report) as stream:
        yield from SOURCE.parse(InputFile(report.name, stream, fetched_at=NOW))


def parse(report: pathlib.Path) -> None:
    for _ in parsed(report):
        pass


def load(folder: pathlib.Path, report: pathlib.Path, runs: int) -> tuple[float, float]:
    """Seconds until all is staged, and those of the merge with its commit; the least of each, a new warehouse each time."""
    staged, merged = [], []
    for number in range(runs):
        with opened(folder / f"{number}.duckdb", memory="256MB") as connection:
            stage = Staging(connection, SOURCE)
            begun = time.process_time()
            stage.take(FileNotes(report.name, NOW), parsed(report))
            stage.finish()
            between = time.process_time()
            merge(stage, received_at=NOW)
            merged.append(time.process_time() - between)
            staged.append(between - begun)
    return min(staged), min(merged)


def split(folder: pathlib.Path, accounts: int, runs: int) -> list[tuple[str, float]]:
    """Stages and their seconds."""
    report = folder / "users.ndjson"
    data.write_report(report, data.tails(folder / "company"), data.FIRST_DAY, accounts)
    some = [outcome for outcome in parsed(report) if isinstance(outcome, Taken)][:1_000]
    revision = least(lambda: [staging.revision_of(record) for record in some], runs) * accounts / len(some)
    staged, merged = load(folder, report, runs)
    return [
        ("msgspec decode alone", least(lambda: decode(report), runs)),
        ("reading: lines found, decoded, kept", least(lambda: read(report), runs)),
        ("reading and rules: canonical rows", least(lambda: parse(report), runs)),
        ("staging: those, revision, columns, into the engine", staged),
        ("of it the revision (hash of the rows)", revision),
        ("merge: judged, written, committed", merged),
        ("reading to commit", staged + merged),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.loading", description=__doc__)
    parser.add_argument("--accounts", type=int, default=24_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="uptake-bench-") as folder, few_collections():
        lines = split(pathlib.Path(folder), given.accounts, given.runs)
    alone = lines[0][1]
    print(f"{given.accounts} records; least of {given.runs} runs")
    for what, seconds in lines:
        print(f"{what:<52} {seconds / given.accounts * 1e6:6.1f} us a record {seconds / alone:6.1f} x decode")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
