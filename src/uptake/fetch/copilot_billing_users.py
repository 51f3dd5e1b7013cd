"""Copilot billing by user and day: one answer each for whoever has a seat (SOURCES.md 4.6, rule R-BI-6: a login, not an id).

The interface gives no list of users, so each is asked for by name: as many requests a day as there are seats. It goes beside the sum of the
day (`copilot-billing`) and is never added to it: the reader keeps the two scopes apart.
"""

from __future__ import annotations

import datetime as dt

from uptake.fetch import copilot_billing, copilot_seats
from uptake.fetch.families import GITHUB
from uptake.fetch.problems import NotThere
from uptake.fetch.rows import Row
from uptake.fetch.vendor import Asking, Rows


def _day(asking: Asking, day: dt.date) -> Rows:
    unseen = False
    for login in asking.once(_logins):
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
    """Who has a seat now."""
    holders = (row.get("assignee") for row in copilot_seats.whole_list(asking)[0])
    found = (holder.get("login") for holder in holders if isinstance(holder, dict))
    return sorted({login for login in found if isinstance(login, str) and login}, key=str.lower)


def _known() -> frozenset[str]:
    beside: Row = dict.fromkeys(
        ("timePeriod", "year", "month", "day", "enterprise", "organization", "user", "usageItems")
    )
    return copilot_billing.FETCHER.known | beside.keys()


FETCHER = GITHUB(
    name="copilot-billing-users",
    source="copilot-billing",
    title="GitHub Copilot billing by user, 1 day",
    fetch=_day,
    window=2,
    lag_hours=24,
    history=365,
    complete=False,
    known=_known(),
)
