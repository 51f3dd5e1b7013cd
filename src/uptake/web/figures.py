"""Change of a share between two quarters, with its interval: pure arithmetic, no data.

Two quarters hold mostly the same people; treating them as two independent samples makes the interval wider than it is, so
that a change is called clear too seldom and never too often.
"""

from __future__ import annotations

import math

from uptake.charts.rows import Change

Z = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Wilson 95 % interval of a share (E. B. Wilson, 1927). `whole` > 0."""
    share, square = part / whole, Z * Z
    centre = share + square / (2 * whole)
    half = Z * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return (centre - half) / (1 + square / whole), (centre + half) / (1 + square / whole)


def change(now: tuple[int | None, int | None], before: tuple[int | None, int | None]) -> Change | None:
    """Newcombe's interval of a difference of two shares (R. G. Newcombe, 1998, method 10); None where a number is not shown.

    In ppm: 10,000 is one point of percent.
    """
    (part, whole), (part_before, whole_before) = now, before
    if part is None or part_before is None or not whole or not whole_before:
        return None
    first, second = part / whole, part_before / whole_before
    (low, high), (low_before, high_before) = wilson(part, whole), wilson(part_before, whole_before)
    difference = first - second
    down = math.hypot(first - low, high_before - second)
    up = math.hypot(high - first, second - low_before)
    return Change(_ppm(difference), _ppm(difference - down), _ppm(difference + up))


def _ppm(value: float) -> int:
    return round(1_000_000 * value)
