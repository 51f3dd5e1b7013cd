"""Units beside each other: share, its interval and change; and rank bands of those whose intervals overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.charts import Change, Svg, change, interval, numerals
from uptake.charts.core import esc
from uptake.web import figures, words
from uptake.web.address import link
from uptake.web.pages import common
from uptake.web.pages.shape import Look, Row, Rows


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its share of active engineers in ppm (None: not shown) and what is known of it."""

    scope: str
    people: int
    active: int | None
    share: int | None
    low: float
    high: float
    change: Change | None
    text: str


def units(look: Look, rows: Rows, wanted: Sequence[str]) -> list[Unit]:
    """The wanted units, highest share first; those whose share is not shown last."""
    found = [_unit(look, rows, scope) for scope in wanted]
    return sorted(
        (unit for unit in found if unit), key=lambda unit: (unit.share is None, -(unit.share or 0), unit.scope)
    )


def _unit(look: Look, rows: Rows, scope: str) -> Unit | None:
    now = common.row_of(rows, scope=scope, quarter=look.quarter)
    if now is None:
        return None
    before: Row | None = common.row_of(rows, scope=scope, quarter=look.before) if look.before else None
    people, active = now["engineers"], now["active"]
    if active is None or not people:
        return Unit(scope, people, None, None, 0, 0, None, common.state(look, now, "active"))
    low, high = figures.wilson(active, people)
    moved = common.share_change(now, before, "active", "engineers")
    return Unit(scope, people, active, words.ratio(active, people), low, high, moved, "")


def bands(ranked: Sequence[tuple[float, float] | None]) -> list[str]:
    """Rank bands of intervals, the highest figure first: one opens only where an interval lies wholly below that of the band's
    first. None stands in no band and takes no place.
    """
    texts: list[str] = [words.DASH] * len(ranked)
    found: list[list[int]] = []
    floor = 0.0
    for place, bounds in enumerate(ranked):
        if bounds is None:
            continue
        if not found or bounds[1] < floor:
            found.append([])
            floor = bounds[0]
        found[-1].append(place)
    first = 1
    for band in found:
        last = first + len(band) - 1
        for place in band:
            texts[place] = str(first) if first == last else f"{first}{words.DASH}{last}"
        first = last + 1
    return texts


def table(look: Look, ranked: Sequence[Unit]) -> Svg:
    """The units as a table with a drawn interval of each change; every number is one of the card's rows, or made of two."""
    heads = [("Unit", ""), ("Engineers", "n"), ("Active", "n"), ("Share", "n")]
    if look.before:
        heads.append((f"Since {words.quarter(look.before)}", ""))
    reach = common.reach([unit.change for unit in ranked])
    body = "".join(_row(look, unit, reach) for unit in ranked)
    head = "".join(f'<th scope="col"{f" class={kind}" if kind else ""}>{esc(name)}</th>' for name, kind in heads)
    return Svg(
        f'<div class="scroll" tabindex="0" role="region" aria-label="Units by share"><table class="units">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(look: Look, unit: Unit, reach: int) -> str:
    href = link(f"/{look.path}", look.address, scope=unit.scope)
    name = f'<th scope="row"><a href="{esc(href)}">{esc(words.unit(unit.scope))}</a>{_above(look, unit.scope)}</th>'
    if unit.share is None or unit.active is None:
        wide = 2 + bool(look.before)
        return f'<tr>{name}<td class="n">{words.count(unit.people)}</td><td colspan="{wide}">{words.DASH} {esc(unit.text)}</td></tr>'
    bounds = numerals.interval(round(unit.low * 1_000_000), round(unit.high * 1_000_000), 10_000)
    share = f'<td class="n"><b>{words.share(unit.share)}</b><small>{esc(bounds)}</small></td>'
    numbers = f'<td class="n">{words.count(unit.people)}</td><td class="n">{words.count(unit.active)}</td>'
    return f"<tr>{name}{numbers}{share}{_moved(unit, reach) if look.before else ''}</tr>"


def _above(look: Look, scope: str) -> str:
    parts = scope.split("/")
    if len(parts) == 1 or "/".join(parts[:-1]) == look.scope:
        return ""
    return f"<small>{esc(words.unit(parts[0]))}</small>"


def _moved(unit: Unit, reach: int) -> str:
    if unit.change is None:
        return f"<td>{words.DASH}</td>"
    return f'<td class="moved">{change(unit.change)}{interval(unit.change, reach, f"{words.unit(unit.scope)}: change")}</td>'
