"""SHA-256 over rows sorted by key, integers in decimal text (MEASUREMENT.md rule 1.8): one digest for one result."""

from __future__ import annotations

import datetime as dt
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
        line = _line(connection, f"({sql})")
        text = f"select {line} as line from ({sql}) order by {key or ', '.join(columns)}"
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


DAY_TABLE_SQL = (
    "create table if not exists day_digests (day date not null, content varchar not null, digest varchar not null)"
)
SCORED_DAYS = "select * exclude (doubt) from day_scores"
SCORED_QUARTERS = "select * exclude (provisional) from quarter_scores"
"""What the digest of the scores is made of. Whether a quarter is closed is no score: it changes with the as-of day alone."""
ROWS_AT_ONCE = 1_000_000


def quarter_digest(connection: duckdb.DuckDBPyConnection, quarter: str) -> str:
    """Digest of the day and quarter scores of one quarter: of the digests of its days in order, then of its quarter rows."""
    days = "".join(f"{day} {made}\n" for day, made in _day_digests(connection, quarter))
    rows = digest(
        connection, [("quarter_scores", f"{SCORED_QUARTERS} where quarter = '{quarter}'", "person_id, quarter")]
    )
    return hashlib.sha256(f"{days}{rows}".encode()).hexdigest()


def _day_digests(connection: duckdb.DuckDBPyConnection, quarter: str) -> list[tuple[dt.date, str]]:
    """(day, SHA-256 over its rows sorted by person and tool) of each day of a quarter; days whose rows stand keep theirs."""
    connection.execute(DAY_TABLE_SQL)
    where = f"where quarter = '{quarter}'"
    connection.execute(
        "create or replace temp table told_days as select day, count(*) as row_count,"
        f" count(*) || ':' || cast(sum(hash(t)) as varchar) as content from ({SCORED_DAYS} {where}) as t group by day"
    )
    connection.execute(
        "delete from day_digests as d where exists (select 1 from told_days as t where t.day = d.day and t.content <> d.content)"
    )
    stale = connection.execute(
        "select '', day, row_count from told_days where day not in (select day from day_digests) order by day"
    ).fetchall()
    for group in parts.grouped(stale, ROWS_AT_ONCE):
        inside = f"({SCORED_DAYS} {where} and day between '{group[0][1]}' and '{group[-1][1]}')"
        connection.execute(
            "insert into day_digests select d.day, t.content, d.digest from (select day,"
            f" sha256(string_agg({_line(connection, inside)}, '' order by person_id, tool)) as digest from {inside} as r group by day) as d"
            " join told_days as t on t.day = d.day where d.day not in (select day from day_digests)"
        )
    return connection.execute(
        "select d.day, d.digest from day_digests as d join told_days as t on t.day = d.day order by d.day"
    ).fetchall()


def _line(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """SQL for one row as text; NULL is no empty text."""
    columns = [row[0] for row in connection.execute(f"describe select * from {rows}").fetchall()]
    values = (f"coalesce(replace(cast({column} as varchar), '|', '||'), chr(0))" for column in columns)
    return " || '|' || ".join(values) + " || chr(10)"


def scores_digest(quarters: Iterable[tuple[str, str]]) -> str:
    """Digest of all scores: of (quarter, digest of the quarter), oldest first."""
    return hashlib.sha256("".join(f"{name} {made}\n" for name, made in sorted(quarters)).encode()).hexdigest()
