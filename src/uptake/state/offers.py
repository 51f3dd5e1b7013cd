"""Offers of help, one row a person to whom it was offered. An offer ends by itself: what stands is decided by the day asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from uptake.state import State
from uptake.state.tables import OFFERS

LASTS = dt.timedelta(weeks=6)
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer to one person. `blind` 1: whoever made it saw no name. `expires` is the first day on which it stands no more."""

    person_id: str
    made_at: str
    expires: str
    by_person: str
    unit: str
    step: str
    reason: str
    purpose: str
    blind: int
    state: str = OPEN


@dataclass(frozen=True, slots=True)
class Made:
    """An offer as a person is told of it; whether whoever made it saw the name, and whether it stands on the day asked."""

    person_id: str
    made: dt.date
    step: str
    expires: dt.date
    named: bool
    stands: bool


def every(state: State, day: dt.date, person_id: str | None = None) -> list[Made]:
    """All offers to a person, or to everybody (None), oldest first, as they stand on a day."""
    with state.reading() as connection:
        return _of(connection, day, person_id)


def standing(connection: Connection, step: str, day: dt.date) -> list[Made]:
    """Offers of this step that stand on a day."""
    return [made for made in _of(connection, day) if made.step == step and made.stands]


def write(connection: Connection, made: Sequence[Offer]) -> None:
    """Store offers, inside a write transaction that is open."""
    if made:
        connection.execute(insert(OFFERS), [asdict(offer) for offer in made])


def _of(connection: Connection, day: dt.date, person_id: str | None = None) -> list[Made]:
    found, asked = [], select(OFFERS).order_by(OFFERS.c.id)
    if person_id is not None:
        asked = asked.where(OFFERS.c.person_id == person_id)
    for row in connection.execute(asked):
        first, end = dt.date.fromisoformat(row.made_at[:10]), dt.date.fromisoformat(row.expires)
        stands = row.state == OPEN and day < end
        found.append(Made(row.person_id, first, row.step, end, not row.blind, stands))
    return found
