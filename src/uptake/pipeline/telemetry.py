"""Day rows of events: after a load of events, the days of the accounts that it touched are made anew (SOURCES.md C2, R-OT-9)."""

from __future__ import annotations

import datetime as dt
import itertools

from uptake.model.outcome import MakeDays, MakeSums, Source
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
    if source.days is not None:
        _of_turns(connection, source, source.days, now)
    elif source.sums is not None:
        _of_sums(connection, source, source.sums, now)


def _of_sums(connection: Connection, source: Source, sums: MakeSums, now: dt.datetime) -> None:
    """Of a source whose events need no look at each other."""
    staging = Staging(connection, source)
    made = sums(summed(connection, source.name, DAYS))
    first = next(made, None)
    if first is not None:
        staging.take(FileNotes(name=DAYS, fetched_at=now), itertools.chain((first,), made))
        merge(staging, received_at=now)


def _of_turns(connection: Connection, source: Source, days: MakeDays, now: dt.datetime) -> None:
    found = touched(connection, source.name, DAYS, LOOK_BACK)
    if found is None:
        return
    events, first = found
    staging = Staging(connection, source)
    # The day before counts too: a call after midnight makes the prompt before it one that was answered.
    staging.take(FileNotes(name=DAYS, fetched_at=now), days(events, first - dt.timedelta(days=1)))
    merge(staging, received_at=now)
