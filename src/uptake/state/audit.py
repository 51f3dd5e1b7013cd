"""The audit log: one canonical JSON record (RFC 8785) per response with person data, chained by SHA-256. Never the data.

Records of many threads share a transaction: whoever comes first writes what waits, up to 100, and everybody returns once their own
record is on disk (GOVERNANCE.md section 8).
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import rfc8785
from sqlalchemy import Connection, insert, select

from uptake.errors import Unreachable
from uptake.state import State
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS

MANY_SUBJECTS = 50
MOST_TOGETHER = 100
AT_ONCE = 1000
START = "0" * 64


Entry = tuple[dict[str, Any], Sequence[str]]
"""What a record says, and the people whom it is about."""


@dataclass(slots=True)
class _Waiting:
    entries: Sequence[Entry]
    woken: threading.Event = field(default_factory=threading.Event)
    numbers: list[int] | None = None
    failed: Unreachable | None = None


class Group:
    """The records of one process that wait for one store. One thread writes for all; the next one takes over from it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._writing = False

    def write(self, state: State, entries: Sequence[Entry]) -> list[int]:
        """Answer the numbers of the records once they are on disk, all of them in one transaction.

        Raises:
            Unreachable: the transaction that held it failed.
        """
        mine = _Waiting(entries)
        with self._lock:
            self._queue.append(mine)
            leads, self._writing = not self._writing, True
        if not leads:
            mine.woken.wait()
        if mine.numbers is None and mine.failed is None:
            self._lead(state)
        if mine.failed is not None or mine.numbers is None:
            raise mine.failed or Unreachable("The audit log cannot be written")
        return mine.numbers

    def _taken(self) -> list[_Waiting]:
        """What is written together: whoever waits first, and who follows up to MOST_TOGETHER records."""
        together = [self._queue.popleft()]
        number = len(together[0].entries)
        while self._queue and number + len(self._queue[0].entries) <= MOST_TOGETHER:
            together.append(self._queue.popleft())
            number += len(together[-1].entries)
        return together

    def _lead(self, state: State) -> None:
        """Write what waits, this thread's own record among it, then hand over to the first that is left."""
        with self._lock:
            together = self._taken()
        try:
            with state.writing() as connection:
                numbers = iter(append_all(connection, state, [entry for one in together for entry in one.entries]))
            for one in together:
                one.numbers = [next(numbers) for _ in one.entries]
        except BaseException as error:
            failed = error if isinstance(error, Unreachable) else Unreachable("The audit log cannot be written")
            for one in together:
                one.failed = failed
            if not isinstance(error, Exception):
                raise
        finally:
            with self._lock:
                following = self._queue[0] if self._queue else None
                self._writing = following is not None
            for one in together:
                one.woken.set()
            if following is not None:
                following.woken.set()


_MAKING = threading.Lock()


def record(state: State, event: dict[str, Any], subjects: Sequence[str] = ()) -> int:
    """Append one record and return its number; it is on disk when this returns.

    Raises: as `record_all`.
    """
    return record_all(state, [(event, subjects)])[0]


def record_all(state: State, entries: Sequence[Entry]) -> list[int]:
    """Append the records of one response and return their numbers; all are on disk when this returns, or none.

    Raises:
        Unreachable: they could not be written; the caller must then answer with no row.
    """
    with _MAKING:
        if state.group is None:
            state.group = Group()
        group: Group = state.group
    return group.write(state, entries)


def append(connection: Connection, state: State, event: dict[str, Any], subjects: Sequence[str] = ()) -> int:
    """As `record`, inside a write transaction that is open: what it tells of and the record stay or go together."""
    return append_all(connection, state, [(event, subjects)])[0]


def append_all(connection: Connection, state: State, entries: Sequence[Entry]) -> list[int]:
    """Append records inside a write transaction that is open; answers their numbers."""
    last = connection.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    number, previous = (int(last.seq), str(last.hash)) if last else (0, START)
    rows: list[dict[str, object]] = []
    listed: list[tuple[int, str]] = []
    for event, subjects in entries:
        number += 1
        named = sorted(state.pseudonym(person) for person in set(subjects))
        text = rfc8785.dumps({**event, **_subjects(named), "seq": number}).decode()
        made = chained(previous, text)
        rows.append({"seq": number, "record": text, "previous": previous, "hash": made})
        listed += [(number, subject) for subject in named]
        previous = made
    connection.execute(insert(AUDIT), rows)
    if listed:
        # In the words of the driver: a list of 65,000 people takes half as long, and all other writers wait for it.
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        connection.exec_driver_sql(f"insert into audit_subjects (seq, subject) values ({mark}, {mark})", listed)
    state.appended += len(rows)
    return [int(str(row["seq"])) for row in rows]


def _subjects(named: Sequence[str]) -> dict[str, Any]:
    if len(named) <= MANY_SUBJECTS:
        return {"subjects": list(named), "subject_count": len(named)}
    return {"subjects": [], "subject_count": len(named), "subjects_sha256": digest(named)}


def digest(named: Sequence[str]) -> str:
    """What stands in a record for more than 50 people."""
    return hashlib.sha256("|".join(named).encode()).hexdigest()


def chained(previous: str, text: str) -> str:
    """The hash of a record: SHA-256 (hex) of the hash before it and its own text."""
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def verify(connection: Connection) -> tuple[int, str, int | None]:
    """Records, head, and the number of the first bad record (None: the chain holds)."""
    previous, count = START, 0
    for seq, text, before, made in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)):
        count += 1
        whole = seq == count and f'"seq":{count},' in text
        if not whole or before != previous or made != chained(previous, text):
            return count, previous, int(seq)
        previous = made
    return count, previous, None


def backwards(connection: Connection) -> Iterator[str]:
    """The records, the newest first, read in parts."""
    before: int | None = None
    while True:
        asked = select(AUDIT.c.seq, AUDIT.c.record).order_by(AUDIT.c.seq.desc()).limit(AT_ONCE)
        rows = connection.execute(asked if before is None else asked.where(AUDIT.c.seq < before)).all()
        if not rows:
            return
        yield from (str(row.record) for row in rows)
        before = int(rows[-1].seq)


def naming(connection: Connection, subject: str, most: int) -> list[str]:
    """The records that name a person (a pseudonym), the newest first."""
    asked = (
        select(AUDIT.c.record)
        .join(AUDIT_SUBJECTS, AUDIT.c.seq == AUDIT_SUBJECTS.c.seq)
        .where(AUDIT_SUBJECTS.c.subject == subject)
        .order_by(AUDIT.c.seq.desc())
        .limit(most)
    )
    return [str(text) for text in connection.execute(asked).scalars()]
