"""Statements that need much memory: where it does not do for several threads at once, one thread makes the same rows."""

from __future__ import annotations

import duckdb


def create(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Run a statement that makes a table.

    What each thread holds while it joins and sorts is not the engine's to give back: a run at 65,000 people met the limit once, and not
    again over the same rows. Raises what the engine raises where one thread does not do either, or a transaction is open.
    """
    try:
        connection.execute(sql)
    except duckdb.OutOfMemoryException as met:
        ((threads,),) = _setting(connection, met)
        if threads == 1:
            raise
        connection.execute("set threads = 1")
        try:
            connection.execute(sql)
        finally:
            connection.execute(f"set threads = {threads}")


def _setting(connection: duckdb.DuckDBPyConnection, met: duckdb.OutOfMemoryException) -> list[tuple[int]]:
    try:
        return connection.execute("select current_setting('threads')").fetchall()
    except duckdb.TransactionException:
        raise met from None
