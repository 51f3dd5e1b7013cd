"""The pieces of work that are measured, each in a process of its own. Answers are counts, so that both sides can be seen to agree."""

from __future__ import annotations

import pathlib
from typing import Any

import duckdb
import msgspec


def decode(folder: str) -> int:
    """msgspec alone: decode every line into the product's own struct, keep nothing. Answers the records."""
    from uptake.sources.copilot import shapes  # noqa: PLC0415  its import belongs to this work

    decoder = msgspec.json.Decoder(shapes.StrictUserDay)
    records = 0
    for file in _files(folder):
        with file.open("rb") as lines:
            for line in lines:
                decoder.decode(line)
                records += 1
    return records


ENGINE_COLUMNS = {
    "user_id": "BIGINT",
    "user_login": "VARCHAR",
    "day": "DATE",
    "enterprise_id": "VARCHAR",
    "totals_by_feature": "STRUCT(feature VARCHAR, user_initiated_interaction_count BIGINT, code_generation_activity_count BIGINT,"
    " code_acceptance_activity_count BIGINT, loc_suggested_to_add_sum BIGINT, loc_added_sum BIGINT, loc_deleted_sum BIGINT)[]",
    "totals_by_cli": "STRUCT(session_count BIGINT, request_count BIGINT, prompt_count BIGINT,"
    " token_usage STRUCT(output_tokens_sum BIGINT, prompt_tokens_sum BIGINT))",
}


def read_json(folder: str) -> int:
    """The engine's own reader into a table on disk, columns given. Answers the records; nothing is checked or judged."""
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in ENGINE_COLUMNS.items())
    file = pathlib.Path(folder).parent / "engine.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("set memory_limit = '1GB'")
        connection.execute(
            f"create table days as select * from read_json('{folder}/*.ndjson', format = 'newline_delimited', columns = {{{columns}}})"
        )
        return _count(connection, "select count(*) from days")


def scan(warehouse: str) -> int:
    """Raw scan of the usage table: every counter of every row summed. Answers the rows."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute("set memory_limit = '1GB'")
        integers = "'BIGINT', 'INTEGER', 'HUGEINT', 'SMALLINT'"
        named = connection.execute(
            f"select column_name from duckdb_columns() where table_name = 'usage' and data_type in ({integers})"
        ).fetchall()
        sums = ", ".join(f"sum({name})" for (name,) in named)
        connection.execute(f"select {sums}, count(distinct key) from usage").fetchall()
        return _count(connection, "select count(*) from usage")


def scan_parquet(file: str) -> int:
    """Raw scan of a Parquet file: every whole number of every row summed. Answers the rows."""
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '1GB'")
        columns = connection.execute(f"describe select * from '{file}'").fetchall()
        sums = ", ".join(f"sum({name})" for name, kind, *_ in columns if kind in {"BIGINT", "INTEGER", "HUGEINT"})
        connection.execute(f"select {sums} from '{file}'").fetchall()
        return _count(connection, f"select count(*) from '{file}'")


def person_rows(snapshot: str, sql: str) -> int:
    """The same rows by SQL on the snapshot file. Answers the rows."""
    with duckdb.connect(snapshot, read_only=True) as connection:
        return len(connection.execute(sql).fetchall())


def _files(folder: str) -> list[pathlib.Path]:
    return sorted(pathlib.Path(folder).iterdir())


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row: Any = connection.execute(sql).fetchone()
    return int(row[0])
