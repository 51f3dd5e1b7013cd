"""Rows as files: CSV, Parquet and JSON with an envelope that says what the file is and what it is not for."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from uptake.reads import Answer

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "meta.json": "application/json",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Rows = Sequence[Mapping[str, Any]]


def file_of(form: str, answer: Answer, about: Mapping[str, Any]) -> bytes:
    """The bytes of a file of the granted columns. `about` is the envelope: title, scope, period, purpose, versions."""
    rows = answer.rows()
    match form:
        case "csv":
            return as_csv(answer.columns, rows)
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


def as_csv(columns: Sequence[str], rows: Rows) -> bytes:
    """CSV with a header; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def _parquet(answer: Answer, about: Mapping[str, Any]) -> bytes:
    """The rows with their types, the envelope as key-value metadata."""
    described = answer.table.replace_schema_metadata({key: str(value) for key, value in about.items()})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        replace(answer, table=described).write_parquet(file)
        return file.read_bytes()
