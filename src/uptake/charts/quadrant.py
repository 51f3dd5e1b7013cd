"""The quadrant: use against outcome, one mark a unit; zero use in a lane of its own, what is not clear inside a band."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from uptake.charts import numerals
from uptake.charts.core import Svg, block, chart, esc, level, pct, readable, rect, span, svg, text, upright
from uptake.charts.rows import Spot
from uptake.charts.scales import score_axis, score_top

CORNERS = ("effective", "frequent, not effective", "selective, effective", "not yet", "not clear")
EFFECTIVE, FREQUENT, SELECTIVE, NOT_YET, NOT_CLEAR = CORNERS
FREQUENT_CORNERS, GAIN_CORNERS = (EFFECTIVE, FREQUENT), (EFFECTIVE, SELECTIVE)
TALL, HEAD, FOOT = 320, 22, 44
SPLIT = 30
"""Points from which use is frequent; the rule stands just before it, for marks stand at whole points."""
LEAST, MOST = 3.5, 9.0
"""Radius in px of a mark of few and of the most changes: its area goes with their number."""
EDGE = 0.02
"""Part of the width that stays free at both ends of the axis."""
SINGLE = 800
"""More marks than this are drawn as bins with their number."""
COLUMNS, ROWS = 8, 10
"""Of the lattice of bins: every other row stands half a column to the right, as cells of a honeycomb do."""
HEXAGON = 14
"""Corner to middle, in px, of the fullest bin: 24 px wide, so that eight and a half stand side by side on a phone."""
MICRO = 1_000_000


def quadrant(spots: Sequence[Spot], title: str = "Use and outcome") -> Svg:
    """Draw the units that have a corner.

    The split is at 30 points and at outcome 0. The band reaches one standard error up and down, that of the middle unit; which unit
    is clear goes by its own. A mark never touches a split: it stands as far beside as its own size. Raises ValueError for an unknown
    corner, or a negative use.
    """
    if any(spot.corner not in CORNERS or spot.use_micro < 0 for spot in spots):
        raise ValueError("spots: an unknown corner, or a use below 0")
    reach = _reach(spots)
    top = score_top([*(spot.use_micro for spot in spots), (SPLIT + 10) * MICRO])
    inside = [spot for spot in spots if spot.use_micro]
    lane = [spot for spot in spots if not spot.use_micro]
    axis = "".join(span("", esc(words)) for words in (_sd(reach), _sd(0), _sd(-reach)))
    picture = svg(title, _facts(spots), _plane(inside, spots, top, reach), HEAD + TALL + FOOT, "marks")
    zero = span(
        "lane",
        svg("No use", [f"{len(lane)} units without use."], _lane(lane, spots, reach), HEAD + TALL + FOOT, "marks", 56),
    )
    return Svg(chart("quadrant", block("y", axis) + readable(title, zero + span("plot-cell", picture))))


def _reach(spots: Sequence[Spot]) -> int:
    """The end of the axis of outcomes, up and down: a round number of tenths that holds every mark."""
    furthest = max((abs(spot.outcome) for spot in spots), default=0)
    return 200_000 * max(1, -(-furthest // 180_000))


def _plane(spots: Sequence[Spot], every: Sequence[Spot], top: int, reach: int) -> str:
    floor, middle = HEAD + TALL, HEAD + TALL / 2
    band = _band(every) * TALL / 2 / reach
    body = rect("ground", 0, 1, middle - band, 2 * band) if band else ""
    body += (
        upright("cut", _x(SPLIT * MICRO - MICRO // 2, top), HEAD, floor) + level("cut", middle) + level("axis", floor)
    )
    body += score_axis(top, floor, x=lambda points: _x(points * MICRO, top))
    body += _names(every, floor)
    most = max((spot.changes for spot in every), default=0) or 1
    if len(spots) > SINGLE:
        return body + _bins(spots, top, reach)
    return body + "".join(
        _mark(spot, _x(spot.use_micro, top), reach, most) for spot in sorted(spots, key=_largest_first)
    )


def _largest_first(spot: Spot) -> tuple[int, str]:
    return -spot.changes, spot.name


def _x(micro: int, top: int) -> float:
    return EDGE + (1 - 2 * EDGE) * min(micro, top * MICRO) / MICRO / top


def _band(spots: Sequence[Spot]) -> int:
    """Standard error of the middle unit."""
    errors = sorted(spot.error for spot in spots)
    return errors[len(errors) // 2] if errors else 0


def _names(spots: Sequence[Spot], floor: int) -> str:
    """The corners with their numbers, outside the cloud: above it and below the axis."""
    counts = Counter(spot.corner for spot in spots)

    def said(corner: str) -> str:
        return f"{corner}: {numerals.count(counts[corner])}"

    above = text(said(SELECTIVE), 0, 12, "strong") + text(said(EFFECTIVE), 1, 12, "end strong")
    return above + text(said(NOT_YET), 0, floor + 38, "strong") + text(said(FREQUENT), 1, floor + 38, "end strong")


def _mark(spot: Spot, x: float, reach: int, most: int) -> str:
    """Frequent is filled, seldom hollow; gain is round, harm square; not clear is a grey round. Shape and fill say what colour says."""
    radius = LEAST + (MOST - LEAST) * math.sqrt(spot.changes / most)
    y = HEAD + TALL / 2 - spot.outcome * TALL / 2 / reach
    side = 1 if spot.use_micro >= SPLIT * MICRO else -1
    shift = side * (radius + 2)
    if spot.corner != NOT_CLEAR:
        away = HEAD + TALL / 2 + (-1 if spot.outcome > 0 else 1) * (radius + 2)
        y = min(y, away) if spot.outcome > 0 else max(y, away)
    name = "unclear" if spot.corner == NOT_CLEAR else ("full" if spot.corner in FREQUENT_CORNERS else "hollow")
    if spot.corner in GAIN_CORNERS or spot.corner == NOT_CLEAR:
        shape = (
            f'<circle class="{name}" cx="{pct(x)}" cy="{y:.1f}" r="{radius:.1f}" transform="translate({shift:.1f})">'
        )
        return f"{shape}<title>{esc(_said(spot))}</title></circle>"
    wide = 1.8 * radius
    shape = f'<rect class="{name} harm" x="{pct(x)}" y="{y - wide / 2:.1f}" width="{wide:.1f}" height="{wide:.1f}"'
    return f'{shape} transform="translate({shift - wide / 2:.1f})"><title>{esc(_said(spot))}</title></rect>'


def _said(spot: Spot) -> str:
    """All that the mark shows, for a pointer, for arrow keys and for who hears it."""
    outcome = f"outcome {_sd(spot.outcome)} ({_sd(spot.outcome - spot.error)} to {_sd(spot.outcome + spot.error)})"
    changes = f"{numerals.count(spot.changes)} changes" if spot.changes else "changes not told"
    return f"{spot.name}: {spot.corner}, use {numerals.score(spot.use_micro)}, {outcome}, {changes}"


def _lane(spots: Sequence[Spot], every: Sequence[Spot], reach: int) -> str:
    """Units without use, left of the axis: a wall of marks at zero would hide how many they are."""
    most = max((spot.changes for spot in every), default=0) or 1
    marks = "".join(_mark(spot, 0.62, reach, most) for spot in spots[:SINGLE])
    words = text(f"zero: {len(spots)}", 0.5, HEAD + TALL + 17, "mid")
    return level("axis", HEAD + TALL) + marks + words


def _bins(spots: Sequence[Spot], top: int, reach: int) -> str:
    """How many marks stand in each part of the plane."""
    counts: Counter[tuple[int, int]] = Counter()
    for spot in spots:
        row = min(ROWS - 1, max(0, int(ROWS * (reach - spot.outcome) / (2 * reach))))
        across = (COLUMNS + 0.5) * spot.use_micro / (top * MICRO) - row % 2 / 2
        counts[min(COLUMNS - 1, max(0, int(across))), row] += 1
    most = max(counts.values())
    body = ""
    for (column, row), number in sorted(counts.items(), key=lambda item: (item[0][1], item[0][0])):
        x = EDGE + (1 - 2 * EDGE) * (column + 0.5 + row % 2 / 2) / (COLUMNS + 0.5)
        y = HEAD + TALL * (row + 0.5) / ROWS
        body += _hexagon(
            x, y, HEXAGON * (0.7 + 0.3 * math.sqrt(number / most)), _said_of_bin(column, row, number, top, reach)
        )
        body += text(numerals.count(number), x, y + 4, "mid dark")
    return body


def _hexagon(x: float, y: float, radius: float, words: str) -> str:
    """A cell of the honeycomb; its corners are px, so a picture of its own carries it to a percent position."""
    corners = ((radius * math.sin(math.pi * place / 3), radius * math.cos(math.pi * place / 3)) for place in range(6))
    points = " ".join(f"{dx:.1f},{dy:.1f}" for dx, dy in corners)
    cell = f'<polygon class="hex h1" points="{points}"><title>{esc(words)}</title></polygon>'
    return f'<svg class="at" x="{pct(x)}" y="{y:g}">{cell}</svg>'


def _said_of_bin(column: int, row: int, number: int, top: int, reach: int) -> str:
    width, height = top / (COLUMNS + 0.5), 2 * reach / ROWS
    left, upper = width * (column + row % 2 / 2), reach - height * row
    use = f"use {left:.0f} to {left + width:.0f}"
    return f"{numerals.count(number)} units: {use}, outcome {_sd(round(upper - height))} to {_sd(round(upper))}"


def _facts(spots: Sequence[Spot]) -> list[str]:
    counts = Counter(spot.corner for spot in spots)
    most = [f"{numerals.count(counts[corner])} {corner}" for corner in CORNERS]
    return [f"{len(spots)} units.", f"{', '.join(most)}."]


def _sd(micro: int) -> str:
    """An outcome with its sign and one or two decimals: `+0.4`, `0`."""
    whole = numerals.rounded(abs(micro), 10_000)
    if not whole:
        return "0"
    words = f"{whole // 100}.{whole % 100:02d}".removesuffix("0")
    return f"{'+' if micro > 0 else numerals.MINUS}{words}"
