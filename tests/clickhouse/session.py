"""ClickHouse in this process, behind the face of a cluster: the pipeline for clusters runs on it unchanged."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from chdb import session as chdb

from tests.clickhouse.dialect import FIRST_DAY, LAST_DAY, rendered
from uptake.warehouse.lake import Columns, Lake

SETTINGS = {
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "data_type_default_nullable": 1,
    "cast_keep_nullable": 1,
    "union_default_mode": "'DISTINCT'",
    "prefer_column_name_to_alias": 1,
    "allow_experimental_correlated_subqueries": 1,
    "max_threads": 2,
    "session_timezone": "'UTC'",
    "engine_file_truncate_on_insert": 1,
    "engine_file_empty_if_not_exists": 1,
}
"""What SQL means by an empty value: ClickHouse would give 0, an empty text or 1970-01-01 instead."""
_TYPES = {
    "VARCHAR": "String",
    "BIGINT": "Int64",
    "INTEGER": "Int32",
    "BOOLEAN": "Bool",
    "DATE": "Date32",
    "TIMESTAMP": "DateTime64(6)",
}


def _type(kind: str) -> str:
    decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", kind)
    return f"Nullable({f'Decimal({decimal[1]}, {decimal[2]})' if decimal else _TYPES[kind]})"


class ClickHouse:
    """A session and the lake of one run; the same questions as `uptake.warehouse.spark.Cluster` answers."""

    def __init__(self, session: Any, lake: Lake) -> None:
        self.session = session
        self.lake = lake
        self.columns: dict[str, list[str]] = {}

    def take(self, name: str, columns: Columns, rows: duckdb.DuckDBPyRelation) -> None:
        folder = f"inputs/{name}"
        kept = ", ".join(within(column, kind) for column, kind in columns)
        written = self.lake.write(folder, rows.project(kept).to_arrow_reader(100_000))
        self.show(name, columns, [folder] if written else [])

    def show(self, name: str, columns: Columns, folders: Iterable[str], kept: Columns = ()) -> None:
        self.columns[name] = [column for column, _ in columns]
        shape = ", ".join(f"`{column}` {_type(kind)}" for column, kind in kept or columns)
        names = ", ".join(f"`{column}`" for column, _ in columns)
        parts = [f"select {names} from file('{self._files(folder)}', Parquet, '{shape}')" for folder in folders]
        if not parts:
            parts = [f"select {', '.join(f'cast(null as {_type(kind)}) as `{c}`' for c, kind in columns)} where false"]
        self._run(f"drop view if exists `{name}`")
        self._run(f"create view `{name}` as {' union all '.join(parts)}")

    def narrow(self, name: str, column: str, value: str) -> None:
        self._run(f"create or replace table `{name}_all` engine Memory as select * from `{name}`")
        self._run(f"drop view if exists `{name}`")
        self._run(f"create view `{name}` as select * from `{name}_all` where `{column}` = '{value}'")

    def view(self, name: str, sql: str) -> None:
        self.columns[name] = sqlglot.parse_one(sql, dialect="duckdb").named_selects
        self._run(f"drop view if exists `{name}`")
        self._run(f"create view `{name}` as {rendered(sql, self.columns)}")

    def fill(self, columns: Columns, sql: str, folder: str) -> None:
        shape = ", ".join(f"`{column}` {_type(kind)}" for column, kind in columns)
        typed = ", ".join(f"cast(`{column}` as {_type(kind)})" for column, kind in columns)
        place = Path(self.lake.root) / folder
        place.mkdir(parents=True, exist_ok=True)
        self._run(
            f"insert into function file('{place}/part-0.parquet', Parquet, '{shape}')"
            f" select {typed} from ({rendered(sql, self.columns)})"
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found = self._run(rendered(sql, self.columns), "ArrowStream")
        with pa.ipc.open_stream(found) as stream:
            table = stream.read_all()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def twice(self, name: str, grain: tuple[str, ...]) -> bool:
        keys = ", ".join(f"`{key}`" for key in grain)
        return bool(self._run(f"select 1 from `{name}` group by {keys} having count(*) > 1 limit 1", "CSV"))

    def _files(self, folder: str) -> str:
        return f"{self.lake.root}/{folder}/*.parquet"

    def _run(self, sql: str, answer: str = "CSV") -> bytes:
        try:
            return bytes(self.session.query(sql, answer).bytes())
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{sql}") from error


def within(column: str, kind: str) -> str:
    """A column of ours with its days inside those that ClickHouse has; an empty day stays empty."""
    if kind != "DATE":
        return f'"{column}"'
    inside = f"least(greatest(\"{column}\", date '{FIRST_DAY}'), date '{LAST_DAY}')"
    return f'case when "{column}" is not null then {inside} end as "{column}"'


@contextlib.contextmanager
def opened(_settings: Any, lake: str, _log: Path) -> Iterator[ClickHouse]:
    """A session, as `uptake.warehouse.spark.opened` gives one."""
    files = Lake(lake)
    files.empty()
    session = chdb.Session()
    try:
        for name, value in SETTINGS.items():
            session.query(f"set {name} = {value}")
        yield ClickHouse(session, files)
    finally:
        session.close()
        files.empty()
