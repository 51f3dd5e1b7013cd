"""The days of the demo: the last closed quarters before a fixed as-of day. No clock is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

AS_OF = dt.date(2026, 10, 16)
LAST_DAY = dt.date(2026, 10, 13)
"""The newest day of which the vendors have reported by then."""
NEXT_QUARTER = dt.date(2026, 10, 1)
ONE_DAY = dt.timedelta(days=1)
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Window:
    """Days by number from 0. `quarters` are the closed ones, then the running one: (name, first number, behind last)."""

    first: dt.date
    days: tuple[dt.date, ...]
    quarters: tuple[tuple[str, int, int], ...]
    outages: int = 1
    """How many times as long outages of vendors and gaps of clients are."""

    def number(self, day: dt.date) -> int:
        """Number of a day; may lie outside the window."""
        return (day - self.first).days

    @property
    def closed(self) -> tuple[tuple[str, int, int], ...]:
        return self.quarters[:-1]


def window(quarters: int, outages: int = 1) -> Window:
    """The window of so many closed quarters, and the days of the running quarter that are reported."""
    starts = [_quarters_before(number) for number in range(quarters, -1, -1)]
    first = starts[0]
    ends = [*starts[1:], LAST_DAY + ONE_DAY]
    days = tuple(first + ONE_DAY * number for number in range((LAST_DAY - first).days + 1))
    named = tuple(
        (f"{start.year}Q{(start.month + 2) // 3}", (start - first).days, (end - first).days)
        for start, end in zip(starts, ends, strict=True)
    )
    return Window(first, days, named, outages)


def _quarters_before(number: int) -> dt.date:
    months = NEXT_QUARTER.year * 12 + NEXT_QUARTER.month - 1 - 3 * number
    return dt.date(months // 12, months % 12 + 1, 1)
