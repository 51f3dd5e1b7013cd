"""Who looked at a person's rows: the answered reads of the audit log that name them, by day, role and purpose; never who it was."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from uptake.state import State, rights
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Look:
    """Equal reads of one day."""

    person_id: str
    day: dt.date
    role: str
    purpose: str
    question: str
    columns: int
    times: int


def of(state: State, people: Sequence[str]) -> list[Look]:
    """Reads of these people's rows by others. What people read of themselves is no look at them."""
    names = {state.pseudonym(person): person for person in people}
    counted: Counter[tuple[str, dt.date, str, str, str, int]] = Counter()
    with state.reading() as connection:
        for subject, record in _records(connection, list(names)):
            body = json.loads(record)
            if _answered(body) and body.get("as_person") != subject:
                day = dt.datetime.fromisoformat(body["time"]).date()
                counted[names[subject], day, body["role"], body["purpose"], body["question"], len(body["columns"])] += 1
    return [Look(*key, times) for key, times in sorted(counted.items())]


def shown_to(state: State, person_id: str, since: dt.date) -> list[str]:
    """People employed now who were shown a row of this person since a day, by page, file or command; not the person."""
    with state.reading() as connection:
        found = {
            str(body.get("as_person", ""))
            for _, record in _records(connection, [state.pseudonym(person_id)])
            if _answered(body := json.loads(record)) and body["time"][:10] >= since.isoformat()
        }
    known = {state.pseudonym(str(row[0])): str(row[0]) for row in rights.read(state)} if found - {""} else {}
    return sorted(known[name] for name in found if name in known and known[name] != person_id)


def _answered(body: dict[str, Any]) -> bool:
    return (body["action"], body["result"]) == ("ask", "answered")


def _records(connection: Connection, subjects: Sequence[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(subjects), AT_ONCE):
        some = subjects[start : start + AT_ONCE]
        asked = (
            select(AUDIT_SUBJECTS.c.subject, AUDIT.c.record)
            .join(AUDIT, AUDIT.c.seq == AUDIT_SUBJECTS.c.seq)
            .where(AUDIT_SUBJECTS.c.subject.in_(some))
        )
        for subject, record in connection.execute(asked):
            yield str(subject), str(record)
