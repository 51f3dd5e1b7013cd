"""Random draws from `random.Random.random` alone, the one method whose stream Python keeps between versions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")
Uniform = Callable[[], float]

_STREAMS = 1 << 8
_INDEXES = 1 << 32


def stream(seed: int, number: int, index: int = 0) -> Uniform:
    """Uniform draws of one purpose: streams never meet, whatever the order in which they are read."""
    return Random((seed * _STREAMS + number) * _INDEXES + index).random  # noqa: S311 - invented data, not a secret


def normal(draw: Uniform) -> float:
    """Standard normal by the sum of twelve uniforms (mean 0, variance 1 exactly, nothing beyond 6)."""
    return sum(draw() for _ in range(12)) - 6


def gamma(draw: Uniform, shape: float) -> float:
    """Gamma of scale 1, shape >= 1 (Marsaglia and Tsang 2000)."""
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        x = normal(draw)
        v = (1 + c * x) ** 3
        if v > 0 and math.log(1 - draw()) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v


def beta(draw: Uniform, a: float, b: float) -> float:
    """Beta(a, b), both >= 1."""
    left = gamma(draw, a)
    return left / (left + gamma(draw, b))


def count(draw: Uniform, mean: float) -> int:
    """Negative-binomial count: Poisson whose mean is gamma of shape 3."""
    if mean <= 0:
        return 0
    rate = -math.log((1 - draw()) * (1 - draw()) * (1 - draw())) * mean / 3
    left, number, term = draw(), 0, math.exp(-min(rate, 600.0))
    while left > term and number < 1000:
        left -= term
        number += 1
        term *= rate / number
    return number


def below(draw: Uniform, limit: int) -> int:
    """A whole number from 0 to limit - 1."""
    return min(int(draw() * limit), limit - 1)


def pick(draw: Uniform, items: Sequence[Item], number: int) -> list[Item]:
    """`number` of the items in random order (all of them when there are fewer): an exact quota, not a rate."""
    left = list(items)
    chosen = min(number, len(left))
    for place in range(chosen):
        other = place + below(draw, len(left) - place)
        left[place], left[other] = left[other], left[place]
    return left[:chosen]


def portions(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of `total` by weight, largest remainder first, tie: the earlier."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts
