"""The canonical tables: one per kind of record of `model.py`, and the ledger of what came from where.

Facts and scores have no schema here: each is its query (see `refill.py`).
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from decimal import Decimal
from functools import cache

import duckdb
import msgspec
import pyarrow as pa

from uptake.model import TABLES
from uptake.warehouse import parts, pieces

_SQL = {
    str: "VARCHAR",
    int: "BIGINT",
    bool: "BOOLEAN",
    dt.date: "DATE",
    dt.datetime: "TIMESTAMP",
    Decimal: "DECIMAL(28,10)",
}
_ARROW = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    dt.date: pa.date32(),
    dt.datetime: pa.timestamp("us"),
    Decimal: pa.decimal128(28, 10),
}

LEDGER = """
create table batches (
    batch_id bigint primary key, source varchar not null, received_at timestamp not null,
    records_in bigint not null, loaded bigint not null, duplicate bigint not null, ignored bigint not null,
    quarantined bigint not null, conflicts bigint not null, unknown_keys varchar not null
);
create table files (
    batch_id bigint not null, file_no integer not null, source varchar not null, name varchar not null,
    fetched_at timestamp not null, content_sha256 varchar not null, records_in bigint not null, quarantined bigint not null,
    tenant varchar not null, first_day date, last_day date, refused varchar
);
create table file_days (
    batch_id bigint not null, file_no integer not null, source varchar not null, tenant varchar not null, day date not null,
    records bigint not null
);
create table records (
    source varchar not null, key varchar not null, revision varchar not null, rank varchar not null,
    fetched_at timestamp not null, batch_id bigint not null, day date, tenant varchar not null, report integer not null, grp varchar
);
create table whole_reports (
    source varchar not null, tenant varchar not null, report integer not null, first_day date, last_day date, fetched_at timestamp not null
);
create table spans (source varchar not null, tenant varchar not null, first_day date not null, last_day date not null);
create table report_parts (source varchar not null, name varchar not null, first_day date not null, last_day date not null);
create table seat_lists (source varchar not null, tenant varchar not null, taken_at timestamp not null, stated bigint not null);
create table quarantine (
    batch_id bigint not null, file_no integer not null, source varchar not null, file varchar not null, line bigint not null, reason varchar not null,
    field varchar not null, day date, tenant varchar not null
);
"""


@cache
def field_types(kind: type[msgspec.Struct]) -> tuple[tuple[str, type], ...]:
    """Column names and plain types of a canonical record, in order."""
    hints = typing.get_type_hints(kind)
    return tuple((name, _plain(hints[name])) for name in kind.__struct_fields__)


def _plain(hint: typing.Any) -> type:
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    return typing.cast("type", hint)


def arrow_schema(kind: type[msgspec.Struct]) -> pa.Schema:
    """Arrow schema of a canonical record with its two bookkeeping columns: `rec` (record number of the call)."""
    return pa.schema([("rec", pa.int64()), *((name, _ARROW[plain]) for name, plain in field_types(kind))])


def columns_sql(kind: type[msgspec.Struct]) -> str:
    """Column definitions of the canonical table of one kind."""
    return ", ".join(f"{name} {_SQL[plain]}" for name, plain in field_types(kind))


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """All canonical and ledger tables, empty."""
    connection.execute("begin")
    connection.execute(LEDGER)
    connection.execute("commit")
    add_tables(connection)


def add_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """What is not there yet: a warehouse of an older release lacks tables, and columns that records have got since (NULL in its rows)."""
    lacking = "".join(_lacking(connection, kind, table) for kind, table in TABLES.items())
    connection.execute(f"begin; {pieces.TABLES} {lacking} commit")
    parts.add_tables(connection)


def _lacking(connection: duckdb.DuckDBPyConnection, kind: type[msgspec.Struct], table: str) -> str:
    """Statements that complete one canonical table; every command opens the warehouse, so what is complete must cost nothing."""
    held = {name for name, _ in columns_of(connection, table)}
    if not held:
        return f"create table {table} (source varchar not null, key varchar not null, {columns_sql(kind)}); "
    return "".join(
        f"alter table {table} add column {name} {_SQL[plain]}; "
        for name, plain in field_types(kind)
        if name not in held
    )


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """Names and types of the columns of a table or view, in order; none where there is no such table."""
    try:
        found = connection.table(
            table
        )  # the catalogue as a table lists every column of every table: many times as slow
    except duckdb.CatalogException:
        return []
    return [(name, str(kind)) for name, kind in zip(found.columns, found.types, strict=True)]
