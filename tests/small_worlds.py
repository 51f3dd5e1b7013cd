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

from tests import product
from tests.oracle import spec as specs
from tests.oracle.world import Absence, Canonical, Grant, Link, PersonRow, Span, World
from uptake import pipeline
from uptake.pipeline import ScoreCall
from uptake.scores.version import ScoreVersion
from uptake.settings import read_settings
from uptake.sources import SOURCES
from uptake.warehouse.connect import Connection
from uptake.warehouse.refill import RHE, read_step, run
from uptake.warehouse.tables import create_tables

MONDAY = dt.date(2029, 1, 1)
"""2029Q1 begins on a Monday and has 13 whole weeks."""
LAST = dt.date(2029, 3, 31)
CLOSED = dt.date(2029, 4, 14)
QUARTER = "2029Q1"


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

    def covered(self, first: dt.date, last: dt.date, sources: Iterable[str] = ("copilot-users", "chatgpt-days")) -> None:
        self.world.spans += [Span(source, first, last) for source in sources]

    def score(self, as_of: dt.date, version: ScoreVersion | None = None) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Day and quarter rows of the product, as `product.results` answers them."""
        with in_memory() as connection:
            self.fill(connection, as_of, version)
            return product.day_rows(connection), product.quarter_rows(connection)

    def fill(self, connection: Connection, as_of: dt.date, version: ScoreVersion | None = None) -> None:
        with mock.patch.dict(SOURCES, {"chatgpt-days": product.CHATGPT_DAYS}):
            product.load_structs(self.world, connection)
            product.scored(connection, read_settings(pathlib.Path("no-home")), as_of, version)


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
        connection.execute(RHE)
        pipeline._write_parameters(connection, ScoreCall(CLOSED, product.version(**overrides)))
        yield connection


def table(connection: Connection, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Make a table of these rows anew; `columns` as in SQL."""
    connection.execute(f"create or replace temp table {name} ({columns})")
    lines = [list(row) for row in rows]
    if lines:
        connection.executemany(f"insert into {name} values ({', '.join('?' * len(lines[0]))})", lines)


def fill_steps(connection: Connection, *names: str) -> list[tuple[Any, ...]]:
    """Run score steps in order; answers the rows of the last one, sorted."""
    for name in names:
        run(connection, read_step("uptake.scores", name))
    return connection.execute(f"select * from {names[-1]} order by all").fetchall()
