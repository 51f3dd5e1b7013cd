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

RHE = """
create or replace temp macro rhe(a, b) as
    case
        when a >= 0 then a // b + case when 2 * (a % b) > b or (2 * (a % b) = b and (a // b) % 2 = 1) then 1 else 0 end
        else -(-a // b + case when 2 * (-a % b) > b or (2 * (-a % b) = b and (-a // b) % 2 = 1) then 1 else 0 end)
    end
"""
_HEADER = re.compile(r"^-- (makes|by|grain|keep): (.+)$", re.MULTILINE)
_ARROW = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), dt.date: pa.date32(), Decimal: pa.decimal128(18, 2)}


@dataclass(frozen=True, slots=True)
class Step:
    """One derived table. `by`: all, quarter, or new rows. `keep`: yes, no (a work table of the run), view."""

    name: str
    makes: str
    by: str
    grain: tuple[str, ...]
    keep: str
    sql: str = ""
    module: ModuleType | None = None


def read_step(package: str, name: str) -> Step:
    """A step from `<package>/<name>.sql`, else from the module `<package>.<name>`."""
    file = resources.files(package) / f"{name}.sql"
    if not file.is_file():
        module = importlib.import_module(f"{package}.{name}")
        makes = (module.__doc__ or "").strip().splitlines()[0]
        return Step(
            name, makes, module.BY, tuple(module.GRAIN), "yes" if module.BY != "quarter" else "no", module=module
        )
    sql = file.read_text()
    header = dict(_HEADER.findall(sql))
    return Step(
        name, header["makes"], header["by"], tuple(header["grain"].split(", ")), header.get("keep", "yes"), sql=sql
    )


def run(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Fill one step for the period that stands in the table `period`."""
    if step.module:
        _run_module(connection, step)
    elif step.keep == "view":
        connection.execute(f"create or replace temp view {step.name} as {step.sql}")
        return
    elif step.keep == "no":
        connection.execute(f"create or replace temp table {step.name} as {step.sql}")
    elif step.by == "quarter":
        _replace_quarter(connection, step)
    else:
        connection.execute(f"create or replace table {step.name} as {step.sql}")
    _check_grain(connection, step)


def _replace_quarter(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    connection.execute(f"create or replace temp table filled as {step.sql}")
    if _columns(connection, step.name) != _columns(connection, "filled"):
        connection.execute(f"create or replace table {step.name} as select * from filled limit 0")
    connection.execute(f"delete from {step.name} where quarter = (select quarter from period)")
    connection.execute(f"insert into {step.name} select * from filled")
    connection.execute("drop table filled")


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select column_name, data_type from duckdb_columns() where table_name = ? order by column_index", [table]
    ).fetchall()


def _run_module(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    module = step.module
    if module is None:
        return
    inputs = {name: connection.execute(sql).fetchall() for name, sql in module.READS.items()}
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in module.COLUMNS.items()])
    if step.by == "new rows":
        _make_empty(connection, step.name, schema)
        key = ", ".join(step.grain)
        _write(connection, "filled", schema, module.make(**inputs))
        connection.execute(
            f"insert into {step.name} select * from filled where ({key}) not in (select {key} from {step.name})"
        )
        connection.execute("drop table filled")
        return
    _write(connection, step.name, schema, module.make(**inputs), kept=step.keep == "yes")


def _make_empty(connection: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema) -> None:
    """Anew too where the columns of the step have changed: what is derived can be made again."""
    if [name for name, _ in _columns(connection, table)] != schema.names:
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


def _check_grain(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    grain = ", ".join(step.grain)
    scope = (
        "where quarter = (select quarter from period)"
        if step.by == "quarter" and step.keep == "yes" and not step.module
        else ""
    )
    twice = connection.execute(
        f"select 1 from {step.name} {scope} group by {grain} having count(*) > 1 limit 1"
    ).fetchone()
    if twice:
        raise CheckFailed(
            f"Step {step.name} gave two rows for one ({grain})",
            why="this is a fault of the program",
            next_step="Report it with the version",
        )
