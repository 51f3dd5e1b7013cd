"""Check 6: the independent oracle. Every quarter row and every day row of a large world, through vendor files and the command line.

UPTAKE_ACCEPT_PEOPLE changes the size. The product runs in processes of its own, so that its memory is its own.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import duckdb
from bench import measure

from tests import product
from tests.acceptance import frame
from tests.oracle.generate import make_world
from tests.oracle.oracle import DAY_COLUMNS, Oracle, QuarterKey, Scored
from tests.oracle.world import World
from tests.oracle.write import Quirks, write

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_PEOPLE", "65000"))
SEED = 65
ASKED = f"{PEOPLE} people, one quarter: 0 differences on every quarter row and every day row"

Row = tuple[Any, ...]
DayRows = dict[tuple[dt.date, str], Row]


def run_product(world: World, folder: pathlib.Path) -> str:
    """Load and score the world by the command line; answers seconds and memory."""
    home = folder / "home"
    calls = write(world, folder / "vendor", Quirks(shuffle=6, repeat=True))
    loads = [measure.uptake("ingest", source, *paths, *more, "--json", "--home", home) for source, paths, more in calls]
    scored = measure.uptake("score", "--as-of", world.as_of, "--json", "--home", home)
    seconds, peak = sum(load.wall for load in loads), max(load.peak for load in loads)
    return (
        f"ingest {seconds:.0f} s in {len(calls)} calls, peak {peak / 1e6:.0f} MB;"
        f" score {scored.wall:.0f} s, peak {scored.peak_mb:.0f} MB"
    )


def days_by_person(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, DayRows]]:
    """The product's day rows, one person at a time in the order of their ids."""
    columns = ", ".join(DAY_COLUMNS)
    found = connection.execute(f"select person_id, day, tool, {columns} from day_scores order by person_id")
    batches = iter(lambda: found.fetchmany(50_000), [])
    rows = itertools.chain.from_iterable(batches)
    for person, own in itertools.groupby(rows, key=lambda row: str(row[0])):
        yield person, {(row[1], row[2]): row[3:] for row in own}


def day_differences(person: str, ours: DayRows, wanted: DayRows) -> list[str]:
    keys = ours.keys() | wanted.keys()
    return [
        f"{person} {key}: {ours.get(key)}, wanted {wanted.get(key)}" for key in keys if ours.get(key) != wanted.get(key)
    ]


class Comparison:
    """Walks the oracle's people and the product's day rows side by side, holding one person at a time."""

    def __init__(self, oracle: Oracle, connection: duckdb.DuckDBPyConnection) -> None:
        self.oracle = oracle
        self.differences: list[str] = []
        self.day_rows = 0
        self.quarter_rows = 0
        self._theirs = days_by_person(connection)
        self._next = next(self._theirs, None)
        self._connection = connection

    def run(self) -> None:
        scored: dict[QuarterKey, Scored] = {}
        for person in self.oracle.people:
            days = self.oracle.days.of(person)
            wanted = {key[1:]: tuple(row.values()) for key, row in self.oracle.day_rows(days, person)}
            self.day_rows += len(wanted)
            self.differences += day_differences(person, self._of(person), wanted)
            for quarter, row in self.oracle.quarters_of(person, days).items():
                scored[str(quarter), person] = row
        if self._next is not None:
            self.differences.append(f"{self._next[0]}: only in the product")
        self._compare_quarters(scored)

    def _of(self, person: str) -> DayRows:
        while self._next is not None and self._next[0] < person:
            self.differences.append(f"{self._next[0]}: only in the product")
            self._next = next(self._theirs, None)
        if self._next is None or self._next[0] != person:
            return {}
        rows = self._next[1]
        self._next = next(self._theirs, None)
        return rows

    def _compare_quarters(self, scored: dict[QuarterKey, Scored]) -> None:
        wanted = self.oracle.compared(scored)
        self.quarter_rows = len(wanted)
        self.differences += product.differences(product.quarter_rows(self._connection), wanted)


def check(folder: pathlib.Path) -> frame.Seen:
    begun = time.monotonic()
    world = make_world(SEED, PEOPLE, 1)
    ran = run_product(world, folder)
    between = time.monotonic()
    oracle = Oracle(world, world.as_of)
    with duckdb.connect(str(folder / "home" / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        comparison = Comparison(oracle, connection)
        comparison.run()
    found = comparison.differences
    text = (
        f"{len(oracle.people)} people, {comparison.quarter_rows} quarter rows, {comparison.day_rows} day rows:"
        f" {len(found)} differences; {ran}; oracle {time.monotonic() - between:.0f} s, all {time.monotonic() - begun:.0f} s"
    )
    whole = len(oracle.people) >= PEOPLE and comparison.quarter_rows >= PEOPLE * 9 // 10
    return frame.Seen("; ".join([text, *found[:3]]), held=not found and whole)


if __name__ == "__main__":
    frame.alone(__spec__)
