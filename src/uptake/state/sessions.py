"""Sessions as they are stored: under the hash of their id, bound to one role and one purpose, ended by time or by revocation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from uptake.state.tables import SESSIONS


@dataclass(frozen=True, slots=True)
class Kept:
    """A session without its id. `roles`: all that were granted at sign-in; times as ISO text, UTC."""

    key_hash: str
    identity: str
    person_id: str | None
    roles: tuple[str, ...]
    role: str
    purpose: str | None
    case_id: str | None
    started_at: str
    ends_at: str


def key_hash(key: str) -> str:
    """SHA-256 (hex) of an id; the id itself has 192 random bits, so that no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def write(connection: Connection, made: Kept) -> None:
    """Store a session, and drop what ended before it began."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.ends_at <= made.started_at))
    values = {name: getattr(made, name) for name in Kept.__slots__} | {"roles": ",".join(made.roles)}
    connection.execute(insert(SESSIONS).values(**values))


def of(connection: Connection, hashed: str, time: str) -> Kept | None:
    """The session under a hash, or None when there is none, it ended, or it was revoked."""
    asked = select(SESSIONS).where(
        SESSIONS.c.key_hash == hashed, SESSIONS.c.ends_at > time, SESSIONS.c.revoked_at.is_(None)
    )
    row = connection.execute(asked).first()
    if row is None:
        return None
    values = {name: getattr(row, name) for name in Kept.__slots__}
    return Kept(**{**values, "roles": tuple(row.roles.split(","))})


def revoke(connection: Connection, hashed: str, time: str) -> None:
    """End one session."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.key_hash == hashed).values(revoked_at=time))


def revoke_all(connection: Connection, identity: str, time: str) -> int:
    """End every session of an identity; answers how many were open."""
    ended = connection.execute(
        update(SESSIONS)
        .where(SESSIONS.c.identity == identity, SESSIONS.c.revoked_at.is_(None), SESSIONS.c.ends_at > time)
        .values(revoked_at=time)
    )
    return ended.rowcount
