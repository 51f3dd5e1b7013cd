"""Exact arithmetic of the score (MEASUREMENT section 1 and 5), written for reading, not for speed."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from functools import cache

MICRO = 1_000_000


def rhe(a: int, b: int) -> int:
    """a/b to the nearest integer, ties to even, b > 0; `rhe(-a, b) == -rhe(a, b)`."""
    if a < 0:
        return -rhe(-a, b)
    whole, rest = divmod(a, b)
    twice = 2 * rest
    if twice > b or (twice == b and whole % 2 == 1):
        return whole + 1
    return whole


def median(values: Sequence[int]) -> int:
    """Median of at least one integer; of an even count the rounded middle of the two in the middle."""
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else rhe(ordered[half - 1] + ordered[half], 2)


@cache
def earned(u: int) -> decimal.Decimal:
    """1 - 2^(-u / 10^6) with 50 digits: the part of a channel that `u` micro-halvings earn."""
    with decimal.localcontext(prec=50, rounding=decimal.ROUND_HALF_EVEN):
        return 1 - decimal.Decimal(2) ** (decimal.Decimal(-u) / MICRO)


@cache
def day_score(u_proactive: int, u_passive: int, weight_proactive: int, weight_passive: int) -> int:
    """E in micro-points: one rounding of the exact sum of both channels."""
    with decimal.localcontext(prec=50, rounding=decimal.ROUND_HALF_EVEN):
        exact = weight_proactive * earned(u_proactive) + weight_passive * earned(u_passive)
        return int(exact.to_integral_value(rounding=decimal.ROUND_HALF_EVEN))
