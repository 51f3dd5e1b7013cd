"""The last stage of the line: read models out of facts and scores, into the next snapshot."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb
import pyarrow as pa

from uptake.pipeline import groups
from uptake.pipeline.definitions import definitions
from uptake.scores.version import ScoreVersion
from uptake.snapshot import Snapshot, publish
from uptake.snapshot.models import MODELS
from uptake.warehouse.connect import Connection
from uptake.warehouse.digest import digest

_ORDER = re.compile(r"^-- order: (.+)$", re.MULTILINE)
_TEXT, _INT, _DAY = pa.string(), pa.int64(), pa.date32()

GROUP_TABLES = {
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
}  # fmt: skip

SCORED = (
    ("day_scores", "select * exclude (doubt) from day_scores"),
    ("quarter_scores", "select * exclude (provisional) from quarter_scores"),
)
"""What the digest of the scores is made of. Whether a quarter is closed is no score: it changes with the as-of day alone."""

_LOB_COMPARE = """
select
    c.quarter,
    coalesce(c.lob, c.cell) as lob,
    c.people,
    q.eligible,
    case when q.eligible > $k and q.zeros between 3 and q.eligible - 3 then q.zero_share end as zero_share,
    case when c.median and q.eligible >= 2 * $k then q.median_micro end as median_micro,
    case when c.median and q.active_people >= 2 * $k then q.active_median_micro end as active_median_micro,
    case when c.median and q.eligible >= 4 * $k then q.p25_micro end as p25_micro,
    case when c.median and q.eligible >= 4 * $k then q.p75_micro end as p75_micro,
    q.comparison
from cells as c
left join lob_quarters as q on q.quarter = c.quarter and q.scope = case when c.lob is null then 'company' else 'lob:' || c.lob end
where c.lob is not null or c.level = 0
"""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a snapshot states of itself, and what its group figures need: the smallest group and who sees whom by name."""

    as_of: dt.date
    version: ScoreVersion
    inputs_digest: str
    quarters: tuple[str, ...]
    k: int
    seen_by: Mapping[str, tuple[str, ...]]
    now: dt.datetime


def publish_snapshot(connection: Connection, folder: Path, what: Publication) -> Snapshot:
    """Write the next snapshot and make it current. Group tables hold released cells only."""
    groups.cut_cells(connection, what.quarters, what.k, what.seen_by)
    tables = {
        "funnel": groups.funnel(connection),
        "segments": groups.segments(connection),
        "adoption_days": groups.adoption(connection, by_day=True),
        "adoption_weeks": groups.adoption(connection, by_day=False),
        "definitions": definitions(what.version, what.k),
    }
    facts = {
        "as_of": what.as_of.isoformat(),
        "score_version": what.version.id,
        "version_sha256": what.version.sha256,
        "inputs_digest": what.inputs_digest,
        "scores_digest": digest(connection, SCORED),
    }

    def build(file: Path) -> dict[str, str]:
        connection.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as snap")
        try:
            _write_models(connection)
            for name, rows in tables.items():
                _write_rows(connection, name, rows)
            connection.execute(f"create table snap.lob_compare as {_LOB_COMPARE} order by quarter, lob", {"k": what.k})
            connection.execute("checkpoint snap")
        finally:
            connection.execute("detach snap")
        return facts

    return publish(folder, build, what.now)


def _write_models(connection: duckdb.DuckDBPyConnection) -> None:
    for name in MODELS:
        sql = (resources.files("uptake.snapshot.models") / f"{name}.sql").read_text()
        order = _ORDER.findall(sql)[0]
        connection.execute(f"create table snap.{name} as select * from ({sql}) order by {order}")


def _write_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[object, ...]]) -> None:
    columns = GROUP_TABLES[name]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, type=kind) for column, kind in zip(values, columns.values(), strict=True)]
    connection.register("published_rows", pa.Table.from_arrays(arrays, names=list(columns)))
    connection.execute(
        f"create table snap.{name} as select * from published_rows order by {', '.join(list(columns)[:4])}"
    )
    connection.unregister("published_rows")
