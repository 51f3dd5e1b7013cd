"""Statements that need much memory: where it does not do for several threads at once, one thread comes to the same rows."""

from __future__ import annotations

from typing import Any

import duckdb


def execute(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Run a statement that does all or nothing, and answer its rows, which are few.

    What each thread holds while it joins and sorts is not the engine's to give back: a run at 65,000 people met the limit once, and not
    again over the same rows. Raises what the engine raises where one thread does not do either, or a transaction is open.
    """
    try:
        return connection.execute(sql).fetchall()
    except duckdb.OutOfMemoryException as met:
        ((threads,),) = _threads(connection, met)
        if threads == 1:
            raise
        connection.execute("set threads = 1")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.execute(f"set threads = {threads}")


def _threads(connection: duckdb.DuckDBPyConnection, met: duckdb.OutOfMemoryException) -> list[tuple[int]]:
    try:
        return connection.execute("select current_setting('threads')").fetchall()
    except duckdb.TransactionException:
        raise met from None
