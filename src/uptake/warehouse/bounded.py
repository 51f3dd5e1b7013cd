"""Answers of the disclosure bounds, kept by the digest of what was asked. They are no results: dropping them costs time only."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

TABLE_SQL = "create table if not exists bounded_counts (key varchar not null, answer varchar not null)"


def kept(connection: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """The answer of a key, if there is one."""
    connection.execute(TABLE_SQL)
    row = connection.execute("select answer from bounded_counts where key = ?", [key]).fetchone()
    return str(row[0]) if row else None


def write(connection: duckdb.DuckDBPyConnection, key: str, answer: str) -> None:
    """Keep an answer."""
    connection.execute("insert into bounded_counts values (?, ?)", [key, answer])


def forget_others(connection: duckdb.DuckDBPyConnection, keys: Iterable[str]) -> None:
    """Leave the answers of some keys only."""
    connection.execute(TABLE_SQL)
    connection.execute("delete from bounded_counts where not list_contains(?::varchar[], key)", [sorted(keys)])
