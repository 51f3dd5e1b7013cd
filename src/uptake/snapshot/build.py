"""Fill a snapshot file out of the warehouse connection: the read models of people, and the released group figures given to it.

A new snapshot begins as a copy of the one before. What stands of a quarter is kept while it is made from the same; the rest is filled anew.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the tables of a snapshot are made from, quarter -> digest: `rows` those of people, `groups` the released ones."""

    rows: Mapping[str, str]
    groups: Mapping[str, str]


BY_QUARTER_GROUPS = tuple(name for name, columns in GROUP_TABLES.items() if "quarter" in columns)
GROUPS = "groups"
"""The name under which the group tables of a quarter are noted: they are made together or not at all."""


def stale_groups(connection: duckdb.DuckDBPyConnection, previous: Path | None, wanted: Wanted) -> set[str]:
    """Quarters whose group figures the snapshot before does not hold, and the newest quarter, which other figures stand on."""
    held = _held(connection, previous)
    return {name for name, made in wanted.groups.items() if held.get((GROUPS, name)) != made} | {max(wanted.groups)}


def _held(connection: duckdb.DuckDBPyConnection, previous: Path | None) -> dict[tuple[str, str], str]:
    if previous is None:
        return {}
    connection.execute(f"attach '{_quoted(previous)}' as before (read_only)")
    try:
        noted = connection.execute(
            "select 1 from duckdb_tables() where database_name = 'before' and table_name = 'parts'"
        ).fetchone()
        rows = connection.execute("select name, quarter, inputs from before.parts").fetchall() if noted else []
    finally:
        connection.execute("detach before")
    return {(name, quarter): inputs for name, quarter, inputs in rows}


def write(
    connection: duckdb.DuckDBPyConnection,
    files: tuple[Path, Path | None],
    released: Mapping[str, Sequence[Row]],
    wanted: Wanted,
    k: int,
) -> None:
    """Fill the new snapshot, the first of `files`; the second is the one before. `released` holds the rows of each of GROUP_TABLES
    of the quarters that `stale_groups` names.
    """
    file, previous = files
    held = _held(connection, previous)
    stale = stale_groups(connection, previous, wanted)
    # Where nothing stands the file begins empty: what was deleted from a copy may still lie in its free blocks.
    kept = set(held.values()) & {*wanted.rows.values(), *wanted.groups.values()}
    held = held if kept else {}
    if held and previous is not None:
        shutil.copyfile(previous, file)
    connection.execute(f"attach '{_quoted(file)}' as snap")
    try:
        for name in MODELS:
            _write_model(connection, name, held, wanted)
        for name, columns in GROUP_TABLES.items():
            order = f"order by {', '.join(list(columns)[:4])}"
            if name in BY_QUARTER_GROUPS:
                _clear(
                    connection, name, {quarter for part, quarter in held if part == GROUPS} & set(wanted.groups) - stale
                )
            _fill(connection, f"table snap.{name}", columns, released[name], order, add=name in BY_QUARTER_GROUPS)
        _write_group(connection, "lob_compare", "quarter, lob", k, stale)
        connection.execute("drop table if exists snap.idle_groups")
        _write_group(connection, "idle_groups", "quarter, scope, tool", k, set())
        _note_parts(connection, wanted)
        connection.execute("checkpoint snap")
    finally:
        connection.execute("detach snap")


def _write_model(
    connection: duckdb.DuckDBPyConnection, name: str, held: Mapping[tuple[str, str], str], wanted: Wanted
) -> None:
    sql = _sql("models", name)
    order = _ORDER.findall(sql)[0]
    stand: set[str] = set()
    if "-- by: quarter" in sql:
        stand = {quarter for quarter, made in wanted.rows.items() if held.get((name, quarter)) == made}
    if not stand:
        connection.execute(f"drop table if exists snap.{name}")
        connection.execute(f"create table snap.{name} as select * from ({sql}) order by {order}")
        return
    _clear(connection, name, stand)
    for quarter in sorted(set(wanted.rows) - stand):
        connection.execute(
            f"insert into snap.{name} select * from ({sql}) where quarter = '{quarter}' order by {order}"
        )


def _clear(connection: duckdb.DuckDBPyConnection, table: str, stand: Iterable[str]) -> None:
    """Leave the rows of the quarters that stand."""
    if _there(connection, table):
        connection.execute(f"delete from snap.{table} where not list_contains(?::varchar[], quarter)", [sorted(stand)])


def _there(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = connection.execute("select 1 from duckdb_tables() where database_name = 'snap' and table_name = ?", [table])
    return found.fetchone() is not None


def _write_group(connection: duckdb.DuckDBPyConnection, name: str, order: str, k: int, stale: set[str]) -> None:
    """A group table that SQL alone makes: added where it stands for other quarters, else made."""
    made = f"select * from ({_sql('groups', name)}) as made order by {order}"
    if not _there(connection, name):
        connection.execute(f"create table snap.{name} as {made}", {"k": k})
        return
    connection.execute(
        f"delete from snap.{name} where list_contains($stale::varchar[], quarter)", {"stale": sorted(stale)}
    )
    connection.execute(f"insert into snap.{name} {made}", {"k": k})


def _note_parts(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
    models = [name for name in MODELS if "-- by: quarter" in _sql("models", name)]
    rows = [[name, quarter, made] for name in models for quarter, made in wanted.rows.items()]
    rows += [[GROUPS, quarter, made] for quarter, made in wanted.groups.items()]
    connection.execute("create or replace table snap.parts (name varchar, quarter varchar, inputs varchar)")
    connection.executemany("insert into snap.parts values (?, ?, ?)", rows)


def code() -> str:
    """Digest of the queries that make a snapshot."""
    total = hashlib.sha256()
    for folder in ("models", "groups"):
        for file in sorted((resources.files("uptake.snapshot") / folder).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".sql"):
                total.update(file.read_bytes())
    return total.hexdigest()


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _sql(folder: str, name: str) -> str:
    return (resources.files("uptake.snapshot") / folder / f"{name}.sql").read_text()


def _fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, pa.DataType],
    rows: Sequence[Row],
    order: str,
    *,
    add: bool = False,
) -> None:
    """Make a table of rows; `add`: to one that may stand already."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, type=kind) for column, kind in zip(values, columns.values(), strict=True)]
    connection.register("given_rows", pa.Table.from_arrays(arrays, names=list(columns)))
    name = table.rpartition(" ")[2].removeprefix("snap.")
    if add and _there(connection, name):
        connection.execute(f"insert into snap.{name} select * from given_rows {order}")
    else:
        connection.execute(f"create or replace {table} as select * from given_rows {order}")
    connection.unregister("given_rows")
