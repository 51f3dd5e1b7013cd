"""Names and types of what each step makes, asked of DuckDB on empty tables: so that another engine makes the same columns."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from uptake.model.macros import MACROS
from uptake.warehouse import periods
from uptake.warehouse.dialects import tables_of
from uptake.warehouse.lake import Columns, columns_of_module
from uptake.warehouse.refill import Step


def shape(connection: duckdb.DuckDBPyConnection, table: str) -> Columns:
    """Columns of a table or view."""
    return tuple((row[0], row[1]) for row in connection.execute(f"describe {table}").fetchall())


def shapes(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> dict[str, Columns]:
    """What each step makes, and what it reads that no step has made; from the tables of `connection`, of which no row is read."""
    found: dict[str, Columns] = {}
    with duckdb.connect() as empty:
        empty.execute(MACROS)
        periods.prepare_memory(empty)
        for step in steps:
            if step.module:
                _create(empty, step.name, columns_of_module(step.module.COLUMNS))
        for step in steps:
            for table in sorted(reads_of(step)):
                if not _known(empty, table):
                    _create(empty, table, shape(connection, table))
                found.setdefault(table, shape(empty, table))
            if not step.module:
                empty.execute(f"create or replace table {step.name} as {step.sql}")
            found[step.name] = shape(empty, step.name)
    return found


def reads_of(step: Step) -> set[str]:
    """Tables that a step reads."""
    texts = step.module.READS.values() if step.module else [step.sql]
    return {table for text in texts for table in tables_of(text)}


def _known(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(connection.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchall())


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: Columns) -> None:
    connection.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")


def temporary(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of the tables that live as long as the connection: what describes a call or a quarter."""
    return {row[0] for row in connection.execute("select table_name from duckdb_tables() where temporary").fetchall()}
