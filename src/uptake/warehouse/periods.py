"""The quarters of a score run: which there are, their days and week pieces, and which closed quarters come before (readings 1 to 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import duckdb

from uptake.warehouse.refill import Step

_TABLES_WITH_DAYS = (
    "select min(day) from usage where day <= $as_of",
    "select min(first_day) from spans where first_day <= $as_of",
    "select min(cast(taken_at as date)) from seat_listings where cast(taken_at as date) <= $as_of",
)


def quarter_of(day: dt.date) -> str:
    """Calendar quarter as text, such as 2026Q3."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def bounds(quarter: str) -> tuple[dt.date, dt.date]:
    """First and last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[5])
    first = dt.date(year, 3 * number - 2, 1)
    following = dt.date(year + number // 4, 3 * number % 12 + 1, 1)
    return first, following - dt.timedelta(days=1)


def week_of(quarter: str, day: dt.date) -> dt.date:
    """First day of the week piece that a day of the quarter lies in."""
    return max(bounds(quarter)[0], day - dt.timedelta(days=day.weekday()))


def week_start(quarter: str, week: int) -> dt.date:
    """First day of a week piece of a quarter: its Monday, or the quarter's first day."""
    first, _ = bounds(quarter)
    return first if week == 0 else first + dt.timedelta(days=7 * week - first.weekday())


def before(quarter: str, count: int) -> list[str]:
    """The quarters before, newest first."""
    found = []
    for _ in range(count):
        quarter = quarter_of(bounds(quarter)[0] - dt.timedelta(days=1))
        found.append(quarter)
    return found


def quarters(connection: duckdb.DuckDBPyConnection, as_of: dt.date, limit: int) -> list[str]:
    """Quarters to score, oldest first, without a gap: from the first telemetry day or seat list to `as_of`."""
    days = [connection.execute(sql, {"as_of": as_of}).fetchall()[0][0] for sql in _TABLES_WITH_DAYS]
    first = min([day for day in days if day is not None], default=as_of)
    wanted = [quarter_of(as_of)]
    while bounds(wanted[-1])[0] > first and len(wanted) < limit:
        wanted += before(wanted[-1], 1)
    return wanted[::-1]


def enter(connection: duckdb.DuckDBPyConnection, quarter: str, as_of: dt.date, close_days: int) -> None:
    """Fill `period`, `days` and `quarters_before` for one quarter."""
    first, last = bounds(quarter)
    to_day = min(last, as_of)
    closed = as_of >= last + dt.timedelta(days=close_days)
    connection.execute(
        "create or replace temp table period as select ?::varchar as quarter, ?::date as first_day, ?::date as last_day,"
        " ?::date as to_day, ?::boolean as provisional",
        [quarter, first, last, to_day, not closed],
    )
    rows = []
    week = -1
    for number in range((to_day - first).days + 1):
        day = first + dt.timedelta(days=number)
        if number == 0 or day.isoweekday() == 1:
            week += 1
        rows.append([day, week, day.isoweekday()])
    connection.execute("create or replace temp table days (day date, week bigint, weekday bigint)")
    connection.executemany("insert into days values (?, ?, ?)", rows)
    connection.execute("create or replace temp table quarters_before (quarter varchar, place bigint)")
    closed_before = [name for name in before(quarter, 6) if as_of >= bounds(name)[1] + dt.timedelta(days=close_days)]
    connection.executemany(
        "insert into quarters_before values (?, ?)",
        [[name, place] for place, name in enumerate(closed_before[:4], start=1)],
    )


def prepare_memory(connection: duckdb.DuckDBPyConnection) -> None:
    """The first quarter of all remembers nothing: the table it reads is there, and empty."""
    connection.execute(
        "create table if not exists remembered (quarter varchar, person_id varchar, segment varchar, active_days bigint)"
    )


def forget_other_quarters(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step], wanted: list[str]) -> None:
    """Rows of quarters outside this run go, and the later quarters with them, so that memory reads only what this run made."""
    there = {
        name for (name,) in connection.execute("select table_name from duckdb_tables() where not temporary").fetchall()
    }
    for step in steps:
        if step.name in there and step.keep == "yes" and step.by == "quarter" and not step.module:
            connection.execute(f"delete from {step.name} where not list_contains(?::varchar[], quarter)", [wanted])
