"""A smooth curve through released bins that keeps the people of every bin: no more is drawn than the table holds.

The cumulative count is interpolated by a monotone cubic (F. N. Fritsch, R. E. Carlson, SIAM J. Numer. Anal. 17, 1980); the
curve is its slope. Its area over a bin is the share of people in that bin, it is never negative, and it ends at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from uptake.charts.rows import Bin


def _checked(bins: Sequence[Bin]) -> list[Bin]:
    """Bins in order, gaps filled with empty ones. Raises ValueError where they overlap, are turned round or hold nobody."""
    filled: list[Bin] = []
    for item in sorted(bins, key=lambda b: b.low):
        if item.high <= item.low or item.people <= 0:
            raise ValueError("bins: each needs low < high and people")
        if filled and item.low < filled[-1].high:
            raise ValueError("bins: they must not overlap")
        if filled and item.low > filled[-1].high:
            filled.append(Bin(filled[-1].high, item.low, 0))
        filled.append(item)
    return filled


def _slopes(bins: Sequence[Bin], heights: Sequence[float]) -> list[float]:
    """Height of the curve at each edge: the parabola's through three points, held inside what keeps the cubic monotone."""
    inner = []
    for (left, right), (low, high) in zip(pairwise(bins), pairwise(heights), strict=True):
        a, b = left.high - left.low, right.high - right.low
        inner.append(min((b * low + a * high) / (a + b), 3 * min(low, high)))
    return [0.0, *inner, 0.0]


def smoothed(values: Sequence[float]) -> list[float]:
    """Round the corners at the edges of bins: a moving mean of weights 1 2 3 2 1 over even samples; both ends stay at zero and
    the sum stays as it was.
    """
    padded = [0.0, 0.0, *values, 0.0, 0.0]
    soft = [
        sum(w * padded[place + shift] for shift, w in enumerate((1, 2, 3, 2, 1))) / 9 for place in range(len(values))
    ]
    soft[:1], soft[-1:] = [0.0], [0.0]
    before, after = sum(values), sum(soft)
    return [value * before / after for value in soft] if after else soft


def density(bins: Sequence[Bin], at: Sequence[float]) -> list[float]:
    """Share of people per point of score at each of `at`; 0 outside the bins. No bins give zeros."""
    filled = _checked(bins)
    whole = sum(item.people for item in filled)
    if not whole:
        return [0.0 for _ in at]
    heights = [item.people / whole / (item.high - item.low) for item in filled]
    edges = _slopes(filled, heights)
    return [_at(x, filled, heights, edges) for x in at]


def _at(x: float, bins: Sequence[Bin], heights: Sequence[float], edges: Sequence[float]) -> float:
    for place, item in enumerate(bins):
        if item.low <= x <= item.high:
            t = (x - item.low) / (item.high - item.low)
            left, right = edges[place], edges[place + 1]
            bend = 6 * heights[place] - 3 * left - 3 * right
            return max(0.0, left + (right - left) * t + bend * t * (1 - t))
    return 0.0
