"""Day rows of event sources: after a load of events, the days of the accounts that it touched are made anew (SOURCES.md C2, R-OT-9)."""

from __future__ import annotations

import datetime as dt

from uptake.model.outcome import Source
from uptake.warehouse.connect import Connection
from uptake.warehouse.merge import merge
from uptake.warehouse.staging import FileNotes, Staging
from uptake.warehouse.telemetry import touched

DAYS = "telemetry days"
"""The name under which the ledger holds what was derived."""
LOOK_BACK = 31
"""Days of older events that are looked at: a session or a cumulative series may have begun then."""


def make_days(connection: Connection, source: Source, now: dt.datetime) -> None:
    """Derive the day rows of all accounts of which events came since this was last done: also of a load that was killed before it.

    Does nothing for a source that has no events.
    """
    if source.days is None:
        return
    found = touched(connection, source.name, DAYS, LOOK_BACK)
    if found is None:
        return
    events, first = found
    staging = Staging(connection, source)
    # The day before counts too: a call after midnight makes the prompt before it one that was answered.
    staging.take(FileNotes(name=DAYS, fetched_at=now), source.days(events, first - dt.timedelta(days=1)))
    merge(staging, received_at=now)
