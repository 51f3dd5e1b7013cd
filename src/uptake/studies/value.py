"""Return in ranges (MEASUREMENT.md section 12): what use costs, what effect it would take to pay, and how likely it does. Pure.

A range is (low, mid, high): half of the cases lie below mid, 9 of 10 between low and high. Amounts that are counted are Decimal; the
draws are floats, and every figure made of them is rounded where it leaves. The same inputs give the same figures, to the last digit.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from statistics import NormalDist

Range = tuple[Decimal, Decimal, Decimal]
DRAWS, SEED = 4_000, 20_260_712
LOW, MIDDLE, HIGH = 0.05, 0.50, 0.95
_REACH = NormalDist().inv_cdf(HIGH)
_LEAST = 2.0**-54
MILLION = Decimal(1_000_000)
CENT = Decimal("0.01")
PPM = 1_000_000
ONE: Range = (Decimal(1), Decimal(1), Decimal(1))
NOTHING: Range = (Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed; None: nothing is. Units as in the section `value` of the settings."""

    seat_price: Range | None = None
    token_price: Range | None = None
    estimate_factor: Range | None = None
    training: Range | None = None
    loaded_rate: Range | None = None
    coding_share: Range | None = None
    effect: Range | None = None
    realised: Range | None = None


NAMES = tuple(one.name for one in fields(Assumptions))


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of a unit, a month on average. US dollars, seats, tokens, people; None: not shown, or not there."""

    seats_cost: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)
    estimate: Decimal = Decimal(0)
    seats_unpriced: Decimal = Decimal(0)
    tokens_unpriced: Decimal = Decimal(0)
    active: int | None = None
    changes: Decimal | None = None
    retained_lines: Decimal | None = None
    whole: bool = True
    """False where a part of the cost is not shown."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a cost is made of, at the middle of each range. US dollars a month."""

    seats: Decimal
    calls: Decimal
    training: Decimal


@dataclass(frozen=True, slots=True)
class Interval:
    """5th, 50th and 95th percentile of the draws."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Value:
    """What comes of it. `cost`: with the middle of each range; `missing`: what it would take to know the rest."""

    cost: Decimal
    cost_range: Interval
    complete: bool
    missing: tuple[str, ...]
    per_active: Decimal | None
    per_change: Decimal | None
    per_retained_line: Decimal | None
    break_even: Interval | None
    benefit: Interval | None
    p_net_positive: int | None
    """In ppm."""


@lru_cache(maxsize=2048)
def value(counted: Counted, assumed: Assumptions) -> Value:
    """Cost, break-even g* = cost / (active x loaded rate x coding share), and the share of draws in which the benefit is larger than the cost.

    Benefit = effect x realised x active x loaded rate x coding share. Nothing is reckoned of a cost that is not known whole: it would
    flatter.
    """
    drawn = _draws(assumed)
    missing = _missing(counted, assumed)
    complete = counted.whole and not {"seat_price", "token_price"} & set(missing)
    costs = _costs(counted, drawn)
    made = parts(counted, assumed)
    middle = made.seats + made.calls + made.training
    even = benefit = likely = None
    if complete and counted.active and assumed.loaded_rate and assumed.coding_share:
        bases = [
            counted.active * rate * share
            for rate, share in zip(drawn["loaded_rate"], drawn["coding_share"], strict=True)
        ]
        even = _interval([cost / base for cost, base in zip(costs, bases, strict=True)])
        if assumed.effect:
            gains = [
                one * part * base for one, part, base in zip(drawn["effect"], drawn["realised"], bases, strict=True)
            ]
            benefit = _interval(gains)
            likely = PPM * sum(gain > cost for gain, cost in zip(gains, costs, strict=True)) // len(costs)

    def per(number: int | Decimal | None) -> Decimal | None:
        return (middle / number).quantize(CENT, ROUND_HALF_EVEN) if complete and number else None

    return Value(
        middle.quantize(CENT, ROUND_HALF_EVEN), _interval(costs), complete, missing, per(counted.active), per(counted.changes),
        per(counted.retained_lines), even, benefit, likely,
    )  # fmt: skip


def _ranges(assumed: Assumptions) -> list[tuple[str, Range | None]]:
    return [(name, getattr(assumed, name)) for name in NAMES]


def _default(name: str) -> Range:
    """What stands for a range that nobody gave, where the figures need none."""
    return ONE if name in ("estimate_factor", "realised") else NOTHING


def _missing(counted: Counted, assumed: Assumptions) -> tuple[str, ...]:
    found = []
    if counted.seats_unpriced and assumed.seat_price is None:
        found.append("seat_price")
    if counted.tokens_unpriced and assumed.token_price is None:
        found.append("token_price")
    found += [name for name in ("loaded_rate", "coding_share", "effect") if getattr(assumed, name) is None]
    return tuple(found)


def parts(counted: Counted, assumed: Assumptions) -> Parts:
    """Cost of a month: seats x price, calls by their bill or estimate, training."""
    one = {name: (given or _default(name))[1] for name, given in _ranges(assumed)}
    seats = counted.seats_cost + counted.seats_unpriced * one["seat_price"]
    calls = (
        counted.billed
        + counted.estimate * one["estimate_factor"]
        + counted.tokens_unpriced / MILLION * one["token_price"]
    )
    return Parts(seats, calls, (counted.active or 0) * one["training"])


def _costs(counted: Counted, drawn: dict[str, Sequence[float]]) -> list[float]:
    fixed = float(counted.seats_cost + counted.billed)
    seats, estimate = float(counted.seats_unpriced), float(counted.estimate)
    tokens, active = float(counted.tokens_unpriced / MILLION), float(counted.active or 0)
    columns = zip(*(drawn[name] for name in ("seat_price", "estimate_factor", "token_price", "training")), strict=True)
    return [
        fixed + seats * price + estimate * factor + tokens * token + active * training
        for price, factor, token, training in columns
    ]


@lru_cache(maxsize=64)
def _draws(assumed: Assumptions) -> dict[str, Sequence[float]]:
    """The draws of each range. Each has a stream of its own, so that a change of one assumption leaves the others as they are."""
    return {
        name: _of_range(name, tuple(float(part) for part in given or _default(name)))
        for name, given in _ranges(assumed)
    }


def _of_range(name: str, given: tuple[float, ...]) -> Sequence[float]:
    low, middle, high = given
    if low == high:
        return (middle,) * DRAWS
    stream, at = random.Random(f"{SEED} {name}"), NormalDist().inv_cdf  # noqa: S311  a simulation, no secret
    most = 1.0 if name in ("coding_share", "realised") else math.inf
    shape = _by_ratio if low > 0 and name != "effect" else _by_distance
    least = -math.inf if name == "effect" else 0.0
    made = (shape(at(max(stream.random(), _LEAST)) / _REACH, low, middle, high) for _ in range(DRAWS))
    return tuple(min(max(one, least), most) for one in made)


def _by_distance(step: float, low: float, middle: float, high: float) -> float:
    """A normal in two halves: `step` 1 is the high end, -1 the low end."""
    return middle + step * (high - middle if step > 0 else middle - low)


def _by_ratio(step: float, low: float, middle: float, high: float) -> float:
    """The same of the logarithms, for what cannot fall below 0."""
    return float(middle * ((high / middle) ** step if step > 0 else (low / middle) ** -step))


def _interval(found: Sequence[float]) -> Interval:
    ordered = sorted(found)
    at: Callable[[float], float] = lambda share: ordered[round(share * (len(ordered) - 1))]  # noqa: E731
    return Interval(at(LOW), at(MIDDLE), at(HIGH))
