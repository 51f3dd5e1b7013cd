"""What became of merged changes, of those with AI and of others, by unit and by week: the rows of the table `quality`.

A figure of changes is a figure of their authors. Both kinds of a unit's quarter stand there or neither: other tables tell of all changes
together. A week stands for all lines that have weeks or for none, and the weeks that do not stand must not follow from the quarter: of
each line, one of them alone has enough authors, or all have nobody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from uptake.disclosure import COMPANY, scope_text
from uptake.pipeline.units import Units
from uptake.snapshot.build import Row, counted
from uptake.studies import effectiveness as y
from uptake.warehouse.connect import Connection
from uptake.warehouse.periods import bounds

PERCENT, TENTH_PERCENT = 10_000, 1_000
"""Shares to a percent, rare shares to a tenth of one."""
KINDS = ("assisted", "other")
WHOLE = scope_text(COMPANY)
Authors = Mapping[tuple[dt.date | None, str], Mapping[str, int]]
"""(week, kind) -> cell -> authors; week None = the quarter."""


def quality(connection: Connection, quarter: str, units: Units, k: int) -> list[Row]:
    """Rows of the table: units of the quarter, and the company and its lines by week."""
    by_part: dict[tuple[dt.date | None, str], dict[str, Row]] = defaultdict(dict)
    for cell, week, kind, *numbers in counted(connection, "outcome_parts"):
        by_part[week, kind][cell] = tuple(numbers)
    sums = {part: _summed(units, finest) for part, finest in by_part.items()}
    authors = {part: {cell: numbers[0] for cell, numbers in found.items()} for part, found in sums.items()}
    whole = _of_quarter(units, authors, k)
    shown: dict[tuple[dt.date | None, str], Collection[str]] = {(None, kind): whole for kind in KINDS}
    for kind in KINDS:
        shown |= {(week, kind): found for week, found in weeks_shown(units, authors, whole, k, kind).items()}
    rows = [
        _quality_row(quarter, cell, week, kind, numbers)
        for (week, kind), found in sums.items()
        for cell, numbers in found.items()
        if cell in shown[week, kind]
    ]
    return sorted(rows, key=lambda row: (row[1], row[2] is not None, row[2] or bounds(quarter)[0], row[3]))


def _summed(units: Units, finest: Mapping[str, Row]) -> dict[str, Row]:
    found = {cell: _added(finest[one] for one in inside if one in finest) for cell, inside in units.inside.items()}
    return {cell: numbers for cell, numbers in found.items() if numbers}


def _of_quarter(units: Units, authors: Authors, k: int) -> set[str]:
    """Units of which the quarter may be shown, both kinds."""
    hidden: set[str] = set()
    for kind in KINDS:
        counts = {cell: authors.get((None, kind), {}).get(cell, 0) for cell in units.people}
        hidden |= {cell for cell, people in counts.items() if people} - units.shown(counts, k)
    return set(units.people) - hidden


def weeks_shown(units: Units, authors: Authors, whole: Collection[str], k: int, kind: str) -> dict[dt.date, set[str]]:
    """Week -> the company and the lines of which it may be shown. `whole`: units of which the quarter is shown.

    Lines of few authors are left out, the least first, where that shows more: they stand with what the company has beside its lines.
    """
    weeks = {week: counts for (week, of), counts in authors.items() if week is not None and of == kind}
    with_top = WHOLE in whole
    company = (
        _open_weeks({week: {WHOLE: counts.get(WHOLE, 0)} for week, counts in weeks.items()}, k)
        if with_top
        else set(weeks)
    )
    lines = sorted(
        (cell for cell in whole if units.levels[cell] == 1),
        key=lambda line: (-sum(counts.get(line, 0) for counts in weeks.values()), line),
    )
    best: tuple[int, list[str], set[dt.date]] = (0, [], set())
    for count in range(len(lines), 0, -1):
        groups = {week: _beside(counts, lines[:count]) for week, counts in weeks.items()}
        open_ = _open_weeks(groups, k) & company
        best = max(best, (count * len(open_), lines[:count], open_), key=lambda one: one[0])
    return {
        week: ({WHOLE} if with_top and week in company else set()) | (set(best[1]) if week in best[2] else set())
        for week in weeks
    }


def _beside(counts: Mapping[str, int], lines: Collection[str]) -> dict[str, int]:
    """Authors of each line, and of what the company has beside these."""
    found = {line: counts.get(line, 0) for line in lines}
    return found | ({WHOLE: counts[WHOLE] - sum(found.values())} if WHOLE in counts else {})


def _open_weeks(groups: Mapping[dt.date, Mapping[str, int]], k: int) -> set[dt.date]:
    """The weeks to show: each group has nobody in them or enough, and the closed weeks of a group do not give a small one away."""
    open_ = {week for week, found in groups.items() if all(people == 0 or people > k for people in found.values())}
    while open_:
        largest: dict[str, int] = defaultdict(int)
        for week in groups.keys() - open_:
            for name, people in groups[week].items():
                largest[name] = max(largest[name], people)
        if all(people == 0 or people > k for people in largest.values()):
            break
        open_.remove(min(open_, key=lambda week: (sum(groups[week].values()), week)))
    return open_


def _added(rows: Iterable[Row]) -> Row:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _quality_row(quarter: str, cell: str, week: object, kind: str, numbers: Row) -> Row:
    """`numbers`: as `outcome_parts` says, authors first. A share of fewer than ten changes is not shown."""
    _, changes, lines, by_line, by_change, attributed, *pairs = numbers
    means = [
        None if of < y.LEAST_CHANGES else y.rhe(total, of) for of, total in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    retained, rework, reverted, review, first, incidents = means
    known = [PERCENT * y.rhe(100 * part, changes) for part in (by_line, by_change, attributed)]
    exact = (
        to_step(retained, PERCENT),
        to_step(rework, PERCENT),
        to_step(reverted, TENTH_PERCENT),
        review,
        to_step(first, PERCENT),
        to_step(incidents, TENTH_PERCENT),
    )
    return quarter, cell, week, kind, changes, lines, *exact, *known


def to_step(value: int | None, step: int) -> int | None:
    """To the nearest step, half to even."""
    return None if value is None else step * y.rhe(value, step)
