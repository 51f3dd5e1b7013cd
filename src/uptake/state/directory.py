"""Users and groups that a directory sent, as it will ask for them again; and what of it the loader has not seen yet (decision 0046).

Bodies lie encrypted, each under a key of its own; a user is found by a keyed hash of the user name (decision 0068).
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from uptake.model.folding import fold
from uptake.state import State, vault
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


@dataclass(frozen=True, slots=True)
class Change:
    """What was said of a user: `body` None = deleted."""

    seq: int
    at: dt.datetime
    id: str
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Book:
    """The entries of a store, inside a transaction that is open. `state` holds the keys."""

    connection: Connection
    state: State

    def of(self, kind: str, identity: str) -> Entry | None:
        """The entry of an id; None when there is none."""
        row = self.connection.execute(_there(kind).where(_D.id == identity)).first()
        return self._entry(row) if row else None

    def named(self, name: str) -> Entry | None:
        """The user of a user name in lower case."""
        row = self.connection.execute(_there(USER).where(_D.name.in_([self._hashed(name), name]))).first()
        return self._entry(row) if row else None

    def page(self, kind: str, start: int, count: int) -> tuple[list[Entry], int]:
        """Entries in the order in which they came, from place `start` (from 1) on; and how many there are."""
        total = self.connection.execute(select(func.count()).select_from(_there(kind).subquery())).scalar()
        asked = _there(kind).order_by(_D.number).limit(count).offset(start - 1)
        found = self.connection.execute(asked) if count else ()
        return [self._entry(row) for row in found], int(total or 0)

    def searched(self, kind: str, holds: Callable[[dict[str, Any]], bool]) -> Iterator[Entry]:
        """Entries that meet a condition on their body with its id, in the order in which they came."""
        for row in self.connection.execute(_there(kind).order_by(_D.number)):
            entry = self._entry(row)
            if holds({**entry.body, "id": entry.id}):
                yield entry

    def create(self, kind: str, body: dict[str, Any], now: dt.datetime) -> Entry:
        """A new entry, under an id of ours."""
        identity, time = secrets.token_hex(16), _time(now)
        made = {"id": identity, "kind": kind, "version": 1, "created_at": time, "changed_at": time}
        kept = {"name": self._name(kind, body), "body": self._locked(identity, body)}
        self.connection.execute(insert(DIRECTORY).values(**made, **kept))
        self._note(kind, identity, body, now)
        return Entry(identity, kind, body, 1, time, time)

    def replace(self, entry: Entry, body: dict[str, Any], now: dt.datetime) -> Entry:
        """The entry with another body; nothing is written where nothing changed."""
        if body == entry.body:
            return entry
        said = {
            "body": self._locked(entry.id, body),
            "name": self._name(entry.kind, body),
            "version": entry.version + 1,
            "changed_at": _time(now),
        }
        self.connection.execute(update(DIRECTORY).where(_D.id == entry.id).values(**said))
        self._note(entry.kind, entry.id, body, now)
        return Entry(entry.id, entry.kind, body, entry.version + 1, entry.created_at, _time(now))

    def remove(self, entry: Entry, now: dt.datetime) -> None:
        """Delete an entry. Of a user the loader is told first; nothing of the body stays meanwhile but what it has seen."""
        if entry.kind != USER:
            self.connection.execute(delete(DIRECTORY).where(_D.id == entry.id))
            return
        gone = {"body": None, "name": None, "changed_at": _time(now)}
        self.connection.execute(update(DIRECTORY).where(_D.id == entry.id).values(**gone))
        self._note(entry.kind, entry.id, None, now)

    def waiting(self) -> list[Change]:
        """What the loader has not seen, in order."""
        rows = self.connection.execute(select(DIRECTORY_CHANGES).order_by(_C.seq))
        return [
            Change(
                row.seq,
                dt.datetime.fromisoformat(row.at.removesuffix("Z")),
                row.id,
                self._opened(row.id, row.body) if row.body else None,
            )
            for row in rows
        ]

    def settled(self) -> dict[str, dict[str, Any]]:
        """Id -> body of every user as the loader last saw them."""
        asked = select(_D.id, _D.settled).where(_D.settled.is_not(None)).order_by(_D.number)
        return {row.id: self._opened(row.id, row.settled) for row in self.connection.execute(asked)}

    def settle(self, seen: Sequence[Change]) -> None:
        """The loader has seen these changes, the oldest ones that wait."""
        for change in seen:
            body = None if change.body is None else self._locked(change.id, change.body)
            self.connection.execute(update(DIRECTORY).where(_D.id == change.id).values(settled=body))
        self.connection.execute(delete(DIRECTORY_CHANGES).where(_C.seq <= max(change.seq for change in seen)))
        self.connection.execute(delete(DIRECTORY).where(_D.body.is_(None), _D.settled.is_(None)))

    def lock(self) -> None:
        """Encrypt what an older release wrote in the clear."""
        clear = (_D.body.not_like(f"{vault.MARK}%")) | (_D.settled.not_like(f"{vault.MARK}%"))
        for row in self.connection.execute(select(DIRECTORY).where(clear)).all():
            kept: dict[str, str | None] = {
                name: vault.locked(self.state, row.id, vault.opened(self.state, row.id, text)) if text else None
                for name, text in (("body", row.body), ("settled", row.settled))
            }
            if row.name and row.body:
                kept["name"] = self._name(row.kind, self._opened(row.id, row.body))
            self.connection.execute(update(DIRECTORY).where(_D.number == row.number).values(**kept))
        for one in self.connection.execute(select(DIRECTORY_CHANGES).where(_C.body.not_like(f"{vault.MARK}%"))).all():
            locked = vault.locked(self.state, one.id, one.body)
            self.connection.execute(update(DIRECTORY_CHANGES).where(_C.seq == one.seq).values(body=locked))

    def _note(self, kind: str, identity: str, body: dict[str, Any] | None, now: dt.datetime) -> None:
        if kind == USER:
            said = {"at": _time(now), "id": identity, "body": None if body is None else self._locked(identity, body)}
            self.connection.execute(insert(DIRECTORY_CHANGES).values(**said))

    def _name(self, kind: str, body: dict[str, Any]) -> str | None:
        return self._hashed(fold(str(body["userName"]))) if kind == USER else None

    def _hashed(self, name: str) -> str:
        return self.state.pseudonym(name, "directory")

    def _locked(self, identity: str, body: dict[str, Any]) -> str:
        return vault.locked(self.state, identity, json.dumps(body, sort_keys=True, ensure_ascii=False))

    def _opened(self, identity: str, kept: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(vault.opened(self.state, identity, kept))
        return found

    def _entry(self, row: Row[Any]) -> Entry:
        body = self._opened(row.id, row.body)
        return Entry(row.id, row.kind, body, row.version, row.created_at, row.changed_at)


def _there(kind: str) -> Any:
    return select(DIRECTORY).where(_D.kind == kind, _D.body.is_not(None))


def _time(now: dt.datetime) -> str:
    return f"{now.isoformat(timespec='milliseconds')}Z"
