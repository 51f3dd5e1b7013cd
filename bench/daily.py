"""The facts of a scored home as Parquet, and the product's own steps from facts to day scores."""

from __future__ import annotations

import datetime as dt
import pathlib
from typing import Any

import duckdb

from uptake import pipeline
from uptake.model.macros import MACROS
from uptake.pipeline import scoring
from uptake.scores import SCORES
from uptake.settings import Settings, read_settings
from uptake.warehouse import periods
from uptake.warehouse.connect import Connection
from uptake.warehouse.refill import read_step, run

LAST = "day_scores"
"""The last of the steps that make the daily score."""


def export(home: str, folder: str) -> int:
    """Write the wide facts, the long facts, the curve and the version as zstd Parquet. Answers the rows of the wide facts."""
    settings = read_settings(pathlib.Path(home))
    version = pipeline.version_named(settings.score.version)
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    with pipeline.of_home(settings) as connection:
        scoring.write_parameters(connection, scoring.ScoreCall(as_of=_as_of(settings), version=version))
        tables = {
            "tool_use": "select * from tool_use order by day, person_id",
            "usage": "select * exclude (key) from usage order by day, account",
            "curve": "select u_p, u_r, proactive_only, score_micro from curve join version using (version_sha256)",
            "tools": "select * from version_tools",
            "version": "select * from version",
        }
        for name, sql in tables.items():
            connection.execute(f"copy ({sql}) to '{folder}/{name}.parquet' (format parquet, compression zstd)")
        return _one(connection, "select count(*) from tool_use")


def steps(home: str) -> dict[str, int]:
    """Every step from facts to day scores, of every quarter: states and proofs too. Answers as `by_hand` does, from the kept table."""
    settings = read_settings(pathlib.Path(home))
    version = pipeline.version_named(settings.score.version)
    wanted = [read_step("uptake.scores", name) for name in SCORES[: SCORES.index(LAST) + 1]]
    with pipeline.of_home(settings) as connection:
        connection.execute(MACROS)
        as_of = _as_of(settings)
        scoring.write_parameters(connection, scoring.ScoreCall(as_of=as_of, version=version))
        for quarter in periods.quarters(connection, as_of, settings.score.quarters):
            periods.enter(connection, quarter, as_of, version.values["quarter_close_days"])
            for step in wanted:
                run(connection, step)
        return _sums(connection)


def _sums(connection: Connection) -> dict[str, int]:
    row: Any = connection.execute(
        """
        with sums as (
            select quarter, person_id, count(*) as row_count, cast(sum(score_micro) as bigint) as total
            from day_scores where tool <> 'all' and state = 'active' group by quarter, person_id
        ),
        placed as (
            select *, row_number() over (partition by quarter order by total) as place, count(*) over (partition by quarter) as people
            from sums
        )
        select sum(row_count), sum(total), sum(case when place = (people + 1) // 2 then total else 0 end) from placed
        """
    ).fetchone()
    return dict(zip(("rows", "total", "medians"), (int(value) for value in row), strict=True))


def _as_of(settings: Settings) -> dt.date:
    return dt.date.fromisoformat(pipeline.snapshot_of(settings).as_of)


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row: Any = connection.execute(sql).fetchone()
    return int(row[0])
