"""Fill a snapshot file out of the warehouse connection: the read models of people, and the released group figures given to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from uptake.snapshot.models import MODELS

Row = tuple[Any, ...]
_ORDER = re.compile(r"^-- order: (.+)$", re.MULTILINE)
_TEXT, _INT, _DAY, _FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()

GROUP_TABLES: Mapping[str, Mapping[str, pa.DataType]] = {
    "funnel": {
        "scope": _TEXT, "quarter": _TEXT, "engineers": _INT, "provisioned": _INT, "active": _INT, "regular": _INT, "heavy": _INT,
        "effective": _INT, "accounts": _INT, "active_accounts": _INT, "tool": _TEXT, "bound": _TEXT,
    },
    "segments": {
        "quarter": _TEXT, "scope": _TEXT, "segment": _TEXT, "reason": _TEXT, "people": _INT, "share": _INT, "bound": _TEXT,
    },
    "adoption_days": {
        "scope": _TEXT, "tool": _TEXT, "day": _DAY, "people": _INT, "active": _INT, "active_share": _INT, "bound": _TEXT, "quarter": _TEXT,
    },
    "adoption_weeks": {
        "scope": _TEXT, "tool": _TEXT, "week": _DAY, "people": _INT, "active": _INT, "active_share": _INT, "bound": _TEXT, "quarter": _TEXT,
    },
    "definitions": {"term": _TEXT, "text": _TEXT, "formula": _TEXT, "score_version": _TEXT},
    "score_bins": {
        "quarter": _TEXT, "lob": _TEXT, "low_micro": _INT, "high_micro": _INT, "people": _INT, "of": _INT, "bound": _TEXT,
    },
    "unit_medians": {
        "scope": _TEXT, "quarter": _TEXT, "people": _INT, "eligible": _INT, "median_micro": _INT, "low_micro": _INT,
        "high_micro": _INT, "active_median_micro": _INT, "bound": _TEXT,
    },
}  # fmt: skip
_WORK = {
    "cells": {
        "quarter": _TEXT, "cell": _TEXT, "parent": _TEXT, "level": _INT, "people": _INT, "lob": _TEXT, "median": _FLAG, "yardstick": _FLAG,
    },
    "cell_people": {"quarter": _TEXT, "cell": _TEXT, "person_id": _TEXT},
}  # fmt: skip


def counted(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object] | None = None
) -> list[Row]:
    """Rows of a group query, not yet released."""
    return connection.execute(_sql("groups", name), dict(parameters or {})).fetchall()


def lend(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[Row]) -> None:
    """Make the work table `cells` or `cell_people` of the run."""
    _fill(connection, f"temp table {name}", _WORK[name], list(rows), "")


def write(connection: duckdb.DuckDBPyConnection, file: Path, released: Mapping[str, Sequence[Row]], k: int) -> None:
    """Fill the new snapshot file. `released` holds the rows of each of GROUP_TABLES."""
    connection.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as snap")
    try:
        for name in MODELS:
            sql = _sql("models", name)
            connection.execute(f"create table snap.{name} as select * from ({sql}) order by {_ORDER.findall(sql)[0]}")
        for name, columns in GROUP_TABLES.items():
            _fill(connection, f"table snap.{name}", columns, released[name], f"order by {', '.join(list(columns)[:4])}")
        connection.execute(
            f"create table snap.lob_compare as {_sql('groups', 'lob_compare')} order by quarter, lob", {"k": k}
        )
        connection.execute(
            f"create table snap.idle_groups as {_sql('groups', 'idle_groups')} order by quarter, scope, tool", {"k": k}
        )
        connection.execute("checkpoint snap")
    finally:
        connection.execute("detach snap")


def _sql(folder: str, name: str) -> str:
    return (resources.files("uptake.snapshot") / folder / f"{name}.sql").read_text()


def _fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, pa.DataType],
    rows: Sequence[Row],
    order: str,
) -> None:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, type=kind) for column, kind in zip(values, columns.values(), strict=True)]
    connection.register("given_rows", pa.Table.from_arrays(arrays, names=list(columns)))
    connection.execute(f"create or replace {table} as select * from given_rows {order}")
    connection.unregister("given_rows")
