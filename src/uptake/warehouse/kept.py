"""Kept tables that were made elsewhere, taken into the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from uptake.warehouse.lake import Columns, arrow_schema

Arrived = tuple[str, Columns, Iterator[pa.RecordBatch]]


def replace_tables(connection: duckdb.DuckDBPyConnection, tables: Iterable[Arrived]) -> None:
    """Each table anew, with the columns that are given; the caller holds the transaction."""
    for name, columns, batches in tables:
        rows = pa.RecordBatchReader.from_batches(arrow_schema(columns), batches)
        typed = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns)
        connection.register("arrived", rows)
        connection.execute(f"create or replace table {name} as select {typed} from arrived")
        connection.unregister("arrived")
