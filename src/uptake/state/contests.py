"""Contests: what a person says is wrong about them. While one is not closed, the person is left out of lists and rankings."""

from __future__ import annotations

from sqlalchemy import select

from uptake.state import State
from uptake.state.tables import CONTESTS

CLOSED = "closed"


def under_review(state: State) -> list[str]:
    """People with a contest that is not closed, each once."""
    asked = select(CONTESTS.c.person_id).where(CONTESTS.c.state != CLOSED).distinct().order_by(CONTESTS.c.person_id)
    with state.reading() as connection:
        return [str(row[0]) for row in connection.execute(asked)]
