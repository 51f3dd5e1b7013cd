"""The read models of people: rows of a snapshot that no group figure is made from, so that they are written while those are counted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import duckdb

from uptake.model.macros import MACROS
from uptake.model.reach import Reach
from uptake.model.reasons import NOT_OBSERVED
from uptake.model.replacing import replace_changed, shown_in_part
from uptake.snapshot.base import Before, Wanted, made_from
from uptake.snapshot.models import MODELS
from uptake.snapshot.queries import clear, header, query, quoted

UNSEEN_REASONS = f"create or replace temp table unseen_reasons as select unnest({list(NOT_OBSERVED)}) as reason"
"""The reasons that speak of the data and not of the person, as the queries read them."""
_LENT = ("as_of", "sources", "version", "reached_people")
"""The work tables that these models read beside kept ones."""


@contextmanager
def begun(connection: duckdb.DuckDBPyConnection, file: Path, base: Before, wanted: Wanted) -> Iterator[None]:
    """The file, attached as `snap`, as a copy of its base with the rows of people in it.

    In a refresh both are done aside, while something else is counted; two whole snapshots at once would not fit into the memory.
    """
    own = _session_of(connection) if wanted.reached else None
    # The session ends after the thread that uses it, and a failure of what is counted meanwhile is told before one of the thread.
    with closing(own) if own else nullcontext(), ThreadPoolExecutor(1) as aside:
        begun_aside = aside.submit(_begin, own, file, base, wanted)
        yield
        begun_aside.result()
    if own is None:
        _write(connection, file, base, wanted)
    connection.execute(UNSEEN_REASONS)


def _begin(own: duckdb.DuckDBPyConnection | None, file: Path, base: Before, wanted: Wanted) -> None:
    if base.file:
        shutil.copyfile(base.file, file)
    if own:
        _write(own, file, base, wanted)


def _session_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A second session of the same warehouse, with copies of the work tables, which are seen by one session alone."""
    own = connection.cursor()
    try:
        own.execute("set TimeZone = 'UTC'")
        own.execute(MACROS)
        for name in _LENT:
            own.register("lent", connection.sql(f"select * from {name}").to_arrow_table())
            own.execute(f"create or replace temp table {name} as select * from lent")
            own.unregister("lent")
    except BaseException:
        own.close()
        raise
    return own


def _write(connection: duckdb.DuckDBPyConnection, file: Path, base: Before, wanted: Wanted) -> None:
    connection.execute(f"attach '{quoted(file)}' as snap")
    connection.execute(UNSEEN_REASONS)
    for name in MODELS:
        if not base.holds(name, wanted):
            _write_model(connection, name, base.parts, wanted)


def _write_model(
    connection: duckdb.DuckDBPyConnection, name: str, held: Mapping[tuple[str, str], str], wanted: Wanted
) -> None:
    sql = query("models", name)
    told = header(sql)
    made = made_from(told, wanted)
    stand = {quarter for quarter, inputs in made.items() if held.get((name, quarter)) == inputs}
    if not stand:
        _write_anew(connection, name, sql, sorted(made))
        return
    clear(connection, name, set(made))
    reached = wanted.reached
    for quarter in sorted(set(made) - stand):
        known = reached is not None and held.get((name, quarter)) == reached.made_from
        if "reach" in told and reached and known and quarter == reached.quarter:
            _write_reached(connection, name, sql, reached.by_week())
        else:
            _write_quarter(connection, name, sql, quarter)


def _write_anew(connection: duckdb.DuckDBPyConnection, name: str, sql: str, quarters: Sequence[str]) -> None:
    """Write a model as a whole. A year of days, put in order at once, would be the peak of a run's memory: these go quarter by quarter."""
    told = header(sql)
    rows = "limit 0" if "part" in told else f"order by {told['order']}"
    connection.execute(f"drop table if exists snap.{name}")
    connection.execute(f"create table snap.{name} as select * from ({sql}) {rows}")
    for quarter in quarters if "part" in told else ():
        connection.execute(
            f"insert into snap.{name} select * from ({sql}) where quarter = '{quarter}' order by {told['order']}"
        )


def _write_quarter(connection: duckdb.DuckDBPyConnection, name: str, sql: str, quarter: str) -> None:
    """Put the rows of a quarter anew, those of the parts that differ."""
    told = header(sql)
    where = f"quarter = '{quarter}'"
    connection.execute(f"create or replace temp table fresh_model as select * from ({sql}) where {where}")
    part = told.get("part", "quarter")
    for statement in replace_changed(f"snap.{name}", "fresh_model", where=where, part=part, order=told["order"]):
        connection.execute(statement)
    connection.execute("drop table fresh_model")


def _write_reached(connection: duckdb.DuckDBPyConnection, name: str, sql: str, reach: Reach) -> None:
    """Of a quarter that stands in the snapshot, put the rows anew that a change reached. The rows of a week are written together."""
    told = header(sql)
    ((warehouse,),) = connection.execute("select current_database()").fetchall()
    for where in reach.strips(told["reach"]):
        before, after = shown_in_part(f'"{warehouse}"', {told["from"]: where})
        for statement in before:
            connection.execute(statement)
        connection.execute(
            f"create or replace temp table fresh_model as select * from ({sql}) where quarter = '{reach.quarter}'"
        )
        for statement in after:
            connection.execute(statement)
        connection.execute(f"delete from snap.{name} where quarter = '{reach.quarter}' and {where}")
        connection.execute(f"insert into snap.{name} select * from fresh_model order by {told['order']}")
        connection.execute("drop table fresh_model")
