"""The events of an account and day into one row: calls, tokens, cost, AI commits. Pure; sums of events give the same row as the events."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator

from uptake.model import ALL_FEATURES, BESIDE, PROACTIVE, PeriodUse, TelemetryEvent, Usage
from uptake.model.outcome import Taken
from uptake.sources.cursor.events import SERVICE, SURFACE
from uptake.sources.reading.checks import joined_key, sum_known

_Key = tuple[str, str, dt.date]


def rows(events: Iterable[TelemetryEvent], first: dt.date) -> Iterator[Taken]:
    """One record for each account and day, from `first` on; its events must come together."""
    for key, found in itertools.groupby((event for event in events if event.day >= first), _key):
        yield _taken(key, list(found))


def _key(event: TelemetryEvent) -> _Key:
    return event.tenant, event.account, event.day


def _taken(key: _Key, events: list[TelemetryEvent]) -> Taken:
    tenant, account, day = key
    requests = [event for event in events if event.kind == "request"]
    row = Usage(
        tool="cursor",
        account=account,
        email=max((event.email for event in events if event.email), default=None),
        service=any(event.detail == SERVICE for event in events),
        tenant=tenant,
        precedence=BESIDE,
        day=day,
        surface=SURFACE,
        feature=ALL_FEATURES,
        feature_class=PROACTIVE,
        requests=_count(requests),
        tokens_in=sum_known(event.tokens_in for event in requests),
        tokens_out=sum_known(event.tokens_out for event in requests),
        tokens_cache_read=sum_known(event.tokens_cache_read for event in requests),
        tokens_cache_write=sum_known(event.tokens_cache_write for event in requests),
        cost_est_usd=sum_known(event.cost_est_usd for event in requests),
        commits=_count([event for event in events if event.kind == "commits"]),
    )
    made: list[Usage | PeriodUse] = [row]
    if any(event.detail is None for event in requests):
        made.append(_evidence(row))
    # Without a day and of no report, as the events themselves.
    name = joined_key("made", tenant, account, day.isoformat())
    # Of two that were made at one time, the one made of more events is the later one.
    rank = f"{row.requests or 0:012} {-1 if row.commits is None else row.commits:012}"
    return Taken(0, name, [*made], tenant=tenant, account=account, report=0, rank=rank)


def _count(events: list[TelemetryEvent]) -> int | None:
    known = sum_known(event.amount for event in events)
    return None if known is None else int(known)


def _evidence(row: Usage) -> PeriodUse:
    """A person called a model on that day: it earns no point, but nobody may say that it was no use."""
    return PeriodUse(
        tool="cursor", account=row.account, email=row.email, tenant=row.tenant, cadence="events", first_day=row.day, last_day=row.day,
        used=True, used_from=row.day, used_to=row.day,
    )  # fmt: skip
