"""The index table of the certainty: which weeks each replicate draws, the same for all people (MEASUREMENT.md sections 8 and 16).

Index = SHA-256 of the text `id|quarter|replicate|position`, first 8 bytes big-endian, modulo the number of weeks. Replicates that
draw the same weeks are one row with their number: of a young quarter of three weeks only ten are different.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

BY = "quarter"
GRAIN = ("replicate",)
WEEKS = 14
"""A calendar quarter has at most 14 ISO week pieces: 92 days are at most 13 full weeks and one cut one, or 12 and two."""
COLUMNS = {"replicate": int, "times": int, **{f"n{week}": int for week in range(WEEKS)}}
READS = {
    "version": "select id, replicates from version",
    "weeks": "select p.quarter, count(distinct d.week) from period as p cross join days as d group by p.quarter",
}


def index(version: str, quarter: str, replicate: int, position: int, weeks: int) -> int:
    """Week drawn at a position of a replicate; replicate, position and week count from 0."""
    text = f"{version}|{quarter}|{replicate}|{position}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % weeks


def make(version: Iterable[tuple[str, int]], weeks: Iterable[tuple[str, int]]) -> Iterator[tuple[int, ...]]:
    """Rows (first replicate that draws so, how many do, how often week 0 is drawn, week 1, ...)."""
    ((version_id, replicates),) = version
    ((quarter, count),) = weeks
    alike: dict[tuple[int, ...], list[int]] = {}
    for replicate in range(replicates):
        drawn = [0] * WEEKS
        for position in range(count):
            drawn[index(version_id, quarter, replicate, position, count)] += 1
        alike.setdefault(tuple(drawn), []).append(replicate)
    for weeks_drawn, found in alike.items():
        yield found[0], len(found), *weeks_drawn
