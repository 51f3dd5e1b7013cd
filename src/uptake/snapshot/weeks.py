"""The week pieces of a quarter: of a running one a refresh changes one, so the adoption of the others is not counted again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def standing_adoption(
    connection: duckdb.DuckDBPyConnection, file: Path | None, weeks: Iterable[Week]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of `adoption_weeks` and of `adoption_days` that the snapshot of a file holds of some weeks."""
    wanted = list(weeks)
    if file is None or not wanted:
        return [], []
    given = [[getattr(week, name) for week in wanted] for name in ("quarter", "first_day", "last_day")]
    connection.execute("attach ? as before (read_only)", [str(file)])
    try:
        weeks_held, days_held = (
            connection.execute(
                f"select t.* from before.{table} as t join (select unnest(?::varchar[]) as quarter, unnest(?::date[]) as first_day,"
                f" unnest(?::date[]) as last_day) as w on w.quarter = t.quarter and t.{day} between w.first_day and w.last_day",
                given,
            ).fetchall()
            for table, day in (("adoption_weeks", "week"), ("adoption_days", "day"))
        )
    finally:
        connection.execute("detach before")
    return weeks_held, days_held
