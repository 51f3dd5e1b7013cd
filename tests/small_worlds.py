"""Small worlds and single steps for the property tests. One run scores many people, so that a case costs milliseconds."""

from __future__ import annotations

import contextlib
import datetime as dt
import pathlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import duckdb
import msgspec
import pyarrow as pa
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings

from tests import product
from tests.oracle import spec as specs
from tests.oracle.canon import reader
from tests.oracle.world import Absence, Canonical, Grant, Link, PersonRow, Span, World
from uptake import pipeline
from uptake.model import SlotUse, Usage
from uptake.model.macros import MACROS
from uptake.model.outcome import Span as SourceSpan
from uptake.model.outcome import Taken
from uptake.pipeline import ScoreCall
from uptake.scores.version import ScoreVersion
from uptake.settings import read_settings
from uptake.sources import SOURCES
from uptake.warehouse.connect import Connection
from uptake.warehouse.merge import merge
from uptake.warehouse.refill import read_step, run
from uptake.warehouse.staging import FileNotes, Staging
from uptake.warehouse.tables import create_tables

MONDAY = dt.date(2029, 1, 1)
"""2029Q1 begins on a Monday and has 13 whole weeks."""
LAST = dt.date(2029, 3, 31)
CLOSED = dt.date(2029, 4, 14)
QUARTER = "2029Q1"


def bulk(examples: int) -> hypothesis_settings:
    """For tests in which an example is a whole score run: a failure is printed with its seed, not shrunk for minutes."""
    return hypothesis_settings(
        max_examples=examples,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
    )


def after(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


def workdays(count: int, start: dt.date = MONDAY) -> list[dt.date]:
    """The first `count` Mondays to Fridays from `start` on."""
    days = (start + dt.timedelta(days=number) for number in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


@dataclass
class Sketch:
    """A world drawn by hand. Accounts are the lower-case person ids, mapped explicitly; seats are our own."""

    world: World = field(default_factory=World)

    def person(self, name: str, *, seats: Iterable[str] = ("copilot",), lob: str = "Payments", **row: Any) -> None:
        self.world.people.append(PersonRow(name, lob, team="Team", **row))
        for tool in seats:
            self.seat(name, tool)

    def seat(self, name: str, tool: str, first: dt.date | None = None, last: dt.date | None = None) -> None:
        self.world.grants.append(Grant(tool, account=specs.key(name), first_day=first, last_day=last))
        self.link(name, tool)

    def link(self, name: str, tool: str) -> None:
        link = Link(tool, specs.key(name), name)
        if link not in self.world.links:
            self.world.links.append(link)

    def use(self, name: str, day: dt.date, cell: str, tool: str = "copilot", part: int = 0, **counts: int) -> None:
        """One row of an account-day; `part` tells rows of one day apart, `counts` are further columns of Usage."""
        usage = specs.cell_usage(tool, name, day, cell, part)
        for column, value in counts.items():
            setattr(usage, column, value)
        self.link(name, tool)
        self.world.canonical.append(Canonical(specs.SOURCES[tool], usage))

    def leave(self, name: str, first: dt.date, last: dt.date) -> None:
        self.world.absences.append(Absence(name, first, last, "leave"))

    def covered(
        self, first: dt.date, last: dt.date, sources: Iterable[str] = ("copilot-users", "chatgpt-days")
    ) -> None:
        self.world.spans += [Span(source, first, last) for source in sources]

    def score(self, as_of: dt.date, version: ScoreVersion | None = None) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Day and quarter rows of the product, as `product.results` answers them."""
        with in_memory() as connection:
            self.fill(connection, as_of, version)
            return product.day_rows(connection), product.quarter_rows(connection)

    def fill(self, connection: Connection, as_of: dt.date, version: ScoreVersion | None = None) -> None:
        with mock.patch.dict(SOURCES, {"chatgpt-days": product.CHATGPT_DAYS}):
            load(self.world, connection)
            product.scored(connection, read_settings(pathlib.Path("no-home")), as_of, version)


def load(world: World, connection: Connection) -> None:
    """Load a drawn world through the loader. As with a vendor, the rows of an account-day are one record."""
    found = specs.structs(world)
    for source in dict.fromkeys([*found, *(reader(span.source) for span in world.spans)]):
        staging = Staging(connection, SOURCES[source])
        spans = [
            SourceSpan(span.first, span.last, span.tenant) for span in world.spans if reader(span.source) == source
        ]
        staging.take(FileNotes(source, product.NOW), [*spans, *records(found.get(source, []))])
        merge(staging, received_at=product.NOW, complete=True)


def records(rows: Iterable[msgspec.Struct]) -> Iterator[Taken]:
    """Vendor records of canonical rows: one for each account-day, one for each row of another kind."""
    grouped: dict[tuple[object, ...], list[msgspec.Struct]] = {}
    for number, row in enumerate(rows):
        key = (row.account, row.day) if isinstance(row, Usage | SlotUse) else (number,)
        grouped.setdefault(key, []).append(row)
    for number, own in enumerate(grouped.values()):
        first = own[0]
        if isinstance(first, Usage):
            key = f"{first.account}|{first.day}"
            yield Taken(number, key, list(own), first.day, first.tenant, first.account)
        else:
            yield Taken(number, f"record {number}", list(own))


@contextlib.contextmanager
def in_memory() -> Iterator[Connection]:
    """An empty warehouse that is nowhere on disk."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("set threads = 1")
        connection.execute("set TimeZone = 'UTC'")
        create_tables(connection)
        yield connection


@contextlib.contextmanager
def step_bench(**overrides: int) -> Iterator[Connection]:
    """An engine with the version tables alone: the tables that a step reads are put beside them by hand."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("set threads = 1")
        connection.execute(MACROS)
        pipeline.scoring.write_parameters(connection, ScoreCall(CLOSED, product.version(**overrides)))
        yield connection


def table(connection: Connection, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Make a table of these rows anew; `columns` as in SQL."""
    connection.execute(f"create or replace temp table {name} ({columns})")
    arrays = [pa.array(column) for column in zip(*rows, strict=True)]
    if arrays:
        connection.register("given_rows", pa.Table.from_arrays(arrays, names=[f"c{n}" for n in range(len(arrays))]))
        connection.execute(f"insert into {name} select * from given_rows")
        connection.unregister("given_rows")


def fill_steps(connection: Connection, *names: str) -> list[tuple[Any, ...]]:
    """Run score steps in order; answers the rows of the last one, sorted."""
    for name in names:
        run(connection, read_step("uptake.scores", name))
    return connection.execute(f"select * from {names[-1]} order by all").fetchall()
