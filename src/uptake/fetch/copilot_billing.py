"""Copilot billing by day: one answer holds all lines of the enterprise or organisation (SOURCES.md 4.6).

The unit of the bill changed on 2026-06-01 (rule R-BI-3), and with it the address. Who used what is not in the answer: it is money alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from uptake.fetch.copilot_users import owner
from uptake.fetch.families import GITHUB
from uptake.fetch.problems import NotFetched, NotThere
from uptake.fetch.rows import REPORT, page, rows_of
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Rows
from uptake.model.folding import fold

CREDITS_FROM = dt.date(2026, 6, 1)
LIST = "usageItems"


def answer(asking: Asking, day: dt.date, also: Mapping[str, str]) -> dict[str, Any] | None:
    """The bill of a day as an answer that says of whom and of when it is; None where nothing was billed. `also`: what else is asked for.

    Raises:
        NotThere: there is none, or the key may see none: the vendor answers both with 404.
        NotFetched: it is the bill of another time.
    """
    kind = "ai_credit" if day >= CREDITS_FROM else "premium_request"
    whose = owner(asking).replace("orgs/", "organizations/", 1)  # so it is called here and nowhere else
    when = {"year": day.year, "month": day.month, "day": day.day}
    found = page(asking.wire, Ask(f"{whose}/settings/billing/{kind}/usage", params={**when, **also}))
    rows = rows_of(found, LIST)
    if not rows:
        return None
    said = found.get("timePeriod") if isinstance(found, dict) else None
    user = found.get("user", "") if isinstance(found, dict) else ""
    if said != when:
        # An answer that does not say of which day it is would be booked on one that nobody asked for.
        raise NotFetched("The vendor gives the bill of another time", next_step=REPORT)
    if fold(str(user or "")) != fold(also.get("user", "")):
        # A bill of everybody, booked on one login, would make a user of whoever was asked for.
        raise NotFetched("The vendor gives the bill of somebody else", next_step=REPORT)
    unit, name = whose.split("/")
    return {"timePeriod": when, unit.removesuffix("s"): name, LIST: rows}


def _day(asking: Asking, day: dt.date) -> Rows:
    try:
        found = answer(asking, day, {}) or {}
    except NotThere:
        found = {}
    yield found.pop(LIST, [])
    return found


FETCHER = GITHUB(
    source="copilot-billing",
    title="GitHub Copilot billing, 1 day",
    fetch=_day,
    lag_hours=24,
    history=365,
    listed=LIST,
    complete=False,
    known=frozenset(
        {
            "date", "product", "sku", "model", "unitType", "pricePerUnit", "quantity", "grossQuantity", "grossAmount",
            "discountQuantity", "discountAmount", "netQuantity", "netAmount", "organizationName",
        }
    ),
)  # fmt: skip
