"""Cells of our own CSV files into typed values, and the loop that all five readers share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from uptake.model import TOOLS
from uptake.model.folding import composed
from uptake.model.outcome import InputFile, Outcome, Rejected, Taken
from uptake.sources.reading import Broken, CsvRow, csv_rows

T = TypeVar("T")
MAX_TEXT = 255
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,10})?", re.ASCII)
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


class BadCellError(Exception):
    """A cell that cannot be used. Names the column and why, never the value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row. A column that the file lacks reads as an empty cell."""

    values: dict[str, str]

    def text(self, name: str) -> str | None:
        # One letter may be written in two ways (NFC, NFD): HR and a vendor must not miss each other over that.
        value = composed(self.values.get(name, ""))
        if len(value) > MAX_TEXT:
            raise BadCellError(name, "text too long")
        return value or None

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise BadCellError(name, "required field missing")
        return value

    def day(self, name: str) -> dt.date | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            return dt.date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            raise BadCellError(name, "invalid date") from None

    def required_day(self, name: str) -> dt.date:
        value = self.day(name)
        if value is None:
            raise BadCellError(name, "required field missing")
        return value

    def number(self, name: str) -> Decimal | None:
        """A decimal >= 0 with a point, without sign, exponent or thousands marks."""
        value = self.text(name)
        if value is None:
            return None
        if not _NUMBER.fullmatch(value):
            raise BadCellError(name, "invalid number")
        return Decimal(value)

    def truth(self, name: str, *, default: bool) -> bool:
        value = (self.text(name) or "").lower()
        if value and value not in _TRUE + _FALSE:
            raise BadCellError(name, "expected true or false")
        return value in _TRUE if value else default

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.required(name).lower()
        if value not in allowed:
            raise BadCellError(name, f"expected one of {', '.join(allowed)}")
        return value

    def tool(self, name: str) -> str:
        return self.one_of(name, TOOLS)


def in_order(first: dt.date | None, last: dt.date | None, field: str) -> None:
    """Raise `BadCellError` on `field` when the last day lies before the first one."""
    if first is not None and last is not None and last < first:
        raise BadCellError(field, "last day before first day")


def parse_rows(
    file: InputFile,
    known: tuple[str, ...],
    required: tuple[str, ...],
    taken: Callable[[int, Cells], Taken],
    left: Callable[[int, Cells], Iterator[Taken]] | None = None,
) -> Iterator[Outcome]:
    """One outcome per line: what `taken` makes of it, or why it cannot be used. `left`: what such a line says all the same, in no count."""
    for row in csv_rows(file, known, required):
        outcome = Rejected(row.line, row.reason, row.field) if isinstance(row, Broken) else _outcome(row, taken)
        yield outcome
        if left and isinstance(row, CsvRow) and isinstance(outcome, Rejected):
            yield from left(row.line, Cells(row.cells))


def _outcome(row: CsvRow, taken: Callable[[int, Cells], Taken]) -> Taken | Rejected:
    try:
        return taken(row.line, Cells(row.cells))
    except BadCellError as error:
        return Rejected(row.line, error.reason, error.field)


def readable(read: Callable[[], T | None]) -> T | None:
    """What a cell says; None where it cannot be used."""
    try:
        return read()
    except BadCellError:
        return None
