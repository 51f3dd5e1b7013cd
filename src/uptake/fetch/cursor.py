"""Cursor daily usage of a team: POST, pages by number under one of several names (SOURCES.md section 9, rule R-CU-14)."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import NOTHING, REPORT, Pages, Row, page, rows_of
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Fetcher, Rows, pages_of

PATH = "teams/daily-usage-data"
PAGE_SIZE = 500
DAY_MS = 86_400_000


def _headers(key: str) -> Mapping[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def _day(asking: Asking, day: dt.date) -> Rows:
    return pages_of(_pages(asking, day))


def _pages(asking: Asking, day: dt.date) -> Iterator[list[Row]]:
    start = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()) * 1000
    guard, number, last = Pages(), 1, 1
    while True:
        body = {"startDate": start, "endDate": start + DAY_MS - 1, "page": number, "pageSize": PAGE_SIZE}
        found = page(asking.wire, Ask(PATH, "POST", json=body))
        rows = guard.new(rows_of(found, "data"))
        yield rows
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


FETCHER = Fetcher(
    source="cursor",
    title="Cursor daily usage (Admin API)",
    base="https://api.cursor.com",
    headers=_headers,
    fetch=_day,
    lag_hours=6,
    known=frozenset(
        {
            "userId", "email", "day", "date", "isActive", "totalLinesAdded", "totalLinesDeleted", "acceptedLinesAdded",
            "acceptedLinesDeleted", "totalApplies", "totalAccepts", "totalRejects", "totalTabsShown", "totalTabsAccepted",
            "composerRequests", "chatRequests", "agentRequests", "cmdkUsages", "bugbotUsages", "subscriptionIncludedReqs",
            "apiKeyReqs", "usageBasedReqs", "mostUsedModel", "tabMostUsedExtension", "applyMostUsedExtension", "clientVersion",
        }
    ),
)  # fmt: skip
