"""The equations that anybody can write down beside a table of counts by cell and category."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from uptake.disclosure.tree import Path

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Count:
    """People of one category in one shown cell. `parent` is the cell's parent cell; `people` its size."""

    cell: Path
    parent: Path | None
    category: str
    count: int
    people: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """One count: an unknown to a reader from whom it is hidden."""

    cell: Path
    category: str
    count: int
    people: int

    @property
    def order(self) -> tuple[int, Path, str]:
        """Tie-break among equal counts: the deepest cell first."""
        return -len(self.cell), self.cell, self.category


@dataclass(frozen=True, slots=True)
class Equation:
    """Sum of sign x count over `terms` (index of the unknown -> sign) equals `total`."""

    terms: Mapping[int, int]
    total: int


@dataclass(slots=True)
class System:
    """Unknowns, deepest cells first, with equations and with pairs (wider, narrower) of nested categories."""

    unknowns: list[Unknown]
    equations: list[Equation]
    pairs: list[tuple[int, int]]
    neighbours: list[set[int]] = field(init=False)
    _equations_of: list[list[int]] = field(init=False)
    _pairs_of: list[list[tuple[int, int]]] = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.unknowns)
        self.neighbours = [set() for _ in range(size)]
        self._equations_of = [[] for _ in range(size)]
        self._pairs_of = [[] for _ in range(size)]
        for number, equation in enumerate(self.equations):
            for index in equation.terms:
                self._equations_of[index].append(number)
                self.neighbours[index].update(equation.terms)
        for pair in self.pairs:
            for index in pair:
                self._pairs_of[index].append(pair)
                self.neighbours[index].update(pair)

    def equation_of_cell(self, index: int) -> Equation | None:
        """Return the equation "the categories of the cell sum to its people" of an unknown; None where there is none."""
        cell = self.unknowns[index].cell
        for number in self._equations_of[index]:
            if all(self.unknowns[other].cell == cell for other in self.equations[number].terms):
                return self.equations[number]
        return None

    def narrow(self, low: list[int], high: list[int]) -> None:
        """Narrow the ranges in place, one equation or pair at a time, until none narrows further."""
        waiting = deque(range(len(self.equations)))
        queued = set(waiting)
        changed = {index for pair in self.pairs for index in self._by_pair(pair, low, high)}
        while waiting or changed:
            for index in sorted(changed):
                waiting.extend(number for number in self._equations_of[index] if number not in queued)
                queued.update(self._equations_of[index])
            changed = self._by_pairs(changed, low, high)
            if waiting:
                number = waiting.popleft()
                queued.discard(number)
                changed.update(self._by_equation(self.equations[number], low, high))

    def _by_pairs(self, indexes: set[int], low: list[int], high: list[int]) -> set[int]:
        pairs = sorted({pair for index in indexes for pair in self._pairs_of[index]})
        return {index for pair in pairs for index in self._by_pair(pair, low, high)}

    @staticmethod
    def _by_pair(pair: tuple[int, int], low: list[int], high: list[int]) -> Iterator[int]:
        wider, narrower = pair
        if high[narrower] > high[wider]:
            high[narrower] = high[wider]
            yield narrower
        if low[wider] < low[narrower]:
            low[wider] = low[narrower]
            yield wider

    @staticmethod
    def _by_equation(equation: Equation, low: list[int], high: list[int]) -> Iterator[int]:
        open_terms = [(index, sign) for index, sign in equation.terms.items()]
        least = sum(low[index] if sign > 0 else -high[index] for index, sign in open_terms)
        most = sum(high[index] if sign > 0 else -low[index] for index, sign in open_terms)
        slack_up, slack_down = equation.total - least, most - equation.total
        for index, sign in open_terms:
            up, down = (slack_up, slack_down) if sign > 0 else (slack_down, slack_up)
            first, last = max(low[index], high[index] - down), min(high[index], low[index] + up)
            if (first, last) != (low[index], high[index]):
                low[index], high[index] = first, last
                yield index


def make_system(counts: Iterable[Count], *, partition: bool, nested: Sequence[str]) -> System:
    """Write the equations of a table. Raises ValueError where a count is out of range or a sum does not hold."""
    rows = list(counts)
    sizes = _one_each((row.cell, row.people) for row in rows)
    parents = _one_each((row.cell, row.parent) for row in rows)
    values = _one_each(((row.cell, row.category), row.count) for row in rows)
    categories = sorted({row.category for row in rows})
    keys = sorted(((cell, name) for cell in sizes for name in categories), key=lambda key: (-len(key[0]), key))
    unknowns = [Unknown(cell, name, values.get((cell, name), 0), sizes[cell]) for cell, name in keys]
    if any(not 0 <= unknown.count <= unknown.people for unknown in unknowns):
        raise ValueError("a count lies outside 0 .. people")
    at = {key: index for index, key in enumerate(keys)}
    families = list(_families(at, sizes, parents, categories))
    wholes = [Equation({at[cell, name]: 1 for name in categories}, sizes[cell]) for cell in sorted(sizes)]
    equations = families + (wholes if partition else [])
    if any(sum(sign * unknowns[i].count for i, sign in eq.terms.items()) != eq.total for eq in equations):
        raise ValueError("the counts of a cell or of its children do not sum to it")
    return System(unknowns, equations, list(_pairs(at, unknowns, sizes, nested)))


def _one_each(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    found: dict[Key, Value] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            raise ValueError("a cell has two sizes, two parents or two counts of one category")
    return found


def _families(
    at: Mapping[tuple[Path, str], int],
    sizes: Mapping[Path, int],
    parents: Mapping[Path, Path | None],
    categories: Sequence[str],
) -> Iterator[Equation]:
    children: dict[Path, list[Path]] = {}
    for cell, parent in sorted(parents.items()):
        if parent is not None:
            children.setdefault(parent, []).append(cell)
    for parent, cells in sorted(children.items()):
        if sizes.get(parent) == sum(sizes[cell] for cell in cells):
            for name in categories:
                yield Equation({at[parent, name]: -1} | {at[cell, name]: 1 for cell in cells}, 0)


def _pairs(
    at: Mapping[tuple[Path, str], int], unknowns: Sequence[Unknown], sizes: Iterable[Path], nested: Sequence[str]
) -> Iterator[tuple[int, int]]:
    for cell in sorted(sizes):
        for wide, narrow in pairwise(nested):
            wider, narrower = at[cell, wide], at[cell, narrow]
            if unknowns[narrower].count > unknowns[wider].count:
                raise ValueError("a nested category holds more people than the wider one")
            yield wider, narrower
