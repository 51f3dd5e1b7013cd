"""Copilot billing by day: one answer holds all lines of the enterprise or organisation (SOURCES.md 4.6).

The unit of the bill changed on 2026-06-01 (rule R-BI-3), and with it the address. Who used what is not in the answer: it is money alone.
"""

from __future__ import annotations

import datetime as dt

from uptake.fetch.copilot_users import headers, owner
from uptake.fetch.problems import NotFetched, NotThere
from uptake.fetch.rows import REPORT, page, rows_of
from uptake.fetch.transport import Ask
from uptake.fetch.vendor import Asking, Fetcher, Rows

CREDITS_FROM = dt.date(2026, 6, 1)
LIST = "usageItems"


def _day(asking: Asking, day: dt.date) -> Rows:
    kind = "ai_credit" if day >= CREDITS_FROM else "premium_request"
    whose = owner(asking).replace("orgs/", "organizations/", 1)  # so it is called here and nowhere else
    when = {"year": day.year, "month": day.month, "day": day.day}
    try:
        found = page(asking.wire, Ask(f"{whose}/settings/billing/{kind}/usage", params=when))
    except NotThere:
        found = None
    rows = rows_of(found, LIST)
    said = found.get("timePeriod") if isinstance(found, dict) else None
    if rows and said != when:
        # An answer that does not say of which day it is would be booked on one that nobody asked for.
        raise NotFetched("The vendor gives the bill of another time", next_step=REPORT)
    yield rows
    unit, name = whose.split("/")
    return {"timePeriod": when, unit.removesuffix("s"): name}


FETCHER = Fetcher(
    source="copilot-billing",
    title="GitHub Copilot billing, 1 day",
    base="https://api.github.com",
    headers=headers,
    fetch=_day,
    lag_hours=24,
    history=365,
    listed=LIST,
    complete=False,
    needs=("enterprise", "organization"),
    known=frozenset(
        {
            "date", "product", "sku", "model", "unitType", "pricePerUnit", "quantity", "grossQuantity", "grossAmount",
            "discountQuantity", "discountAmount", "netQuantity", "netAmount", "organizationName",
        }
    ),
)  # fmt: skip
