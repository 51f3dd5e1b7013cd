"""The small marks beside a number: a change in words and sign, and its interval on a hairline."""

from __future__ import annotations

from uptake.charts import numerals
from uptake.charts.core import Svg, dot, esc, level, span, svg, upright
from uptake.charts.rows import Change

POINT_PPM = 10_000
POINT_MICRO = 1_000_000
TALL = 14


def change(moved: Change, unit: int = POINT_PPM, word: str = "points", *, bounds: bool = False) -> Svg:
    """`▲ +1.8 points`, a fall likewise, or `no clear change` where zero lies in the interval; with its bounds if asked.

    `unit` is one point in units of the change: `POINT_PPM` for shares, `POINT_MICRO` for scores.
    """
    inside = f" ({numerals.interval(moved.low, moved.high, unit)})" if bounds else ""
    if not moved.clear or numerals.rounded(moved.value * 10, unit) == 0:
        return Svg(span("change", esc(f"no clear change{inside}")))
    arrow, name = ("▲", "rise") if moved.value > 0 else ("▼", "fall")
    said = f"{arrow} {numerals.signed(moved.value, unit)} {word}".rstrip()
    rest = span("bounds", esc(inside)) if inside else ""
    return Svg(span(f"change {name}", esc(said)) + rest)


def interval(moved: Change, reach: int, title: str, unit: int = POINT_PPM) -> Svg:
    """The interval of a change on a hairline from -reach to +reach, a tick at no change; filled dot = clear, ring = not clear.

    All intervals of one card take the same `reach`. Raises ValueError where an interval leaves it.
    """
    if reach <= 0 or max(abs(moved.low), abs(moved.high), abs(moved.value)) > reach:
        raise ValueError("reach: must hold the whole interval")

    def x(value: int) -> float:
        return 0.5 + 0.48 * value / reach

    middle = TALL / 2
    body = level("hair", middle) + upright("tick", 0.5, 1, TALL - 1)
    body += level("median", middle, x(moved.low), x(moved.high))
    body += dot("filled" if moved.clear else "ring", x(moved.value), middle, 3.6)
    said = f"{numerals.signed(moved.value, unit)}, 95 % interval {numerals.interval(moved.low, moved.high, unit)}."
    return Svg(svg(title, [said if moved.clear else f"No clear change: {said}"], body, TALL, "marks"))
