"""Notices to people, each with the time of its delivery: on the person's own page, or as the mail system's receipt says.

A period counts from the time at which a delivery was written down here, which nobody can set back; the receipt's own day is kept beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, tuple_, update

from uptake.state import switches
from uptake.state.tables import NOTICES, RIGHTS

POLICY, DECIDED, RECOMPUTED, CLOSED, RESTATED, MAPPED = (
    "policy",
    "decided",
    "recomputed",
    "closed",
    "restated",
    "mapped",
)
KINDS = (POLICY, DECIDED, RECOMPUTED, CLOSED, RESTATED, MAPPED)
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is stored; `ref`: number of the change or the contest that it tells of."""

    id: int
    person_id: str
    kind: str
    ref: str
    legal_entity: str | None
    made_at: str
    delivered_at: str
    read_at: str | None


def deliver(
    connection: Connection,
    kind: str,
    ref: str,
    people: Iterable[tuple[str, str | None]],
    made_at: str,
    delivered_at: str | None = None,
) -> int:
    """Deliver a notice to (person, legal entity), once each, and answer to how many it is new.

    Who has moved to another legal entity since is told there anew.
    """
    before = select(NOTICES.c.person_id, NOTICES.c.legal_entity).where(NOTICES.c.kind == kind, NOTICES.c.ref == ref)
    held = {(who, entity) for who, entity in connection.execute(before)}
    rows = [
        {"person_id": who, "kind": kind, "ref": ref, "legal_entity": entity, "made_at": made_at, "delivered_at": delivered_at or made_at}
        for who, entity in dict(people).items()
        if (who, entity) not in held
    ]  # fmt: skip
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(insert(NOTICES), rows[start : start + AT_ONCE])
    if kind == POLICY:
        switches.renew_stamp(connection, made_at, "notices")
    return len(rows)


def count(connection: Connection, kind: str, ref: str) -> int:
    """To how many people a notice was delivered."""
    asked = select(func.count()).select_from(NOTICES).where(NOTICES.c.kind == kind, NOTICES.c.ref == ref)
    return int(connection.execute(asked).scalar_one())


def of(connection: Connection, person_id: str) -> list[Notice]:
    """The notices of a person, newest first."""
    asked = select(NOTICES).where(NOTICES.c.person_id == person_id).order_by(NOTICES.c.id.desc())
    return [_notice(row) for row in connection.execute(asked)]


def read(connection: Connection, person_id: str, time: str) -> None:
    """Note that a person has read what was delivered to them."""
    connection.execute(
        update(NOTICES).where(NOTICES.c.person_id == person_id, NOTICES.c.read_at.is_(None)).values(read_at=time)
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the notice of a change is in one legal entity: people it was delivered to there, the day of the first delivery, and how many
    of these people are there now.
    """

    told: int
    first: dt.date
    still_there: int


def reached(connection: Connection, ref: str) -> dict[str, Reached]:
    """Legal entity -> how far the notice of a change is in it. Counted by the store: everybody's rows would take seconds to read."""
    asked = (
        select(
            NOTICES.c.legal_entity,
            func.count(NOTICES.c.person_id.distinct()),
            func.min(NOTICES.c.made_at),
            func.count(RIGHTS.c.person_id.distinct()),
        )
        .outerjoin(RIGHTS, _still_there())
        .where(NOTICES.c.kind == POLICY, NOTICES.c.ref == ref, NOTICES.c.legal_entity.is_not(None))
        .group_by(NOTICES.c.legal_entity)
    )
    rows = connection.execute(asked).fetchall()
    return {str(entity): Reached(int(told), _day(first), int(there)) for entity, told, first, there in rows}


def people_told(connection: Connection, ref: str) -> int:
    """People to whom the notice of a change was delivered, each counted once, in however many legal entities."""
    asked = select(func.count(NOTICES.c.person_id.distinct())).where(NOTICES.c.kind == POLICY, NOTICES.c.ref == ref)
    return int(connection.execute(asked).scalar_one())


def deliveries(connection: Connection, refs: Sequence[str]) -> list[tuple[str, str, str, dt.date]]:
    """(person, legal entity, change, day) of the notices of these changes, to people who are in that legal entity now."""
    asked = (
        select(NOTICES.c.person_id, NOTICES.c.legal_entity, NOTICES.c.ref, NOTICES.c.made_at)
        .join(RIGHTS, _still_there())
        .where(NOTICES.c.kind == POLICY, NOTICES.c.ref.in_(list(refs)))
    )
    rows = connection.execute(asked).fetchall()  # everybody's: one by one they take twice as long
    return [(who, entity, ref, _day(time)) for who, entity, ref, time in rows]


def told(connection: Connection, pairs: Sequence[tuple[str, str]], last_day: dt.date) -> dict[str, dt.date]:
    """Person -> first day of delivery, of who got one of these (legal entity, change) by that day and is in that legal entity now."""
    before = (last_day + dt.timedelta(days=1)).isoformat()
    asked = (
        select(NOTICES.c.person_id, func.min(NOTICES.c.made_at))
        .join(RIGHTS, _still_there())
        .where(
            NOTICES.c.kind == POLICY,
            tuple_(NOTICES.c.legal_entity, NOTICES.c.ref).in_(list(pairs)),
            NOTICES.c.made_at < before,
        )
        .group_by(NOTICES.c.person_id)
    )
    return {who: _day(time) for who, time in connection.execute(asked).fetchall()}


def _still_there() -> ColumnElement[bool]:
    return and_(RIGHTS.c.person_id == NOTICES.c.person_id, RIGHTS.c.legal_entity == NOTICES.c.legal_entity)


def _day(time: str) -> dt.date:
    return _of_text(time[:10])


@lru_cache
def _of_text(day: str) -> dt.date:
    """A notice goes to everybody at once: 65,000 deliveries are of a few days."""
    return dt.date.fromisoformat(day)


def _notice(row: Row[Any]) -> Notice:
    return Notice(*tuple(row))
