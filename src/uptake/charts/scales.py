"""Axes: from zero, round ends, at most 3 grid lines and 7 ticks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from uptake.charts import numerals
from uptake.charts.core import text, upright
from uptake.charts.measure import NARROWEST, Label, Placed, anchor, spacing

MAX_TICKS = 7
MAX_GRID = 3
WIDE = 420
"""Width in px of a plot whose place is at least 600 px wide: room for more labels."""
STEPS = (1, 2, 5)


def round_top(largest: float, parts: int = MAX_GRID) -> tuple[int, int]:
    """(step, parts): the least round step of which at most `parts` hold `largest`, and how many of them. At least one."""
    power = 1
    while True:
        for step in (power * lead for lead in STEPS):
            if step * parts >= largest:
                return step, max(1, -int(-largest // step))
        power *= 10


def score_top(micros: Sequence[int]) -> int:
    """End of a score axis in points: the largest score rounded up to the next 10, 10 to 100 (PAGES.md, ridge)."""
    largest = max(micros, default=0)
    return max(10, min(100, -(-largest // 10_000_000) * 10))


def score_ticks(top: int) -> list[int]:
    """Round scores from 0 to `top`, at most 7. A step of 15 where it keeps the cut of 30 on a tick."""
    for step in (5, 10, 15, 20, 50):
        if top // step + 1 <= MAX_TICKS:
            return list(range(0, top + 1, step))
    return [0, top]


def grid_ticks(top: int) -> list[int]:
    """Every second tick of an axis of scores, zero and the end left out, at most 3."""
    return [tick for tick in score_ticks(top)[2::2] if tick < top][:MAX_GRID]


def week_labels(days: Sequence[dt.date], centred: bool = True) -> list[Label]:
    """A label per week, at the middle (or the start) of its column."""
    shift = 0.5 if centred else 0.0
    return [Label(numerals.day(day), (place + shift) / len(days)) for place, day in enumerate(days)]


def tick_texts(labels: Sequence[Label], y: float, narrowest: float = NARROWEST) -> str:
    """The labels of an axis on one line, at most 7, so many that none covers another at the least width; those that need
    a place of 600 px carry the class `wide` and are hidden in narrower ones.
    """
    often = spacing(labels, WIDE, 1, MAX_TICKS)
    seldom = spacing(labels, narrowest, often, MAX_TICKS)
    return "".join(
        placed_text(
            Placed(
                Label(label.words, label.x, "wide" if place % seldom else ""), anchor(label.words, label.x, narrowest)
            ),
            y,
        )
        for place, label in enumerate(labels)
        if place % often == 0
    )


def placed_text(placed: Placed, y: float, dx: float = 0) -> str:
    names = (placed.anchor if placed.anchor != "start" else "", placed.label.name)
    return text(placed.label.words, placed.label.x, y, " ".join(filter(None, names)), dx)


def score_axis(top: int, y: float, narrowest: float = NARROWEST, x: Callable[[int], float] | None = None) -> str:
    """Ticks and their numbers below an axis of scores at height `y`. `x`: where a score stands; from end to end unless given."""
    at = [(tick, x(tick) if x else tick / top) for tick in score_ticks(top)]
    marks = "".join(upright("tick", place, y, y + 4) for _, place in at)
    return marks + tick_texts([Label(str(tick), place) for tick, place in at], y + 17, narrowest)
