"""Contests: what a person says is wrong about them. While one is not closed, the person is left out of lists and rankings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from uptake.state import State
from uptake.state.tables import CONTESTS, RIGHTS

RESTRICTED, UNDER_REVIEW, DECIDED, CLOSED = "restricted", "under_review", "decided", "closed"
"""States of a case. It is open and restricted in one step, recomputed and closed in another: nobody reads one without the other."""
UPHELD, REJECTED = "upheld", "rejected"
FIGURES = ("segment", "reason", "certainty", "score_micro", "coverage", "expected_days", "observed_days", "lob", "team")
"""Figures of the quarter that are kept before and after."""
CATEGORIES = ("leave", "part_time", "shared_account", "wrong_team", "wrong_identity", "vendor_gap", "other")


@dataclass(frozen=True, slots=True)
class Contest:
    """A case as it is stored. No free text: what is wrong is said by category, quarter, day and tool.

    `before`, `after`: canonical JSON of the figures as they stood, and after the recompute. Identities: see the table SESSIONS.
    """

    id: int
    person_id: str
    opened: dt.date
    due: dt.date
    category: str
    quarter: str
    day: dt.date | None
    tool: str | None
    state: str
    reviewer: str | None = None
    decided_by: str | None = None
    decision: str | None = None
    before: str | None = None
    after: str | None = None
    change_id: int | None = None
    closed: dt.date | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state in (RESTRICTED, UNDER_REVIEW)

    @property
    def case_id(self) -> str:
        """The case id under which its person's rows are read."""
        return f"contest-{self.id}"


def first_day(quarter: str) -> dt.date:
    """First day of a quarter such as 2026Q3."""
    return dt.date(int(quarter[:4]), 3 * int(quarter[5]) - 2, 1)


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


def one(connection: Connection, number: int) -> Contest | None:
    """The case of a number, or None."""
    row = connection.execute(select(CONTESTS).where(CONTESTS.c.id == number)).first()
    return _contest(row) if row else None


def write(connection: Connection, made: Contest) -> int:
    """Store a new contest (its `id` is not looked at) and answer its number."""
    values = {
        "person_id": made.person_id, "opened_at": made.opened.isoformat(), "due": made.due.isoformat(),
        "category": made.category, "quarter": made.quarter, "day": made.day.isoformat() if made.day else None,
        "tool": made.tool, "state": made.state,
    }  # fmt: skip
    key = connection.execute(insert(CONTESTS).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def change(connection: Connection, number: int, **values: Any) -> None:
    """Set columns of a case, inside a write transaction that is open."""
    connection.execute(update(CONTESTS).where(CONTESTS.c.id == number).values(**values))


def waiting(connection: Connection) -> list[Contest]:
    """Cases that were upheld and wait for the recompute, oldest first."""
    return [one for one in stored(connection, None) if (one.state, one.decision) == (DECIDED, UPHELD)]


def above(connection: Connection, person_id: str) -> set[str]:
    """Identities of all managers above a person in the current tree."""
    found: set[str] = set()
    who: str | None = person_id
    while who is not None:
        who = connection.execute(select(RIGHTS.c.manager_id).where(RIGHTS.c.person_id == who)).scalar()
        if who is None or f"person:{who}" in found:
            break
        found.add(f"person:{who}")
    return found


def _contest(row: Row[Any]) -> Contest:
    opened, due = (dt.date.fromisoformat(str(text)) for text in (row.opened_at, row.due))
    return Contest(
        row.id, row.person_id, opened, due, row.category, row.quarter, _day(row.day), row.tool, row.state, row.reviewer, row.decided_by,
        row.decision, row.before, row.after, row.change_id, _day(row.closed_at),
    )  # fmt: skip


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None
