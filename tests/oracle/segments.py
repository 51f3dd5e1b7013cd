"""Segment, its reason and its certainty (MEASUREMENT section 8, readings 32 to 35)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import mul

from .accounts import CAUSES
from .arith import MICRO, rhe
from .version import Version
from .weeks import Week

HIGH_TO_LOW = ("heavy", "light", "lapsed", "non_adopter", "non_user", "insufficient")
PROVEN_ZERO = ("lapsed", "non_adopter", "non_user")
SKIPPED = 2
"""Quarters without a decided segment that do not clear the memory."""


@dataclass(slots=True, frozen=True)
class Tally:
    """Sums over weeks of one person-quarter, or of one replicate of it."""

    expected: int
    counted: int
    score: int
    engaged: int
    active: int
    seats: tuple[tuple[int, int], ...]

    @property
    def q_score(self) -> int | None:
        return rhe(self.score, self.counted) if self.counted else None

    @property
    def engaged_share(self) -> int | None:
        return rhe(MICRO * self.engaged, self.counted) if self.counted else None


@dataclass(slots=True, frozen=True)
class Past:
    """What earlier quarters say: the remembered segment, and whether any day of the lookback is active."""

    memory: str | None
    active: bool


def tally(weeks: Iterable[Week], times: Sequence[int]) -> Tally:
    """Sums over weeks, each taken `times` often."""
    pieces = tuple(weeks)

    def total(values: Iterable[int]) -> int:
        return sum(map(mul, times, values))

    tools = range(len(pieces[0].seats)) if pieces else range(0)
    return Tally(
        expected=total(piece.expected for piece in pieces),
        counted=total(piece.counted for piece in pieces),
        score=total(piece.score for piece in pieces),
        engaged=total(piece.engaged for piece in pieces),
        active=total(piece.active for piece in pieces),
        seats=tuple(
            (total(piece.seats[tool][0] for piece in pieces), total(piece.seats[tool][1] for piece in pieces))
            for tool in tools
        ),
    )


def classify(own: Tally, past: Past, version: Version, *, doubtful: bool = False) -> str:
    """The segment of somebody who is not excluded: the first rule that fits.

    `doubtful`: something tells of use that no point shows (reading 36), or the person may have been away and nobody can say when.
    """
    if own.counted < version.min_days or not reaches(own.counted, own.expected, version.min_coverage):
        return "insufficient"
    if own.active == 0:
        if doubtful or any(not reaches(seen, due, version.min_zero_coverage) for seen, due in own.seats):
            return "insufficient"
        if past.active:
            return "lapsed"
        return "non_adopter" if past.memory in PROVEN_ZERO else "non_user"
    score_cut, share_cut = version.heavy_out if past.memory == "heavy" else version.heavy_in
    heavy = (own.q_score or 0) >= score_cut and (own.engaged_share or 0) >= share_cut
    return "heavy" if heavy else "light"


def reaches(part: int, whole: int, cut: tuple[int, int]) -> bool:
    """part / whole >= cut, by cross-multiplication; true where there is nothing to reach."""
    return cut[1] * part >= cut[0] * whole


def remembered(before: Sequence[str | None]) -> str | None:
    """The last decided segment of the closed quarters before, newest first, None = no row; at most two are skipped."""
    for segment in before[: SKIPPED + 1]:
        if segment not in (None, "insufficient", "excluded"):
            return segment
    return None


@dataclass(slots=True, frozen=True)
class Loss:
    """What is known of the days that are missing: causes of working days, causes of seat days, and the days there were."""

    causes: tuple[str | None, ...]
    seat_causes: tuple[str, ...]
    possible: int
    """Working days of the site so far."""
    over: bool
    """The quarter's last day has come."""
    unexplained: bool
    maybe_away: bool


def reason(segment: str, own: Tally, loss: Loss, version: Version) -> str:
    """The stored reason of a segment that is not `excluded` (reading 34)."""
    if segment == "insufficient":
        return missing(own, loss, version)
    if segment == "heavy":
        above = (own.q_score or 0) >= version.heavy_in[0] and (own.engaged_share or 0) >= version.heavy_in[1]
        return "above_cut" if above else "kept_by_memory"
    return {
        "light": "some_use",
        "lapsed": "used_before",
        "non_adopter": "zero_again",
        "non_user": "seat_never_used",
    }[segment]


def missing(own: Tally, loss: Loss, version: Version) -> str:
    """Why too little is known, first match."""
    if own.counted < version.min_days and 100 * loss.possible < version.min_days:
        return "too_early"
    enough = own.counted >= version.min_days and reaches(own.counted, own.expected, version.min_coverage)
    if enough:
        if loss.unexplained or loss.maybe_away:
            return "use_without_days" if loss.unexplained else "absence_unread"
        return commonest(loss.seat_causes, CAUSES, default="no_witness")
    return commonest(loss.causes, CAUSES, default="few_days" if loss.over else "too_early")


ABSENT = ("on_leave", "no_seat", "not_employed", "no_working_day")
NO_DAY = {
    "on_leave": "on_leave",
    "new_seat": "no_seat",
    "seat_ended": "no_seat",
    "joined": "not_employed",
    "left": "not_employed",
    "no_weight": "no_working_day",
}


def absent_reason(causes: Iterable[str | None]) -> str:
    """Why somebody has no expected day at all."""
    return commonest((NO_DAY.get(cause or "", "") for cause in causes), ABSENT, default="no_working_day")


def commonest(causes: Iterable[str | None], order: Sequence[str], default: str) -> str:
    """The commonest cause that stands in `order`; ties go to the first in it."""
    counts = Counter(cause for cause in causes if cause in order)
    return min(counts, key=lambda cause: (-counts[cause], order.index(cause or ""))) or default if counts else default


@cache
def draws(version_id: str, quarter: str, weeks: int, replicates: int) -> tuple[tuple[int, ...], ...]:
    """Per replicate, how often each week is drawn (section 16: the certainty table)."""
    table = []
    for replicate in range(replicates):
        times = [0] * weeks
        for position in range(weeks):
            times[drawn_week(version_id, quarter, replicate, position, weeks)] += 1
        table.append(tuple(times))
    return tuple(table)


def drawn_week(version_id: str, quarter: str, replicate: int, position: int, weeks: int) -> int:
    text = f"{version_id}|{quarter}|{replicate}|{position}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % weeks


@lru_cache(maxsize=200_000)
def certainty(
    segment: str, weeks: tuple[Week, ...], past: Past, quarter: str, version: Version, doubtful: bool = False
) -> str:
    """clear, or borderline:<the commonest other segment> of the resampled weeks."""
    found: Counter[str] = Counter()
    for times in draws(version.id, quarter, len(weeks), version.replicates):
        found[classify(tally(weeks, times), past, version, doubtful=doubtful)] += 1
    return verdict(segment, found, version.clear)


def verdict(segment: str, found: Counter[str], clear: int) -> str:
    """clear, or the commonest other segment; of two equally common ones the lower."""
    if found[segment] >= clear:
        return "clear"
    others = [name for name in found if name != segment]
    return "borderline:" + max(others, key=lambda name: (found[name], HIGH_TO_LOW.index(name)))
