"""The register of data that leaves the company: rows that people keep in the settings, beside what the snapshot saw in use (GOVERNANCE.md section 12)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pyarrow as pa

from uptake.reads.lending import Asking, lend_table
from uptake.settings.sending import Product
from uptake.state import State

REVIEW_DAYS = 365
"""A row that nobody looked at for longer is due."""
_TEXT, _COUNT, _DAY = pa.string(), pa.int64(), pa.date32()
_KINDS = {
    "tool": _TEXT, "vendor": _TEXT, "product": _TEXT, "region": _TEXT, "data_allowed": _TEXT, "data_seen": _TEXT, "prompts": _COUNT,
    "state": _TEXT, "contract": _TEXT, "retention": _TEXT, "terms_of": _DAY, "accounts": _COUNT, "first_use": _DAY, "last_use": _DAY,
    "reviewed": _DAY,
}  # fmt: skip
_SEEN = ("first_use", "last_use", "accounts", "data_seen", "prompts")


def egress_of(connection: duckdb.DuckDBPyConnection, _state: State, asking: Asking) -> None:
    """The table `egress`: a row for each tool that the register holds or that is in use."""
    seen, rows = _seen(connection), asking.egress.products
    found = [_row(tool, rows.get(tool), seen.get(tool), asking.today) for tool in sorted({*seen, *rows})]
    columns = {name: pa.array([row.get(name) for row in found], type=kind) for name, kind in _KINDS.items()}
    lend_table(connection, "egress", pa.table(columns))


def _seen(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Tool -> what the snapshot saw of it; nothing in a snapshot of an older release."""
    known = connection.execute(
        "select count(*) from duckdb_tables() where database_name = 's' and table_name = 'egress_seen'"
    ).fetchall()
    if not known[0][0]:
        return {}
    rows = connection.execute(f"select tool, {', '.join(_SEEN)} from s.egress_seen").fetchall()
    return {str(tool): dict(zip(_SEEN, values, strict=True)) for tool, *values in rows}


def _row(tool: str, product: Product | None, seen: dict[str, Any] | None, today: dt.date) -> dict[str, Any]:
    row: dict[str, Any] = {"tool": tool, **(seen or {})}
    if product is None:
        return row | {"state": "not_registered"}
    said = {name: getattr(product, name) or None for name in ("vendor", "product", "region", "contract", "retention")}
    allowed = "; ".join(filter(None, [product.data_allowed, ", ".join(product.classes_allowed or ())]))
    dates = {"terms_of": product.contract_date, "reviewed": product.reviewed}
    return row | said | dates | {"data_allowed": allowed or None, "state": _state(product, seen, today)}


def _state(product: Product, seen: dict[str, Any] | None, today: dt.date) -> str:
    """What is wrong with a row, the worst first."""
    classes = set(filter(None, ((seen or {}).get("data_seen") or "").split(", ")))
    if product.classes_allowed is not None and classes - {*product.classes_allowed}:
        return "not_allowed"
    if product.reviewed is None or (today - product.reviewed).days > REVIEW_DAYS:
        return "review_due"
    return "registered" if seen else "not_in_use"
