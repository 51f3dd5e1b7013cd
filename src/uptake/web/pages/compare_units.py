"""Departments by median score: the table with its interval, rank bands, and the weeks of each as a small line."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from uptake.charts import POINT_MICRO, Change, Svg, change, sparkline
from uptake.charts.core import block, esc
from uptake.charts.scales import round_top
from uptake.web import words
from uptake.web.address import link
from uptake.web.pages import board, common
from uptake.web.pages.shape import Cards, Look, Row, Rows
from uptake.web.pages.units import bands

MOST = 12
DEPTH = 2
"""Parts of the path of a department."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department with its row of this quarter, its change, and the active share of its whole weeks in ppm."""

    row: Row
    change: Change | None
    weeks: tuple[int | None, ...]

    @property
    def bounds(self) -> tuple[int, int] | None:
        low, high = self.row["low_micro"], self.row["high_micro"]
        return None if low is None or high is None else (low, high)


def departments(look: Look) -> frozenset[str]:
    """The released departments of the scope; of a team, the one it belongs to."""
    if look.scope.count("/") + 1 >= DEPTH:
        return frozenset({"/".join(look.scope.split("/")[:DEPTH])})
    inside = "" if look.scope == words.COMPANY else f"{look.scope}/"
    known = look.facts.units.get(look.quarter, ())
    return frozenset(unit for unit in known if unit.count("/") + 1 == DEPTH and unit.startswith(inside))


def with_weeks(look: Look) -> frozenset[str]:
    """Units of the page: the scope, those right below, and the departments."""
    return departments(look) | {look.scope, *look.children}


def by_median(look: Look, rows: Rows) -> Rows:
    """The quarter before the one compared with; highest median first, then by name; those without one last."""
    wanted = sorted(
        (row for row in rows if row["quarter"] in (look.quarter, look.before)), key=lambda row: row["scope"]
    )
    wanted.sort(key=lambda row: -1 if row["median_micro"] is None else row["median_micro"], reverse=True)
    return sorted(wanted, key=lambda row: row["quarter"] != look.quarter)


def moved(now: Row, before: Row | None) -> Change | None:
    """Change of a median with its interval, the two quarters taken as independent; None where an interval is not shown.

    Made of the two intervals: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008), 1693-1702.
    """
    if before is None or None in (now["low_micro"], before["low_micro"]):
        return None
    value = now["median_micro"] - before["median_micro"]
    down = math.hypot(now["median_micro"] - now["low_micro"], before["high_micro"] - before["median_micro"])
    up = math.hypot(now["high_micro"] - now["median_micro"], before["median_micro"] - before["low_micro"])
    return Change(value, value - math.ceil(down), value + math.ceil(up))


def of_quarter(look: Look, rows: Rows, weeks: Rows) -> list[Department]:
    """The departments of the quarter, in the order of the rows."""
    before = {row["scope"]: row for row in rows if look.before and row["quarter"] == look.before}
    shares = _whole_weeks(look, weeks)
    return [
        Department(row, moved(row, before.get(row["scope"])), shares.get(row["scope"], ()))
        for row in rows
        if row["quarter"] == look.quarter
    ]


def _whole_weeks(look: Look, rows: Rows) -> dict[str, tuple[int | None, ...]]:
    """By unit: whole weeks only, withheld ones as None: a piece of a week would look like lower use."""
    whole: dict[tuple[dt.date, str], bool] = {}
    found: dict[str, tuple[int | None, ...]] = {}
    for row in sorted(rows, key=lambda row: row["week"]):
        week = (row["week"], row["quarter"])
        if week not in whole:
            whole[week] = common.point(look, {**row, "active_share": 0}).state == "observed"
        if whole[week]:
            found[row["scope"]] = (*found.get(row["scope"], ()), row["active_share"])
    return found


def picture(look: Look, rows: Rows, others: Cards) -> Svg:
    """The highest departments; all of them stand in the table."""
    found = of_quarter(look, rows, others.get("weeks", ()))
    if all(item.row["median_micro"] is None for item in found):
        return Svg(f'<p class="empty">{esc(_instead(look))}</p>')
    ranks = bands([item.bounds for item in found])
    shown = list(zip(found, ranks, strict=True))[:MOST]
    top = _top([item for item, _ in shown])
    lines = [_row(look, item, rank, top) for item, rank in shown]
    head = "".join(
        f'<th scope="col" role="columnheader" class="{name}"{more}>{esc(text)}</th>'
        for name, text, more in _heads(look, found)
    )
    return Svg(
        '<div class="chart"><table class="medians" role="table" aria-label="Departments by median score">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{"".join(lines)}</tbody></table></div>'
        + _all(look, len(found))
    )


def _heads(look: Look, found: Sequence[Department]) -> list[tuple[str, str, str]]:
    heads = [
        ("rank", "Band", ""), ("unit", "Department", ""), ("n people", "People", ""),
        ("n median", "Median ↓", ' aria-sort="descending"'), ("n share", "Active", ""), ("small", _counted(found), ""),
    ]  # fmt: skip
    return [*heads, ("n since", f"Since {_short(look, look.before)}", "")] if look.before else heads


