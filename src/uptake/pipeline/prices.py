"""What calls of models cost: a dated table of list prices, and the site's own, which goes before it.

A price is one row for a model, a tier of sale, a span of context and a span of days. A call that no row fits is unpriced, never free.
Money is Decimal throughout: US dollars per million tokens in the file, US dollars per token in the engine, to twelve places.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path

from uptake.errors import WrongUsage

COLUMNS = (
    *("model", "tier", "context_from", "context_to", "valid_from", "valid_to"),
    *("input", "output", "cache_read", "cache_write", "request", "currency", "as_of", "source"),
)
KINDS = ("input", "output", "cache_read", "cache_write")
"""Kinds of tokens; `input` is without what came from the cache."""
TIERS = ("standard", "batch", "priority", "fast", "flex", "other")
SHIPPED = "the prices that ship"
MOST_ROWS, MOST_BYTES, MOST_CONTEXT = 10_000, 2_000_000, 10**12
LAST_DAY = dt.date(9999, 12, 31)
_PATTERN = re.compile(r"[a-z0-9.:@+*-]{1,80}")
_AMOUNT = re.compile(r"\d{1,7}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Price:
    """One row. `tokens`: kind -> US dollars per token, a kind that is missing has no price; `request`: US dollars per call."""

    pattern: str
    tier: str
    context: tuple[int, int]
    days: tuple[dt.date, dt.date]
    tokens: Mapping[str, Decimal]
    request: Decimal | None
    source: str

    def meets(self, other: Price) -> bool:
        """True if both would price one call."""
        same = (self.pattern, self.tier) == (other.pattern, other.tier)
        near = self.context[0] <= other.context[1] and other.context[0] <= self.context[1]
        return same and near and self.days[0] <= other.days[1] and other.days[0] <= self.days[1]


class _BadCellError(Exception):
    """A cell that cannot be used: its column and why."""


def shipped() -> list[Price]:
    """The prices that come with the program."""
    return read((resources.files("uptake.pipeline") / "model_prices.csv").read_text(encoding="utf-8"), SHIPPED)


def of_site(file: Path | None) -> list[Price]:
    """The site's own prices; none where it names no file.

    Raises:
        WrongUsage: the file is not there, or a row of it cannot be used; then nothing is priced by it.
    """
    if file is None:
        return []
    try:
        with file.open("rb") as raw:
            data = raw.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise _refused(file.name, error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise _refused(file.name, "it is not UTF-8") from None
    if len(data) > MOST_BYTES:
        raise _refused(file.name, "it is larger than a table of prices")
    return read(text, file.name)


def read(text: str, name: str) -> list[Price]:
    """Rows of a price file. Raises WrongUsage with line and column, never with a value."""
    rows = csv.DictReader(io.StringIO(text), strict=True)
    found: list[Price] = []
    try:
        lacking = [column for column in ("model", "valid_from", "currency") if column not in (rows.fieldnames or ())]
        if lacking:
            raise _refused(name, f"line 1 has no column `{lacking[0]}`")
        for row in rows:
            found.append(_price(row))
            twice = any(found[-1].meets(other) for other in found[:-1])
            if twice or len(found) > MOST_ROWS:
                why = "prices a call that an earlier line prices" if twice else "is one too many"
                raise _refused(name, f"line {rows.line_num} {why}")
    except _BadCellError as error:
        raise _refused(name, f"line {rows.line_num}, {error}") from None
    except csv.Error as error:
        raise _refused(name, f"line {rows.line_num}: {error}") from None
    return found


def _refused(name: str, why: str) -> WrongUsage:
    return WrongUsage(
        f"The prices in `{name}` cannot be used",
        why=why,
        next_step="Mend the file, or take `value.prices` out of the settings; see how-to/set-prices",
    )


def _price(row: Mapping[str, str | None]) -> Price:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    pattern = cells["model"].lower()
    if not _PATTERN.fullmatch(pattern):
        raise _BadCellError("column `model`: a model, with `*` for any rest")
    if cells["currency"] != "USD":
        raise _BadCellError("column `currency`: only USD, as vendors sell by; nothing is converted")
    tier = cells["tier"].lower() or "standard"
    if tier not in TIERS:
        raise _BadCellError(f"column `tier`: one of {', '.join(TIERS)}")
    context = (_count(cells, "context_from", 0), _count(cells, "context_to", MOST_CONTEXT))
    days = (_day(cells, "valid_from", None), _day(cells, "valid_to", LAST_DAY))
    if context[0] > context[1] or days[0] > days[1]:
        raise _BadCellError(f"column `{'valid_to' if days[0] > days[1] else 'context_to'}`: it ends before it begins")
    amounts = {kind: _amount(cells, kind) for kind in KINDS}
    tokens = {kind: amount.scaleb(-6) for kind, amount in amounts.items() if amount is not None}
    request = _amount(cells, "request")
    if not tokens and request is None:
        raise _BadCellError("there is no price in it")
    return Price(pattern, tier, context, days, tokens, request, cells["source"])


def _amount(cells: Mapping[str, str], name: str) -> Decimal | None:
    if not cells[name]:
        return None
    if not _AMOUNT.fullmatch(cells[name]) or Decimal(cells[name]) >= 10**6:
        raise _BadCellError(f"column `{name}`: US dollars, at most six places")
    return Decimal(cells[name])


def _count(cells: Mapping[str, str], name: str, default: int) -> int:
    if not cells[name]:
        return default
    if not cells[name].isascii() or not cells[name].isdigit() or int(cells[name]) > MOST_CONTEXT:
        raise _BadCellError(f"column `{name}`: a number of tokens")
    return int(cells[name])


def _day(cells: Mapping[str, str], name: str, default: dt.date | None) -> dt.date:
    try:
        found = dt.date.fromisoformat(cells[name]) if cells[name] else default
    except ValueError:
        found = None
    if found is None:
        raise _BadCellError(f"column `{name}`: a day such as 2026-09-30")
    return found


def ranked(site: Iterable[Price], ships: Iterable[Price]) -> list[tuple[int, Price]]:
    """Prices with their place: a call is priced by the pattern of the lowest place that its model fits, and by no other.

    The site's patterns first, then the longer one: who prices `claude-*` has priced every Claude model, also where a day is not covered.
    """
    found = [(0, one) for one in site] + [(1, one) for one in ships]
    patterns = sorted({(of, -len(one.pattern.replace("*", "")), "*" in one.pattern, one.pattern) for of, one in found})
    place = {(of, pattern): number for number, (of, _, _, pattern) in enumerate(patterns)}
    return [(place[of, one.pattern], one) for of, one in found]


def rows(prices: Iterable[tuple[int, Price]]) -> list[list[object]]:
    """Rows of the work table of prices, in US dollars per token and per call."""
    return [
        [one.pattern, place, one.tier, *one.context, *one.days, *(one.tokens.get(kind) for kind in KINDS), one.request]
        for place, one in prices
    ]
