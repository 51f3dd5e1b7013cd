"""What became of merged changes by month, of the company and its lines: the rows of the table `outcome_months`, and the months of `spend`.

Months and weeks cut one quarter in two ways, and the table of money tells changes by month too. Which months stand is decided once, for all
these tables together: none may be told whose changes, less what other tables tell, are those of k authors or fewer.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from uptake.disclosure.parts_in_time import added
from uptake.pipeline.quality import PERCENT, TENTH_PERCENT, WHOLE, to_step
from uptake.pipeline.units import Units
from uptake.snapshot.build import Row, counted
from uptake.studies import effectiveness as y
from uptake.warehouse.connect import Connection
from uptake.warehouse.periods import bounds

STEPS = (60, 1, 1, PERCENT, TENTH_PERCENT, TENTH_PERCENT, TENTH_PERCENT, TENTH_PERCENT)
"""To what each mean is rounded, in the order of `outcome_month_parts`: lead time to an hour."""


class Item(NamedTuple):
    """What no table tells apart: a line (empty: none), whether its changes are in the tables of outcomes, week, month and kind."""

    line: str
    counted: bool
    week: object
    month: str
    kind: str


People = Mapping[Item, frozenset[str]]


def outcome_months(
    connection: Connection, quarter: str, units: Units, quality: Iterable[Row], k: int
) -> tuple[list[Row], list[Row]]:
    """Rows of the table, and (quarter, scope, month) of what the table of money may not tell. `quality`: its rows, as released."""
    first, last = bounds(quarter)
    given = {"quarter": quarter, "first_day": first, "last_day": last}
    lines = sorted(cell for cell, level in units.levels.items() if level == 1)
    line_of = {cell: line for line in lines for cell in units.inside.get(line, ())}
    people = _items(counted(connection, "outcome_items", given), line_of)
    months = sorted({item.month for item in people})
    standing = [_told(people, row[1], row[2], row[3]) for row in quality if row[1] in (WHOLE, *lines)]
    families = [(month, part) for month in months for part in ([WHOLE], lines)]
    sets = [[_of_month(people, scope, month) for scope in part] for month, part in families]
    hidden: list[tuple[str, str]] = []
    few: list[tuple[str, str]] = []
    for (month, part), told, stands in zip(families, sets, added(standing, sets, people, k), strict=True):
        if not stands:
            hidden += [(scope, month) for scope in part]
        elif not all(_enough(people, one, k) for one in told):
            few += [(scope, month) for scope in part]
    sums = _sums(counted(connection, "outcome_month_parts", given), line_of)
    rows = [_row(quarter, *at, numbers) for at, numbers in sorted(sums.items()) if at not in (*hidden, *few)]
    return rows, [(quarter, scope, f"{month}-01") for scope, month in hidden]


def _items(rows: Iterable[Row], line_of: Mapping[str, str]) -> People:
    found: dict[Item, frozenset[str]] = defaultdict(frozenset)
    for cell, *rest, authors in rows:
        found[Item(line_of.get(cell, ""), *rest)] |= frozenset(authors)
    return dict(found)


def _told(people: People, scope: str, week: object, kind: str) -> set[Item]:
    """The items of a row of `quality`."""
    inside = (one for one in people if one.counted and scope in (WHOLE, one.line))
    return {one for one in inside if one.kind == kind and week in (None, one.week)}


def _of_month(people: People, scope: str, month: str) -> set[Item]:
    """All changes of a month, as the table of money counts them: of nobody we know and of programs that a person set to work too."""
    return {one for one in people if one.month == month and scope in (WHOLE, one.line)}


def _enough(people: People, items: Collection[Item], k: int) -> bool:
    authors = frozenset[str]().union(*(people[one] for one in items))
    return not authors or len(authors) > k


def _sums(rows: Iterable[Row], line_of: Mapping[str, str]) -> dict[tuple[str, str], Row]:
    """(scope, month) -> sums, of the company and of each line."""
    found: dict[tuple[str, str], Row] = {}
    for cell, month, *numbers in rows:
        for scope in (WHOLE, line_of.get(cell)):
            if scope is not None:
                held = found.get((scope, month), (0,) * len(numbers))
                found[scope, month] = tuple(map(operator.add, held, numbers))
    return found


def _row(quarter: str, scope: str, month: str, numbers: Row) -> Row:
    changes, added_lines, deleted_lines, *pairs = numbers
    means = [
        None if of < y.LEAST_CHANGES else to_step(y.rhe(total, of), step)
        for of, total, step in zip(pairs[::2], pairs[1::2], STEPS, strict=True)
    ]
    return quarter, scope, month, changes, added_lines, deleted_lines, *means
