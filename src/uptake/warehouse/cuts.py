"""The cells of each quarter, kept: a company is cut anew only where its roster, the smallest group or who sees whom changed.

`kept_cuts` holds, per quarter, what the cut was made from and what later cuts remember of it; the cells and the finest cell of each
person stand beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from uptake.warehouse.memo import content

Row = tuple[Any, ...]
Paths = list[list[str]]
TABLE_SQL = """
create table if not exists kept_cuts (quarter varchar not null, made varchar not null, fell varchar not null, hidden varchar not null);
create table if not exists kept_cells (
    quarter varchar not null, cell varchar not null, parent varchar, level bigint not null, people bigint not null, lob varchar,
    median boolean not null, yardstick boolean not null
);
create table if not exists kept_finest (quarter varchar not null, cell varchar not null, person_id varchar not null);
"""
_TABLES = ("kept_cuts", "kept_cells", "kept_finest")
ABOVE_SQL = """
create or replace temp table cell_above as
with recursive above as (
    select quarter, cell, cell as finest, parent from cells
    union all
    select a.quarter, c.cell, a.finest, c.parent from above as a join cells as c on c.quarter = a.quarter and c.cell = a.parent
)
select quarter, cell, finest from above
"""


@dataclass(frozen=True, slots=True)
class KeptCut:
    """What a cut was made from, and the units that later cuts have to know of: those that fell, and those not shown."""

    made: str
    fell: Paths
    hidden: Paths


def held(connection: duckdb.DuckDBPyConnection, quarter: str) -> KeptCut | None:
    """The cut that is kept of a quarter."""
    connection.execute(TABLE_SQL)
    row = connection.execute("select made, fell, hidden from kept_cuts where quarter = ?", [quarter]).fetchone()
    return KeptCut(str(row[0]), json.loads(row[1]), json.loads(row[2])) if row else None


def keep(
    connection: duckdb.DuckDBPyConnection, quarter: str, cut: KeptCut, cells: Sequence[Row], finest: Sequence[Row]
) -> None:
    """Write the cells of a quarter down, rows as of the table `cells`; `finest`: (cell, person)."""
    for table in _TABLES:
        connection.execute(f"delete from {table} where quarter = ?", [quarter])
    _insert(connection, "kept_cells", [row[1:] for row in cells], quarter)
    _insert(connection, "kept_finest", finest, quarter)
    # Last: a kill before this line leaves a cut that is made again.
    texts = [json.dumps(paths, ensure_ascii=False) for paths in (cut.fell, cut.hidden)]
    connection.execute("insert into kept_cuts values (?, ?, ?, ?)", [quarter, cut.made, *texts])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row], quarter: str) -> None:
    if not rows:
        return
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    connection.register("cut_rows", pa.Table.from_arrays(columns, names=[f"c{place}" for place in range(len(columns))]))
    connection.execute(f"insert into {table} select ?, * from cut_rows", [quarter])
    connection.unregister("cut_rows")


def released(connection: duckdb.DuckDBPyConnection, quarter: str) -> tuple[list[Row], list[Row]]:
    """Cells of a quarter as they are kept, without the quarter, and (finest cell, person); nothing where it was never cut."""
    if held(connection, quarter) is None:
        return [], []
    cells, people = (
        connection.execute(
            f"select * exclude (quarter) from {table} where quarter = ? order by all", [quarter]
        ).fetchall()
        for table in ("kept_cells", "kept_finest")
    )
    return cells, people


def digest(connection: duckdb.DuckDBPyConnection, quarter: str) -> str:
    """Fingerprint of the cells of a quarter and of who stands in them."""
    return " ".join(
        content(connection, f"select * from {table} where quarter = '{quarter}'")
        for table in ("kept_cells", "kept_finest")
    )


def forget_others(connection: duckdb.DuckDBPyConnection, quarters: Iterable[str]) -> None:
    """Leave the cuts of some quarters only."""
    for table in _TABLES:
        connection.execute(f"delete from {table} where not list_contains(?::varchar[], quarter)", [sorted(quarters)])


def lend(connection: duckdb.DuckDBPyConnection, quarters: Iterable[str]) -> None:
    """The work tables `cells`, `finest_people`, `cell_above` (cell -> finest cells inside) and the view `cell_people` of some quarters."""
    for name, table in (("cells", "kept_cells"), ("finest_people", "kept_finest")):
        connection.execute(
            f"create or replace temp table {name} as select * from {table} where list_contains(?::varchar[], quarter)",
            [sorted(quarters)],
        )
    connection.execute(ABOVE_SQL)
    connection.execute(
        "create or replace temp view cell_people as select a.quarter, a.cell, f.person_id"
        " from finest_people as f join cell_above as a on a.quarter = f.quarter and a.finest = f.cell"
    )
