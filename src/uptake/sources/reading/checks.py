"""Checks and small sums that several readers share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

FIRST_DAY = dt.date(2015, 1, 1)
"""No vendor had any AI usage to report before it."""
LARGEST = 2**63 - 1
"""What a column of counts holds."""

Number = TypeVar("Number", int, Decimal)


def usage_day(text: str, fetched_at: dt.datetime) -> dt.date | str:
    """The UTC day of an ISO 8601 day or moment, or the reason why it is none.

    A moment without offset is UTC. A usage day lies between 2015-01-01 and the day after `fetched_at`.
    """
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        day = (moment.astimezone(dt.UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return "invalid date"
    return usable_day(day, fetched_at) or "day out of range"


def usable_day(day: dt.date | None, fetched_at: dt.datetime) -> dt.date | None:
    """The day if it lies between 2015-01-01 and the day after `fetched_at`, else None."""
    if day is None or not FIRST_DAY <= day <= fetched_at.date() + dt.timedelta(days=1):
        return None
    return day


def stated_total(value: Any) -> int | None:
    """How many records a list says that it has in all; None where it is no count. What no column holds is still more than any list has."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, LARGEST)


def sum_known(values: Iterable[Number | None]) -> Number | None:
    """Sum of what is known; None when nothing is (rule C1)."""
    known = [value for value in values if value is not None]
    return sum(known[1:], start=known[0]) if known else None


def joined_key(*parts: str) -> str:
    """The parts of a record's key in one text. A bar inside a part is written %7C, so no two keys can meet."""
    return "|".join(part.replace("%", "%25").replace("|", "%7C") for part in parts)
