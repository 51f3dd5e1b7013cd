"""The run ledger: when which job ran and how it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from uptake.settings import Settings
from uptake.state import State
from uptake.state.tables import RUNS

DONE = "done"
AT_WORK = "at work"
AFTER_FAILURE = dt.timedelta(hours=1)
"""A run that failed or was cut off is repeated that soon."""
AT_ONCE = "at once"
ARRIVING = frozenset({"otlp", "github-prs", "gitlab-mrs", "data-classes", "scim"})
"""Sources whose records arrive by themselves: `uptake ingest SOURCE` needs a file for all others."""


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


def due(found: Last, every: int, now: dt.datetime) -> dt.datetime | None:
    """When a job runs next that is to run each `every` hours; None = never by itself."""
    if not every:
        return None
    pause = dt.timedelta(hours=every)
    pause = pause if found.result == DONE else min(pause, AFTER_FAILURE)
    return found.begun + pause if found.begun else now


def scheduled(settings: Settings) -> dict[str, int]:
    """Jobs that a server runs by itself -> each how many hours."""
    found = {"score": settings.score.every}
    found |= {f"fetch {name}": vendor.every for name, vendor in settings.fetch.set_up()}
    return {job: every for job, every in found.items() if every}


def remedy(job: str, result: str | None) -> str:
    """What to do where the last run of a job failed; empty where it did not."""
    if result in (DONE, AT_WORK, "", None):
        return ""
    kind, _, source = job.partition(" ")
    file = " FILE" if kind == "ingest" and source not in ARRIVING else ""
    return f"Run `uptake {job}{file}` and see what it says"


@dataclass(frozen=True, slots=True)
class Standing:
    """A job that ever ran or is to run: how often, start and result of its last run, end of its last one that was `done`, start of the next
    one. Times as text to the minute, UTC. `next_step`: what to do about a failure.
    """

    job: str
    runs: int
    begun: str | None
    result: str | None
    last_done: str | None
    next_run: str | None = None
    next_step: str | None = None


def standings(state: State, every: Mapping[str, int]) -> list[Standing]:
    """One for each job, in no order. `every`: what runs by itself, as `scheduled`."""
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
    ran = {row[0] for row in found}
    waiting = [Standing(job, 0, None, None, None, AT_ONCE) for job in every if job not in ran]
    return waiting + [
        Standing(
            job,
            times,
            _minute(begun),
            result,
            _minute(done),
            _next(begun, result, every.get(job, 0)),
            remedy(job, result) or None,
        )
        for job, times, begun, result, done in found
    ]


def _next(begun: str, result: str | None, every: int) -> str | None:
    start = dt.datetime.fromisoformat(begun)
    found = due(Last(start, result or ""), every, start)
    return _minute(found.isoformat()) if found else None


def _minute(stamp: str | None) -> str | None:
    return stamp[:16].replace("T", " ") if stamp else None
