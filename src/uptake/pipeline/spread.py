"""How scores are spread: bins of each line, lines side by side, and the median of each department. Released only, as all group figures.

A department's median is shown where the released segments prove that enough people stand behind it: that it is shown then
says nothing that they do not say.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from uptake.disclosure import EDGE, WITHHELD, YARDSTICK, scope_text
from uptake.disclosure.bins import BASE, score_bins
from uptake.snapshot.build import Row, counted
from uptake.warehouse.connect import Connection

MICRO = 1_000_000
TENTH = 100_000
NEAREST = "nearest 5"
NOT_COMPARED = ("excluded", "insufficient")
ACTIVE = ("heavy", "light")
PERCENT = 10_000
FEW = 5
"""So many people may be open in a share that is shown to a percent."""
AT_ZERO = ("lapsed", "non_adopter", "non_user")
Parts = Sequence[tuple[str, int | None, str | None]]
"""(segment, people, text in place of people) of one cell, as the table `segments` shows them."""


def bins(connection: Connection, k: int) -> list[Row]:
    """Rows of the table `score_bins`: a line, or the company, and its bins; nothing for fewer than 50 active people."""
    by_quarter: dict[str, dict[str | None, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * BASE))
    for quarter, lob, place, people in counted(connection, "score_bins"):
        by_quarter[quarter][lob][place] = people
    return [row for quarter, lines in sorted(by_quarter.items()) for row in _bins_of(quarter, lines, k)]


def _bins_of(quarter: str, lines: Mapping[str | None, Sequence[int]], k: int) -> Iterable[Row]:
    """The company first. Its bins hold the lines' bins; what remains of it must not be a few people of a line without any."""
    shown = {lob: score_bins(counts, k) for lob, counts in lines.items() if lob is not None}
    drawn = [lines[lob] for lob, found in shown.items() if found]
    company = lines.get(None)
    if company:
        rest = [whole - sum(part[place] for part in drawn) for place, whole in enumerate(company)]
        shown = {scope_text(()): score_bins(company, k, rest), **shown}
    for lob, found in shown.items():
        whole = sum(item.people for item in found)
        for item in found:
            yield quarter, lob, MICRO * item.low, MICRO * item.high, item.people, whole, NEAREST


def lines(connection: Connection, segments: Iterable[Row], k: int) -> list[Row]:
    """Rows of the table `lob_compare`, a row for each line and the company. `segments`: the released rows of that table.

    How many can be compared, and the share at zero, are what the released segments say: the comparison knows people by the unit in which
    they are now, the cells by that of the quarter's first day, and the difference would be those who moved.
    """
    parts = _by_cell(segments)
    return [
        (
            quarter,
            lob,
            people,
            *_compared(people, parts[quarter, cell], k),
            *(_tenth_or_none(one) for one in figures),
            comparison,
        )
        for quarter, lob, cell, people, *figures, comparison in counted(
            connection, "lob_compare", {"k": k, "enough": enough_for_others(k)}
        )
    ]


def _compared(people: int, parts: Parts, k: int) -> tuple[int | None, int | None]:
    """People who can be compared, at least, and the share of them at zero in ppm, to a percent: the middle of what the released parts
    allow, where that is a few people wide. A function of what is shown says no more than it.
    """
    known = {segment for segment, _, _ in parts} - {*NOT_COMPARED}
    eligible, most_eligible = at_least(people, parts, known), people - at_least(people, parts, NOT_COMPARED)
    others = {segment for segment, _, _ in parts} - {*AT_ZERO}
    least, most = at_least(people, parts, AT_ZERO), people - at_least(people, parts, others)
    told = eligible > k and least >= EDGE and most <= eligible - EDGE
    narrow = most - least <= FEW or 50 * (most - least) <= eligible
    return eligible or None, PERCENT * round_half_even(
        100 * (least + most), eligible + most_eligible
    ) if told and narrow else None


def round_half_even(part: int, whole: int) -> int:
    """Part / whole to the nearest, half to even (rule 1.2)."""
    quotient, rest = divmod(part, whole)
    return quotient + (2 * rest > whole or (2 * rest == whole and quotient % 2 == 1))


