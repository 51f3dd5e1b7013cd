"""Copilot seat list: counted pages of 100 (SOURCES.md 4.5). A list that changed while it was read is read once more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from uptake.fetch.copilot_users import owner
from uptake.fetch.families import GITHUB
from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import REPORT, Pages, Row, page, rows_of
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Rows

PAGE_SIZE = 100


def _list(asking: Asking, day: dt.date) -> Rows:
    """The list as it is now, whatever the day."""
    del day
    rows, total = whole_list(asking)
    yield rows
    return {"total_seats": total}


def whole_list(asking: Asking) -> tuple[list[Row], int]:
    """All seats, and how many there are. Raises NotFetched when it does not hold as many seats as it says."""
    for _ in range(2):
        totals: set[int] = set()
        rows = [row for part in _pages(asking, totals) for row in part]
        if len(totals) == 1 and _seats(rows) >= min(totals):
            return rows, min(totals)
    raise NotFetched("The seat list does not hold as many seats as it says", why="it changed twice while it was read")


def _pages(asking: Asking, totals: set[int]) -> Iterator[list[Row]]:
    guard, number, held = Pages(), 1, 0
    while True:
        found = page(
            asking.wire, Ask(f"{owner(asking)}/copilot/billing/seats", params={"page": number, "per_page": PAGE_SIZE})
        )
        rows = guard.new(rows_of(found, "seats"))
        total = _total(found)
        totals.add(total)
        held += len(rows)
        yield rows
        if not rows or (held >= total and len(rows) < PAGE_SIZE):
            return
        number += 1


def _seats(rows: list[Row]) -> int:
    """How many seats are listed: one that two teams grant is there twice, and counted once in the total (rule R-SE-1)."""
    holders = [row.get("assignee") for row in rows]
    named = {(str(holder.get("id")), str(holder.get("login"))) for holder in holders if isinstance(holder, dict)}
    return len(named) + sum(not isinstance(holder, dict) for holder in holders)


def _total(found: Any) -> int:
    total = found.get("total_seats") if isinstance(found, dict) else 0
    if not isinstance(total, int) or isinstance(total, bool):
        raise NotFetched("An answer of the vendor is not understood", why="it holds no `total_seats`", next_step=REPORT)
    return total


FETCHER = GITHUB(
    source="copilot-seats",
    title="GitHub Copilot seat list",
    fetch=_list,
    listed="seats",
    snapshot=True,
    complete=False,
    known=frozenset(
        {
            "created_at", "updated_at", "pending_cancellation_date", "last_activity_at", "last_activity_editor",
            "last_authenticated_at", "plan_type", "assignee", "login", "id", "type", "assigning_team", "slug", "organization",
        }
    ),
)  # fmt: skip
