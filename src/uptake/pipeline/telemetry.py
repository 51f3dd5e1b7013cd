"""Day rows of events: after a load of events, the days of the accounts that it touched are made anew (SOURCES.md C2, R-OT-9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from uptake.model.outcome import Outcome, Source
from uptake.warehouse.connect import Connection
from uptake.warehouse.merge import merge
from uptake.warehouse.staging import FileNotes, Staging
from uptake.warehouse.telemetry import summed, touched

DAYS = "telemetry days"
"""The name under which the ledger holds what was derived."""
LOOK_BACK = 31
"""Days of older events that are looked at: a session or a cumulative series may have begun then."""


def make_days(connection: Connection, source: Source, now: dt.datetime) -> None:
    """Derive the day rows of all accounts of which events came since this was last done: also of a load that was killed before it.

    Does nothing for a source that has no events.
    """
    made = _made(connection, source)
    if made is not None:
        staging = Staging(connection, source)
        staging.take(FileNotes(name=DAYS, fetched_at=now), made)
        merge(staging, received_at=now)


def _made(connection: Connection, source: Source) -> Iterator[Outcome] | None:
    if source.days is None:
        return None
    if source.sums_events:
        sums = summed(connection, source.name, DAYS)
        return None if sums is None else source.days(sums, dt.date.min)
    found = touched(connection, source.name, DAYS, LOOK_BACK)
    if found is None:
        return None
    events, first = found
    # The day before counts too: a call after midnight makes the prompt before it one that was answered.
    return source.days(events, first - dt.timedelta(days=1))
