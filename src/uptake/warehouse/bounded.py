"""Answers of the disclosure bounds, kept by the digest of what was asked. They are no results: dropping them costs time only."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

TABLE_SQL = "create table if not exists bounded_counts (key varchar not null, answer varchar not null)"


def keys(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The keys of which there is an answer."""
    connection.execute(TABLE_SQL)
    return {str(key) for (key,) in connection.execute("select key from bounded_counts").fetchall()}


def kept(connection: duckdb.DuckDBPyConnection, key: str) -> str:
    """The answer of a key that there is."""
    ((answer,),) = connection.execute("select answer from bounded_counts where key = ?", [key]).fetchall()
    return str(answer)


def write(connection: duckdb.DuckDBPyConnection, key: str, answer: str) -> None:
    """Keep an answer."""
    connection.execute("insert into bounded_counts values (?, ?)", [key, answer])


def forget_others(connection: duckdb.DuckDBPyConnection, keys: Iterable[str]) -> None:
    """Leave the answers of some keys only."""
    connection.execute(TABLE_SQL)
    connection.execute("delete from bounded_counts where not list_contains(?::varchar[], key)", [sorted(keys)])
