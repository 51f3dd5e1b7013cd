"""Fill derived tables, and only those whose inputs changed: parts of days, of months, whole tables, then quarters."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from uptake.warehouse import parts
from uptake.warehouse.connect import Connection
from uptake.warehouse.memo import Memo, exists, reads
from uptake.warehouse.refill import Step, leave_empty, run
from uptake.warehouse.tables import columns_of

ROWS_AT_ONCE = 2_000_000
"""Rows of use that are folded in one query: what bounds its memory."""
USE_DAYS = "usage_days"


def fill(connection: Connection, step: Step, memo: Memo) -> None:
    """Fill one table that is not of a quarter, as far as its inputs changed."""
    if step.keep == "view":
        run(connection, step)
    elif step.by == "day":
        _fill_days(connection, step)
    elif step.by == "month":
        _fill_months(connection, step, memo)
    elif memo.lacks(step):
        key = hashlib.sha256(f"{step.code} of nothing".encode()).hexdigest()
        if not memo.stands(step, "", key):
            leave_empty(connection, step)
            memo.note_empty(step, key)
    else:
        key = memo.key(step)
        if not memo.stands(step, "", key):
            run(connection, step)
            memo.note(step, "", key)


def _fill_days(connection: Connection, step: Step) -> None:
    """Days whose rows of use changed; a day that has none any more goes."""
    inside = (
        "input_parts where name = 'usage'" if "usage" in reads(step.sql) else f"filled_days where step = '{USE_DAYS}'"
    )
    told, sized = ("digest || versions", "row_count") if "usage" in reads(step.sql) else ("inputs", "1")
    connection.execute("create or replace temp table parts as select '' as source, date '2000-01-01' as day limit 0")
    _make(connection, step)
    connection.execute(
        "create or replace temp table wanted as"
        f" select source, day, sha256('{step.code}' || {told}) as inputs, {sized} as row_count from {inside}"
    )
    held = "select source, day, inputs from filled_days where step = $step"
    connection.execute("begin")
    connection.execute(
        f"create or replace temp table stale as select distinct source, day from"
        f" (({held} except select source, day, inputs from wanted) union all (select source, day, inputs from wanted except {held}))",
        {"step": step.name},
    )
    for table, more in ((step.name, "true"), ("filled_days", f"t.step = '{step.name}'")):
        connection.execute(
            f"delete from {table} as t where {more} and exists (select 1 from stale as s where s.source = t.source and s.day = t.day)"
        )
    todo = connection.execute(
        "select w.source, w.day, w.row_count from wanted as w join stale as s on s.source = w.source and s.day = w.day order by w.day, w.source"
    ).fetchall()
    for group in parts.grouped(todo, ROWS_AT_ONCE):
        connection.execute("create or replace temp table parts (source varchar, day date)")
        connection.executemany("insert into parts values (?, ?)", group)
        connection.execute(f"insert into {step.name} {step.sql}")
    connection.execute(
        "insert into filled_days select $step, w.source, w.day, w.inputs from wanted as w"
        " join stale as s on s.source = w.source and s.day = w.day",
        {"step": step.name},
    )
    connection.execute("commit")


def _fill_months(connection: Connection, step: Step, memo: Memo) -> None:
    """Months in which a day changed; none for a step that lacks what it needs. What a step reads beside the days makes all its months new."""
    others = sorted(_beside(step, memo))
    beside = hashlib.sha256("\n".join([step.code, *(memo.signature(name) for name in others)]).encode()).hexdigest()
    days = connection.execute(
        "select source, day, inputs from filled_days where step = ? and day <= ? order by day, source",
        [USE_DAYS, dt.date.min if memo.lacks(step) else memo.as_of],
    ).fetchall()
    wanted: dict[dt.date, list[str]] = {}
    for source, day, inputs in days:
        wanted.setdefault(day.replace(day=1), [beside]).append(f"{source} {day} {inputs}")
    keys = {str(month): hashlib.sha256("\n".join(told).encode()).hexdigest() for month, told in wanted.items()}
    _set_months(connection, [], memo.as_of)
    _make(connection, step)
    held = dict(connection.execute("select part, inputs from filled where step = ?", [step.name]).fetchall())
    stale = [month for month in {*held, *keys} if held.get(month) != keys.get(month)]
    if not stale:
        return
    connection.execute("begin")
    for table, column in ((step.name, "month"), ("filled", "part")):
        of_step = f" and step = '{step.name}'" if table == "filled" else ""
        connection.execute(
            f"delete from {table} where list_contains(?::varchar[], cast({column} as varchar)){of_step}", [stale]
        )
    _set_months(connection, [month for month in stale if month in keys], memo.as_of)
    connection.execute(f"insert into {step.name} {step.sql}")
    rows = [[step.name, month, keys[month], ""] for month in stale if month in keys]
    if rows:
        connection.executemany("insert into filled values (?, ?, ?, ?)", rows)
    connection.execute("commit")


def lend_all_parts(connection: Connection, as_of: dt.date) -> None:
    """The work tables `parts` and `months` with every day and month of use: for an engine that fills everything."""
    connection.execute("create or replace temp table parts as select source, day from input_parts where name = 'usage'")
    days = connection.execute("select distinct day from parts where day <= ? order by day", [as_of]).fetchall()
    _set_months(connection, sorted({str(day.replace(day=1)) for (day,) in days}), as_of)


def _beside(step: Step, memo: Memo) -> set[str]:
    """Tables that a step of months reads beside the days of use, also through views."""
    found: set[str] = set()
    for name in reads(step.sql):
        through = memo.steps.get(name)
        if through is not None and through.keep == "view":
            found |= _beside(through, memo)
        elif name not in {USE_DAYS, "months", "as_of"}:
            found.add(name)
    return found


def _set_months(connection: Connection, months: Sequence[str], as_of: dt.date) -> None:
    connection.execute("create or replace temp table months (month date, first_day date, to_day date)")
    for month in months:
        first = dt.date.fromisoformat(month)
        following = (first + dt.timedelta(days=31)).replace(day=1)
        last = min(following - dt.timedelta(days=1), as_of)
        connection.execute("insert into months values (?, ?, ?)", [first, first, last])


def _make(connection: Connection, step: Step) -> None:
    """The kept table of a step of parts, empty where it is not there, or was made by another form of the step."""
    connection.execute(f"create or replace temp view asked as select * from ({step.sql}) as made limit 0")
    if exists(connection, step.name) and columns_of(connection, step.name) == columns_of(connection, "asked"):
        return
    connection.execute("begin")
    connection.execute(f"create or replace table {step.name} as select * from asked")
    connection.execute("delete from filled_days where step = ?", [step.name])
    connection.execute("delete from filled where step = ?", [step.name])
    connection.execute("commit")


def code_of(steps: Iterable[Step]) -> str:
    """Digest of the text of some steps."""
    return hashlib.sha256("".join(step.code for step in steps).encode()).hexdigest()
