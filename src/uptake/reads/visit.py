"""A visit: the questions of one response, each through the gate, and their audit records before it leaves.

No other module opens a snapshot to read rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import duckdb
import pyarrow as pa
from pyarrow import parquet

from uptake.policy import QUESTIONS, Grant, Policy, Viewer, decide
from uptake.policy.questions import BY_POLICY, PERSON, REGISTER
from uptake.reads import lend
from uptake.reads.caller import Caller
from uptake.reads.lending import Asking
from uptake.reads.parts import Part, about, in_ranges, part_of
from uptake.reads.query import Filters, Order, Query, Tally, query
from uptake.reads.watermark import watermark
from uptake.settings import Settings
from uptake.snapshot import Snapshot, current, reading
from uptake.state import State, audit, runs


@dataclass(frozen=True, slots=True)
class Answer:
    """Granted rows and the snapshot that they come from."""

    columns: tuple[str, ...]
    table: pa.Table
    snapshot: Snapshot
    under_review: int = 0
    """People whom the list would hold and who are left out of it while their contest is open: a count, never who."""
    following: str | None = None
    """Of a part of a list: the seal of the next part; None at its end, and for whole lists."""
    total: int | None = None
    """Of a part of a list: rows of the whole list."""
    before: int = 0
    """Of a part of a list: rows that stand before it, where it was asked."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What a file of it says of itself: see `watermark`."""
    nothing: str = ""
    """Of an answer without rows at the command line: why that may be."""

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*self.values(), strict=True)]

    def values(self) -> list[list[Any]]:
        """The values by column, in the order of `columns`."""
        return [column.to_pylist() for column in self.table.columns]

    def write_parquet(self, file: Path | BinaryIO) -> None:
        """The rows as a Parquet file, with what it says of itself as key-value metadata; what the table says already stands."""
        table = self.table if self.table.schema.metadata else self.table.replace_schema_metadata(dict(self.about))
        parquet.write_table(table, file, compression="zstd")


