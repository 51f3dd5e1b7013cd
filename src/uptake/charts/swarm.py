"""Dots and medians on an axis of scores: a team without names (swarm), and one person against the line (standing)."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.charts import numerals
from uptake.charts.core import Svg, chart, dot, level, span, svg, text, upright
from uptake.charts.measure import LINE, Label, Placed, on_lines
from uptake.charts.rows import Marker
from uptake.charts.scales import grid_ticks, placed_text, score_axis, score_top

RADIUS = 6
PLACED_FOR = 260
"""Width in px the dots are placed for: the least the picture may get, so that wider never overlaps."""
STEP = 13
ZERO_RADIUS = 5
LANE_STEP = 13
LANE_ROWS = 8
LEAST_HEIGHT = 64


def swarm(scores: Sequence[int], zeros: int, markers: Sequence[Marker], least: int, title: str = "Team") -> Svg:
    """One nameless dot per active person, zeros hollow in a lane at the left, medians of the line as named rules.

    `scores`: whole points, 1 to 100, in any order: the drawing is the same for each order. `least` is k + 1. Raises
    ValueError where fewer than `least` people would be drawn, or a score is not 1 to 100.
    """
    if len(scores) + zeros < least:
        raise ValueError("scores: fewer people than may be drawn")
    if any(not 1 <= score <= 100 for score in scores):
        raise ValueError("scores: whole points from 1 to 100")
    top = score_top([*(score * numerals.MICRO for score in scores), *(marker.micro for marker in markers)])
    places = _places(sorted(scores), top)
    depth = max((abs(y) for _, y in places), default=0)
    half = max(LEAST_HEIGHT / 2, depth + RADIUS + 4)
    named = on_lines(
        [Label(_said(marker), min(1.0, marker.micro / numerals.MICRO / top)) for marker in markers], PLACED_FOR
    )
    head = LINE * (1 + max((item.line for item in named), default=0)) + 4
    base = head + 2 * half
    body = _grid(top, head, base) + _rules(markers, named, head, base, top) + level("axis", base)
    body += "".join(dot("who", x, head + half + y, RADIUS) for x, y in places)
    body += score_axis(top, base, PLACED_FOR)
    facts = [f"{len(scores)} active, {zeros} at zero.", *(f"{_said(marker)}." for marker in markers)]
    picture = svg(title, facts, body, round(base) + 22, "marks")
    return Svg(chart("swarm", _lane(zeros, half, head) + span("plot-cell", picture)))


def standing(markers: Sequence[Marker], title: str = "Score against the medians") -> Svg:
    """A person's score and the medians it is read against, on one axis. Labels that would meet stand on further lines."""
    top = score_top([marker.micro for marker in markers])
    named = on_lines([Label(_said(m), min(1.0, m.micro / numerals.MICRO / top)) for m in markers])
    base = LINE * (1 + max((item.line for item in named), default=0)) + 18
    body = level("axis", base) + score_axis(top, base)
    for marker, placed in zip(markers, named, strict=True):
        x, foot = marker.micro / numerals.MICRO / top, base - 16 - LINE * placed.line
        strong = Label(placed.label.words, placed.label.x, "strong" if marker.kind == "you" else "")
        body += placed_text(Placed(strong, placed.anchor), foot)
        if placed.line:
            body += upright("hair", x, foot + 4, base - 8)
        body += _mark(marker.kind, x, base)
    return Svg(chart("standing", svg(title, [f"{_said(m)}." for m in markers], body, base + 22, "marks")))


def _mark(kind: str, x: float, base: float) -> str:
    if kind == "median":
        return upright("median", x, base - 10, base)
    if kind == "cut":
        return upright("cut", x, base - 10, base)
    return dot("you", x, base, 5.5) if kind == "you" else dot("ring", x, base, 4.2)


def _said(marker: Marker) -> str:
    return f"{marker.name} {numerals.score(marker.micro)}"


def _places(scores: Sequence[int], top: int) -> list[tuple[float, float]]:
    """Greedy layout from left to right: each dot at the offset nearest to the middle where it touches none."""
    placed: list[tuple[float, float]] = []
    for score in scores:
        x = RADIUS + (PLACED_FOR - 2 * RADIUS) * score / top
        offset = 0
        while any((x - a) ** 2 + (_offset(offset) - b) ** 2 < STEP**2 for a, b in placed):
            offset += 1
        placed.append((x, _offset(offset)))
    return [(score / top, y) for score, (_, y) in zip(scores, placed, strict=True)]


def _offset(place: int) -> float:
    """0, then half a step down, half a step up, and so on outwards."""
    return (place + 1) // 2 * STEP / 2 * (1 if place % 2 else -1)


def _grid(top: int, head: float, base: float) -> str:
    return "".join(upright("grid", tick / top, head, base) for tick in grid_ticks(top))


def _rules(markers: Sequence[Marker], named: Sequence[Placed], head: float, base: float, top: int) -> str:
    body = ""
    for marker, placed in zip(markers, named, strict=True):
        name = "cut" if marker.kind == "cut" else "median" if marker.kind == "median" else "median open"
        y = head - 6 - LINE * placed.line
        body += upright(name, marker.micro / numerals.MICRO / top, head - 2 - LINE * placed.line, base)
        body += placed_text(placed, y)
    return body


def _lane(zeros: int, half: float, head: float) -> str:
    """People at zero, three a row, more a row where they are many; its width is fixed in px."""
    columns = 3 * max(1, -(-zeros // (3 * LANE_ROWS)))
    rows = -(-zeros // columns)
    high = max(2 * half, rows * LANE_STEP + 4)
    start = head + (2 * half - rows * LANE_STEP) / 2 if rows * LANE_STEP < 2 * half else head
    wide = max(60, columns * LANE_STEP + 8)
    left = (wide - min(columns, max(1, zeros)) * LANE_STEP) / 2
    dots = "".join(
        f'<circle class="none-dot" cx="{left + place % columns * LANE_STEP + LANE_STEP / 2:g}" '
        f'cy="{start + place // columns * LANE_STEP + LANE_STEP / 2:g}" r="{ZERO_RADIUS}"/>'
        for place in range(zeros)
    )
    words = text(f"zero: {zeros}", 0.5, head + high + 17, "mid")
    return span("lane", svg("At zero", [f"{zeros} at zero."], dots + words, round(head + high) + 22, "marks", wide))
