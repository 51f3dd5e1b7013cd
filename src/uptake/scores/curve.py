"""The day score of a pair of exponents, rounded once (MEASUREMENT.md section 5).

E = round_half_even(A_P * (1 - 2^(-U_P/10^6)) + A_R * (1 - 2^(-U_R/10^6)))

in `decimal` with 50 digits, since a power is irrational and must be the same on every engine (rule 1.5). Only new pairs are computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal

BY = "new rows"
REACH = "person, day"
GRAIN = ("version_sha256", "u_p", "u_r", "proactive_only")
COLUMNS = {
    "version_sha256": str,
    "u_p": int,
    "u_r": int,
    "proactive_only": int,
    "score_micro": int,
    "passive_micro": int,
}
READS = {
    # What stands already is left out: a power in 50 digits costs more than anything else here.
    "pairs": "select u_p, u_r, proactive_only from exponents except"
    " select c.u_p, c.u_r, c.proactive_only from curve as c join version as v on v.version_sha256 = c.version_sha256"
    " order by all",
    "version": "select version_sha256, w_proactive, w_passive, w_alone from version",
}

_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_ONE = Decimal(1)
_TWO = Decimal(2)
MICRO = 1_000_000


def channel(weight: int, exponent: int) -> Decimal:
    """Part of one channel: weight * (1 - 2^(-exponent/10^6)), weight in micro-points, exponent in micro-halvings."""
    power = _CONTEXT.power(_TWO, _CONTEXT.divide(Decimal(-exponent), Decimal(MICRO)))
    return _CONTEXT.multiply(Decimal(weight), _CONTEXT.subtract(_ONE, power))


def day_score(weights: tuple[int, int], exponents: tuple[int, int]) -> int:
    """E in micro-points from (A_P, A_R) and (U_P, U_R)."""
    exact = _CONTEXT.add(channel(weights[0], exponents[0]), channel(weights[1], exponents[1]))
    return int(exact.quantize(_ONE, rounding=ROUND_HALF_EVEN, context=_CONTEXT))


def make(
    pairs: Iterable[tuple[int, int, int]], version: Iterable[tuple[str, int, int, int]]
) -> Iterator[tuple[str, int, int, int, int, int]]:
    """Rows (version, U_P, U_R, proactive only, E, the part of E that was accepted, rounded; the rest was started)."""
    ((sha256, proactive, passive, alone),) = version
    for u_p, u_r, proactive_only in pairs:
        weights = (alone, 0) if proactive_only else (proactive, passive)
        accepted = day_score((0, weights[1]), (0, u_r))
        yield sha256, u_p, u_r, proactive_only, day_score(weights, (u_p, u_r)), accepted
