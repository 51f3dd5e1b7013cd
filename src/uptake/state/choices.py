"""What people chose for themselves, such as to stand on a board in bands."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from uptake.state import State
from uptake.state.tables import CHOICES

BOARD, IN, OUT = "board", "in", "out"


def of(state: State, name: str, value: str) -> list[str]:
    """People who chose this value, in order."""
    asked = select(CHOICES.c.person_id).where(CHOICES.c.name == name, CHOICES.c.value == value)
    with state.reading() as connection:
        return [str(row[0]) for row in connection.execute(asked.order_by(CHOICES.c.person_id))]


def choose(state: State, people: Sequence[str], name: str, value: str, now: str) -> None:
    """Store the choice of these people, in place of what they chose before."""
    with state.writing() as connection:
        write(connection, people, name, value, now)


def write(connection: Connection, people: Sequence[str], name: str, value: str, now: str) -> None:
    """As `choose`, inside a write transaction that is open."""
    rows = [{"person_id": who, "name": name, "value": value, "chosen_at": now} for who in people]
    if not rows:
        return
    for row in rows:
        key = (CHOICES.c.person_id == row["person_id"]) & (CHOICES.c.name == name)
        connection.execute(delete(CHOICES).where(key))
    connection.execute(insert(CHOICES), rows)