def _counted(found: Sequence[Department]) -> str:
    return words.plural(max((len(item.weeks) for item in found), default=0), "week")


def _short(look: Look, quarter: str) -> str:
    return quarter[4:] if quarter[:4] == look.quarter[:4] else words.quarter(quarter)


def _top(shown: Sequence[Department]) -> int:
    """One scale for all small lines: round, in ppm."""
    highest = max((share or 0 for item in shown for share in item.weeks), default=0)
    step, parts = round_top(max(1, highest / 10_000))
    return step * parts * 10_000


def _all(look: Look, number: int) -> str:
    if number <= MOST:
        return ""
    href = f"{link(f'/{look.path}', look.address, view='table')}#units"
    return f'<p class="more"><a href="{esc(href)}">All {words.count(number)} departments</a></p>'


def _cell(name: str, inner: str, more: str = "") -> str:
    return f'<td class="{name}" role="cell"{more}>{inner}</td>'


def _row(look: Look, item: Department, rank: str, top: int) -> str:
    scope = item.row["scope"]
    href = esc(link(f"/{look.path}", look.address, scope=scope))
    line = "" if scope.split("/")[0] == look.scope else f"<small>{esc(words.unit(scope.split('/')[0]))}</small>"
    name = f'<th scope="row" role="rowheader" class="unit"><a href="{href}">{esc(words.unit(scope))}</a>{line}</th>'
    first = _cell("rank", esc(rank)) + name
    if item.row["median_micro"] is None:
        span = f' colspan="{4 + bool(look.before)}"'
        return f'<tr role="row">{first}{_cell("said", f"{words.DASH} {esc(_instead(look))}", span)}</tr>'
    cells = _cell("n people", words.count(item.row["people"])) + _cell("n median", _median(item)) + _spark(item, top)
    return f'<tr role="row">{first}{cells}{_cell("n since", _moved(item)) if look.before else ""}</tr>'


def _instead(look: Look) -> str:
    return "Not enough days yet." if look.running else look.withheld


def _median(item: Department) -> str:
    """The number, and below it its interval; of a median of 0 what it means."""
    low, high = item.bounds or (None, None)
    if low is None or high is None:
        said = "too few for an interval"
    elif low == high == 0:
        said = "half or more at 0"
    else:
        said = f"{words.score(low)} to {words.score(high)}"
    return f"<b>{words.score(item.row['median_micro'])}</b><small>{esc(said)}</small>"


def _spark(item: Department, top: int) -> str:
    """The share of the last week, and the weeks up to it."""
    last = words.share(item.weeks[-1]) if item.weeks and item.weeks[-1] is not None else words.DASH
    name = words.unit(item.row["scope"])
    drawn = sparkline(item.weeks, top, f"{name}: active share by week", last) if any(item.weeks) else words.DASH
    return _cell("n share", last) + _cell("small", drawn)


def _moved(item: Department) -> str:
    return words.DASH if item.change is None else change(item.change, POINT_MICRO, "")


def deck(_look: Look, _rows: Rows, _others: Cards) -> str:
    """What the order and the small figures are."""
    return "Departments whose intervals overlap share a band. Score 0 to 100 of those who can be compared, with its 95\u202f% interval."


def foot(look: Look, rows: Rows, others: Cards) -> str:
    """What is counted and left out."""
    found = of_quarter(look, rows, others.get("weeks", ()))
    if all(item.row["median_micro"] is None for item in found):
        return board.foot_of(look)
    hidden = sum(item.row["median_micro"] is None for item in found)
    top = _top(found[:MOST])
    return common.notes(
        [
            f"The {MOST} highest of {words.plural(len(found), 'department')}." if len(found) > MOST else "",
            f"{words.count(hidden)} without a median: it needs {common.of_a_median(look)} people who can be compared, and proof of it."
            if hidden
            else "",
            f"Active: share of a week, 0 to {words.share(top)}, the last whole week in figures. All tools together.",
            board.foot_of(look),
        ]
    )


def weeks(look: Look, rows: Rows, _others: Cards) -> Svg | None:
    """First and last whole week of the scope, in figures; all weeks of all units are in the table."""
    known = [point for point in common.points(look, rows, look.scope) if point.state == "observed"]
    own = next((row for row in rows if row["scope"] == look.scope), None)
    if not known or own is None:
        return Svg(
            block(
                "figures",
                common.figure(look.unit, words.DASH, look.withheld, None, 1),
            )
        )
    of = f"of {words.plural(own['people'], 'engineer')}"
    ends = [known[0], known[-1]] if len(known) > 1 else known
    return common.strip(
        common.figure(f"Week of {words.day(point.day)}", words.share(point.ppm or 0), of, None, 1) for point in ends
    )
