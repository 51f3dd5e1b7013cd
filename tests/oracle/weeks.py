"""Week pieces: expected and observed centi-days and the best-q sum of day scores (MEASUREMENT section 6)."""

from __future__ import annotations

from dataclasses import dataclass

from .days import PersonDays

FULL_DAY = 100


@dataclass(slots=True, frozen=True)
class Week:
    """One week piece of one person. All in centi-days but `score` (micro-points x centi-days) and `active` (days)."""

    expected: int
    counted: int
    """q = the expected centi-days that are observed."""
    score: int
    engaged: int
    active: int
    estimated: int
    slots: int | None
    """Ten minutes with any act; None where no day tells times."""
    seats: tuple[tuple[int, int], ...]
    """Per tool: (seen, due) centi-days of its seat."""


def week(days: PersonDays, start: int, first: int, last: int, tools: tuple[str, ...]) -> Week:
    """The piece of ordinals first..last; `start` is the ordinal of the first entry of the lists in `days`."""
    piece = range(first - start, last - start + 1)
    expected = sum(days.weight[i] for i in piece)
    counted = sum(days.weight[i] for i in piece if days.observed[i])
    seats = []
    for tool in tools:
        due = [day for day in days.due[tool] if first <= day <= last]
        seen = sum(days.weight[day - start] for day in due if day in days.seen[tool])
        seats.append((seen, sum(days.weight[day - start] for day in due)))
    candidates = sorted((days.score[i] for i in piece if days.observed[i]), reverse=True)
    engaged = sorted((days.engaged[i] for i in piece if days.observed[i]), reverse=True)
    return Week(
        expected=expected,
        counted=counted,
        score=best(candidates, counted),
        engaged=best([int(day) for day in engaged], counted),
        active=sum(days.active[i] for i in piece),
        estimated=sum(days.estimated[i] for i in piece),
        slots=_slots([days.slots[i] for i in piece]),
        seats=tuple(seats),
    )


def best(values: list[int], centi_days: int) -> int:
    """Walk down sorted values, each taking at most one full day of what is left of `centi_days`."""
    left, total = centi_days, 0
    for value in values:
        share = min(FULL_DAY, left)
        total += value * share
        left -= share
    return total


def _slots(days: list[frozenset[int] | None]) -> int | None:
    told = [len(slots) for slots in days if slots is not None]
    return sum(told) if told else None
