"""What needs two people: one proposes, another one decides within seven days (GOVERNANCE.md section 9). Both are identities."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from uptake.errors import NotPermitted, WrongUsage
from uptake.state import identities
from uptake.state.tables import CHANGES

PROPOSED, APPROVED, REFUSED, EXPIRED = "proposed", "approved", "refused", "expired"
POLICY, CORRECTION = "policy", "correction"
LARGEST_NUMBER = 2**31 - 1
LASTS = dt.timedelta(days=7)
SHORTEST_REASON, LONGEST_REASON = 10, 500


@dataclass(frozen=True, slots=True)
class Change:
    """A proposal as it is stored; times as ISO text, UTC."""

    id: int
    kind: str
    body: str
    body_sha256: str
    reason: str
    maker: str
    made_at: str
    checker: str | None
    checked_at: str | None
    state: str
    effective_on: str | None


def propose(connection: Connection, kind: str, body: str, reason: str, maker: str, time: str) -> Change:
    """Store a proposal inside a write transaction that is open. `body`: canonical JSON.

    Raises:
        WrongUsage: no reason that says something.
    """
    words = " ".join(reason.split())
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise WrongUsage(
            "The reason cannot be used",
            why=f"it needs {SHORTEST_REASON} to {LONGEST_REASON} characters",
            next_step="Say why, in a sentence",
        )
    values = {
        "kind": kind, "body": body, "body_sha256": hashlib.sha256(body.encode()).hexdigest(), "reason": words, "maker": maker,
        "made_at": time, "state": PROPOSED,
    }  # fmt: skip
    key = connection.execute(insert(CHANGES).values(**values)).inserted_primary_key
    return one(connection, int(key[0]) if key else 0)


def decide(
    connection: Connection, number: int, checker: str, time: str, *, approve: bool, effective_on: str | None = None
) -> Change:
    """Approve or refuse a proposal as a second person.

    Raises:
        NotPermitted: whoever proposed it decides on it, or somebody who may be: see `identities.two_people`.
        WrongUsage: it is not there, was decided before, or has waited for more than seven days.
    """
    found = one(connection, number)
    if found.state == PROPOSED and _age(found, time) > LASTS:
        raise WrongUsage(
            f"Change {number} has expired", why="nobody decided within 7 days", next_step="Propose it again"
        )
    if found.state != PROPOSED:
        raise WrongUsage(f"Change {number} is {found.state}", next_step="Propose another one")
    if not identities.two_people(connection, found.maker, checker):
        raise NotPermitted(
            "not permitted",
            why="whoever proposes does not decide, and a user of this machine and a sign-in may be one person",
            next_step="Ask a second person, and decide in the way in which it was proposed: both at the command line, or both on the pages",
        )
    connection.execute(
        update(CHANGES)
        .where(CHANGES.c.id == number)
        .values(checker=checker, checked_at=time, state=APPROVED if approve else REFUSED, effective_on=effective_on)
    )
    return one(connection, number)


def one(connection: Connection, number: int) -> Change:
    """A change by its number. Raises WrongUsage when there is none."""
    known = 0 < number <= LARGEST_NUMBER
    row = connection.execute(select(CHANGES).where(CHANGES.c.id == number)).first() if known else None
    if row is None:
        raise WrongUsage("There is no such change", next_step="See `uptake policy show`")
    return _change(row)


def every(connection: Connection, kind: str) -> list[Change]:
    """All changes of a kind, oldest first."""
    asked = select(CHANGES).where(CHANGES.c.kind == kind).order_by(CHANGES.c.id)
    return [_change(row) for row in connection.execute(asked)]


def sound(change: Change) -> bool:
    """Whether it is what an approval leaves behind: two different people, and the body that they saw."""
    two = bool(change.maker and change.checker) and change.maker != change.checker
    same = hashlib.sha256(change.body.encode()).hexdigest() == change.body_sha256
    return change.state == APPROVED and two and same and change.effective_on is not None


def state_on(change: Change, time: str) -> str:
    """Its state; a proposal that nobody decided on within seven days has expired."""
    return EXPIRED if change.state == PROPOSED and _age(change, time) > LASTS else change.state


def _age(change: Change, time: str) -> dt.timedelta:
    return _time(time) - _time(change.made_at)


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.removesuffix("Z"))


def _change(row: Row[Any]) -> Change:
    return Change(*tuple(row))
