"""The last stage of the line: read models out of facts and scores, into the next snapshot."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from uptake.disclosure import EDGE
from uptake.pipeline import effects, groups, prices, releases, spread, standing, tasks, together
from uptake.pipeline.bounding import Bounds
from uptake.pipeline.cutting import CutCall, cut_cells
from uptake.pipeline.definitions import definitions
from uptake.pipeline.releases import ReleaseCall, digest
from uptake.pipeline.scoring import Scored
from uptake.scores.version import ScoreVersion
from uptake.snapshot import Snapshot, newest, publish, unrecorded
from uptake.snapshot.base import Before, Wanted, before
from uptake.snapshot.build import Row, code, write
from uptake.snapshot.people import begun
from uptake.snapshot.weeks import Week, activity_of_weeks, lend_weeks, standing_adoption
from uptake.warehouse import cuts, money, seals
from uptake.warehouse.connect import Connection
from uptake.warehouse.periods import bounds, week_start


@dataclass(frozen=True, slots=True)
class Publication:
    """What a snapshot states of itself, and what its group figures need: the smallest group and who sees whom by name."""

    as_of: dt.date
    version: ScoreVersion
    made: Scored
    k: int
    seen_by: Mapping[str, tuple[str, ...]]
    now: dt.datetime
    prices: Path | None = None
    """The site's own prices of models."""
    release: bool = False
    """Quarters that move are released although they were this week."""


def publish_snapshot(
    connection: Connection, folder: Path, what: Publication, told: Callable[[Snapshot], None] = unrecorded
) -> tuple[Snapshot, tuple[str, ...]]:
    """Write the next snapshot, tell it, and make it current. Group tables hold released cells only.

    Answers it, and the closed quarters of which anything stands that later data would change. Group figures of a closed quarter that was
    restated for a few people stand too, and those of a quarter that moves within a week: whoever holds both files would subtract
    (decisions 0049, 0109).
    """
    made = what.made
    call = CutCall(what.as_of, what.k, what.seen_by, _CODE)
    cut = cut_cells(connection, [quarter for quarter, _ in made.runs], call)
    known = prices.ranked(prices.of_site(what.prices), prices.shipped())
    money.price_calls(connection, what.as_of, prices.rows(known))
    previous = before(connection, newest(folder))
    rules = {quarter: f"{cells} {_CODE} {code()}" for quarter, cells in cut.items()}
    found = releases.found(connection, ReleaseCall(what.as_of, made, what.k, rules, what.release), previous)
    waiting = tuple(sorted({*made.waiting, *found.later}))
    stale = sorted(previous.stale_groups(found.groups, found.weekly))
    wanted = Wanted(
        {quarter: f"{inputs} {code()}" for quarter, inputs in made.runs},
        found.groups,
        tuple(week for quarter in stale for week in weeks_of(connection, quarter, rules[quarter])),
        made.reached and replace(made.reached, made_from=f"{made.reached.made_from} {code()}"),
        standing.made_from(connection, what.as_of, made.runs, what.k),
        frozenset(found.weekly),
    )

    def build(file: Path) -> dict[str, Any]:
        base = previous.base(wanted)
        with begun(connection, file, base, wanted):
            released = _released(connection, what, stale, wanted.weeks, previous)
            cuts.lend(connection, stale)
            money.lend_amounts(connection, stale)
            money.hide_code(connection, released.pop("code_hidden", []))
        write(connection, base, released, wanted, {"k": what.k, "edge": EDGE})
        days = {quarter: day.isoformat() for quarter, day in found.weekly.items()}
        return {**_facts(what, waiting, found.few), "restated": _restated(connection, found.few), "released": days}

    return publish(folder, build, what.now, told), waiting


def _facts(what: Publication, waiting: Iterable[str], few: Iterable[str]) -> dict[str, str]:
    """What the snapshot states of itself."""
    return {
        "as_of": what.as_of.isoformat(),
        "score_version": what.version.id,
        "version_sha256": what.version.sha256,
        "inputs_digest": what.made.inputs_digest,
        "scores_digest": what.made.scores_digest,
        "waiting": ", ".join(waiting),
        "few": ", ".join(few),
    }


def _restated(connection: Connection, few: Collection[str]) -> dict[str, str]:
    days = sorted(seals.restated_on(connection).items())
    return {quarter: day.isoformat() for quarter, day in days if quarter not in few}


def weeks_of(connection: Connection, quarter: str, beside: str) -> list[Week]:
    """The weeks of a quarter in which anybody was active. `beside`: digest of what else their adoption is made from."""
    found = []
    for number, content in activity_of_weeks(connection, quarter):
        first = week_start(quarter, number)
        last = min(bounds(quarter)[1], first + dt.timedelta(days=6 - first.weekday()))
        found.append(Week(quarter, number, first, last, digest(f"{beside} {first} {content}")))
    return found


def _released(
    connection: Connection, what: Publication, stale: list[str], weeks: Iterable[Week], previous: Before
) -> dict[str, list[Row]]:
    """Group figures of some quarters, their adoption of the weeks that do not stand. One quarter after the other: the counts of a year
    would be a gigabyte of rows.
    """
    found: dict[str, list[Row]] = {"definitions": definitions(what.version, what.k)}
    if not stale:
        return found  # what was bounded is remembered until the next release
    bound = Bounds(connection, _CODE)
    for quarter in stale:
        cuts.lend(connection, [quarter])
        own = [week for week in weeks if week.quarter == quarter]
        again = previous.stale_weeks(own)
        lend_weeks(connection, again)
        standing = standing_adoption(connection, previous.file, [week for week in own if week not in again])
        for name, rows in _of_quarter(connection, quarter, what.k, bound, standing).items():
            found.setdefault(name, []).extend(rows)
    bound.close()
    return found


def _of_quarter(
    connection: Connection, quarter: str, k: int, bound: Bounds, standing: tuple[list[Row], list[Row]]
) -> dict[str, list[Row]]:
    """Released figures of the quarter whose cells are lent. `standing`: adoption by week and by day of the weeks that stand."""
    weeks, days = together.weeks_closed(*groups.adoption(connection, bound))
    segments = groups.segments(connection, bound)
    funnel = together.not_rising(groups.funnel(connection, bound), segments)
    types = tasks.task_types(connection, k, bound)
    sizes = {groups.scope_path(row[0]): row[2] for row in funnel}
    read = together.Tables(sizes, funnel, segments, types, [*standing[0], *weeks], [*standing[1], *days])
    closed = bound.closed(read)
    funnel, segments = together.without_funnel(funnel, closed), together.without_segments(segments, closed)
    outcomes = effects.outcomes(connection, quarter, segments, k)
    heavy = groups.heavy_people(segments)
    effective = effects.effective_heavy(
        outcomes["quadrant"], {scope: people for (_, scope), (people, _) in heavy.items()}
    )
    return {
        **outcomes,
        "segments": segments,
        "funnel": groups.finished_funnel(funnel, heavy, effective),
        "task_types": together.without_types(types, closed, funnel),
        "adoption_weeks": weeks,
        "adoption_days": days,
        "score_bins": spread.bins(connection, k),
        "lob_compare": spread.lines(connection, segments, k),
        "unit_medians": spread.medians(connection, segments, k),
    }


def _own_code() -> str:
    """Digest of the code that releases group figures."""
    total = hashlib.sha256()
    for package in ("uptake.pipeline", "uptake.disclosure", "uptake.studies"):
        for file in sorted(resources.files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                total.update(file.read_bytes())
    total.update(money.code().encode())
    return total.hexdigest()


_CODE = _own_code()
