"""Cursor usage events of a team: POST, pages by number, and how many events there are in all (SOURCES.md section 9, rule R-CU-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from uptake.fetch.cursor import pages
from uptake.fetch.families import CURSOR
from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import Row
from uptake.fetch.vendor import Asking, Rows, pages_of

PATH = "teams/filtered-usage-events"
LIST, TOTAL = "usageEvents", "totalUsageEventsCount"


def _day(asking: Asking, day: dt.date) -> Rows:
    return pages_of(_counted(asking, day))


def _counted(asking: Asking, day: dt.date) -> Iterator[list[Row]]:
    """The pages; that the vendor's own count is reached is held at the end. Two events may be alike, so they are counted and not compared."""
    held, totals = 0, {0}
    for found, rows in pages(asking, day, PATH, LIST):
        held += len(rows)
        totals.add(_total(found))
        yield rows
    stated = max(totals)
    if len(totals - {0}) > 1:
        # An event that is put in pushes another one onto the next page: it came twice, the new one not at all, and the count is right.
        raise NotFetched("The vendor's usage events changed while they were read", why="the day is asked for again")
    if held < stated:
        raise NotFetched("The vendor gives fewer usage events than it counts", why=f"{held} of {stated} came")


def _total(found: Any) -> int:
    said = found.get(TOTAL) if isinstance(found, dict) else None
    return said if isinstance(said, int) and not isinstance(said, bool) else 0


FETCHER = CURSOR(
    name="cursor-events",
    source="cursor",
    title="Cursor usage events (Admin API)",
    fetch=_day,
    complete=False,
    known=frozenset(
        {
            "timestamp", "userEmail", "serviceAccountId", "model", "isFreeBugbot", "tokenUsage", "inputTokens", "outputTokens",
            "cacheReadTokens", "cacheWriteTokens", "totalCents",
        }
    ),
)  # fmt: skip
