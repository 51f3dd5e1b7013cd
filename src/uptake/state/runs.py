"""The run ledger: when which job ran and how it ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from uptake.state import State
from uptake.state.tables import RUNS

DONE = "done"


def begin(state: State, job: str, now: dt.datetime) -> int:
    """Note a start; answers the number of the run."""
    with state.writing() as connection:
        key = connection.execute(insert(RUNS).values(job=job, started_at=now.isoformat())).inserted_primary_key
        return int(key[0]) if key else 0


def end(state: State, run: int, result: str, now: dt.datetime) -> None:
    """Note how a run ended: `done` or the kind of failure."""
    with state.writing() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(ended_at=now.isoformat(), result=result))


@dataclass(frozen=True, slots=True)
class Last:
    """How a job stands: start and result of its last run, and the end of its last one that was `done`."""

    begun: dt.datetime | None = None
    result: str = ""
    done: dt.datetime | None = None


def last(state: State, job: str) -> Last:
    """The last run of a job; empty when it never ran."""
    with state.reading() as connection:
        newest = select(RUNS.c.started_at, RUNS.c.result).where(RUNS.c.job == job).order_by(RUNS.c.id.desc()).limit(1)
        whole = (
            select(RUNS.c.ended_at).where(RUNS.c.job == job, RUNS.c.result == DONE).order_by(RUNS.c.id.desc()).limit(1)
        )
        row, good = connection.execute(newest).first(), connection.execute(whole).scalar()
    if row is None:
        return Last()
    begun = dt.datetime.fromisoformat(str(row.started_at))
    return Last(begun, str(row.result or ""), dt.datetime.fromisoformat(str(good)) if good else None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A job that ever ran: how often, start and result of its last run, end of its last one that was `done`. Times as text to the minute, UTC."""

    job: str
    runs: int
    begun: str | None
    result: str | None
    last_done: str | None


def standings(state: State) -> list[Standing]:
    """One for each job, in no order."""
    job = RUNS.c.job
    newest = select(func.max(RUNS.c.id).label("id"), func.count().label("runs")).group_by(job).subquery()
    good = select(job, func.max(RUNS.c.ended_at).label("done")).where(RUNS.c.result == DONE).group_by(job).subquery()
    wanted = (
        select(job, newest.c.runs, RUNS.c.started_at, RUNS.c.result, good.c.done)
        .join(newest, newest.c.id == RUNS.c.id)
        .outerjoin(good, good.c.job == job)
    )
    with state.reading() as connection:
        found = connection.execute(wanted).all()
    return [Standing(job, times, _minute(begun), result, _minute(done)) for job, times, begun, result, done in found]


def _minute(stamp: str | None) -> str | None:
    return stamp[:16].replace("T", " ") if stamp else None
