"""Signing in and out, another purpose, a case, a token; in a demo another profile. Each is written down in the same transaction, or it does not hold."""

from __future__ import annotations

import datetime as dt
import re

from uptake.errors import NotPermitted, WrongUsage
from uptake.policy import PURPOSES, ROLES
from uptake.state import Act, State, audit, identities, sessions, tokens
from uptake.state.sessions import Kept, key_hash
from uptake.state.tokens import Token

__all__ = [
    "Kept",
    "Token",
    "begin",
    "end",
    "is_case",
    "key_hash",
    "new_token",
    "note",
    "refuse",
    "revoke_all",
    "revoke_token",
    "token_end",
]

ACTIONS = ("sign_in", "sign_out", "purpose", "case", "profile")
LONGEST_TOKEN = dt.timedelta(days=90)
FOR_PEOPLE = ("self", "peer", "manager", "lob_lead")
LONGEST_LABEL = 60
LONGEST_CASE = 40
_CASE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 -]*[A-Za-z0-9])?")


def begin(
    state: State, policy_version: str, action: str, made: Kept, act: Act, before: str | None = None, subject: str = ""
) -> None:
    """Store a session; `before`: hash of the one that it takes the place of, which ends; `subject`: who it is at the identity provider.

    Raises:
        Unreachable: it could not be written; then nobody is signed in.
    """
    if action not in ACTIONS:
        raise ValueError("action: not one of this module")
    with state.writing() as connection:
        if before is not None:
            sessions.revoke(connection, before, act.time)
        sessions.write(connection, made)
        if subject:
            identities.note(connection, subject, made.identity)
        event = act.event(action, policy_version, made.role, made.purpose or "", "done")
        audit.append(
            connection,
            state,
            {**event, "case_id": made.case_id or "", "who": state.pseudonym(made.identity)},
            [made.person_id] if made.person_id else [],
        )


def end(state: State, policy_version: str, hashed: str, who: tuple[str, str | None], act: Act) -> None:
    """End a session. `who`: its role and purpose."""
    with state.writing() as connection:
        sessions.revoke(connection, hashed, act.time)
        audit.append(connection, state, act.event("sign_out", policy_version, who[0], who[1] or "", "done"))


def refuse(state: State, policy_version: str, act: Act) -> None:
    """Write down that the identity provider knows somebody who is nobody here. Raises Unreachable."""
    audit.record(state, act.event("sign_in", policy_version, "none", "", "refused"))


def revoke_all(state: State, policy_version: str, role: str, identity: str, act: Act) -> tuple[int, int]:
    """End every session and every token of an identity; answers how many of each.

    Raises:
        NotPermitted: another role than administrator or compliance.
    """
    if role not in ("administrator", "compliance"):
        raise NotPermitted("not permitted")
    with state.writing() as connection:
        ended = sessions.revoke_all(connection, identity, act.time), tokens.revoke_all(connection, identity, act.time)
        said = f"{ended[0]} sessions, {ended[1]} tokens"
        kind, _, person = identity.partition(":")
        event = act.event("revoke_sessions", policy_version, role, "", said)
        audit.append(connection, state, event, [person] if kind == "person" and person else [])
    return ended


def note(state: State, policy_version: str, action: str, who: tuple[str, str | None], act: Act) -> None:
    """Write the record of what changes nothing in the store. `who`: role and purpose after it.

    Raises:
        Unreachable: it could not be written; then nothing may change.
    """
    if action not in ACTIONS:
        raise ValueError("action: not one of this module")
    role, purpose = who
    audit.record(state, act.event(action, policy_version, role, purpose or "", "done"))


def token_end(act: Act, days: int) -> str:
    """When a token that is made now ends, as text. Raises WrongUsage."""
    _need("days", 1 <= days <= LONGEST_TOKEN.days)
    return f"{(act.now + dt.timedelta(days=days)).isoformat(timespec='seconds')}Z"


def new_token(state: State, policy_version: str, wanted: Token, days: int, act: Act) -> tuple[int, str]:
    """Make a token for what somebody may do already; answers its number and the secret, shown once.

    Raises:
        WrongUsage: a role, purpose, life or label that cannot be.
    """
    _need("role", wanted.role in ROLES and (wanted.person_id is not None) == (wanted.role in FOR_PEOPLE))
    _need("purpose", wanted.purpose is None or wanted.purpose in PURPOSES)
    _need("case", wanted.case_id is None or (wanted.role == "compliance" and is_case(wanted.case_id)))
    _need("label", 1 <= len(wanted.label.strip()) <= LONGEST_LABEL and wanted.label.isprintable())
    with state.writing() as connection:
        number, secret = tokens.write(connection, wanted)
        event = act.event(
            "token_new", policy_version, wanted.role, wanted.purpose or "", f"token {number}, {days} days"
        )
        audit.append(connection, state, event, [wanted.person_id] if wanted.person_id else [])
    return number, secret


def revoke_token(state: State, policy_version: str, role: str, number: int, act: Act, own: str | None = None) -> None:
    """End a token: any for administrator and compliance, one's own for everybody (`own`: the identity).

    Raises:
        NotPermitted: not one's own, or none of that number.
    """
    with state.writing() as connection:
        found = next((one for one in tokens.every(connection) if one.id == number), None)
        mine = found is not None and own is not None and found.identity == own
        if found is None or not (mine or role in ("administrator", "compliance")):
            raise NotPermitted("not permitted")
        tokens.revoke(connection, number, act.time)
        audit.append(connection, state, act.event("token_revoke", policy_version, role, "", f"token {number}"))


def is_case(text: str) -> bool:
    """Whether a text can be a case id: ASCII letters, digits, hyphens and spaces."""
    return len(text) <= LONGEST_CASE and _CASE.fullmatch(text) is not None


def _need(name: str, held: object) -> None:
    if not held:
        raise WrongUsage(f"`{name}` cannot be used", next_step="See the page on signing in")
