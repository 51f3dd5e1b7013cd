"""`seats`: seats of tools whose vendor gives no list, and prices for those that do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uptake.model import SeatGrant
from uptake.model.folding import fold
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import BadCellError, Cells, in_order, parse_rows
from uptake.sources.reading.checks import joined_key

REQUIRED = ("tool",)
KNOWN = ("tool", "account", "person_id", "first_day", "last_day", "monthly_cost", "currency")
_CURRENCY = re.compile(r"[A-Z]{3}")


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, KNOWN, REQUIRED, _taken)


def _taken(line: int, cells: Cells) -> Taken:
    grant = SeatGrant(
        tool=cells.tool("tool"),
        account=cells.text("account"),
        person_id=cells.text("person_id"),
        first_day=cells.day("first_day"),
        last_day=cells.day("last_day"),
        monthly_cost=cells.number("monthly_cost"),
        currency=_currency(cells),
    )
    in_order(grant.first_day, grant.last_day, "last_day")
    return Taken(line, _key(grant), [grant])


def _key(grant: SeatGrant) -> str:
    """A row without account and person is the price of the tool, so it must name one."""
    first = grant.first_day.isoformat() if grant.first_day else ""
    if grant.account:
        return joined_key(grant.tool, "account:" + fold(grant.account), first)
    if grant.person_id:
        return joined_key(grant.tool, "person:" + grant.person_id, first)
    if grant.monthly_cost is None:
        raise BadCellError("monthly_cost", "required field missing")
    return joined_key(grant.tool, "price")


def _currency(cells: Cells) -> str | None:
    text = (cells.text("currency") or "").upper()
    if text and not _CURRENCY.fullmatch(text):
        raise BadCellError("currency", "expected three letters")
    return text or None
