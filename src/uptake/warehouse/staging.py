"""The first half of a load: outcomes of the readers, checked and held aside in temporary tables until the call ends.

Nothing here judges between versions; that is `merge.py`. A file that is refused half-way leaves no row behind.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import duckdb
import msgspec
import pyarrow as pa

from uptake.model import TABLES, Usage
from uptake.model.outcome import (
    Gone,
    Ignored,
    Known,
    Listed,
    MoreFollow,
    Outcome,
    Parts,
    Refused,
    Rejected,
    SeatTotal,
    Source,
    Span,
    Stamp,
    Taken,
)
from uptake.warehouse.tables import arrow_schema, columns_sql

BATCH = 1_000
"""Records held as Python objects before they become columns: few enough that they are still near the processor then."""
BYTES_HELD = 48_000_000
"""Bytes held as columns before they go to the engine, which can spill them: what bounds the memory of a load. Each handing over costs milliseconds,
whatever its size."""
_REJECTED = pa.schema(
    [
        ("file_no", pa.int32()),
        ("line", pa.int64()),
        ("reason", pa.string()),
        ("field", pa.string()),
        ("day", pa.date32()),
    ]
)
_RECORDS = pa.schema(
    [
        ("rec", pa.int64()),
        ("file_no", pa.int32()),
        ("key", pa.string()),
        ("revision", pa.string()),
        ("rank", pa.string()),
        ("day", pa.date32()),
        ("tenant", pa.string()),
        ("account", pa.string()),
        ("report", pa.int32()),
        ("grp", pa.string()),
        ("line", pa.int64()),
    ]
)


EMPTY = """
create or replace temp table stage_records (
    rec bigint, file_no integer, key varchar, revision varchar, rank varchar, day date, tenant varchar, account varchar,
    report integer, grp varchar, line bigint
);
create or replace temp table stage_rejected (file_no integer, line bigint, reason varchar, field varchar, day date);
""" + "".join(
    f"create or replace temp table stage_{table} (rec bigint, {columns_sql(kind)});" for kind, table in TABLES.items()
)
"""Makes the temporary tables of a call, in one go: a statement of its own for each costs twice as much."""


@dataclass(slots=True)
class FileNotes:
    """What one file of the call came to. Times are UTC without zone."""

    name: str
    fetched_at: dt.datetime
    content_sha256: str = ""
    records_in: int = 0
    taken: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    quarantined: int = 0
    quarantine_reasons: Counter[str] = field(default_factory=Counter)
    """Records set aside, by field and reason; never a value."""
    known: int = 0
    """Of `records_in`: not read again, because an earlier load brought them."""
    gone: list[str] = field(default_factory=list)
    """Keys of records of earlier loads that the input says are there no more."""
    spans: list[Span] = field(default_factory=list)
    parts: list[Parts] = field(default_factory=list)
    seat_totals: list[SeatTotal] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)
    unknown_keys: dict[str, int] = field(default_factory=dict)
    more_follow: bool = False
    """The vendor says that further pages follow: this file alone completes no day."""
    refused: str = ""


class Staging:
    """Temporary tables of one ingest call."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, source: Source, days: tuple[dt.date, dt.date] | None = None
    ) -> None:
        self.connection = connection
        self.source = source
        self.days = days
        self.files: list[FileNotes] = []
        self.managers_cut = 0
        self.merged_kinds: set[type[msgspec.Struct]] = set()
        self._next_record = 0
        self._first_record = 0
        self._records: list[tuple[object, ...]] = []
        self._rejected: list[tuple[object, ...]] = []
        self._rows: dict[type[msgspec.Struct], tuple[list[int], list[msgspec.Struct]]] = {}
        """Of each kind the numbers of the records, and the rows themselves."""
        self._held: dict[str, list[pa.RecordBatch]] = {}
        self._bytes_held = 0
        connection.execute(EMPTY)

    def take(self, notes: FileNotes, outcomes: Iterable[Outcome]) -> None:
        """Stage one file. A `Refused` raised on the way, or by a rule on the whole file, leaves nothing of it."""
        number = len(self.files)
        self.files.append(notes)
        seen: dict[str, str] = {}
        self._first_record = self._next_record
        try:
            for outcome in outcomes:
                self._note(notes, number, outcome, seen)
        except Refused as refusal:
            self.refuse(notes, f"{refusal.reason}. {refusal.instead}")

    def refuse(self, notes: FileNotes, why: str) -> None:
        """Leave nothing of a file but its name and why it was refused."""
        if self.files and self.files[-1] is notes:
            self._drop(len(self.files) - 1, self._first_record)
            self.files.pop()
        self.files.append(FileNotes(notes.name, notes.fetched_at, notes.content_sha256, refused=why))

    def finish(self) -> None:
        """Put what is still held in memory into the tables; to be called before they are read."""
        self._flush()
        self._hand_over()

    def _note(self, notes: FileNotes, number: int, outcome: Outcome, seen: dict[str, str]) -> None:
        if isinstance(outcome, Taken):
            self._take_record(notes, number, outcome, seen)
        elif isinstance(outcome, Ignored):
            notes.records_in += 1
            notes.ignored[outcome.reason] += 1
        elif isinstance(outcome, Rejected):
            notes.records_in += 1
            notes.quarantined += 1
            notes.quarantine_reasons[f"{outcome.field}: {outcome.reason}" if outcome.field else outcome.reason] += 1
            self._rejected.append((number, outcome.line, outcome.reason, outcome.field, outcome.day))
            if len(self._rejected) >= BATCH:
                self._flush()
        else:
            _note_file(notes, outcome)

    def _take_record(self, notes: FileNotes, number: int, record: Taken, seen: dict[str, str]) -> None:
        notes.records_in += record.counted
        if self.days and record.day and not self.days[0] <= record.day <= self.days[1]:
            notes.ignored["outside --from and --to"] += 1
            return
        revision = revision_of(record)
        if self.source.whole_file_on_conflict and seen.setdefault(record.key, revision) != revision:
            raise Refused(
                f"line {record.line}: two different rows for one person and effective_from",
                "Mend the file and load it again; the last good one stays",
            )
        notes.taken += record.counted
        # What is made of many records is none itself: its number is negative, so that no count sees it.
        number_of_record = self._next_record if record.counted else -1 - self._next_record
        self._next_record += 1
        first = record.rows[0] if record.rows else None
        report = record.report
        if report is None:
            report = first.precedence if isinstance(first, Usage) else 1
        self._records.append(
            (
                number_of_record,
                number,
                record.key,
                revision,
                record.rank,
                record.day,
                record.tenant,
                record.account,
                report,
                record.group,
                record.line,
            )
        )
        for row in record.rows:
            numbers, rows = self._rows.setdefault(type(row), ([], []))
            numbers.append(number_of_record)
            rows.append(row)
        if len(self._records) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """Make columns of what is held as Python objects."""
        self._hold("stage_records", _RECORDS, zip(*self._records, strict=True))
        self._hold("stage_rejected", _REJECTED, zip(*self._rejected, strict=True))
        for kind, (numbers, rows) in self._rows.items():
            self.merged_kinds.add(kind)
            cells = zip(*map(msgspec.structs.astuple, rows), strict=True)
            self._hold(f"stage_{TABLES[kind]}", stage_schema(kind), [numbers, *cells])
        self._records = []
        self._rejected = []
        self._rows = {}
        if self._bytes_held >= BYTES_HELD:
            self._hand_over()

    def _hold(self, table: str, schema: pa.Schema, cells: Iterable[Sequence[object]]) -> None:
        columns = list(cells)
        if not columns:
            return
        batch = _batch(schema, columns)
        self._held.setdefault(table, []).append(batch)
        self._bytes_held += batch.nbytes

    def _hand_over(self) -> None:
        """Give the columns to the engine."""
        for table, batches in self._held.items():
            _insert(self.connection, table, pa.Table.from_batches(batches))
        self._held, self._bytes_held = {}, 0

    def _drop(self, number: int, first_record: int) -> None:
        self.finish()
        self.connection.execute("delete from stage_rejected where file_no = ?", [number])
        for table in ("records", *(TABLES[kind] for kind in self.merged_kinds)):
            self.connection.execute(f"delete from stage_{table} where rec >= $1 or rec < -$1", [first_record])


