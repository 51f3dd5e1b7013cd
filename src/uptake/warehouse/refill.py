"""Fill derived tables: a step is its query, or its pure function over rows. Nothing here knows what a step means.

The header of a step says its period (`by`) and grain. A second row for one grain is an error: the period is rolled back.
"""

from __future__ import annotations

import datetime as dt
import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa

from uptake.errors import CheckFailed
from uptake.model.replacing import replace_changed
from uptake.warehouse.sparing import execute
from uptake.warehouse.step_code import code_of_module, code_of_sql
from uptake.warehouse.tables import columns_of

_HEADER = re.compile(r"^-- (makes|by|grain|keep|as_of|needs|reach): (.+)$", re.MULTILINE)
NEWEST = "newest"
_ARROW = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), dt.date: pa.date32(), Decimal: pa.decimal128(18, 2)}


@dataclass(frozen=True, slots=True)
class Step:
    """One derived table. `by`: all, day, month, quarter, or new rows. `keep`: yes, no (a work table of the run), view, newest (of the newest
    quarter, else a work table). `reach`: what may be made again alone: whole days, or the days of a person.

    `as_of` is `cut` where the as-of day only leaves out later days of dated tables, `<table>.<column>` where it only leaves out later rows of
    that one. `code` is the digest of what the step does (`step_code`). `needs`: canonical
    tables; where none of them has a row the step has none, whatever it reads beside: who loads no version control pays nothing for it.
    """

    name: str
    makes: str
    by: str
    grain: tuple[str, ...]
    keep: str
    sql: str = ""
    module: ModuleType | None = None
    as_of: str = ""
    code: str = ""
    needs: tuple[str, ...] = ()
    reach: str = ""


def read_step(package: str, name: str) -> Step:
    """A step from `<package>/<name>.sql`, else from the module `<package>.<name>`."""
    file = resources.files(package) / f"{name}.sql"
    if not file.is_file():
        module = importlib.import_module(f"{package}.{name}")
        makes = (module.__doc__ or "").strip().splitlines()[0]
        kept = "yes" if module.BY != "quarter" else "no"
        code = code_of_module(module)
        needs = tuple(getattr(module, "NEEDS", ()))
        reach = getattr(module, "REACH", "")
        return Step(
            name, makes, module.BY, tuple(module.GRAIN), kept, module=module, code=code, needs=needs, reach=reach
        )
    sql = file.read_text()
    header = dict(_HEADER.findall(sql))
    grain = tuple(header["grain"].split(", "))
    kept, as_of = header.get("keep", "yes"), header.get("as_of", "")
    needs = tuple(filter(None, header.get("needs", "").split(", ")))
    code = code_of_sql(sql)
    reach = header.get("reach", "")
    return Step(
        name, header["makes"], header["by"], grain, kept, sql=sql, as_of=as_of, code=code, needs=needs, reach=reach
    )


def run(connection: duckdb.DuckDBPyConnection, step: Step, *, newest: bool = False) -> None:
    """Fill one step for the period that stands in the table `period`; `newest`: of the newest quarter, whose states are kept."""
    if step.module:
        run_module(connection, step)
    elif step.keep == "view":
        connection.execute(f"create or replace temp view {step.name} as {step.sql}")
        return
    elif step.keep == "no" or (step.keep == NEWEST and not newest):
        execute(connection, f"create or replace temp table {step.name} as {step.sql}")
    elif step.by == "quarter" and step.keep != NEWEST:
        _replace_quarter(connection, step)
        return
    else:
        execute(connection, f"create or replace table {step.name} as {step.sql}")
    check_grain(connection, step, step.name)


def refill_strip(connection: duckdb.DuckDBPyConnection, step: Step, where: str) -> None:
    """Make again the rows of a kept table of the quarter that `where` names; the inputs show no more than these need."""
    if step.module:
        run_module(connection, step)
        return
    made = make(connection, step)
    if step.keep != "no":
        kept = f"{warehouse_of(connection)}.main.{step.name}"
        quarter = "quarter = (select quarter from period) and" if step.keep == "yes" else ""
        connection.execute(f"delete from {kept} where {quarter} {where}")
        connection.execute(f"insert into {kept} select * from temp.{made}")


def make(connection: duckdb.DuckDBPyConnection, step: Step) -> str:
    """Make the rows of a step into a work table, which for the steps that follow stands before a kept one of its name. Answers its name."""
    made = made_name(step)
    execute(connection, f"create or replace temp table {made} as {step.sql}")
    check_grain(connection, step, made)
    return made


