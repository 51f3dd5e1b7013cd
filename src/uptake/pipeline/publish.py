"""The last stage of the line: read models out of facts and scores, into the next snapshot."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any, Self

from uptake.disclosure import EDGE
from uptake.pipeline import effects, groups, prices, spread, standing, tasks, together
from uptake.pipeline.bounding import Bounds
from uptake.pipeline.cutting import CutCall, cut_cells
from uptake.pipeline.definitions import definitions
from uptake.pipeline.scoring import Scored
from uptake.scores.version import ScoreVersion
from uptake.snapshot import Snapshot, newest, publish
from uptake.snapshot.base import GROUPS, Before, Wanted, before
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


def publish_snapshot(connection: Connection, folder: Path, what: Publication) -> tuple[Snapshot, tuple[str, ...]]:
    """Write the next snapshot and make it current. Group tables hold released cells only.

    Answers it, and the closed quarters of which anything stands that later data would change. Group figures of a closed quarter that was
    restated for a few people stand too: whoever holds both files would subtract (decision 0049).
    """
    made = what.made
    call = CutCall(what.as_of, what.k, what.seen_by, _CODE)
    cut = cut_cells(connection, [quarter for quarter, _ in made.runs], call)
    known = prices.ranked(prices.of_site(what.prices), prices.shipped())
    money.price_calls(connection, what.as_of, prices.rows(known))
    previous = before(connection, newest(folder))
    groups_from, later, few = _groups_from(connection, what, cut, previous)
    waiting = tuple(sorted({*made.waiting, *later}))
    stale = sorted(previous.stale_groups(groups_from))
    wanted = Wanted(
        {quarter: f"{inputs} {code()}" for quarter, inputs in made.runs},
        groups_from,
        tuple(week for quarter in stale for week in weeks_of(connection, quarter, f"{cut[quarter]} {_CODE} {code()}")),
        made.reached and replace(made.reached, made_from=f"{made.reached.made_from} {code()}"),
        standing.made_from(connection, what.as_of, made.runs, what.k),
    )

    def build(file: Path) -> dict[str, Any]:
        base = previous.base(wanted)
        with begun(connection, file, base, wanted):
            released = _released(connection, what, stale, wanted.weeks, previous)
            cuts.lend(connection, stale)
            money.lend_amounts(connection, stale)
            money.hide_code(connection, released.pop("code_hidden", []))
        write(connection, base, released, wanted, {"k": what.k, "edge": EDGE})
        return {**_facts(what, waiting, few), "restated": _restated(connection, few)}

    return publish(folder, build, what.now), waiting


def _groups_from(
    connection: Connection, what: Publication, cut: Mapping[str, str], previous: Before
) -> tuple[dict[str, str], list[str], list[str]]:
    """Quarter -> what its group figures are made from, or were where they stand; the quarters of which they stand until these are restated,
    and those that were, for a few people. `cut`: quarter -> digest of its cells.
    """
    made, found = what.made, {}
    later, few = [], []
    for quarter, inputs in made.runs:
        restated = made.restated.get(quarter, 0)
        data, _, must = inputs.partition(" ")  # what a seal holds back of its inputs, and what it does not
        rules = f"{must} {cut[quarter]} {_CODE} {code()}"
        now = _made_from(connection, quarter, what.as_of, (restated, data, rules))
        held = _MadeFrom.read(previous.parts.get((GROUPS, quarter), "")) or now
        stands = quarter in made.sealed and now.leaves(held)
        tells_few = quarter in made.restated and 0 < _differ(connection, quarter, now, held) <= what.k
        found[quarter] = held.text if stands or tells_few else now.text
        later += [quarter] if stands else []
        few += [quarter] if tells_few else []
    return found, later, few


@dataclass(frozen=True, slots=True)
class _MadeFrom:
    """Digests of what the group figures of a quarter are made from: its scores as they were `restated` so often out of their `data`, its cells
    and the `rules` of the code; beside it `bills`, and `work`: calls, changes and what became of them, looked at `until` a day.
    """

    restated: str
    data: str
    rules: str
    bills: str
    work: str
    until: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Of the `text` of an older snapshot; None where it has none, or one of another shape."""
        parts = text.split(" ")
        return cls(*parts) if len(parts) == len(fields(cls)) else None

    @property
    def text(self) -> str:
        return " ".join(astuple(self))

    def leaves(self, held: Self) -> bool:
        """Whether figures of a closed quarter that were made from `held` may stand although its work is known otherwise since: that is one
        person's as often as not, and who holds both files would subtract (decision 0103). A bill alone is taken in.
        """
        return replace(held, bills=self.bills, work=self.work) == self and held.work != self.work


def _differ(connection: Connection, quarter: str, now: _MadeFrom, held: _MadeFrom) -> int:
    """How many people of a closed quarter have other figures now than its group figures were made from; 0 where these have to be made anew
    whoever that is, for other cells or other rules.
    """
    return seals.differ_since(connection, quarter, int(held.restated)) if held.rules == now.rules else 0


def _made_from(connection: Connection, quarter: str, as_of: dt.date, own: tuple[int, str, str]) -> _MadeFrom:
    restated, data, rules = own
    work = f"{money.made_from(connection, quarter)} {effects.made_from(connection, quarter)}"
    until = str(effects.settled(quarter, as_of))
    return _MadeFrom(
        str(restated), data, _digest(rules), _digest(money.bills(connection, quarter)), _digest(work), until
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
        found.append(Week(quarter, number, first, last, _digest(f"{beside} {first} {content}")))
    return found


def _released(
    connection: Connection, what: Publication, stale: list[str], weeks: Iterable[Week], previous: Before
) -> dict[str, list[Row]]:
    """Group figures of some quarters, their adoption of the weeks that do not stand. One quarter after the other: the counts of a year
    would be a gigabyte of rows.
    """
    bound = Bounds(connection, _CODE)
    found: dict[str, list[Row]] = {"definitions": definitions(what.version, what.k)}
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
