"""Rows as files: CSV, Parquet, XLSX and JSON with an envelope that says what the file is and what it is not for."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from uptake.errors import WrongUsage
from uptake.reads import Answer
from uptake.tabular import as_csv, envelope, safe

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "meta.json": "application/json",
}
MOST_XLSX_ROWS = 20_000
"""A spreadsheet of more rows takes seconds and memory that a request may not take."""
XLSX = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""In memory: a temporary file of rows about people would outlive a server that is killed."""

Rows = Sequence[Mapping[str, Any]]


def file_of(form: str, answer: Answer, about: Mapping[str, Any], *, header: bool = False) -> bytes:
    """The bytes of a file of the granted columns. `about` is the envelope: title, scope, period, purpose, versions.

    `header`: a CSV begins with the envelope in lines that start with `#`. Raises WrongUsage where XLSX would hold too many rows.
    """
    rows = answer.rows()
    match form:
        case "csv":
            lines = "".join(envelope(about)) if header else ""
            return (lines + as_csv(answer.columns, ([row[name] for name in answer.columns] for row in rows))).encode()
        case "xlsx":
            return as_xlsx(answer.columns, rows, about)
        case "parquet":
            return _parquet(answer, about)
        case "json":
            return as_json({**about, "rows": rows})
        case _:
            return as_json(about)


def as_json(value: object) -> bytes:
    """Compact JSON; days in ISO, money as numbers."""
    return (json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)


def _parquet(answer: Answer, about: Mapping[str, Any]) -> bytes:
    """The rows with their types, the envelope as key-value metadata."""
    described = answer.table.replace_schema_metadata({key: str(value) for key, value in about.items()})
    made = io.BytesIO()
    replace(answer, table=described).write_parquet(made)
    return made.getvalue()


def as_xlsx(columns: Sequence[str], rows: Rows, about: Mapping[str, Any]) -> bytes:
    """A workbook: the envelope on the first sheet, the rows on the second. The same rows give the same bytes.

    Raises:
        WrongUsage: more rows than MOST_XLSX_ROWS.
    """
    if len(rows) > MOST_XLSX_ROWS:
        raise WrongUsage(
            f"{len(rows):,} rows are too many for XLSX, which holds {MOST_XLSX_ROWS:,}", next_step="Take CSV or Parquet"
        )
    # Only here: few ask for a workbook, and the server starts sooner without it.
    import xlsxwriter  # noqa: PLC0415

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, XLSX) as book:
        book.set_properties({"created": dt.datetime(2000, 1, 1), "title": str(about.get("title", ""))})  # noqa: DTZ001
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("About")
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        for place, (key, value) in enumerate(about.items()):
            sheet.write_string(place, 0, key, bold)
            sheet.write_string(place, 1, str(safe(str(value))))
        sheet = book.add_worksheet("Rows")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(columns) - 1), 16)
        for place, name in enumerate(columns):
            sheet.write_string(0, place, name, bold)
        for line, row in enumerate(rows, 1):
            for place, name in enumerate(columns):
                _write(sheet, line, place, row[name], day)
    return made.getvalue()


def _write(sheet: Any, line: int, place: int, value: Any, day: Any) -> None:
    """One cell by the kind of its value; text never becomes a formula, a number or a link."""
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(line, place, float(value) if isinstance(value, Decimal) else value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, place, value, day)
    elif value is not None:
        sheet.write_string(line, place, str(safe(value)))
