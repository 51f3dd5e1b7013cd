"""Share of lines that are still there after 14, 21 and 90 days, by repository and mark, for every day since which commits may be asked (decision 0053).

Two estimates, both in ppm with an interval of 95 %:

- `share`: of the lines that were followed for the whole horizon, those alive at its end. None of them is censored before it, so that this
  is the estimate of Kaplan and Meier for them.
- `km`: Kaplan and Meier (1958) over all lines of the whole history, those included that are younger than the horizon: they count until
  the day on which following ends. None where nothing was followed that long.

Lines of one commit live and die together. So the interval is that of Wilson (1927) for as many lines as would be as uncertain if each
stood alone: n = p(1-p)/v. For `share`, v is the variance of a ratio over commits (Cochran 1977, 6.13); for `km`, that of the jackknife over
16 parts of the commits (Quenouille, Tukey). Integers throughout: every machine gives the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import isqrt

BY = "all"
NEEDS = ("line_fates",)
GRAIN = ("repository", "since", "marked", "horizon_days")
COLUMNS = {
    "repository": str,
    "since": dt.date,
    "marked": bool,
    "horizon_days": int,
    "at_risk": int,
    "alive": int,
    "share": int,
    "low": int,
    "high": int,
    "commits": int,
    "km": int,
    "km_low": int,
    "km_high": int,
}
READS = {
    "lives": "select repository, day, marked, lines, followed_seconds, lost_14, lost_21, lost_90 from line_lives order by repository, day, sha",
    "ages": "select repository, marked, part, followed_days, age_days, lines from line_ages order by all",
}

HORIZONS = (14, 21, 90)
DAY = 86_400
PPM = 1_000_000
Z2 = Fraction(3_841_459, PPM)
"""Square of 1.959964, the 97.5 % point of the normal distribution."""
FINE = 10**18
Life = tuple[str, dt.date, bool, int, int, int, int, int]
Row = tuple[object, ...]


def make(lives: Iterable[Life], ages: Iterable[tuple[str, bool, str, int, int, int]]) -> Iterator[Row]:
    """Rows of each repository: for every day with commits, both marks, three horizons. `km` stands in those of the first day."""
    curves: dict[tuple[str, bool], dict[str, list[tuple[int, int, int]]]] = defaultdict(lambda: defaultdict(list))
    for repository, marked, part, followed, age, lines in ages:
        curves[repository, marked][part].append((followed, age, lines))
    for repository, group in groupby(lives, key=lambda life: life[0]):
        yield from of_repository(repository, list(group), {mark: curves[repository, mark] for mark in (False, True)})


def of_repository(
    repository: str, lives: list[Life], curves: dict[bool, dict[str, list[tuple[int, int, int]]]]
) -> Iterator[Row]:
    """From the newest day back: each day's rows hold all commits since then."""
    sums = {(marked, horizon): Sums() for marked in (False, True) for horizon in HORIZONS}
    for day, of_day in groupby(reversed(lives), key=lambda life: life[1]):
        for _, _, marked, lines, followed, *lost in of_day:
            for horizon, gone in zip(HORIZONS, lost, strict=True):
                if followed >= horizon * DAY:
                    sums[marked, horizon].add(lines, lines - gone)
        for (marked, horizon), held in sums.items():
            whole = kaplan_meier(curves[marked], horizon) if day == lives[0][1] else (None, None, None)
            yield (repository, day, marked, horizon, held.lines, held.alive, *held.share(), held.commits, *whole)


@dataclass(slots=True)
class Sums:
    """What the variance of a ratio needs of commits: lines n and lines alive a."""

    commits: int = 0
    lines: int = 0
    alive: int = 0
    nn: int = 0
    an: int = 0
    aa: int = 0

    def add(self, n: int, a: int) -> None:
        self.commits += 1
        self.lines += n
        self.alive += a
        self.nn += n * n
        self.an += a * n
        self.aa += a * a

    def share(self) -> tuple[int | None, int | None, int | None]:
        """Share and interval, ppm; None where no line was followed for so long."""
        if not self.lines:
            return (None, None, None)
        n, a, m = self.lines, self.alive, self.commits
        spread = n * n * self.aa - 2 * n * a * self.an + a * a * self.nn
        alone = m
        if m > 1 and spread > 0:
            alone = a * (n - a) * (m - 1) * n * n // (m * spread)
        return with_interval(Fraction(a, n), max(1, min(alone, n)))


def with_interval(share: Fraction, alone: int) -> tuple[int, int, int]:
    """A share of so many independent lines, and the interval of Wilson, ppm."""
    middle = 2 * alone * share + Z2
    under = Z2 * (Z2 + 4 * alone * share * (1 - share))
    half = Fraction(isqrt(under.numerator * FINE * FINE // under.denominator), FINE)
    whole = 2 * (alone + Z2)
    low, high = max(Fraction(0), (middle - half) / whole), min(Fraction(1), (middle + half) / whole)
    return (ppm(share), ppm(min(low, share)), ppm(max(high, share)))


def ppm(share: Fraction) -> int:
    """Rounded half to even."""
    return round(share * PPM)


def kaplan_meier(
    parts: dict[str, list[tuple[int, int, int]]], horizon: int
) -> tuple[int | None, int | None, int | None]:
    """Share of lines alive after `horizon` days, with those that were followed for a shorter time, and its interval, ppm.

    `parts`: of each part of the commits (days followed, days of age, lines); age 0 is birth.
    """
    table = {part: by_day(rows, horizon) for part, rows in parts.items()}
    whole = estimate([add(days) for days in zip(*table.values(), strict=True)]) if table else None
    if whole is None:
        return (None, None, None)
    without = [
        estimate([add(days) for days in zip(*(rows for part, rows in table.items() if part != left), strict=True)])
        for left in table
    ]
    known = [one for one in without if one is not None]
    variance = Fraction(0)
    if len(known) > 1:
        middle = sum(known, Fraction(0)) / len(known)
        variance = sum(((one - middle) ** 2 for one in known), Fraction(0)) * (len(known) - 1) / len(known)
    spread = whole * (1 - whole)
    alone = int(spread / variance) if variance and spread else len(table)
    return with_interval(whole, max(1, alone))


def by_day(rows: list[tuple[int, int, int]], horizon: int) -> list[tuple[int, int]]:
    """Lines at risk on each day of age and lines lost on it, for days 1 to `horizon`."""
    at_risk, lost = [0] * (horizon + 1), [0] * (horizon + 1)
    for followed, age, lines in rows:
        last = min(followed, horizon)
        if age == 0:
            for day in range(1, last + 1):
                at_risk[day] += lines
        elif age <= last:
            lost[age] += lines
            for day in range(age + 1, last + 1):
                at_risk[day] -= lines
    return list(zip(at_risk[1:], lost[1:], strict=True))


def add(days: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    return (sum(at_risk for at_risk, _ in days), sum(lost for _, lost in days))


def estimate(days: list[tuple[int, int]]) -> Fraction | None:
    """The product over days, to 18 digits; None where no line was followed to the last day. Lines brought back raise it again."""
    if not days or (days[-1][0] <= 0 and not any(lost == at_risk > 0 for at_risk, lost in days)):
        return None
    alive = FINE
    for at_risk, lost in days:
        if at_risk > 0:
            alive = min(FINE, alive * (at_risk - lost) // at_risk)
    return Fraction(alive, FINE)
