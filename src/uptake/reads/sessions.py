"""Who is signed in, or speaks with a token: read from the store on each request."""

from __future__ import annotations

import datetime as dt

from uptake.state import State, rights, sessions, tokens
from uptake.state.sessions import Kept
from uptake.state.tokens import Token


def session(state: State, key: str, now: dt.datetime) -> Kept | None:
    """The session of an id; None when there is none, it ended, or it was revoked."""
    with state.reading() as connection:
        return sessions.of(connection, sessions.key_hash(key), _text(now))


def token(state: State, secret: str, now: dt.datetime) -> Token | None:
    """The token of a secret; None when there is none, it expired, or it was revoked."""
    with state.reading() as connection:
        return tokens.of(connection, secret, _text(now))


def token_list(state: State, identity: str | None) -> list[Token]:
    """Tokens of an identity, or all of them (None), oldest first, without their secrets."""
    with state.reading() as connection:
        return [one for one in tokens.every(connection) if identity in (None, one.identity)]


def person_of(state: State, claim: str, *, by_email: bool) -> str | None:
    """The employed person whom a claim of the identity provider names; None for nobody or more than one.

    `by_email`: it is the e-mail, which people may choose, and then no id; any other claim is the person's id, else their e-mail.
    """
    if by_email:
        return rights.by_email(state, claim) if "@" in claim else None
    return claim if rights.of_person(state, claim) else rights.by_email(state, claim)


def leads(state: State, person_id: str) -> bool:
    """Whether anybody reports to a person now."""
    return rights.leads(state, person_id)


def _text(now: dt.datetime) -> str:
    return f"{now.isoformat(timespec='seconds')}Z"
