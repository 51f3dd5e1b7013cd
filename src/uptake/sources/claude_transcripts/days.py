"""Events of transcripts into day rows: those of telemetry, after the last row of each call was chosen. Pure; any order gives the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from uptake.model import TelemetryEvent, Usage
from uptake.model.outcome import Taken
from uptake.sources.otlp import days

UNKNOWN = ("accept_user", "accept_auto", "accept_unsplit", "reject_user")
"""A transcript does not tell who allowed what: NULL, not 0 (rule C1)."""


def rows(events: Iterable[TelemetryEvent], first: dt.date) -> Iterator[Taken]:
    """The day rows, from `first` on, of all events of some accounts."""
    chosen = last_rows(events)
    named = {(event.account, event.day) for event in chosen if event.session}
    for taken in days.rows(chosen, first):
        for row in taken.rows:
            if isinstance(row, Usage):
                for name in UNKNOWN:
                    setattr(row, name, None)
                if (row.account, row.day) not in named:
                    row.sessions = None
        # Without a day, as its events.
        taken.day = None
        yield taken


def last_rows(events: Iterable[TelemetryEvent]) -> list[TelemetryEvent]:
    """Of several rows of one call only the last remains a call (rule R-TR-1): the earlier ones have fewer tokens, and are only seen."""
    known = list(events)
    last: dict[tuple[str, str], tuple[dt.datetime, int, int]] = {}
    for event in known:
        if event.kind == "request":
            key = event.account, event.series
            last[key] = max(last.get(key, _order(event)), _order(event))
    found = []
    for event in known:
        superseded = event.kind == "request" and last[event.account, event.series] != _order(event)
        found.append(msgspec.structs.replace(event, kind="seen") if superseded else event)
    return found


def _order(event: TelemetryEvent) -> tuple[dt.datetime, int, int]:
    """One order of the rows of a call: time, place among those of one time in a file, tokens."""
    return event.happened_at, event.started, event.tokens_out or 0
