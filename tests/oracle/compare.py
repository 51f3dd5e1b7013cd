"""Comparison with the line of business (MEASUREMENT section 7, readings 30 and 31)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from .arith import MICRO, median, rhe
from .version import Version

MAD_TO_SIGMA = 14_826
"""1.4826 in ten-thousandths."""


@dataclass(slots=True)
class Group:
    """The eligible people of a line of business, or of the company, by score."""

    scores: list[int]
    """Rising."""
    case: str
    zeros: int
    middle: int
    active_middle: int | None
    deviation: int
    """Median absolute deviation from the active median, over Q > 0."""
    active: int


def group(scores: list[int], version: Version) -> Group | None:
    """None where the group is below the least size."""
    if len(scores) < version.min_group:
        return None
    active = [score for score in scores if score > 0]
    zeros, middle = len(scores) - len(active), median(scores)
    share = version.max_zero_share
    if share[1] * zeros < share[0] * len(scores) and middle >= version.median_floor:
        case = "median"
    else:
        case = "active_median" if len(active) >= version.min_group else "adoption_only"
    active_middle = median(active) if active else None
    deviation = median([abs(score - (active_middle or 0)) for score in active]) if active else 0
    return Group(sorted(scores), case, zeros, middle, active_middle, deviation, len(active))


def columns(own: Group | None, parent: Group | None) -> dict[str, object]:
    """The group's columns of a row; a group that is too small shows the company's, and says `rolled_up`."""
    shown = own or parent
    return {
        "comparison": own.case if own else "rolled_up",
        "lob_people": len(shown.scores) if shown else None,
        "lob_zero_share": rhe(MICRO * shown.zeros, len(shown.scores)) if shown else None,
        "lob_median_micro": shown.middle if shown else None,
        "lob_active_median_micro": shown.active_middle if shown else None,
    }


def position(score: int | None, shown: Group | None, version: Version) -> dict[str, int | None]:
    """Ratio, percentile, robust z and rank of an eligible person; all None for anybody else (score None)."""
    if score is None or shown is None:
        return dict.fromkeys(("ratio", "percentile", "robust_z", "lob_rank"))
    less, upto = bisect_left(shown.scores, score), bisect_right(shown.scores, score)
    return {
        "ratio": ratio(score, shown),
        "percentile": rhe(MICRO * (less + upto), 2 * len(shown.scores)),
        "robust_z": robust_z(score, shown, version),
        "lob_rank": 1 + len(shown.scores) - upto,
    }


def ratio(score: int, shown: Group) -> int | None:
    if shown.case == "median":
        return rhe(MICRO * score, shown.middle)
    if shown.case == "active_median" and score > 0 and shown.active_middle:
        return rhe(MICRO * score, shown.active_middle)
    return None


def robust_z(score: int, shown: Group, version: Version) -> int | None:
    """Thousandths of a standard deviation from the active median."""
    if shown.active < version.min_group or score <= 0 or shown.deviation == 0 or shown.active_middle is None:
        return None
    return rhe(10_000_000 * (score - shown.active_middle), MAD_TO_SIGMA * shown.deviation)