def _note_file(notes: FileNotes, outcome: Outcome) -> None:
    """What is said of the file as a whole."""
    if isinstance(outcome, Span):
        notes.spans.append(outcome)
    elif isinstance(outcome, Parts):
        notes.parts.append(outcome)
    elif isinstance(outcome, SeatTotal):
        notes.seat_totals.append(outcome)
    elif isinstance(outcome, Listed):
        notes.listed.append(outcome.total)
    elif isinstance(outcome, MoreFollow):
        notes.more_follow = True
    elif isinstance(outcome, Known):
        notes.records_in += outcome.records
        notes.known += outcome.records
    elif isinstance(outcome, Gone):
        notes.gone += outcome.keys
    elif isinstance(outcome, Stamp):
        notes.fetched_at = outcome.at.astimezone(dt.UTC).replace(tzinfo=None) if outcome.at.tzinfo else outcome.at


def append(
    connection: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema, rows: Sequence[tuple[object, ...]]
) -> None:
    """Append rows to a table by column, which is a hundred times quicker than row by row."""
    if rows:
        _insert(connection, table, pa.Table.from_batches([_batch(schema, list(zip(*rows, strict=True)))]))


def _batch(schema: pa.Schema, columns: Sequence[Sequence[object]]) -> pa.RecordBatch:
    arrays = [pa.array(column, type=part.type) for column, part in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("appended_rows", rows)
    connection.execute(f"insert into {table} select * from appended_rows")
    connection.unregister("appended_rows")


_ENCODER = msgspec.msgpack.Encoder(order="deterministic", decimal_format="string")


def revision_of(record: Taken) -> str:
    """Hash of what the record says: equal records have equal revisions whatever their spelling in the file."""
    return hashlib.sha256(_ENCODER.encode([(type(row).__name__, row) for row in record.rows])).hexdigest()[:32]


@cache
def stage_schema(kind: type[msgspec.Struct]) -> pa.Schema:
    """`arrow_schema`, made once for each kind."""
    return arrow_schema(kind)
