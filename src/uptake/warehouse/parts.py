"""Which part of the inputs changed: every canonical table is cut into parts, and each part carries the digest of its rows.

A load notes the parts it touched, in its own transaction; the next score run digests these anew and leaves the rest. What is made
of a part is made again only when its digest has changed, so a day that is loaded twice costs nothing, and a kill forgets nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator

import duckdb

from uptake.model import TABLES

TABLE_SQL = """
create table if not exists changed_parts (name varchar not null, source varchar not null, day date);
create table if not exists input_parts (
    name varchar not null, source varchar not null, day date, row_count bigint not null, digest varchar not null, versions varchar not null
);
"""
DAY_OF = {
    "usage": "day",
    "slot_uses": "day",
    "seat_listings": "cast(taken_at as date)",
    "vendor_totals": "day",
    "spends": "day",
    "team_memberships": "day",
    "commits": "day",
    "commit_marks": "day",
    "commit_files": "day",
    "line_marks": "day",
    "line_fates": "day",
    "commit_lineage": "day",
}
"""Tables that grow by the day, and the day of a row. The others are one part for each source."""
NO_INPUT = frozenset({"line_states", "content_classes"})
"""No input of a score: what a reader keeps for its next load alone, which hangs on how commits were cut into loads; and classes of data in prompts."""
CANONICAL_SKIPS = ("key", "fetched_at", "batch_id", "precedence")
"""Bookkeeping of loads: how the same records were cut into files and calls is no input of the scores."""
ROWS_AT_ONCE = 1_000_000
"""Rows digested in one query: what bounds its memory."""


def add_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The two tables; in a warehouse of an older release every part counts as changed."""
    made = connection.execute("select 1 from duckdb_tables() where table_name = 'input_parts' and not temporary")
    if made.fetchone():
        return
    connection.execute("begin")
    connection.execute(TABLE_SQL)
    for table in TABLES.values():
        note_changes(connection, table, f"select source, {day_of(table)} as day from {table}")
    connection.execute("commit")


def day_of(table: str) -> str:
    """SQL for the day of a row of a canonical table; NULL where the table is one part."""
    return DAY_OF.get(table, "cast(null as date)")


def note_changes(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Note the parts of a canonical table in which some rows, a query of source and day, came, went or changed."""
    if table in NO_INPUT:
        return
    connection.execute(
        f"insert into changed_parts select distinct '{table}', source, day from ({rows}) as touched"
        " except select * from changed_parts"
    )


def refresh(connection: duckdb.DuckDBPyConnection) -> int:
    """Digest anew the parts that changed since the last call; answers how many there were."""
    connection.execute("begin")
    try:
        changed = connection.execute("select distinct name, source, day from changed_parts order by all").fetchall()
        for table in sorted({str(row[0]) for row in changed}):
            _digest_parts(connection, table)
        connection.execute("delete from changed_parts")
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return len(changed)


def _digest_parts(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    connection.execute(
        f"""
        create or replace temp table sized_parts as
        select c.source, c.day, count(t.source) as row_count
        from (select distinct source, day from changed_parts where name = '{table}') as c
        left join (select source, {day_of(table)} as day from {table}) as t
            on t.source = c.source and t.day is not distinct from c.day
        group by c.source, c.day
        """
    )
    connection.execute(
        "delete from input_parts as p where p.name = ? and exists"
        " (select 1 from sized_parts as s where s.source = p.source and s.day is not distinct from p.day)",
        [table],
    )
    sized = connection.execute(
        "select source, day, row_count from sized_parts where row_count > 0 order by day, source"
    ).fetchall()
    for group in grouped(sized, ROWS_AT_ONCE):
        connection.execute("create or replace temp table parts (source varchar, day date)")
        connection.executemany("insert into parts values (?, ?)", group)
        connection.execute(f"insert into input_parts {_digests_sql(connection, table)}")


def grouped(sized: Iterable[tuple[str, dt.date | None, int]], most: int) -> Iterator[list[tuple[str, dt.date | None]]]:
    """Parts (source, day) in groups of at most so many rows, or of one part that is larger."""
    group: list[tuple[str, dt.date | None]] = []
    rows = 0
    for source, day, count in sized:
        if group and rows + count > most:
            yield group
            group, rows = [], 0
        group.append((source, day))
        rows += count
    if group:
        yield group


def _digests_sql(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """SHA-256 over the sorted SHA-256 of the rows: the same whatever order they lie in; NULL is no empty text."""
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall() if row[0] not in CANONICAL_SKIPS]
    line = " || '|' || ".join(f"coalesce(replace(cast(t.{name} as varchar), '|', '||'), chr(0))" for name in columns)
    day = DAY_OF.get(table)
    of_day = f"{day.replace('taken_at', 't.taken_at') if 'taken' in day else 't.' + day} = p.day" if day else "true"
    versions = _VERSIONS if table == "usage" else "select source, day, '' as versions from parts"
    return f"""
        with hashed as (
            select p.source, p.day, sha256({line}) as line
            from {table} as t join parts as p on p.source = t.source and {of_day}
        ),
        digested as (
            select source, day, count(*) as row_count, sha256(string_agg(line, '' order by line)) as digest
            from hashed group by source, day
        ),
        versions as ({versions})
        select '{table}', d.source, d.day, d.row_count, d.digest, coalesce(v.versions, '')
        from digested as d left join versions as v on v.source = d.source and v.day is not distinct from d.day
    """


_VERSIONS = """
    with told as (
        select distinct u.source, u.day, u.account, u.key, u.precedence
        from usage as u join parts as p on p.source = u.source and p.day = u.day
    ),
    twice as (select source, day, account from told group by source, day, account having count(*) > 1)
    select t.source, t.day, sha256(string_agg(
        t.key || '|' || t.precedence || '|' || r.fetched_at || '|' || r.revision, chr(10) order by t.key, t.precedence
    )) as versions
    from told as t
    join twice as w on w.source = t.source and w.day = t.day and w.account = t.account
    join records as r on r.source = t.source and r.key = t.key
    group by t.source, t.day
"""
"""Where two records speak of one account and day, which of them counts depends on more than their content (rule C8)."""


def signature(connection: duckdb.DuckDBPyConnection, table: str, as_of: dt.date) -> str:
    """Digest of the parts of a canonical table up to a day, with what decides between versions."""
    rows = connection.execute(
        "select source, day, digest, versions from input_parts where name = ? and coalesce(day, ?) <= ? order by all",
        [table, as_of, as_of],
    ).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def content_digest(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Digest of the whole content of a canonical table: of the digests of its parts; empty while it has no rows."""
    rows = connection.execute(
        "select source, coalesce(cast(day as varchar), ''), digest from input_parts where name = ? order by all",
        [table],
    ).fetchall()
    text = "".join(f"{source}|{day}|{digest}\n" for source, day, digest in rows)
    return hashlib.sha256(text.encode()).hexdigest() if rows else ""


def canonical() -> tuple[str, ...]:
    """Names of the canonical tables."""
    return tuple(TABLES.values())
