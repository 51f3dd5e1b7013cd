"""The last stage of the line: read models out of facts and scores, into the next snapshot."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from uptake.pipeline import groups, spread
from uptake.pipeline.bounding import Bounds
from uptake.pipeline.definitions import definitions
from uptake.pipeline.scoring import Scored
from uptake.scores.version import ScoreVersion
from uptake.snapshot import Snapshot, newest, publish
from uptake.snapshot.build import Row, Wanted, code, stale_groups, write
from uptake.warehouse.connect import Connection


@dataclass(frozen=True, slots=True)
class Publication:
    """What a snapshot states of itself, and what its group figures need: the smallest group and who sees whom by name."""

    as_of: dt.date
    version: ScoreVersion
    made: Scored
    k: int
    seen_by: Mapping[str, tuple[str, ...]]
    now: dt.datetime


def publish_snapshot(connection: Connection, folder: Path, what: Publication) -> Snapshot:
    """Write the next snapshot and make it current. Group tables hold released cells only."""
    made = what.made
    cut = groups.cut_cells(connection, [quarter for quarter, _ in made.runs], what.as_of, what.k, what.seen_by)
    wanted = Wanted(
        {quarter: f"{inputs} {code()}" for quarter, inputs in made.runs},
        {quarter: f"{inputs} {cut[quarter].digest} {_CODE} {code()}" for quarter, inputs in made.runs},
    )
    previous = newest(folder)
    stale = sorted(stale_groups(connection, previous, wanted))
    released = _released(connection, what, {quarter: cut[quarter] for quarter in stale})
    groups.lend_cells(connection, (cut[quarter] for quarter in stale))
    facts = {
        "as_of": what.as_of.isoformat(),
        "score_version": what.version.id,
        "version_sha256": what.version.sha256,
        "inputs_digest": made.inputs_digest,
        "scores_digest": made.scores_digest,
        "waiting": ", ".join(made.waiting),
    }

    def build(file: Path) -> dict[str, str]:
        write(connection, (file, previous), released, wanted, what.k)
        return facts

    return publish(folder, build, what.now)


def _released(connection: Connection, what: Publication, cut: Mapping[str, groups.Cut]) -> dict[str, list[Row]]:
    """Group figures of some quarters. One quarter after the other: the counts of a year would be a gigabyte of rows."""
    bound = Bounds(connection, _CODE)
    found: dict[str, list[Row]] = {"definitions": definitions(what.version, what.k)}
    for quarter in sorted(cut):
        groups.lend_cells(connection, [cut[quarter]])
        for name, rows in _of_quarter(connection, what.k, bound).items():
            found.setdefault(name, []).extend(rows)
    bound.close()
    return found


def _of_quarter(connection: Connection, k: int, bound: groups.Bound) -> dict[str, list[Row]]:
    """Released figures of the quarter whose cells are lent."""
    segments = groups.segments(connection, bound)
    weeks, days = groups.adoption(connection, bound)
    return {
        "segments": segments,
        "funnel": groups.funnel(connection, groups.heavy_people(segments), bound),
        "adoption_weeks": weeks,
        "adoption_days": days,
        "score_bins": spread.bins(connection, k),
        "unit_medians": spread.medians(connection, segments, k),
    }


def _own_code() -> str:
    """Digest of the code that releases group figures."""
    total = hashlib.sha256()
    for package in ("uptake.pipeline", "uptake.disclosure"):
        for file in sorted(resources.files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                total.update(file.read_bytes())
    return total.hexdigest()


_CODE = _own_code()
