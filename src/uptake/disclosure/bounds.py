"""Counts that would say the same of everybody in a cell are bounded, and what would give them away is withheld.

First pass: a count of 0-2 or of n-2..n in a cell of n people is shown as "fewer than 3" or "more than n-3". Second pass:
further counts are withheld, the smallest first, until no bounded or withheld count is settled by what is shown.

Guarantee: given all shown counts, all sizes and all bounds, no hidden count follows (a) by any linear combination of
"the categories of a cell sum to its people" and "the children of a cell sum to it", however many are combined, or (b) by
repeated narrowing of ranges through single such equations and through the order of nested categories. A withheld count is
taken to be known to lie in 3..n-3. Not covered: reasoning on the ranges of several equations at once, and differences of
two shown nested counts (active less regular).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from uptake.disclosure.linear import Elimination
from uptake.disclosure.system import Count, System, Unknown, make_system
from uptake.disclosure.tree import Path

EDGE = 3
WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Bounded:
    """What is shown in place of a count: the count, or a text (`fewer than 3`, `more than 9`, `withheld`)."""

    cell: Path
    category: str
    people: int
    count: int | None
    text: str | None


def bound_counts(counts: Iterable[Count], *, partition: bool, nested: Sequence[str] = ()) -> tuple[Bounded, ...]:
    """Return every cell x category, in order of cell and category; a category missing in a cell counts as 0.

    `partition`: the categories of a cell sum to its people (segments). Else each category is a count of its own (active);
    `nested` names categories that contain each other, the widest first (active, regular, heavy). Cells whose children are
    in the table and hold all its people are taken as their sum. Raises ValueError where a sum does not hold.
    """
    system = make_system(counts, partition=partition, nested=nested)
    hidden = {index for index, unknown in enumerate(system.unknowns) if _edge_text(unknown) is not None}
    _withhold(system, hidden)
    shown = (_shown(unknown, hidden=index in hidden) for index, unknown in enumerate(system.unknowns))
    return tuple(sorted(shown, key=lambda row: (row.cell, row.category)))


def _edge_text(unknown: Unknown) -> str | None:
    if unknown.count < EDGE:
        return f"fewer than {EDGE}"
    return f"more than {unknown.people - EDGE}" if unknown.count > unknown.people - EDGE else None


def _shown(unknown: Unknown, *, hidden: bool) -> Bounded:
    text = (_edge_text(unknown) or WITHHELD) if hidden else None
    return Bounded(unknown.cell, unknown.category, unknown.people, None if hidden else unknown.count, text)


def _withhold(system: System, hidden: set[int]) -> None:
    """Withhold more until nothing is settled; ends because each round hides at least one more count."""
    while True:
        settled = _single(system, hidden) or _settled(system, hidden)
        more = {chosen for index in sorted(settled) if (chosen := _nearest_shown(system, hidden, index)) is not None}
        if not more:
            return
        hidden |= more


def _single(system: System, hidden: set[int]) -> set[int]:
    """Hidden counts that stand alone in an equation: the cheap and common case, taken first."""
    alone = ([index for index in equation.terms if index in hidden] for equation in system.equations)
    return {indexes[0] for indexes in alone if len(indexes) == 1}


def _settled(system: System, hidden: set[int]) -> set[int]:
    return _by_equations(system, hidden) | _by_ranges(system, hidden)


def _by_equations(system: System, hidden: set[int]) -> set[int]:
    elimination = Elimination()
    for equation in system.equations:
        elimination.add({index: sign for index, sign in equation.terms.items() if index in hidden})
    values = elimination.solution(len(system.unknowns))
    return {index for index in hidden if values[index] == 0}


def _by_ranges(system: System, hidden: set[int]) -> set[int]:
    low, high = [], []
    for index, unknown in enumerate(system.unknowns):
        first, last = _known_range(unknown) if index in hidden else (unknown.count, unknown.count)
        low.append(first)
        high.append(last)
    system.narrow(low, high)
    return {index for index in hidden if low[index] == high[index]}


def _known_range(unknown: Unknown) -> tuple[int, int]:
    if unknown.count < EDGE:
        return 0, EDGE - 1
    if unknown.count > unknown.people - EDGE:
        return unknown.people - EDGE + 1, unknown.people
    return EDGE, unknown.people - EDGE


def _nearest_shown(system: System, hidden: set[int], start: int) -> int | None:
    """The smallest shown count in an equation with `start`; else one step further, and so on. None: all are hidden."""
    seen, ring = {start}, {start}
    while ring:
        ring = {other for index in ring for other in system.neighbours[index]} - seen
        seen |= ring
        shown = [index for index in ring if index not in hidden]
        if shown:
            return min(shown, key=lambda index: (system.unknowns[index].count, system.unknowns[index].order))
    return None
