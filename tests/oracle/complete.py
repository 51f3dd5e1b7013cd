"""Which days of a source are complete, per source and tenant (MEASUREMENT section 3, readings 16 to 20)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from .arith import median
from .canon import FEEDS, Record, spans
from .world import CopilotFile, World

MEMORY = 4
"""Complete days of the same weekday that a day is held against."""
LEAST = 2
"""Fewer complete days than this give no test."""
SILENT_AT = 10
"""From this median of reporting accounts on, a Monday to Friday without any is a gap."""


class Completeness:
    """Answers: is this day complete for an account that has rows in these tenants?"""

    def __init__(self, world: World, records: Iterable[Record], as_of: int) -> None:
        reporting: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for record in records:
            reporting[record.source, record.tenant][record.day].add(record.account)
        broken = {
            ("copilot-users", file.tenant, day.toordinal())
            for file in world.copilot
            for day in file.unreadable
            if not any(
                heals(other, file, day, len(reporting["copilot-users", file.tenant][day.toordinal()]))
                for other in world.copilot
            )
        }
        self.days: dict[tuple[str, str], set[int]] = {}
        self.begins: dict[tuple[str, str], int] = {}
        for (source, tenant), pieces in spans(world).items():
            covered = {day for first, last in pieces for day in range(first, min(last, as_of) + 1)}
            counts = {day: len(accounts) for day, accounts in reporting[source, tenant].items()}
            refused = {day for name, owner, day in broken if (name, owner) == (source, tenant)}
            self.days[source, tenant] = complete_days(covered, counts, refused)
            self.begins[source, tenant] = min(first for first, _last in pieces)

    def of(self, source: str, tenants: frozenset[str], day: int) -> bool:
        """True if `day` is complete for an account with rows in `tenants` (none: an account without rows)."""
        if tenants:
            return any(day in self.days.get((source, tenant), ()) for tenant in tenants)
        begun = [key for key, first in self.begins.items() if key[0] == source and first <= day]
        return bool(begun) and all(day in self.days[key] for key in begun)

    @staticmethod
    def sources(tool: str) -> list[str]:
        return [source for source, feed in FEEDS.items() if feed.tool == tool]


def complete_days(covered: set[int], counts: dict[int, int], refused: set[int]) -> set[int]:
    """The complete days among `covered`. `counts`: accounts that report on a day; `refused`: days with bad records."""
    workdays = [count for day, count in counts.items() if is_workday(day) and count > 0]
    silence_is_a_gap = bool(workdays) and median(workdays) >= SILENT_AT
    before: dict[int, list[int]] = defaultdict(list)
    complete = set()
    for day in sorted(covered):
        count = counts.get(day, 0)
        earlier = before[day % 7][-MEMORY:]
        enough = len(earlier) < LEAST or 2 * count >= median(earlier)
        silent = silence_is_a_gap and is_workday(day) and count == 0
        if enough and not silent and day not in refused:
            complete.add(day)
            before[day % 7].append(count)
    return complete


def is_workday(day: int) -> bool:
    """Monday to Friday. Ordinal 1 was a Monday."""
    return (day - 1) % 7 < 5


def heals(other: CopilotFile, damaged: CopilotFile, day: dt.date, known: int) -> bool:
    """True if a file of the same tenant, fetched later, holds the day whole: its own report, or no fewer records than were there and no fewer than the
    accounts known of the day (reading 18)."""
    later = other.fetched_at > damaged.fetched_at and other.tenant == damaged.tenant and not other.unreadable
    if later and other.span and other.rows and other.span[0] <= day <= other.span[1]:
        return True
    held = sum(row.day == day for row in other.rows)
    lost = sum(row.day == day for row in damaged.rows) + damaged.unreadable.count(day)
    return later and held >= max(lost, known)
