"""The audit log: one canonical JSON record (RFC 8785) per response with person data, chained by SHA-256. Never the data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import rfc8785
from sqlalchemy import Connection, insert, select

from uptake.state import State
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS

MANY_SUBJECTS = 50
START = "0" * 64


def record(state: State, event: dict[str, Any], subjects: Sequence[str] = ()) -> int:
    """Append one record and return its number; it is on disk when this returns.

    Raises:
        Unreachable: it could not be written; the caller must then answer with no row.
    """
    with state.writing() as connection:
        return append(connection, state, event, subjects)


def append(connection: Connection, state: State, event: dict[str, Any], subjects: Sequence[str] = ()) -> int:
    """As `record`, inside a write transaction that is open: what it tells of and the record stay or go together."""
    named = sorted(state.pseudonym(person) for person in set(subjects))
    if len(named) > MANY_SUBJECTS:
        body = {
            **event,
            "subjects": [],
            "subject_count": len(named),
            "subjects_sha256": hashlib.sha256("|".join(named).encode()).hexdigest(),
        }
    else:
        body = {**event, "subjects": named, "subject_count": len(named)}
    last = connection.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    number, previous = (last.seq + 1, last.hash) if last else (1, START)
    text = rfc8785.dumps({**body, "seq": number}).decode()
    connection.execute(insert(AUDIT).values(seq=number, record=text, previous=previous, hash=_chain(previous, text)))
    if named:
        connection.execute(insert(AUDIT_SUBJECTS), [{"seq": number, "subject": subject} for subject in named])
    return int(number)


def _chain(previous: str, text: str) -> str:
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def verify(connection: Connection) -> tuple[int, str, int | None]:
    """Records, head, and the number of the first bad record (None: the chain holds)."""
    previous, count = START, 0
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)):
        count += 1
        whole = row.seq == count and json.loads(row.record)["seq"] == count
        if not whole or row.previous != previous or row.hash != _chain(previous, row.record):
            return count, previous, row.seq
        previous = row.hash
    return count, previous, None