class Visit:
    """The questions of one response, all of one snapshot, in one session on it. Their records are written together where the `with` ends: a
    response is made inside and sent after it, so that none leaves without its records. `ask` for one question alone is a visit of its own.
    """

    def __init__(
        self,
        settings: Settings,
        state: State,
        policy: Policy,
        viewer: Viewer,
        caller: Caller,
        snapshot: Snapshot | None,
    ) -> None:
        self._settings, self._state, self._policy, self._viewer, self._caller = settings, state, policy, viewer, caller
        self._snapshot = snapshot
        self._entries: dict[tuple[object, ...], tuple[dict[str, Any], dict[str, None]]] = {}
        self._open = contextlib.ExitStack()
        self._session: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write down what was read, whether or not the response could be made of it, and end the session.

        Raises:
            Unreachable: the records could not be written, or the snapshot not be read; then nothing may be answered.
        """
        try:
            if self._entries:
                audit.record_all(self._state, [(event, list(people)) for event, people in self._entries.values()])
        finally:
            self._open.__exit__(kind, error, trace)

    def ask(self, question: str, filters: Filters, wanted: Part | Tally | None = None) -> Answer:
        """The rows of a question: all of them, a part of the list with how many there are, or counts of them. Raises: as `ask`."""
        if isinstance(wanted, Tally):
            return self._counts(question, filters, wanted)
        part = wanted or Part(None)
        with self._asking(question, filters, part.order) as (grant, connection, asked):
            named = about(self._viewer, question, filters, part.order)
            found = part_of(connection, self._state, asked, part, named)
        self._note(question, grant.columns, found.table.num_rows, _subjects(question, found.table))
        shown = found.table.select(range(len(grant.columns)))
        total = None if wanted is None else found.total
        told = self._about(question, filters)
        return Answer(grant.columns, shown, self.snapshot, asked.left_out, found.following, total, found.before, told)

    def _counts(self, question: str, filters: Filters, wanted: Tally) -> Answer:
        """Counts of a list. Nobody is named by them, so that their record names nobody: it says which columns of how many rows were counted."""
        with self._asking(question, filters) as (grant, connection, asked):
            tally = wanted.granted(grant.columns)
            table = asked.tally(connection, tally)
        counted = sum(table.column("rows").to_pylist())
        self._note(question, tally.read, table.num_rows, (), counted=counted)
        return Answer(tally.columns, table, self.snapshot, asked.left_out, total=counted)

    def each(self, question: str, filters: Filters, take: Callable[[Answer], None]) -> None:
        """Hand over all rows of a question in answers of bounded size, one after the other; it is one reading. Raises: as `ask`."""
        rows, subjects, told = 0, dict[str, None](), self._about(question, filters)
        with self._asking(question, filters) as (grant, connection, asked):
            try:
                for table in in_ranges(connection, asked, QUESTIONS[question].key):
                    rows += table.num_rows
                    subjects |= dict.fromkeys(_subjects(question, table))
                    shown = table.select(range(len(grant.columns)))
                    take(Answer(grant.columns, shown, self.snapshot, asked.left_out, about=told))
            finally:
                self._note(question, grant.columns, rows, list(subjects))

    def _about(self, question: str, filters: Filters) -> dict[str, str]:
        viewer, policy, made = self._viewer, self._policy, self.snapshot
        return watermark(question, viewer, policy, made, filters, invented=self._settings.demo)

    @contextlib.contextmanager
    def _asking(
        self, question: str, filters: Filters, order: tuple[Order, ...] = ()
    ) -> Iterator[tuple[Grant, duckdb.DuckDBPyConnection, Query]]:
        """The gate: what is granted, the session on the snapshot, and the query in it. What a question is lent is lent to it anew."""
        grant, made, today = decide(question, self._viewer, self._policy), self.snapshot, self._caller.now.date()
        days = (filters.first, filters.last)
        every = runs.scheduled(self._settings)
        money = (self._settings.value, filters.assumed)
        asking = Asking(
            self._viewer,
            self._policy,
            today,
            days,
            made,
            every,
            filters.person,
            filters.quarter,
            self._settings.egress,
            *money,
        )
        connection = self._connection()
        lend.state_tables(connection, self._state, question, asking)
        asked = (QUESTIONS[question], grant, made.content_sha256)
        yield grant, connection, query(connection, self._state, asked, (self._policy, today), filters, order)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """The session of this visit, begun with its first question: the first statement of a session costs as much as a small question."""
        if self._session is None:
            folder, threads = self._settings.snapshot_folder, self._settings.engine.threads
            self._session = self._open.enter_context(reading(folder, self.snapshot, threads=threads))
        return self._session

    def _note(
        self, question: str, columns: Sequence[str], rows: int, subjects: Sequence[str], counted: int | None = None
    ) -> None:
        """What the audit log is to hold of a reading, where it speaks of people: never the data. `counted`: rows behind counts.

        Parts of one list in one response are one reading of it: whoever stands in two of them was looked at once.
        """
        key = (question, tuple(columns), counted)
        if key in self._entries:
            event, people = self._entries[key]
            event["rows"] += rows
            people |= dict.fromkeys(subjects)
            return
        spec, viewer, caller, state = QUESTIONS[question], self._viewer, self._caller, self._state
        if spec.level in (PERSON, BY_POLICY, REGISTER):
            event = {
                "time": caller.now.isoformat(timespec="seconds") + "Z",
                "actor": caller.actor,
                "action": "ask",
                "route": caller.route,
                "question": question,
                "role": viewer.role,
                "purpose": viewer.purpose or "",
                "case_id": viewer.case_id or "",
                "as_person": state.pseudonym(viewer.person_id) if viewer.person_id else "",
                "rows": rows,
                "columns": list(columns),
                "policy_version": self._policy.version,
                "snapshot": self.snapshot.id,
                "score_version": self.snapshot.score_version,
                "result": "answered",
                **({} if counted is None else {"counted": counted}),
            }
            self._entries[key] = (event, dict.fromkeys(subjects))

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that is read: the current one of the first question, unless it was given."""
        if self._snapshot is None:
            self._snapshot = current(self._settings.snapshot_folder)
        return self._snapshot


def _subjects(question: str, table: pa.Table) -> list[str]:
    """The people whom rows speak of: the last column, where the question has one."""
    if not table.num_rows or not QUESTIONS[question].key:
        return []
    return [str(person) for person in table.column(table.num_columns - 1).unique().to_pylist() if person]
