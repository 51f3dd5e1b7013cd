"""Make rows of a quarter strip by strip: those of some days, or of some people, while the inputs show no more than these need.

A refresh makes the strips that a change reached (decision 0062). A quarter that is made anew is made in strips of days, so that the
memory a run needs does not grow with the quarter (decision 0106).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise

import duckdb

from uptake.model.reach import DAY, PERSON_DAY, REACHED, Reach
from uptake.model.replacing import replace_changed, shown_in_part
from uptake.warehouse.memo import exists
from uptake.warehouse.refill import NEWEST, Step, fit, made_name, make, refill_strip, run_module, warehouse_of
from uptake.warehouse.sparing import execute

PERSON_DAYS = 2_000_000
"""About so many days of people are made at once."""
_USE, _STATES = ("usage", "usage_facts"), ("tool_use", "slot_use")
"""What steps of days of use read of these days alone, and what those of person-days do."""
_QUARTER = "quarter = (select quarter from period)"


def fill(
    connection: duckdb.DuckDBPyConnection, steps: Iterable[Step], *, newest: bool, told: Callable[[int, int], None]
) -> None:
    """Make every row of the quarter in `period` of those `steps` whose rows are of days. `told`: strips made, and of how many."""
    use, states = _by_reach(steps)
    for step in use:
        # A view stands before these: a table that changed its columns behind it would not be seen.
        fit(connection, step)
    found = conditions(connection)
    for number, where in enumerate(found):
        told(number, len(found))
        for own, cut in ((use, _USE), (states, _STATES)):
            with _cut(connection, dict.fromkeys(cut, where), where):
                for step in own:
                    _add_strip(connection, step, where, newest=newest, first=number == 0)
            _drop_made(connection, own)
    for step in states:
        if step.keep == NEWEST and not newest:
            connection.execute(f"alter table temp.{_whole(step)} rename to {step.name}")


def conditions(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Conditions that together name every day once, those before and after the quarter too."""
    ((first, to_day, people),) = connection.execute(
        "select first_day, to_day, (select count(distinct person_id) from roster) from period"
    ).fetchall()
    width = max(1, PERSON_DAYS // max(1, people))
    starts = [first + dt.timedelta(days=number) for number in range(width, (to_day - first).days + 1, width)]
    if not starts:
        return ["true"]
    inner = [f"day >= date '{one}' and day < date '{following}'" for one, following in pairwise(starts)]
    return [f"day < date '{starts[0]}'", *inner, f"day >= date '{starts[-1]}'"]


def _add_strip(connection: duckdb.DuckDBPyConnection, step: Step, where: str, *, newest: bool, first: bool) -> None:
    """Make the rows of a strip and put them beside those of the strips before."""
    if step.module:
        run_module(connection, step)
        return
    made = make(connection, step)
    if step.keep == "yes":
        fit(connection, step, made)
        kept = f"{warehouse_of(connection)}.main.{step.name}"
        for statement in replace_changed(kept, f"temp.{made}", where=f"{_QUARTER} and {where}", part="day"):
            execute(connection, statement)
    elif step.keep == NEWEST:
        kind, whole = ("", f"{warehouse_of(connection)}.main.{step.name}") if newest else ("temp", _whole(step))
        begin = f"create or replace {kind} table {whole} as" if first else f"insert into {whole}"
        execute(connection, f"{begin} select * from temp.{made}")


def _whole(step: Step) -> str:
    return f"{step.name}_whole"


def refill(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step], reach: Reach) -> None:
    """Make again what was reached of the tables of `steps`: days of use, then days of everybody, then the other days of some people."""
    use, states = _by_reach(steps)
    if reach.use_days:
        _refill(connection, use, reach.of_use, dict.fromkeys(_USE, reach.of_use))
    if reach.days:
        _refill(connection, states, reach.of_days, dict.fromkeys(_STATES, reach.of_days), reach.of_days)
    if reach.people:
        shown = {
            **dict.fromkeys(("roster", "seat_holders"), REACHED),
            **dict.fromkeys(_STATES, reach.of_people),
        }
        _refill(connection, states, reach.of_people, shown, f"not ({reach.of_days})")


def _refill(
    connection: duckdb.DuckDBPyConnection,
    steps: Sequence[Step],
    where: str,
    shown: Mapping[str, str],
    days: str = "true",
) -> None:
    """Make the rows of a strip again: the steps see their inputs and the days of the quarter cut to it, and its rows alone are replaced."""
    with _cut(connection, shown, days):
        for step in steps:
            refill_strip(connection, step, where)
    _drop_made(connection, steps)


def _by_reach(steps: Iterable[Step]) -> tuple[list[Step], list[Step]]:
    """Steps of days of use, and those of person-days."""
    given = list(steps)
    return [step for step in given if step.reach == DAY], [step for step in given if step.reach == PERSON_DAY]


def _drop_made(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """The work tables of a strip, which stand before kept ones."""
    for step in steps:
        connection.execute(f"drop table if exists temp.{made_name(step)}")


@contextmanager
def _cut(connection: duckdb.DuckDBPyConnection, shown: Mapping[str, str], days: str) -> Iterator[None]:
    there = {name: condition for name, condition in shown.items() if exists(connection, name)}
    before, after = shown_in_part(warehouse_of(connection), there)
    connection.execute("create or replace temp table all_days as select * from days")
    try:
        for statement in [*before, f"create or replace temp table days as select * from all_days where {days}"]:
            connection.execute(statement)
        yield
    finally:
        for statement in [*after, "create or replace temp table days as select * from all_days"]:
            connection.execute(statement)
