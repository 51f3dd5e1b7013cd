"""The run ledger: when which job ran and how it ended."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert, update

from uptake.state import State
from uptake.state.tables import RUNS


def begin(state: State, job: str, now: dt.datetime) -> int:
    """Note a start; answers the number of the run."""
    with state.writing() as connection:
        key = connection.execute(insert(RUNS).values(job=job, started_at=now.isoformat())).inserted_primary_key
        return int(key[0]) if key else 0


def end(state: State, run: int, result: str, now: dt.datetime) -> None:
    """Note how a run ended: `done` or the kind of failure."""
    with state.writing() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(ended_at=now.isoformat(), result=result))
