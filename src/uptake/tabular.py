"""Rows of an answer as text: a CSV that no spreadsheet runs, and the text of one value."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""A spreadsheet runs what begins like this; the wide ones are the same characters as keyboards of East Asia write them."""


def as_csv(columns: Sequence[str], records: Iterable[Sequence[Any]]) -> str:
    """CSV with a header; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(value) for value in record] for record in records)
    return text.getvalue()


def cell(value: Any) -> Any:
    """Empty for NULL, exact decimals without trailing zeros, ISO days."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def remark(text: str) -> str:
    """A text as a line of a CSV that starts with `#`: no part behind a comma or a semicolon, where a spreadsheet begins a cell, runs."""
    line = " ".join(text.split())
    return "# " + re.sub(f"([,;] *)([{re.escape(''.join(_FORMULA_STARTS).strip())}])", r"\1'\2", line)


def envelope(about: Mapping[str, Any]) -> list[str]:
    """What a file says of itself as lines of a CSV: one a key, whatever the value holds."""
    return [remark(f"{key}: {value}") + "\n" for key, value in about.items()]


def safe(value: Any) -> Any:
    """As `cell`; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.lstrip(" \u00a0\u3000\ufeff").startswith(_FORMULA_STARTS):
        return "'" + value
    return cell(value)
