"""Bins of scores that may be shown: merged until k + 1 people stand in them, also by the rounded count; no edge is a person's.

Counts are to the nearest 5. Zero stands in no bin, and the last bin always ends at 100: neither the least nor the largest
score of a group follows. The exact number of active people follows elsewhere, so the rounding is checked: bins are merged
further until, given that number, every bin may still hold three different counts. `rest` is for a whole beside its parts:
people of the whole whose part has no bins of its own; what is left of a bin after the parts are taken out must be nobody, or
k + 1 people again.
Not covered: several wholes and parts taken together may narrow a count further; it then speaks of k + 1 people or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 5
BASE = 100 // WIDTH
LEAST_ACTIVE = 50
STEP = 5
SLACK = STEP // 2
"""A count that is rounded to the nearest 5 is off by at most 2."""


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """People with a score in [low, high) points, the last bin with its end, the first without zero; `people` is rounded."""

    low: int
    high: int
    people: int


def score_bins(counts: Sequence[int], k: int, rest: Sequence[int] = ()) -> tuple[ScoreBin, ...]:
    """Return the bins that may be shown of the people in each base bin of 5 points; none for fewer than 50 people.

    `counts` and `rest` hold a number for each base bin from 0 to 100. One bin that holds everybody says nothing: then none.
    """
    others = tuple(rest) or (0,) * BASE
    if len(counts) != BASE or len(others) != BASE or min(*counts, *others) < 0:
        raise ValueError("counts: one of 0 or more for each base bin")
    if sum(counts) < LEAST_ACTIVE:
        return ()
    parts = _merged(counts, others, k)
    while len(parts) > 1 and not _vague(parts):
        parts[-2:] = [_joined(parts[-2:])]
    return tuple(ScoreBin(part.low, part.high, rounded(part.people)) for part in parts) if len(parts) > 1 else ()


def rounded(people: int) -> int:
    """A count to the nearest 5."""
    return (people + SLACK) // STEP * STEP


@dataclass(frozen=True, slots=True)
class _Part:
    low: int
    high: int
    people: int
    rest: int

    def large(self, k: int) -> bool:
        return min(self.people, rounded(self.people)) > k and (self.rest == 0 or self.rest > k)


def _merged(counts: Sequence[int], others: Sequence[int], k: int) -> list[_Part]:
    """From the left: a bin is closed as soon as it is large enough; what remains joins the bins before it."""
    closed: list[_Part] = []
    open_: list[_Part] = []
    for place, (people, rest) in enumerate(zip(counts, others, strict=True)):
        open_.append(_Part(WIDTH * place, WIDTH * (place + 1), people, rest))
        if _joined(open_).large(k):
            closed.append(_joined(open_))
            open_ = []
    if open_:
        closed.append(_joined(open_))
    while len(closed) > 1 and not closed[-1].large(k):
        closed[-2:] = [_joined(closed[-2:])]
    return closed


def _joined(parts: Sequence[_Part]) -> _Part:
    people, rest = sum(part.people for part in parts), sum(part.rest for part in parts)
    return _Part(parts[0].low, parts[-1].high, people, rest)


def _vague(parts: Sequence[_Part]) -> bool:
    """Whether the exact sum leaves each bin three counts or more: else all roundings went nearly as far as they can."""
    off = abs(sum(part.people - rounded(part.people) for part in parts))
    return off <= SLACK * len(parts) - SLACK
