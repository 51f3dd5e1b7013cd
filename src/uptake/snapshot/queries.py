"""The queries that make a snapshot, and small questions to the file that is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import duckdb

_HEADER = re.compile(r"^-- (by|part|order|reach|from|of): (.+)$", re.MULTILINE)


def query(folder: str, name: str) -> str:
    return (resources.files("uptake.snapshot") / folder / f"{name}.sql").read_text()


def header(sql: str) -> dict[str, str]:
    """What a query says of itself on top. `of: closed quarters`: of the tables of quarters it takes no rows of a running one, while any is closed."""
    return dict(_HEADER.findall(sql))


def clear(connection: duckdb.DuckDBPyConnection, table: str, stand: Iterable[str]) -> None:
    """Leave the rows of the quarters that stand."""
    if there(connection, table):
        connection.execute(f"delete from snap.{table} where not list_contains(?::varchar[], quarter)", [sorted(stand)])


def there(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    try:
        connection.table(f"snap.{table}")  # a look into the catalogue as a table costs ten times as much
    except duckdb.CatalogException:
        return False
    return True


def quoted(file: Path) -> str:
    return str(file).replace("'", "''")
