"""Copilot billing by user and day: one answer each for whoever has a seat (SOURCES.md 4.6, rule R-BI-6: a login, not an id).

The interface gives no list of users, so each is asked for by name: as many requests a day as there are seats. It goes beside the sum of the
day (`copilot-billing`) and is never added to it: the reader keeps the two scopes apart.
"""

from __future__ import annotations

import datetime as dt

from uptake.fetch import copilot_billing, copilot_seats
from uptake.fetch.copilot_users import headers
from uptake.fetch.problems import NotThere
from uptake.fetch.rows import Row
from uptake.fetch.vendor import Asking, Fetcher, Rows


def _day(asking: Asking, day: dt.date) -> Rows:
    unseen = False
    for login in _logins(asking):
        try:
            found = copilot_billing.answer(asking, day, {"user": login})
        except NotThere:
            unseen = True
            continue
        if found is not None:
            yield [{**found, "user": login}]
    if unseen:
        # A login that is gone answers so, and so does every one to a key that lost its rights: such a key sees no seats either.
        copilot_seats.whole_list(asking)
    return {}


def _logins(asking: Asking) -> list[str]:
    """Who has a seat now. Asked once a run, kept in memory."""
    if "logins" not in asking.kept:
        holders = (row.get("assignee") for row in copilot_seats.whole_list(asking)[0])
        found = (holder.get("login") for holder in holders if isinstance(holder, dict))
        asking.kept["logins"] = sorted({login for login in found if isinstance(login, str) and login}, key=str.lower)
    kept: list[str] = asking.kept["logins"]
    return kept


def _known() -> frozenset[str]:
    beside: Row = dict.fromkeys(
        ("timePeriod", "year", "month", "day", "enterprise", "organization", "user", "usageItems")
    )
    return copilot_billing.FETCHER.known | beside.keys()


FETCHER = Fetcher(
    name="copilot-billing-users",
    source="copilot-billing",
    title="GitHub Copilot billing by user, 1 day",
    base="https://api.github.com",
    headers=headers,
    fetch=_day,
    window=2,
    lag_hours=24,
    history=365,
    complete=False,
    needs=("enterprise", "organization"),
    known=_known(),
)
