"""SHA-256 over rows sorted by key, integers in decimal text (MEASUREMENT.md rule 1.8): one digest for one result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import duckdb
import pyarrow as pa

from uptake.model.reach import Reach
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


TABLE_SQL = """
create table if not exists day_digests (day date not null, content varchar not null, digest varchar not null);
create table if not exists bucket_digests (day date not null, bucket varchar not null, digest varchar not null);
"""
SCORED_DAYS = "select * exclude (doubt) from day_scores"
SCORED_QUARTERS = "select * exclude (provisional) from quarter_scores"
"""What the digest of the scores is made of. Whether a quarter is closed is no score: it changes with the as-of day alone."""
ROWS_AT_ONCE = 500_000
KEPT = "bucket_digests"
BUCKET = "left(sha256({person}), 2)"
"""People in 256 buckets: where a few people changed on every day, only the rows beside theirs are digested again."""


def quarter_digest(
    connection: duckdb.DuckDBPyConnection, quarter: str, *, newest: bool = False, reached: Reach | None = None
) -> str:
    """Digest of the day and quarter scores of one quarter: of the digests of its days in order, then of its quarter rows.

    That of a day is made of those of its buckets of people, in order. Those of the newest quarter are kept: of it, only what was
    `reached` since is digested, where that is known.
    """
    connection.execute(TABLE_SQL)
    if reached:
        _digest_reached(connection, reached)
    else:
        _digest_days(connection, quarter, newest=newest)
    days = connection.execute(
        f"select day, digest from day_digests where day in (select day from day_scores where quarter = '{quarter}') order by day"
    ).fetchall()
    rows = digest(
        connection, [("quarter_scores", f"{SCORED_QUARTERS} where quarter = '{quarter}'", "person_id, quarter")]
    )
    told = "".join(f"{day} {made}\n" for day, made in days)
    return hashlib.sha256(f"{told}{rows}".encode()).hexdigest()


def _digest_days(connection: duckdb.DuckDBPyConnection, quarter: str, *, newest: bool) -> None:
    """Digests of the days of a quarter; days whose rows stand keep theirs, but that of the newest all buckets are made."""
    where = f"where quarter = '{quarter}'"
    connection.execute(
        "create or replace temp table told_days as select day, count(*) as row_count,"
        f" 'buckets ' || count(*) || ':' || cast(sum(hash(t)) as varchar) as content from ({SCORED_DAYS} {where}) as t group by day"
    )
    connection.execute(
        "delete from day_digests as d where exists (select 1 from told_days as t where t.day = d.day and t.content <> d.content)"
    )
    connection.execute("create or replace temp table made_buckets as select * from bucket_digests limit 0")
    beside = "" if newest else " where day not in (select day from day_digests)"
    stale = connection.execute(f"select '', day, row_count from told_days{beside} order by day").fetchall()
    for group in parts.grouped(stale, ROWS_AT_ONCE):
        days = f"day between '{group[0][1]}' and '{group[-1][1]}'"
        _digest_buckets(connection, "made_buckets", f"quarter = '{quarter}' and {days}")
    _digest_of_buckets(connection, "made_buckets", "select day, content from told_days")
    if newest:
        connection.execute("create or replace table bucket_digests as select * from made_buckets")


def _digest_reached(connection: duckdb.DuckDBPyConnection, reached: Reach) -> None:
    """As `_digest_days`, of the newest quarter whose buckets are kept."""
    connection.execute(f"delete from bucket_digests where {reached.of_days}")
    _digest_buckets(connection, KEPT, f"quarter = '{reached.quarter}' and {reached.of_days}")
    if reached.people:
        buckets = f"select {BUCKET.format(person='name')} from reached_people"
        connection.execute(f"delete from bucket_digests where not ({reached.of_days}) and bucket in ({buckets})")
        people = f"select distinct person_id from day_scores where quarter = '{reached.quarter}'"
        beside = f"select person_id from ({people}) where {BUCKET.format(person='person_id')} in ({buckets})"
        where = f"quarter = '{reached.quarter}' and not ({reached.of_days}) and person_id in ({beside})"
        _digest_buckets(connection, KEPT, where)
    touched = "" if reached.people else f" where {reached.of_days}"
    # What these days hold is not read as a whole: the next run that makes the quarter anew digests them anew.
    _digest_of_buckets(connection, KEPT, f"select distinct day, '' as content from bucket_digests{touched}")


def _digest_buckets(connection: duckdb.DuckDBPyConnection, table: str, where: str) -> None:
    """SHA-256 over the rows of each day and bucket, sorted by person and tool."""
    inside = f"({SCORED_DAYS} where {where})"
    connection.execute(
        f"insert into {table} select day, {BUCKET.format(person='person_id')} as bucket,"
        f" sha256(string_agg({_line(connection, inside)}, '' order by person_id, tool)) from {inside} as r group by all"
    )


def _digest_of_buckets(connection: duckdb.DuckDBPyConnection, table: str, days: str) -> None:
    """Digests of days, a query of day and content, where there are some of their buckets."""
    connection.execute(
        f"create or replace temp table made_days as select d.day, d.content, sha256(string_agg(b.bucket || b.digest, '' order by b.bucket))"
        f" as digest from ({days}) as d join {table} as b on b.day = d.day group by d.day, d.content"
    )
    connection.execute("delete from day_digests where day in (select day from made_days)")
    connection.execute("insert into day_digests select day, content, digest from made_days")


def _line(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """SQL for one row as text; NULL is no empty text."""
    columns = [row[0] for row in connection.execute(f"describe select * from {rows}").fetchall()]
    values = (f"coalesce(replace(cast({column} as varchar), '|', '||'), chr(0))" for column in columns)
    return " || '|' || ".join(values) + " || chr(10)"


def scores_digest(quarters: Iterable[tuple[str, str]]) -> str:
    """Digest of all scores: of (quarter, digest of the quarter), oldest first."""
    return hashlib.sha256("".join(f"{name} {made}\n" for name, made in sorted(quarters)).encode()).hexdigest()
