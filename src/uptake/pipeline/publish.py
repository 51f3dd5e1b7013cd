"""The last stage of the line: read models out of facts and scores, into the next snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from uptake.pipeline import groups, spread
from uptake.pipeline.definitions import definitions
from uptake.scores.version import ScoreVersion
from uptake.snapshot import Snapshot, publish
from uptake.snapshot.build import write
from uptake.warehouse.connect import Connection
from uptake.warehouse.digest import scores_digest


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
    groups.cut_cells(connection, what.quarters, what.as_of, what.k, what.seen_by)
    segments = groups.segments(connection)
    weeks, days = groups.adoption(connection)
    released = {
        "segments": segments,
        "funnel": groups.funnel(connection, groups.heavy_people(segments)),
        "adoption_weeks": weeks,
        "adoption_days": days,
        "definitions": definitions(what.version, what.k),
        "score_bins": spread.bins(connection, what.k),
        "unit_medians": spread.medians(connection, segments, what.k),
    }
    facts = {
        "as_of": what.as_of.isoformat(),
        "score_version": what.version.id,
        "version_sha256": what.version.sha256,
        "inputs_digest": what.inputs_digest,
        "scores_digest": scores_digest(connection),
    }

    def build(file: Path) -> dict[str, str]:
        write(connection, file, released, what.k)
        return facts

    return publish(folder, build, what.now)
