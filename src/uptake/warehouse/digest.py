"""SHA-256 over rows sorted by key, integers in decimal text (MEASUREMENT.md rule 1.8): one digest for one result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import duckdb
import pyarrow as pa

from uptake.warehouse import parts


def digest(connection: duckdb.DuckDBPyConnection, queries: Iterable[tuple[str, str, str]]) -> str:
    """Digest of several queries, each given as (name, sql, key); an empty key sorts by all columns. NULL is no empty text."""
    total = hashlib.sha256()
    for name, sql, key in queries:
        total.update(f"#{name}\n".encode())
        columns = [row[0] for row in connection.execute(f"describe {sql}").fetchall()]
        line = " || '|' || ".join(
            f"coalesce(replace(cast({column} as varchar), '|', '||'), chr(0))" for column in columns
        )
        text = f"select {line} || chr(10) as line from ({sql}) order by {key or ', '.join(columns)}"
        reader = connection.sql(text).to_arrow_reader(100_000)
        for batch in reader:
            total.update(_joined(batch.column(0)))
    return total.hexdigest()


def _joined(texts: pa.StringArray) -> memoryview:
    """The bytes of all texts of a batch, one after another: Arrow holds them so, and a loop over rows costs ten times as much."""
    _, offsets, data = texts.buffers()
    ends = memoryview(offsets).cast("i")
    return memoryview(data)[ends[texts.offset] : ends[texts.offset + len(texts)]]


COVERED = (
    ("source_days", "select source, tenant, day, state from source_days", ""),
    (
        "seat_lists",
        "select source, tenant, cast(taken_at as date) as taken_on, max(stated) as stated from seat_lists group by all",
        "",
    ),
)
"""What the files cover up to the as-of day: a day known to be complete is an input as much as a record is."""


def inputs_digest(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> str:
    """Digest of the canonical records and of what the files cover: what the scores are a pure function of."""
    found = [(table, parts.content_digest(connection, table)) for table in tables]
    held = "".join(f"{table} {made}\n" for table, made in found if made)
    return hashlib.sha256((held + digest(connection, COVERED)).encode()).hexdigest()


SCORED = (
    ("day_scores", "select * exclude (doubt) from day_scores", "person_id, day, tool"),
    ("quarter_scores", "select * exclude (provisional) from quarter_scores", "person_id, quarter"),
)
"""What the digest of the scores is made of. Whether a quarter is closed is no score: it changes with the as-of day alone."""


def quarter_digest(connection: duckdb.DuckDBPyConnection, quarter: str) -> str:
    """Digest of the day and quarter scores of one quarter."""
    return digest(connection, [(name, f"{sql} where quarter = '{quarter}'", key) for name, sql, key in SCORED])


def scores_digest(quarters: Iterable[tuple[str, str]]) -> str:
    """Digest of all scores: of (quarter, digest of the quarter), oldest first."""
    return hashlib.sha256("".join(f"{name} {made}\n" for name, made in sorted(quarters)).encode()).hexdigest()
