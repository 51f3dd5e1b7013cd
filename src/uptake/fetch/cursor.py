"""Cursor daily usage of a team: POST, pages by number under one of several names (SOURCES.md section 9, rule R-CU-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from uptake.fetch.families import CURSOR
from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import NOTHING, REPORT, Pages, Row, page, rows_of
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Rows, pages_of

PATH = "teams/daily-usage-data"
PAGE_SIZE = 500
DAY_MS = 86_400_000


def _day(asking: Asking, day: dt.date) -> Rows:
    return pages_of(rows for _, rows in pages(asking, day, PATH, "data"))


def pages(asking: Asking, day: dt.date, path: str, name: str) -> Iterator[tuple[Any, list[Row]]]:
    """Each page of a day, and the rows in it under that name. Raises NotFetched where they end before their number or go in a circle."""
    start = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()) * 1000
    guard, number, last = Pages(), 1, 1
    while True:
        body = {"startDate": start, "endDate": start + DAY_MS - 1, "page": number, "pageSize": PAGE_SIZE}
        found = page(asking.wire, Ask(path, "POST", json=body))
        rows = guard.new(rows_of(found, name))
        yield found, rows
        last = max(last, _last(found, number))
        if not rows and (number < last or (number > 1 and found in NOTHING)):
            raise NotFetched("The vendor's pages end before their number", next_step=REPORT)
        if number >= last:
            return
        number += 1


def _last(found: Any, number: int) -> int:
    """The number of the last page, as far as a page says it."""
    said = found.get("pagination") if isinstance(found, dict) else None
    if not isinstance(said, dict):
        return number
    stated = said.get("numPages", said.get("totalPages"))
    following = number + (said.get("hasNextPage") is True)
    return max(stated, following) if isinstance(stated, int) else following


FETCHER = CURSOR(
    source="cursor",
    title="Cursor daily usage (Admin API)",
    fetch=_day,
    known=frozenset(
        {
            "userId", "email", "day", "date", "isActive", "totalLinesAdded", "totalLinesDeleted", "acceptedLinesAdded",
            "acceptedLinesDeleted", "totalApplies", "totalAccepts", "totalRejects", "totalTabsShown", "totalTabsAccepted",
            "composerRequests", "chatRequests", "agentRequests", "cmdkUsages", "bugbotUsages", "subscriptionIncludedReqs",
            "apiKeyReqs", "usageBasedReqs", "mostUsedModel", "tabMostUsedExtension", "applyMostUsedExtension", "clientVersion",
        }
    ),
)  # fmt: skip
