"""Index Y: how sound the AI-assisted work of a unit is beside other work of its kind (MEASUREMENT.md section 10).

Learn it in this order: `scales` (mean and spread of each quality signal within a stratum), z of a change (made of them by the
engine, see `outcome_units.sql`), `fit` (how far units differ beyond chance), `index` (the shrunk mean of a unit), `corner`.
Volume is no signal: nothing here reads it. All numbers are integers; 1,000,000 is one standard deviation of a change within its
stratum. Every result is rounded where `rhe` stands, half to even, and nowhere else.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MILLION = 1_000_000
SIGNALS: Mapping[str, int] = {
    "retained": 1,
    "rework": -1,
    "reverted": -1,
    "review_rounds": -1,
    "review_hours": -1,
    "first_checks": 1,
    "defects": -1,
    "incidents": -1,
}
"""The quality signals; -1 where a higher value is worse."""

STRATUM = ("repository_group", "language", "task_type", "tenure")
"""From the widest part to the narrowest: where a stratum is too small the narrowest part is dropped first."""
STRATUM_CHANGES, STRATUM_UNITS = 30, 2
"""A stratum needs as many changes, of as many units: a unit is not compared with itself alone."""

USE_SPLIT = 30_000_000
"""Mean score, in micro-points, from which use is called frequent: the cut of the segment heavy."""
LEAST_CHANGES, LEAST_PEOPLE, LEAST_ATTRIBUTION = 10, 8, 600_000

EFFECTIVE, FREQUENT, SELECTIVE, NOT_YET = "effective", "frequent, not effective", "selective, effective", "not yet"
NOT_CLEAR = "not clear"
CORNERS = (EFFECTIVE, FREQUENT, SELECTIVE, NOT_YET, NOT_CLEAR)

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """A signal over the changes of one unit in one stratum; `unit` None: authors of no shown unit. Sums of values and of squares."""

    signal: str
    stratum: Keys
    unit: str | None
    changes: int
    total: int
    squares: int


@dataclass(frozen=True, slots=True)
class Scale:
    """What z of a signal is made with in a stratum: z in thousandths = rhe(10^6 * (value * changes - total), root), times the sign.

    `root` is 1,000 times the root of changes * squares - total^2, cut to a whole number.
    """

    signal: str
    stratum: Keys
    changes: int
    total: int
    root: int
    sign: int


@dataclass(frozen=True, slots=True)
class Work:
    """AI-assisted changes of one unit: how many, of how many authors, and sums of their mean z (thousandths).

    By author p with n_p changes that sum to s_p: `author_squares` = sum s_p^2, `author_products` = sum n_p s_p,
    `author_counts` = sum n_p^2.
    """

    unit: str
    changes: int
    authors: int
    total: int
    squares: int
    author_squares: int
    author_products: int
    author_counts: int

    def __add__(self, other: Work) -> Work:
        return Work(
            self.unit,
            self.changes + other.changes,
            self.authors + other.authors,
            self.total + other.total,
            self.squares + other.squares,
            self.author_squares + other.author_squares,
            self.author_products + other.author_products,
            self.author_counts + other.author_counts,
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """`noise`: variance of one change that chance explains; `spread`: variance of true means of units. Both in (10^-6)^2."""

    noise: int
    spread: int


@dataclass(frozen=True, slots=True)
class Index:
    """Y of a unit in millionths of a standard deviation, with its standard error after shrinkage."""

    value: int
    error: int

    @property
    def clear(self) -> int:
        """1 above zero by more than one standard error, -1 below by more, else 0."""
        return (self.value > self.error) - (self.value < -self.error)


def rhe(part: int, whole: int) -> int:
    """Quotient rounded half to even, `whole` above 0 (rule 1.2)."""
    quotient, rest = divmod(part, whole)
    return quotient + (2 * rest > whole or (2 * rest == whole and quotient % 2 == 1))


def scales(rows: Iterable[Sums]) -> list[Scale]:
    """The scale of each signal and finest stratum: of the narrowest stratum around it that is large enough; none where none is."""
    groups: dict[tuple[str, Keys], list[int]] = defaultdict(lambda: [0, 0, 0])
    units: dict[tuple[str, Keys], set[str]] = defaultdict(set)
    finest: set[tuple[str, Keys]] = set()
    for row in rows:
        finest.add((row.signal, row.stratum))
        for stratum in _around(row.stratum):
            held = groups[row.signal, stratum]
            held[0], held[1], held[2] = held[0] + row.changes, held[1] + row.total, held[2] + row.squares
            if row.unit is not None and row.changes:
                units[row.signal, stratum].add(row.unit)
    found = []
    for signal, stratum in sorted(finest):
        for wider in _around(stratum):
            changes, total, squares = groups[signal, wider]
            root = math.isqrt(MILLION * (changes * squares - total * total))
            if changes >= STRATUM_CHANGES and len(units[signal, wider]) >= STRATUM_UNITS and root:
                found.append(Scale(signal, stratum, changes, total, root, SIGNALS[signal]))
                break
    return found


def _around(stratum: Keys) -> Iterator[Keys]:
    """The stratum itself, then without its narrowest part, and so on; at last all changes."""
    for end in range(len(stratum), -1, -1):
        yield stratum[:end]


def noise(units: Iterable[Work]) -> int:
    """Variance that chance gives one change, in (10^-6)^2: within units, not below what the likeness of one author's changes asks for.

    Sum over units of squares around the unit's mean, over changes less units; times the same sum taken over authors (the sum of an
    author's changes around the mean, squared) over the sum over changes, where that is above 1: the design effect of clusters.
    """
    within = clustered = freedom = 0
    for one in units:
        n, s = one.changes, one.total
        if n < 2:
            continue
        freedom += n - 1
        within += rhe(MILLION * (n * one.squares - s * s), n)
        around = n * n * one.author_squares - 2 * n * s * one.author_products + s * s * one.author_counts
        clustered += rhe(MILLION * around, n * n)
    if not freedom or not within:
        return 0
    design = max(MILLION, rhe(MILLION * clustered, within))
    return rhe(rhe(within, freedom) * design, MILLION)


def fit(units: Iterable[Work], chance: int) -> Fit:
    """How far true means of units lie from zero, by moments: each unit weighs as its changes (DerSimonian and Laird 1986, mean 0).

    The mean that is shrunk to is 0, which is other changes of the same stratum: a unit of which little is known must not be
    given what other units did. `chance`: `noise` of the finest units.
    """
    weighed = changes = number = 0
    for one in units:
        mean = mean_of(one)
        weighed, changes, number = weighed + one.changes * mean * mean, changes + one.changes, number + 1
    return Fit(chance, max(0, rhe(weighed - number * chance, changes)) if changes else 0)


def mean_of(one: Work) -> int:
    """Mean z of a unit's AI-assisted changes, in millionths."""
    return rhe(1000 * one.total, one.changes)


def index(one: Work, fitted: Fit) -> Index:
    """Y = m * n * spread / (n * spread + noise), its error the root of spread * noise / (n * spread + noise): normal means, normal prior."""
    weight = one.changes * fitted.spread
    below = weight + fitted.noise
    if not fitted.spread or not below:
        return Index(0, 0)
    return Index(rhe(mean_of(one) * weight, below), math.isqrt(rhe(fitted.spread * fitted.noise, below)))


def corner(use: int, found: Index) -> str:
    """The corner of a unit: `use` in micro-points."""
    if not found.clear:
        return NOT_CLEAR
    if use >= USE_SPLIT:
        return EFFECTIVE if found.clear > 0 else FREQUENT
    return SELECTIVE if found.clear > 0 else NOT_YET
