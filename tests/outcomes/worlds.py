"""Small companies with merged changes, and the product's own steps over them: outcome queries, index, corners."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pyarrow as pa

from uptake.model.macros import MACROS
from uptake.pipeline import effects
from uptake.warehouse.cuts import ABOVE_SQL

QUARTER, FIRST, LAST = "2026Q3", dt.date(2026, 7, 1), dt.date(2026, 9, 30)
AS_OF = dt.date(2026, 10, 31)
COMPANY = "(company)"


@dataclass(frozen=True)
class Person:
    name: str
    cell: str
    score: int | None = 0
    segment: str = "light"
    start: dt.date = dt.date(2020, 1, 1)
    observed: bool = True
    aggregate_only: bool = False


@dataclass(frozen=True)
class Merged:
    """One merged change, as the fact `merged_changes` holds it."""

    change: str
    person: str | None
    day: dt.date = dt.date(2026, 7, 6)
    exposure: str | None = None
    repository: str = "core/ledger"
    language: str | None = "java"
    task: str | None = "feature"
    bot: bool = False
    lines: int = 10
    rounds: int | None = 0
    minutes: int | None = 30
    lead: int | None = 90
    checks: bool | None = True
    reverted: dt.date | None = None
    defects: int = 0
    incidents: int = 0
    retained: int | None = None
    """Of a thousand lines, those alive after 21 days; None: too young."""
    rework: int | None = None
    """Of a thousand lines, those taken out to mend something; known where `retained` is."""


@dataclass(frozen=True)
class Company:
    """People in cells; `parents` says which cell stands in which, the company at the top."""

    people: Sequence[Person]
    changes: Sequence[Merged] = ()
    parents: dict[str, str] = field(default_factory=dict)
    incidents_told: bool = True
    as_of: dt.date = AS_OF

    def with_changes(self, changes: Iterable[Merged]) -> Company:
        return replace(self, changes=tuple(changes))


def sized(company: Company) -> dict[str, int]:
    """People of every cell, the sums of those inside too."""
    found: dict[str, int] = {}
    for person in company.people:
        cell: str | None = person.cell
        while cell is not None:
            found[cell] = found.get(cell, 0) + 1
            cell = None if cell == COMPANY else company.parents.get(cell, COMPANY)
    return found


def _depth(company: Company, cell: str) -> int:
    return 0 if cell == COMPANY else 1 + _depth(company, company.parents.get(cell, COMPANY))


def _fill(engine: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    engine.execute(f"create or replace temp table {name} ({columns})")
    given = [pa.array(column) for column in zip(*rows, strict=True)]
    if given:
        engine.register("given", pa.Table.from_arrays(given, names=[f"c{place}" for place in range(len(given))]))
        engine.execute(f"insert into {name} select * from given")
        engine.unregister("given")


@contextlib.contextmanager
def engine_of(company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that holds the tables which the outcome queries read."""
    with duckdb.connect(":memory:", config={"threads": 1}) as engine:
        engine.execute(MACROS)
        _fill(engine, "as_of", "day date", [[company.as_of]])
        sizes = sized(company)
        cells = [
            [
                QUARTER,
                cell,
                None if cell == COMPANY else company.parents.get(cell, COMPANY),
                _depth(company, cell),
                people,
            ]
            for cell, people in sizes.items()
        ]
        _fill(engine, "cells", "quarter varchar, cell varchar, parent varchar, level bigint, people bigint", cells)
        _fill(
            engine, "finest_people", "quarter varchar, cell varchar, person_id varchar",
            ([QUARTER, person.cell, person.name] for person in company.people),
        )  # fmt: skip
        engine.execute(ABOVE_SQL)
        _fill(
            engine, "quarter_scores", "quarter varchar, person_id varchar, segment varchar, score_micro bigint",
            ([QUARTER, person.name, person.segment, person.score] for person in company.people),
        )  # fmt: skip
        _fill(
            engine, "roster", "person_id varchar, aggregate_only boolean",
            ([person.name, person.aggregate_only] for person in company.people),
        )  # fmt: skip
        weeks = [FIRST, *(dt.date(2026, 7, 6) + dt.timedelta(days=7 * number) for number in range(13))]
        _fill(
            engine, "person_weeks", "quarter varchar, person_id varchar, first_day date, observed_days bigint",
            ([QUARTER, one.name, week, 500 * one.observed] for one in company.people for week in weeks),
        )  # fmt: skip
        _fill(engine, "incidents", "incident varchar", [["1"]] if company.incidents_told else [])
        _changes(engine, company)
        _lives(engine, company.changes)
        yield engine


def _changes(engine: duckdb.DuckDBPyConnection, company: Company) -> None:
    start = {person.name: person.start for person in company.people}
    _fill(
        engine,
        "merged_changes",
        "change varchar, repository varchar, person_id varchar, merged_day date, exposure varchar, language varchar, task_type varchar,"
        " bot boolean, lines_added bigint, review_rounds bigint, review_minutes bigint, first_checks_passed boolean, reverted_day date,"
        " defects bigint, hotfixes bigint, incidents bigint, tenure_days bigint, account varchar, lead_minutes bigint, lines_deleted bigint",
        (
            [
                one.change, one.repository, one.person, one.day, one.exposure, one.language, one.task, one.bot, one.lines, one.rounds,
                one.minutes, one.checks, one.reverted, one.defects, 0, one.incidents,
                (one.day - start[one.person]).days if one.person in start else None,
                one.person or "somebody", one.lead, 0,
            ]
            for one in company.changes
        ),
    )  # fmt: skip


def _lives(engine: duckdb.DuckDBPyConnection, changes: Iterable[Merged]) -> None:
    """Lines of changes, a thousand each; a change of which nothing is known has too young lines."""
    _fill(
        engine,
        "change_lives",
        "change varchar, lines bigint, lost_21 bigint, corrective_21 bigint, followed_seconds bigint",
        (
            [
                one.change, 1000, 1000 - (one.retained or 0), one.rework or 0,
                1_814_399 if one.retained is None else 1_814_400,
            ]
            for one in changes
        ),
    )  # fmt: skip


COLUMNS = (
    "quarter", "unit", "people", "use", "outcome", "low", "high", "corner", "changes", "attribution", "reason",
)  # fmt: skip


def released(company: Company, k: int = 10) -> dict[str, dict[str, Any]]:
    """unit -> the row of the quadrant, by the product."""
    rows = tables(company, k)["quadrant"]
    return {row[1]: dict(zip(COLUMNS, row, strict=True)) for row in rows}


def tables(company: Company, k: int = 10) -> dict[str, list[tuple[Any, ...]]]:
    """Both tables of outcomes, by the product."""
    with engine_of(company) as engine:
        return effects.outcomes(engine, QUARTER, segments(company), k)


def segments(company: Company) -> list[tuple[Any, ...]]:
    """Segments as released, with nothing bounded: every cell parted by segment."""
    counts: dict[tuple[str, str], int] = {}
    for person in company.people:
        cell: str | None = person.cell
        while cell is not None:
            counts[cell, person.segment] = counts.get((cell, person.segment), 0) + 1
            cell = None if cell == COMPANY else company.parents.get(cell, COMPANY)
    return [(QUARTER, cell, segment, "any", people, 0, None) for (cell, segment), people in sorted(counts.items())]
