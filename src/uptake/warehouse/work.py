"""Rows made in Python, put into a work table at once: one statement a row costs a hundred times as much."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows into a table, in the order of its columns. Values go as text, so that whole numbers of any size fit; None is NULL."""
    if not rows:
        return
    columns = [
        pa.array([None if value is None else str(value) for value in column]) for column in zip(*rows, strict=True)
    ]
    connection.register(
        "work_rows", pa.Table.from_arrays(columns, names=[f"c{place}" for place in range(len(columns))])
    )
    connection.execute(f"insert into {table} select * from work_rows")
    connection.unregister("work_rows")
