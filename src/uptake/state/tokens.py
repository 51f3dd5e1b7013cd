"""API tokens as they are stored: under a hash, for one role and one purpose, with an end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from uptake.state.tables import TOKENS

PREFIX = "uptake_"
"""So that a scanner of repositories can find a token that leaked."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. Times as ISO text, UTC."""

    id: int
    label: str
    identity: str
    person_id: str | None
    role: str
    purpose: str | None
    case_id: str | None
    made_by: str
    made_at: str
    expires_at: str
    revoked_at: str | None


def write(connection: Connection, made: Token) -> tuple[int, str]:
    """Store a new token (its `id` is not looked at); answers its number and its secret, which is kept nowhere."""
    secret = PREFIX + secrets.token_urlsafe(32)
    values = {name: getattr(made, name) for name in Token.__slots__ if name != "id"}
    key = connection.execute(insert(TOKENS).values(token_hash=_hash(secret), **values)).inserted_primary_key
    return (int(key[0]) if key else 0), secret


def of(connection: Connection, secret: str, time: str) -> Token | None:
    """The token of a secret; None when there is none, it expired, or it was revoked."""
    asked = select(TOKENS).where(
        TOKENS.c.token_hash == _hash(secret), TOKENS.c.expires_at > time, TOKENS.c.revoked_at.is_(None)
    )
    row = connection.execute(asked).first()
    return _token(row) if row else None


def every(connection: Connection) -> list[Token]:
    """All tokens, oldest first."""
    return [_token(row) for row in connection.execute(select(TOKENS).order_by(TOKENS.c.id))]


def revoke(connection: Connection, number: int, time: str) -> bool:
    """End a token; False when there is none of that number, or it was revoked before."""
    ended = connection.execute(
        update(TOKENS).where(TOKENS.c.id == number, TOKENS.c.revoked_at.is_(None)).values(revoked_at=time)
    )
    return ended.rowcount == 1


def revoke_all(connection: Connection, identity: str, time: str) -> int:
    """End every token of an identity; answers how many were alive."""
    ended = connection.execute(
        update(TOKENS)
        .where(TOKENS.c.identity == identity, TOKENS.c.revoked_at.is_(None), TOKENS.c.expires_at > time)
        .values(revoked_at=time)
    )
    return ended.rowcount


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _token(row: Row[Any]) -> Token:
    return Token(**{name: getattr(row, name) for name in Token.__slots__})
