"""A load of many files in several transactions: what an earlier run of the same call brought before it was cut off.

The rule by which versions are judged (SOURCES.md rule C2) does not ask which call brought a record, only when it was fetched; so a
call may be cut into pieces, as long as all pieces carry the time of the first one. What the files cover is told with the last piece
only: until then every record counts as use, but no day is known whole, and nobody's zero is proven by half a folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import duckdb

TABLES = """
create table if not exists open_loads (source varchar not null, call varchar not null, begun_at timestamp not null, first_batch bigint not null);
create table if not exists open_spans (source varchar not null, tenant varchar not null, first_day date not null, last_day date not null);
"""
LONGEST = dt.timedelta(days=1)
"""A call that was cut off goes on until the day after. Later its time says too little of the days that its files may hold."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One transaction of a call. `call` is a hash of what the call says, without its files; `begun_at` when it began first."""

    call: str
    begun_at: dt.datetime
    first: bool = True
    last: bool = True


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file that an earlier run of the call brought."""

    records_in: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class CutOff:
    """An earlier run of a call that did not come to its end. `files`: SHA-256 of the content -> what it came to."""

    begun_at: dt.datetime
    files: dict[str, LoadedFile]


def cut_off(connection: duckdb.DuckDBPyConnection, source: str, call: str, now: dt.datetime) -> CutOff | None:
    """The run of that call which was cut off, if it is still the newest load of its source."""
    row = connection.execute(
        "select begun_at, first_batch from open_loads where source = ? and call = ?", [source, call]
    ).fetchone()
    if row is None or not row[0].date() <= now.date() <= (row[0] + LONGEST).date():
        return None
    found = connection.execute(
        "select content_sha256, max(records_in), max(quarantined) from files"
        " where source = ? and batch_id >= ? and refused is null group by content_sha256",
        [source, row[1]],
    ).fetchall()
    return CutOff(row[0], {sha: LoadedFile(records_in, quarantined) for sha, records_in, quarantined in found})


def holds(found: CutOff, contents: Collection[str]) -> bool:
    """Whether a call has all files of the run that was cut off, unchanged; else it is another call, and begins anew."""
    return set(found.files) <= set(contents)


def begin(connection: duckdb.DuckDBPyConnection, source: str, piece: Piece, batch: int) -> None:
    """In the transaction of a piece, before its spans are written. A new call of a source forgets the one that was cut off."""
    if piece.first:
        connection.execute("delete from open_loads where source = ?", [source])
        connection.execute("delete from open_spans where source = ?", [source])
        if not piece.last:
            values = [source, piece.call, piece.begun_at, batch]
            connection.execute("insert into open_loads values (?, ?, ?, ?)", values)


def end(connection: duckdb.DuckDBPyConnection, source: str, piece: Piece) -> None:
    """In the transaction of a piece, after its spans are written: with the last one they hold."""
    if not piece.last:
        return
    connection.execute(
        "insert into spans select distinct * from open_spans where source = ? except select * from spans", [source]
    )
    connection.execute("delete from open_spans where source = ?", [source])
    connection.execute("delete from open_loads where source = ?", [source])


def unfinished(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Sources whose newest load was cut off."""
    return [row[0] for row in connection.execute("select source from open_loads order by source").fetchall()]