def _tenth_or_none(micro: int | None) -> int | None:
    return None if micro is None else tenth(micro)


def _by_cell(segments: Iterable[Row]) -> dict[tuple[str, str], list[tuple[str, int | None, str | None]]]:
    parts: dict[tuple[str, str], list[tuple[str, int | None, str | None]]] = defaultdict(list)
    for quarter, scope, segment, _, count, _, text in segments:
        parts[quarter, scope].append((segment, count, text))
    return parts


def medians(connection: Connection, segments: Iterable[Row], k: int) -> list[Row]:
    """Rows of the table `unit_medians`, a row for each department in `segments`, the released rows of that table."""
    parts = _by_cell(segments)
    people: dict[tuple[str, str], int] = {}
    scores: dict[tuple[str, str], list[int]] = defaultdict(list)
    for quarter, scope, engineers, score in counted(connection, "unit_scores"):
        people[quarter, scope] = engineers
        if score is not None:
            scores[quarter, scope].append(score)
    return [_median_row(key, engineers, parts[key], scores[key], k) for key, engineers in sorted(people.items())]


def _median_row(key: tuple[str, str], people: int, parts: Parts, scores: Sequence[int], k: int) -> Row:
    """`eligible` is what the released segments prove, never the exact number: that would undo their bounds."""
    quarter, scope = key
    enough = enough_for_others(k)
    others = {segment for segment, _, _ in parts} - {*NOT_COMPARED}
    eligible, active = at_least(people, parts, others), at_least(people, parts, ACTIVE)
    if eligible < enough:
        return scope, quarter, people, None, None, None, None, None, WITHHELD
    low, high = interval(scores) if interval_ranks(eligible)[0] > k else (None, None)
    used = [score for score in scores if score > 0]
    of_active = tenth(median(used)) if active >= enough else None
    return scope, quarter, people, eligible, tenth(median(scores)), low, high, of_active, None


def enough_for_others(k: int) -> int:
    """People behind a median that is shown to others than themselves: twice k, and a yardstick's 25 whatever k is."""
    return max(2 * k, YARDSTICK)


def at_least(people: int, parts: Parts, wanted: Iterable[str]) -> int:
    """The fewest people of the wanted segments that the shown counts and texts of a cell allow."""
    kept = set(wanted)
    hidden = people - sum(count or 0 for _, count, _ in parts)
    others = [(count, text) for segment, count, text in parts if segment not in kept]
    most = sum(_most(text, hidden) for count, text in others if count is None)
    return people - sum(count or 0 for count, _ in others) - min(hidden, most)


def _most(text: str | None, hidden: int) -> int:
    return min(hidden, EDGE - 1) if text == f"fewer than {EDGE}" else hidden


def median(ordered: Sequence[int]) -> int:
    """The middle, or half the sum of the two middle ones, half to even (rule 1.6)."""
    total = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
    return total // 2 + (total % 4 == 3)


def interval_ranks(people: int) -> tuple[int, int]:
    """Ranks, from 1, of the 95 % interval of a median: floor((n - 1.96 root n) / 2), ceil(1 + (n + 1.96 root n) / 2),
    kept in 1..n (MEASUREMENT 7), in whole numbers: 1.96 root n is root(38,416 n) / 100.
    """
    root = math.isqrt(38_416 * people)
    root += root * root < 38_416 * people
    low, high = (100 * people - root) // 200, 1 - (-(100 * people + root) // 200)
    return max(1, low), min(people, high)


def interval(ordered: Sequence[int]) -> tuple[int, int]:
    """Both ends of the interval of a median, to a tenth of a point."""
    low, high = interval_ranks(len(ordered))
    return tenth(ordered[low - 1]), tenth(ordered[high - 1])


def tenth(micro: int) -> int:
    """To a tenth of a point, half to even: so that a median of an odd group is not one person's exact score."""
    quotient, left = divmod(micro, TENTH)
    return TENTH * (quotient + (2 * left > TENTH or (2 * left == TENTH and quotient % 2 == 1)))
