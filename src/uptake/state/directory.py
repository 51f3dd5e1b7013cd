"""Users and groups that a directory sent, as it will ask for them again; and what of it the loader has not seen yet (decision 0046)."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from uptake.state.tables import DIRECTORY, DIRECTORY_CHANGES

USER = "User"
_D, _C = DIRECTORY.c, DIRECTORY_CHANGES.c


@dataclass(frozen=True, slots=True)
class Entry:
    """A user or a group. Times as ISO text, UTC, with Z. `version` counts its changes from 1."""

    id: str
    kind: str
    body: dict[str, Any]
    version: int
    created_at: str
    changed_at: str


def of(connection: Connection, kind: str, identity: str) -> Entry | None:
    """The entry of an id; None when there is none."""
    row = connection.execute(_there(kind).where(_D.id == identity)).first()
    return _entry(row) if row else None


def named(connection: Connection, name: str) -> Entry | None:
    """The user of a user name in lower case."""
    row = connection.execute(_there(USER).where(_D.name == name)).first()
    return _entry(row) if row else None


def page(connection: Connection, kind: str, start: int, count: int) -> tuple[list[Entry], int]:
    """Entries in the order in which they came, from place `start` (from 1) on; and how many there are."""
    total = connection.execute(select(func.count()).select_from(_there(kind).subquery())).scalar()
    found = connection.execute(_there(kind).order_by(_D.number).limit(count).offset(start - 1)) if count else ()
    return [_entry(row) for row in found], int(total or 0)


def searched(connection: Connection, kind: str, holds: Callable[[dict[str, Any]], bool]) -> Iterator[Entry]:
    """Entries that meet a condition on their body with its id, in the order in which they came."""
    for row in connection.execute(_there(kind).order_by(_D.number)):
        entry = _entry(row)
        if holds({**entry.body, "id": entry.id}):
            yield entry


def _there(kind: str) -> Any:
    return select(DIRECTORY).where(_D.kind == kind, _D.body.is_not(None))


def create(connection: Connection, kind: str, body: dict[str, Any], now: dt.datetime) -> Entry:
    """A new entry, under an id of ours."""
    identity, time = secrets.token_hex(16), _time(now)
    made = {"id": identity, "kind": kind, "version": 1, "created_at": time, "changed_at": time}
    connection.execute(insert(DIRECTORY).values(**made, name=_name(kind, body), body=_json(body)))
    _note(connection, kind, identity, body, now)
    return Entry(identity, kind, body, 1, time, time)


def replace(connection: Connection, entry: Entry, body: dict[str, Any], now: dt.datetime) -> Entry:
    """The entry with another body; nothing is written where nothing changed."""
    if body == entry.body:
        return entry
    said = {
        "body": _json(body),
        "name": _name(entry.kind, body),
        "version": entry.version + 1,
        "changed_at": _time(now),
    }
    connection.execute(update(DIRECTORY).where(_D.id == entry.id).values(**said))
    _note(connection, entry.kind, entry.id, body, now)
    return Entry(entry.id, entry.kind, body, entry.version + 1, entry.created_at, _time(now))


def remove(connection: Connection, entry: Entry, now: dt.datetime) -> None:
    """Delete an entry. Of a user the loader is told first; nothing of the body stays meanwhile but what it has seen."""
    if entry.kind != USER:
        connection.execute(delete(DIRECTORY).where(_D.id == entry.id))
        return
    connection.execute(update(DIRECTORY).where(_D.id == entry.id).values(body=None, name=None, changed_at=_time(now)))
    _note(connection, entry.kind, entry.id, None, now)


def _note(connection: Connection, kind: str, identity: str, body: dict[str, Any] | None, now: dt.datetime) -> None:
    if kind == USER:
        said = {"at": _time(now), "id": identity, "body": None if body is None else _json(body)}
        connection.execute(insert(DIRECTORY_CHANGES).values(**said))


@dataclass(frozen=True, slots=True)
class Change:
    """What was said of a user: `body` None = deleted."""

    seq: int
    at: dt.datetime
    id: str
    body: dict[str, Any] | None


def waiting(connection: Connection) -> list[Change]:
    """What the loader has not seen, in order."""
    rows = connection.execute(select(DIRECTORY_CHANGES).order_by(_C.seq))
    return [
        Change(
            row.seq,
            dt.datetime.fromisoformat(row.at.removesuffix("Z")),
            row.id,
            json.loads(row.body) if row.body else None,
        )
        for row in rows
    ]


def settled(connection: Connection) -> dict[str, dict[str, Any]]:
    """Id -> body of every user as the loader last saw them."""
    rows = connection.execute(select(_D.id, _D.settled).where(_D.settled.is_not(None)).order_by(_D.number))
    return {row.id: json.loads(row.settled) for row in rows}


def settle(connection: Connection, seen: Sequence[Change]) -> None:
    """The loader has seen these changes, the oldest ones that wait."""
    for change in seen:
        body = None if change.body is None else _json(change.body)
        connection.execute(update(DIRECTORY).where(_D.id == change.id).values(settled=body))
    connection.execute(delete(DIRECTORY_CHANGES).where(_C.seq <= max(change.seq for change in seen)))
    connection.execute(delete(DIRECTORY).where(_D.body.is_(None), _D.settled.is_(None)))


def _name(kind: str, body: dict[str, Any]) -> str | None:
    return str(body["userName"]).lower() if kind == USER else None


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _time(now: dt.datetime) -> str:
    return f"{now.isoformat(timespec='milliseconds')}Z"


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.id, row.kind, json.loads(row.body), row.version, row.created_at, row.changed_at)
