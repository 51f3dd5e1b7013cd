"""The audit log for those who may read it: the newest records, those of a period, and those that name one person, under a case."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from uptake.errors import NotPermitted
from uptake.policy import Policy, Viewer, decide
from uptake.reads import caller
from uptake.state import Connection, State, audit

MOST = 2000
_OWN_READING = ('"role":"self"', '"action":"ask"', '"result":"answered"')


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a list shows it: pseudonyms, counts, and never a person."""

    seq: int
    day: dt.date | None
    time: str
    actor: str
    role: str
    purpose: str
    case_id: str
    action: str
    route: str
    question: str
    subjects: int
    rows: int
    columns: int
    policy_version: str
    snapshot: int | None
    result: str


def newest(connection: Connection, first: dt.date | None, last: dt.date | None) -> list[Record]:
    """The newest records, at most 2,000, of these days (None: no bound); newest first.

    People's readings of their own rows are left out: by these alone somebody could push every other reading off the list. What was refused to
    them is not.
    """
    found: list[Record] = []
    for text in audit.backwards(connection):
        if all(part in text for part in _OWN_READING):
            continue
        made = _record(json.loads(text))
        day = made.time[:10]
        if first is not None and day and day < first.isoformat():
            break
        if last is None or day <= last.isoformat():
            found.append(made)
        if len(found) == MOST:
            break
    return found


def of_person(state: State, policy: Policy, viewer: Viewer, person_id: str, by: caller.Caller) -> list[Record]:
    """The records that name a person, newest first, for a compliance officer under a case; the search is recorded, and shown to the person.

    Raises:
        NotPermitted: another role, another purpose, or no case.
        Unreachable: it could not be written down; then nothing is answered.
    """
    decide("who_looked", viewer, policy)
    if viewer.role != "compliance":
        raise NotPermitted("not permitted")
    subject = state.pseudonym(person_id)
    with state.reading() as connection:
        found = [_record(json.loads(text)) for text in audit.naming(connection, subject, MOST)]
    event = {
        "time": by.now.isoformat(timespec="seconds") + "Z", "actor": by.actor, "action": "ask", "route": by.route, "question": "who_looked",
        "role": viewer.role, "purpose": viewer.purpose or "", "case_id": viewer.case_id or "", "rows": len(found),
        "columns": list(Record.__slots__), "policy_version": policy.version, "result": "answered",
    }  # fmt: skip
    audit.record(state, event, [person_id])
    return found


def _record(body: dict[str, Any]) -> Record:
    columns = body.get("columns", [])
    texts = {
        name: str(body.get(name, ""))
        for name in ("time", "actor", "role", "purpose", "case_id", "action", "route", "question", "result")
    }
    return Record(
        seq=int(body["seq"]), day=_day(texts["time"]), subjects=int(body.get("subject_count", 0)), rows=int(body.get("rows", 0)),
        columns=len(columns) if isinstance(columns, list) else 0, policy_version=str(body.get("policy_version", ""))[:12],
        snapshot=body.get("snapshot"), **texts,
    )  # fmt: skip


def _day(time: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(time[:10])
    except ValueError:
        return None
