"""The CSV file of a bill: columns by name, one spend a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from uptake.model import Spend
from uptake.model.outcome import InputFile, Rejected
from uptake.sources.copilot_billing.cells import (
    BadCellError,
    amount,
    is_of_use,
    is_ours,
    login,
    model,
    tenant,
    unit,
    word,
)
from uptake.sources.reading import Broken, csv_rows
from uptake.sources.reading.checks import usable_day, usage_day

Read = tuple[int, Spend | Rejected | None]
"""A line of a file and what it says; None: it is none of Copilot's."""
SCOPE = "line"
REQUIRED = ("date", "username", "sku", "quantity")
"""Without user names a file cannot tell the organisation's own cost from that of its people."""
KNOWN = (
    *(*REQUIRED, "product", "model", "unit_type", "gross_amount", "discount_amount", "net_amount", "organization"),
    *("applied_cost_per_quantity", "total_monthly_quota", "repository", "cost_center_name"),
    *("aic_quantity", "aic_gross_amount"),
)
"""Those of the last two rows are known and never taken: made of the others, a name, or the same money in another unit."""


def spends(file: InputFile) -> Iterator[Read]:
    """Each line as a spend, or why there is none."""
    for row in csv_rows(file, KNOWN, REQUIRED):
        if isinstance(row, Broken):
            yield row.line, Rejected(row.line, row.reason, row.field, usable_day(row.day, file.fetched_at))
            continue
        day = usage_day(row.cells["date"], file.fetched_at)
        if isinstance(day, str):
            yield row.line, Rejected(row.line, day if row.cells["date"] else "required field missing", "date")
            continue
        try:
            yield row.line, _spend(row.cells, day, file.account)
        except BadCellError as error:
            yield row.line, Rejected(row.line, error.reason, error.field, day)


def _spend(cells: Mapping[str, str], day: dt.date, default_tenant: str) -> Spend | None:
    product, sku, counted = word(cells.get("product")), word(cells["sku"]), unit(cells.get("unit_type"))
    if not is_ours(product, sku, counted):
        return None
    name, auto = model(cells.get("model"))
    spend = Spend(
        tool="copilot",
        account=login(cells["username"], "username"),
        tenant=tenant(cells.get("organization"), "organization") or default_tenant,
        day=day,
        last_day=day,
        scope=SCOPE,
        product=product,
        sku=sku,
        unit=counted,
        model=name,
        auto_model=auto,
        quantity=amount(cells["quantity"], "quantity"),
        gross_usd=amount(cells.get("gross_amount"), "gross_amount"),
        discount_usd=amount(cells.get("discount_amount"), "discount_amount"),
        net_usd=amount(cells.get("net_amount"), "net_amount"),
    )
    spend.used = is_of_use(counted) and is_billed(spend)
    return spend


def is_billed(spend: Spend) -> bool:
    """Any of it is more than nothing: requests that a plan includes are used as well, though nothing is paid for them."""
    return any(value is not None and value > 0 for value in (spend.quantity, spend.gross_usd, spend.net_usd))
