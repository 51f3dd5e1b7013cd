"""People of a directory over SCIM 2.0 (SOURCES.md section 12): counted pages, the whole list as it is today.

GitHub speaks it for an enterprise of managed users and for an organisation; any other directory lies at `base_url`. A list that changed
while it was read is read once more, and the loader takes it only when it holds as many resources as it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from uptake.errors import WrongUsage
from uptake.fetch.families import github_headers
from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import REPORT, Pages, Row, page, rows_of
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Fetcher, Rows
from uptake.settings.fetching import Directory

PAGE_SIZE = 100
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LIST = "Resources"


def path_of(vendor: Directory) -> str:
    """Where the users lie, below the address.

    Raises:
        WrongUsage: it is not said which directory is meant.
    """
    if vendor.enterprise and vendor.organization:
        raise WrongUsage(
            "Source scim is not set up", why="`enterprise` and `organization` are two directories",
            next_step="Give one of them in settings.toml, [fetch.scim]",
        )  # fmt: skip
    if vendor.enterprise:
        return f"scim/v2/enterprises/{vendor.enterprise}/Users"
    if vendor.organization:
        return f"scim/v2/organizations/{vendor.organization}/Users"
    if not vendor.base_url:
        raise WrongUsage(
            "Source scim is not set up", why="it is not said where the directory lies",
            next_step="Set `enterprise`, `organization` or `base_url` in settings.toml, [fetch.scim]",
        )  # fmt: skip
    return "Users"


def _list(asking: Asking, day: dt.date) -> Rows:
    """The list as it is now, whatever the day; handed on only when it has as many users as it says."""
    del day
    vendor = asking.vendor
    if not isinstance(vendor, Directory):
        raise WrongUsage("A directory has settings of its own")
    path = path_of(vendor)
    for _ in range(2):
        totals: set[int] = set()
        rows = [row for part in _pages(asking, path, totals) for row in part]
        if len(totals) == 1 and len(_ids(rows)) == len(rows) == min(totals):
            yield [_placed(row, vendor.lob) for row in rows]
            return {"totalResults": len(rows)}
    raise NotFetched("The directory does not hold as many people as it says", why="it changed twice while it was read")


def _pages(asking: Asking, path: str, totals: set[int]) -> Iterator[list[Row]]:
    guard, start = Pages(), 1
    while True:
        found = page(asking.wire, Ask(path, params={"startIndex": start, "count": PAGE_SIZE}))
        rows = guard.new(rows_of(found, LIST) if not isinstance(found, dict) or LIST in found else [])
        total = _total(found)
        totals.add(total)
        yield rows
        start += len(rows)  # a server may give fewer than it is asked for
        if not rows or start > total:
            return


def _total(found: Any) -> int:
    total = found.get("totalResults") if isinstance(found, dict) else None
    if not isinstance(total, int) or isinstance(total, bool):
        raise NotFetched(
            "An answer of the vendor is not understood", why="it holds no `totalResults`", next_step=REPORT
        )
    return total


def _ids(rows: list[Row]) -> set[str]:
    """The ids: one that came twice stands for somebody who was pushed to the next page and another who was passed over."""
    return {str(row.get("id")) for row in rows}


def _placed(row: Row, lob: str) -> Row:
    """With the line of business of the settings where the directory has none."""
    work = row.get(ENTERPRISE)
    work = work if isinstance(work, dict) else {}
    if not lob or work.get("division") or work.get("organization"):
        return row
    return {**row, ENTERPRISE: {**work, "division": lob}}


FETCHER = Fetcher(
    source="scim",
    title="People of a directory (SCIM 2.0)",
    base="https://api.github.com",
    headers=github_headers,
    fetch=_list,
    listed=LIST,
    snapshot=True,
    complete=False,
    alone=True,
    known=frozenset(
        {
            "schemas", "id", "externalId", "userName", "active", "emails", "value", "type", "primary", "meta", "resourceType",
            ENTERPRISE, "employeeNumber", "organization", "division", "department", "manager", "$ref",
        }
    ),
)  # fmt: skip
