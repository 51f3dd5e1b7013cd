"""Contests: what a person says is wrong about them. While one is not closed, the person is left out of lists and rankings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, Row, insert, select

from uptake.state import State
from uptake.state.tables import CONTESTS

RESTRICTED, CLOSED = "restricted", "closed"
CATEGORIES = ("leave", "part_time", "shared_account", "wrong_team", "wrong_identity", "vendor_gap", "other")


@dataclass(frozen=True, slots=True)
class Contest:
    """A case as it is stored. No free text: what is wrong is said by category, quarter, day and tool."""

    id: int
    person_id: str
    opened: dt.date
    due: dt.date
    category: str
    quarter: str
    day: dt.date | None
    tool: str | None
    state: str


def under_review(state: State) -> list[str]:
    """People with a contest that is not closed, each once."""
    asked = select(CONTESTS.c.person_id).where(CONTESTS.c.state != CLOSED).distinct().order_by(CONTESTS.c.person_id)
    with state.reading() as connection:
        return [str(row[0]) for row in connection.execute(asked)]


def of(state: State, person_id: str | None) -> list[Contest]:
    """All contests of a person, or of everybody (None), oldest first."""
    with state.reading() as connection:
        return stored(connection, person_id)


def stored(connection: Connection, person_id: str | None) -> list[Contest]:
    """As `of`, inside a transaction that is open."""
    asked = select(CONTESTS).order_by(CONTESTS.c.id)
    if person_id is not None:
        asked = asked.where(CONTESTS.c.person_id == person_id)
    return [_contest(row) for row in connection.execute(asked)]


def write(connection: Connection, made: Contest) -> int:
    """Store a new contest (its `id` is not looked at) and answer its number."""
    values = {
        "person_id": made.person_id, "opened_at": made.opened.isoformat(), "due": made.due.isoformat(),
        "category": made.category, "quarter": made.quarter, "day": made.day.isoformat() if made.day else None,
        "tool": made.tool, "state": made.state,
    }  # fmt: skip
    key = connection.execute(insert(CONTESTS).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def _contest(row: Row[tuple[object, ...]]) -> Contest:
    day = dt.date.fromisoformat(str(row.day)) if row.day else None
    opened, due = (dt.date.fromisoformat(str(text)) for text in (row.opened_at, row.due))
    return Contest(row.id, row.person_id, opened, due, row.category, row.quarter, day, row.tool, row.state)
