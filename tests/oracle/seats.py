"""Who holds a seat of what on which day (readings 8 to 10), as spans of ordinals, both ends included."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .world import Grant, SeatEntry, SeatList

FOREVER = dt.date.max.toordinal()
ALWAYS = dt.date.min.toordinal()

Spans = list[tuple[int, int]]


@dataclass(slots=True, frozen=True)
class Listing:
    """A seat as one list shows it."""

    taken_at: dt.datetime
    login: str
    created_day: int | None
    last_activity_day: int | None
    ends_on: int | None
    bot: bool


def listed(seat_list: SeatList) -> dict[str, Listing]:
    """Account key -> listing. Entries of one (id, login) are one seat; the newest activity is kept (R-SE-1, R-SE-3)."""
    newest: dict[tuple[int, str], SeatEntry] = {}
    for entry in seat_list.entries:
        if entry.user_id is None:
            continue
        rival = newest.get((entry.user_id, entry.login))
        if rival is None or _newer(entry, rival):
            newest[entry.user_id, entry.login] = entry
    found: dict[str, Listing] = {}
    for (user_id, login), entry in sorted(newest.items()):
        key = str(user_id) if str(user_id) not in found else f"{user_id}:{login}"
        found[key] = Listing(
            taken_at=seat_list.taken_at,
            login=login,
            created_day=entry.created_at.toordinal() if entry.created_at else None,
            last_activity_day=entry.last_activity_at.toordinal() if entry.last_activity_at else None,
            ends_on=entry.ends_on.toordinal() if entry.ends_on else None,
            bot=entry.bot,
        )
    return found


def _newer(entry: SeatEntry, rival: SeatEntry) -> bool:
    if entry.last_activity_at is None or rival.last_activity_at is None:
        return rival.last_activity_at is None
    return entry.last_activity_at > rival.last_activity_at


def complete_list(seat_list: SeatList) -> bool:
    """True if no seat that the list states is missing from it."""
    without_person = sum(entry.user_id is None for entry in seat_list.entries)
    return len(listed(seat_list)) + without_person >= seat_list.total


def vendor_spans(lists: Iterable[SeatList]) -> dict[str, Spans]:
    """Account key -> spans of its seat, over all tenants."""
    spans: dict[str, Spans] = defaultdict(list)
    by_tenant: dict[str, list[SeatList]] = defaultdict(list)
    for seat_list in lists:
        by_tenant[seat_list.tenant].append(seat_list)
    for own in by_tenant.values():
        for key, first, last in _runs(sorted(own, key=lambda seat_list: seat_list.taken_at)):
            spans[key].append((first, last))
    return spans


def _runs(lists: list[SeatList]) -> Iterable[tuple[str, int, int]]:
    """A run begins with the list that first shows the seat and ends before the first complete list that lacks it."""
    running: dict[str, tuple[int, int]] = {}
    for seat_list in lists:
        shown, taken = listed(seat_list), seat_list.taken_at.toordinal()
        for key, listing in shown.items():
            begun = taken if listing.created_day is None else listing.created_day
            first = running[key][0] if key in running else begun
            running[key] = (first, FOREVER if listing.ends_on is None else listing.ends_on - 1)
        if complete_list(seat_list):
            for key in [key for key in running if key not in shown]:
                first, last = running.pop(key)
                yield key, first, min(last, taken - 1)
    for key, (first, last) in running.items():
        yield key, first, last


def grant_span(grant: Grant) -> tuple[int, int]:
    first = grant.first_day.toordinal() if grant.first_day else ALWAYS
    last = grant.last_day.toordinal() if grant.last_day else FOREVER
    return (first, last)


def holds(spans: Spans, day: int) -> bool:
    return any(first <= day <= last for first, last in spans)