def made_name(step: Step) -> str:
    """The work table of a step: a kept one of the quarter keeps its name for all its quarters."""
    return "fresh_rows" if step.keep == "yes" else step.name


def warehouse_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The name of the warehouse among the databases of a connection, quoted."""
    return f'"{connection.execute("select current_database()").fetchall()[0][0]}"'


def drop_work(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """The work tables that stand before tables of the newest quarter."""
    for step in steps:
        if step.keep == NEWEST:
            connection.execute(f"drop table if exists temp.{step.name}")


def _replace_quarter(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    fit(connection, step, make(connection, step))
    quarter = "quarter = (select quarter from period)"
    if "day" in step.grain:
        for sql in replace_changed(step.name, "fresh_rows", where=quarter, part="day"):
            execute(connection, sql)
    else:
        connection.execute(f"delete from {step.name} where {quarter}")
        execute(connection, f"insert into {step.name} select * from fresh_rows")
    connection.execute("drop table fresh_rows")


def fit(connection: duckdb.DuckDBPyConnection, step: Step, made: str = "") -> None:
    """Make the kept table of a step anew, without a row, where its columns are not those of `made`, or of its query."""
    rows = f"temp.{made}" if made else f"({step.sql})"
    connection.execute(f"create or replace temp table shape as select * from {rows} as made limit 0")
    if columns_of(connection, step.name) != columns_of(connection, "shape"):
        connection.execute(
            f"create or replace table {warehouse_of(connection)}.main.{step.name} as select * from shape"
        )
    connection.execute("drop table shape")


def leave_empty(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Make the table of a step without a row."""
    if step.module:
        _write(connection, step.name, _schema(step.module), (), kept=True)
    else:
        connection.execute(f"create or replace table {step.name} as select * from ({step.sql}) as made limit 0")


def run_module(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    module = step.module
    if module is None:
        return
    schema = _schema(module)
    if step.by == "new rows":
        # First: such a step reads its own table, for the rows that it need not make.
        _make_empty(connection, step.name, schema)
    inputs = {name: connection.execute(sql).fetchall() for name, sql in module.READS.items()}
    if step.by == "new rows":
        key = ", ".join(step.grain)
        _write(connection, "fresh_rows", schema, module.make(**inputs))
        connection.execute(
            f"insert into {step.name} select * from fresh_rows where ({key}) not in (select {key} from {step.name})"
        )
        connection.execute("drop table fresh_rows")
        return
    _write(connection, step.name, schema, module.make(**inputs), kept=step.keep == "yes")


def _schema(module: ModuleType) -> pa.Schema:
    return pa.schema([(name, _ARROW[kind]) for name, kind in module.COLUMNS.items()])


def _make_empty(connection: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema) -> None:
    """Anew too where the columns of the step have changed: what is derived can be made again."""
    if [name for name, _ in columns_of(connection, table)] != schema.names:
        connection.register("no_rows", schema.empty_table())
        connection.execute(f"create or replace table {table} as select * from no_rows")
        connection.unregister("no_rows")


def _write(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    schema: pa.Schema,
    rows: Iterable[tuple[Any, ...]],
    *,
    kept: bool = False,
) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, type=part.type) for column, part in zip(columns, schema, strict=True)]
    connection.register("made_rows", pa.Table.from_arrays(arrays, schema=schema))
    connection.execute(f"create or replace {'' if kept else 'temp'} table {table} as select * from made_rows")
    connection.unregister("made_rows")


def check_grain(connection: duckdb.DuckDBPyConnection, step: Step, rows: str, *, of_all_quarters: bool = False) -> None:
    """Refuse rows of which two stand for one; `of_all_quarters`: each quarter has rows of its own."""
    grain = ("quarter", *step.grain) if of_all_quarters and step.by == "quarter" else step.grain
    if execute(
        connection, f"select 1 from {rows} group by {', '.join(dict.fromkeys(grain))} having count(*) > 1 limit 1"
    ):
        raise given_twice(step)


def given_twice(step: Step) -> CheckFailed:
    """What a second row for one grain is, whichever engine made it."""
    return CheckFailed(
        f"Step {step.name} gave two rows for one ({', '.join(step.grain)})",
        why="this is a fault of the program",
        next_step="Report it with the version",
    )
