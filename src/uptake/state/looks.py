"""Who looked at a person's rows: the answered reads of the audit log that name them, by day, role, purpose and way; never who it was."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, select

from uptake.state import State, rights
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS


@dataclass(frozen=True, slots=True)
class Look:
    """Equal reads of one day."""

    person_id: str
    day: dt.date
    role: str
    purpose: str
    question: str
    columns: int
    way: str
    times: int


_Kind = tuple[dt.date, str, str, str, int, str]
"""Day, role, purpose, question, number of columns, page or file: what equal reads have in common."""
_FILE = re.compile(r"GET /\S+\.(csv|parquet|xlsx|json)")


def of(state: State, person: str) -> list[Look]:
    """Reads of a person's rows by others. What people read of themselves is no look at them."""
    subject = state.pseudonym(person)
    with state.reading() as connection:
        found = [_kind(body) for body in _records(connection, subject) if body.get("as_person") != subject]
    return [Look(person, *kind, times) for kind, times in sorted(Counter(found).items())]


@dataclass(frozen=True, slots=True)
class Log:
    """The answered reads that name somebody: `kinds` by record, with who read; `named`: (subject, record); `people`: subject -> who it is.

    Pseudonyms throughout; a record is read once, however many people it names: one list can name them all.
    """

    kinds: dict[int, tuple[_Kind, str]]
    named: Sequence[tuple[str, int]]
    people: dict[str, str]


def log(state: State) -> Log:
    """What the looks at all who are employed now are counted from."""
    kinds: dict[int, tuple[_Kind, str]] = {}
    with state.reading() as connection:
        about_people = select(AUDIT.c.seq, AUDIT.c.record).where(
            AUDIT.c.seq.in_(select(AUDIT_SUBJECTS.c.seq).distinct())
        )
        for seq, text in connection.execute(about_people):
            body = json.loads(text)
            if _answered(body):
                kinds[seq] = (_kind(body), str(body.get("as_person", "")))
        # By the driver's own cursor: rows of ours take three times as long, and one list can name 65,000 people.
        cursor = cast(CursorResult[Any], connection.exec_driver_sql("select subject, seq from audit_subjects")).cursor
        named = cursor.fetchall() if cursor is not None else []
    people = {state.pseudonym(str(row[0])): str(row[0]) for row in rights.read(state)} if named else {}
    return Log(kinds, named, people)


def _kind(body: dict[str, Any]) -> _Kind:
    day = dt.datetime.fromisoformat(body["time"]).date()
    return day, body["role"], body["purpose"], body["question"], len(body["columns"]), way_of(body["route"])


def way_of(route: str) -> str:
    """How rows left, by the route of the record: `file`, `api`, `command`, else `page`."""
    if route.startswith("cli:"):
        return "command"
    if _FILE.fullmatch(route):
        return "file"
    return "api" if route.startswith("GET /api/") else "page"


def shown_to(state: State, person_id: str, since: dt.date) -> list[str]:
    """People employed now who were shown a row of this person since a day, by page, file or command; not the person."""
    with state.reading() as connection:
        found = {
            str(body.get("as_person", ""))
            for body in _records(connection, state.pseudonym(person_id))
            if body["time"][:10] >= since.isoformat()
        }
    known = {state.pseudonym(str(row[0])): str(row[0]) for row in rights.read(state)} if found - {""} else {}
    return sorted(known[name] for name in found if name in known and known[name] != person_id)


def _answered(body: dict[str, Any]) -> bool:
    return (body["action"], body["result"]) == ("ask", "answered")


def _records(connection: Connection, subject: str) -> Iterator[dict[str, Any]]:
    """The answered reads that name a person (a pseudonym)."""
    asked = (
        select(AUDIT.c.record)
        .join(AUDIT_SUBJECTS, AUDIT.c.seq == AUDIT_SUBJECTS.c.seq)
        .where(AUDIT_SUBJECTS.c.subject == subject)
    )
    for text in connection.execute(asked).scalars():
        body = json.loads(text)
        if _answered(body):
            yield body
