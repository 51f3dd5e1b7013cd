"""This machine's engine behind the face of a cluster: the way of a run, its lake and what it takes back, tried in the suite without Java."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb

from uptake.model.macros import MACROS
from uptake.warehouse.lake import Columns, Lake


class Local:
    """The same questions as `uptake.warehouse.spark.Cluster` answers."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, lake: Lake) -> None:
        self.engine = engine
        self.lake = lake
        self.filled: list[str] = []
        self.looked_at: list[str] = []

    def take(self, name: str, columns: Columns, rows: duckdb.DuckDBPyRelation) -> None:
        written = self.lake.write(f"inputs/{name}", rows.to_arrow_reader(100_000))
        self.show(name, columns, [f"inputs/{name}"] if written else [])

    def show(self, name: str, columns: Columns, folders: Iterable[str], kept: Columns = ()) -> None:
        del kept
        files = [f"'{self.lake.root}/{folder}/*.parquet'" for folder in folders]
        source = f"read_parquet([{', '.join(files)}])" if files else "(select 1 where false)"
        parts = (f"cast({column if files else 'null'} as {kind}) as {column}" for column, kind in columns)
        self.engine.execute(f"create or replace view {name} as select {', '.join(parts)} from {source}")

    def narrow(self, name: str, column: str, value: str) -> None:
        self.engine.execute(f"create or replace table narrowed as select * from {name} where {column} = '{value}'")
        self.engine.execute(f"create or replace view {name} as select * from narrowed")

    def view(self, name: str, sql: str) -> None:
        self.engine.execute(f"create or replace view {name} as {sql}")

    def fill(self, columns: Columns, sql: str, folder: str) -> None:
        place = pathlib.Path(self.lake.root) / folder
        place.mkdir(parents=True, exist_ok=True)
        typed = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns)
        self.engine.execute(f"copy (select {typed} from ({sql})) to '{place}/part-0.parquet'")
        self.filled.append(folder)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.engine.execute(sql).fetchall()

    def twice(self, name: str, grain: tuple[str, ...]) -> bool:
        self.looked_at.append(name)
        keys = ", ".join(grain)
        return bool(self.engine.execute(f"select 1 from {name} group by {keys} having count(*) > 1 limit 1").fetchall())


@contextlib.contextmanager
def opened(_settings: Any, lake: str, _log: pathlib.Path) -> Iterator[Local]:
    """A session, as `uptake.warehouse.spark.opened` gives one."""
    files = Lake(lake)
    files.empty()
    with duckdb.connect() as engine:
        engine.execute("set TimeZone = 'UTC'")
        engine.execute(MACROS)
        try:
            yield Local(engine, files)
        finally:
            files.empty()
