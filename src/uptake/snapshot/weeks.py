"""The week pieces of a quarter: of a running one a refresh changes one, so the adoption of the others is not counted again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class Week:
    """A week piece of a quarter: its days and what its adoption is counted from."""

    quarter: str
    number: int
    first_day: dt.date
    last_day: dt.date
    inputs: str

    @property
    def name(self) -> str:
        """As it is noted in the snapshot."""
        return f"{self.quarter} {self.number}"


def activity_of_weeks(connection: duckdb.DuckDBPyConnection, quarter: str) -> list[tuple[int, str]]:
    """The weeks of a quarter in which anybody was active, each with a fingerprint of what its adoption is counted from."""
    rows = connection.execute(
        "select week, count(*), cast(sum(hash(person_id, tool, day)) as varchar) from person_activity where quarter = ?"
        " group by week order by week",
        [quarter],
    ).fetchall()
    # A tool that nobody used in a week counts 0 there once it is used in another week.
    tools = connection.execute(
        "select distinct tool from person_activity where quarter = ? order by tool", [quarter]
    ).fetchall()
    return [(number, f"{tools} {count} {content}") for number, count, content in rows]


def lend_weeks(connection: duckdb.DuckDBPyConnection, weeks: Iterable[Week]) -> None:
    """Fill the work table `wanted_weeks`: the weeks whose adoption is counted."""
    connection.execute("create or replace temp table wanted_weeks (quarter varchar, week bigint)")
    for week in weeks:
        connection.execute("insert into wanted_weeks values (?, ?)", [week.quarter, week.number])
