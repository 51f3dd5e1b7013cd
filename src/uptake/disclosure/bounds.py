"""Counts that would say the same of everybody in a cell are bounded, and what would give them away is withheld.

First pass: a count of 0-2 or of n-2..n in a cell of n people is shown as "fewer than 3" or "more than n-3". Second pass:
further counts are withheld, the smallest first and those of wide cells last, until no bounded count is settled by what is
shown. Third pass: what was withheld in vain of wide cells is shown again.

Guarantee: given all shown counts, all sizes and all texts, no bounded count follows (a) by any linear combination of "the
categories of a cell sum to its people" and "the children of a cell sum to it", however many are combined, or (b) by
repeated narrowing of ranges through single such equations and through the order of nested categories. A withheld count is
taken to be known to lie in 3..n-3, except in a cell all of whose hidden counts say `withheld`, where the bounds themselves
would have settled a count; it speaks of nobody in particular, might have been shown, and is not itself protected.
Not covered: reasoning on the ranges of several equations at once, and reasoning on the order in which counts are withheld.
Differences of two shown nested counts (active less regular) are looked at where tables are read together (`steps`, `reading`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from uptake.disclosure.linear import Elimination
from uptake.disclosure.system import Count, System, Unknown, make_system
from uptake.disclosure.tree import Path

EDGE = 3
WITHHELD = "withheld"
PATIENT = 12
"""Rounds in which counts further away are hidden one by one; then twice as many in each, for hundreds of rounds cost a large company minutes."""
WIDE = 1
"""Cells of this depth or less, the company and its lines, whose counts are tried again in the third pass: to try all would cost a large company minutes."""


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
    mask = _Mask(make_system(counts, partition=partition, nested=nested))
    mask.protect()
    return tuple(sorted(mask.rows(), key=lambda row: (row.cell, row.category)))


def _edge_text(unknown: Unknown) -> str | None:
    if unknown.count < EDGE:
        return f"fewer than {EDGE}"
    return f"more than {unknown.people - EDGE}" if unknown.count > unknown.people - EDGE else None


def _edge_range(unknown: Unknown) -> tuple[int, int]:
    if unknown.count < EDGE:
        return 0, EDGE - 1
    if unknown.count > unknown.people - EDGE:
        return unknown.people - EDGE + 1, unknown.people
    return EDGE, unknown.people - EDGE


@dataclass(slots=True)
class _Mask:
    """Which counts are hidden, and in which cells the hidden ones show no bound either (`blank`)."""

    system: System
    bounded: frozenset[int] = field(init=False)
    hidden: set[int] = field(init=False)
    blank: set[Path] = field(default_factory=set)
    far: set[int] = field(default_factory=set)
    """Counts that were hidden although they stand in no sum with a settled one."""
    rounds: int = 0

    def __post_init__(self) -> None:
        edges = (index for index, unknown in enumerate(self.system.unknowns) if _edge_text(unknown) is not None)
        self.bounded = frozenset(edges)
        self.hidden = set(self.bounded)

    def rows(self) -> Iterator[Bounded]:
        for index, unknown in enumerate(self.system.unknowns):
            hidden, bound = index in self.hidden, None if unknown.cell in self.blank else _edge_text(unknown)
            count, text = (None, bound or WITHHELD) if hidden else (unknown.count, None)
            yield Bounded(unknown.cell, unknown.category, unknown.people, count, text)

    def protect(self) -> None:
        """Hide more until no bounded count is settled; ends because each round hides or blanks at least one more."""
        while settled := (self.single() or self.by_equations() | self.by_ranges()):
            self.rounds += 1
            hidden_more = [self._hide_more(index) for index in sorted(settled)]
            if not any(hidden_more):
                return
        self._give_back()

    def _give_back(self) -> None:
        """Show again what was hidden on the way and settles nothing when shown: counts, the widest and largest first, then bounds."""
        unknowns = self.system.unknowns
        wide = {index for index in self.hidden - self.bounded if len(unknowns[index].cell) <= WIDE}
        self._show(
            self.hidden, sorted(wide | self.far, key=lambda one: (-unknowns[one].order[0], -unknowns[one].count, one))
        )
        self._show(self.blank, sorted(self.blank))

    def _show(self, covered: set[Any], wanted: list[Any]) -> None:
        """Uncover each in turn where that settles nothing. What is shown only ever settles more, so many that settle nothing together would
        settle nothing one by one.
        """
        covered.difference_update(wanted)
        if not wanted or not self._any_settled():
            return
        covered.update(wanted)
        if len(wanted) > 1:
            half = len(wanted) // 2
            self._show(covered, wanted[:half])
            self._show(covered, wanted[half:])

    def _any_settled(self) -> bool:
        return bool(self.single() or self.by_ranges() or self.by_equations())

    def single(self) -> set[int]:
        """Bounded counts that stand alone in an equation: the cheap and common case, taken first."""
        alone = ([index for index in equation.terms if index in self.hidden] for equation in self.system.equations)
        return {indexes[0] for indexes in alone if len(indexes) == 1} & self.bounded

    def by_equations(self) -> set[int]:
        """Bounded counts that some combination of equations settles."""
        elimination = Elimination()
        for equation in self.system.equations:
            elimination.add({index: sign for index, sign in equation.terms.items() if index in self.hidden})
        values = elimination.solution(len(self.system.unknowns))
        return {index for index in self.bounded if values[index] == 0}

    def by_ranges(self) -> set[int]:
        """Bounded counts whose range narrows to one value."""
        ranges = [self._range(index) for index in range(len(self.system.unknowns))]
        low, high = [first for first, _ in ranges], [last for _, last in ranges]
        self.system.narrow(low, high)
        return {index for index in self.bounded if low[index] == high[index]}

    def _range(self, index: int) -> tuple[int, int]:
        unknown = self.system.unknowns[index]
        if index not in self.hidden:
            return unknown.count, unknown.count
        return (0, unknown.people) if unknown.cell in self.blank else _edge_range(unknown)

    def _hide_more(self, index: int) -> bool:
        """Hide the smallest shown count near a settled one, or blank its cell; False: there is nothing left to hide.

        The bounds of a cell go before a count of a wider cell does, and so do counts of deep cells further away.
        """
        cell = self.system.unknowns[index].cell
        near = self._shown(self.system.neighbours[index])
        if self._settled_in_its_cell(index):
            near = [other for other in near if self.system.unknowns[other].cell == cell]
        level = [other for other in near if len(self.system.unknowns[other].cell) >= len(cell)]
        if not level and cell not in self.blank:
            self.blank.add(cell)
            return True
        if level:
            self.hidden.add(level[0])
            return True
        far = next((found for depth in range(len(cell) + 1, -1, -1) if (found := self._ring(index, depth))), [])
        far = far[: 2 ** max(0, self.rounds - PATIENT)]
        self.far.update(far)
        self.hidden.update(far)
        return bool(far)

    def _settled_in_its_cell(self, index: int) -> bool:
        inside = self.system.equation_of_cell(index)
        if inside is None:
            return False
        ranges = {other: self._range(other) for other in inside.terms}
        rest = inside.total - sum(first for other, (first, _) in ranges.items() if other != index)
        most = inside.total - sum(last for other, (_, last) in ranges.items() if other != index)
        return max(ranges[index][0], most) == min(ranges[index][1], rest)

    def _shown(self, indexes: Iterable[int]) -> list[int]:
        unknowns = self.system.unknowns
        shown = (index for index in indexes if index not in self.hidden)
        return sorted(shown, key=lambda index: (unknowns[index].count, unknowns[index].order))

    def _ring(self, start: int, depth: int) -> list[int]:
        """The nearest shown counts of cells of this depth or more, on ways through what is hidden; depth 0: on any way."""
        unknowns, seen, ring = self.system.unknowns, {start}, {start}
        while ring:
            ring = {other for index in ring for other in self.system.neighbours[index]} - seen
            seen |= ring
            if found := self._shown(index for index in ring if len(unknowns[index].cell) >= depth):
                return found
            ring &= self.hidden if depth else ring
        return []
