"""From the tree of units to the cells that may be shown: dominance merging with hysteresis.

Every shown parent is the exact sum of its shown children cells, or shows no child at all. So the finest cells part the
company, and everything that can be computed from the cells is a union of finest cells; a viewer who also knows people by
name learns, beyond these people, the rest of the finest cells they stand in. Hence the two conditions on every cell: a
rest of 0 or of at least k without its largest part (the manager of that part may know all of it), and a rest of 0 or of at
least k without the people whom any one viewer sees by name (`named`).

Joiners never take a unit that could be shown out of sight. They stand in their line where they may be shown there by
themselves or beside small units; else in the joiners of all lines, on the same terms; else in no cell: they wait.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from uptake.disclosure.tree import OTHERS, Cell, Node, Path, build, joiners_of_all, seen_in

FLOOR = 5
DEFAULT_K = 10
YARDSTICK = 25
HOLD = 2
"""Periods that a fallen cell stays out after it is large enough again."""


@dataclass(frozen=True, slots=True)
class Release:
    """Cells in order of path; and for the periods after: the units that fell, and all that were merged or left out.

    A caller that keeps only the two sets may give `Release((), fell, hidden)` as history.
    """

    cells: tuple[Cell, ...]
    fell: frozenset[Path]
    hidden: frozenset[Path]


@dataclass(frozen=True, slots=True)
class _Rule:
    k: int
    held: Collection[Path]
    hidden_before: Collection[Path]

    def stands(self, unit: Node) -> bool:
        """Whether a unit is large enough by itself: k + 1 people, not dominated, no rest that a viewer could compute."""
        return unit.people > self.k and not self._dominated(unit) and self._hides(unit.people, unit.seen)

    def mixes(self, parts: Sequence[Node]) -> bool:
        """Whether merged units may be shown as one: k people remain without the largest of them."""
        people = sum(part.people for part in parts)
        rest = people - max(part.people for part in parts)
        return rest >= self.k and self._hides(people, seen_in(parts))

    def _dominated(self, unit: Node) -> bool:
        while len(unit.children) == 1:  # an only child is the same people under a second name
            unit = unit.children[0]
        return bool(unit.children) and unit.people - max(child.people for child in unit.children) < self.k

    def _hides(self, people: int, seen: Mapping[str, int]) -> bool:
        return not any(0 < people - count < self.k for count in seen.values())


def release(
    leaves: Mapping[Path, int],
    k: int = DEFAULT_K,
    previous: Sequence[Release] = (),
    named: Mapping[Path, Mapping[str, int]] | None = None,
) -> Release:
    """Cut the cells of one period from the people of each leaf unit (see `unit_path`).

    `previous`: the earlier periods, oldest first; the last two count. `named`: leaf -> viewer -> people of that
    leaf whom the viewer sees by name, themselves included; needed where named lists are on, else everybody is taken to
    know themselves only. Raises ValueError below the floor of k or for a tree that is none.
    """
    if k < FLOOR:
        raise ValueError(f"k must be {FLOOR} or more")
    held = frozenset(path for past in previous[-HOLD:] for path in past.fell)
    cut = _Cut(_Rule(k, held, previous[-1].hidden if previous else frozenset()))
    cut.company(build(leaves, named or {}))
    return Release(tuple(sorted(cut.cells, key=lambda cell: cell.path)), frozenset(cut.fell), frozenset(cut.hidden))


@dataclass(slots=True)
class _Cut:
    rule: _Rule
    cells: list[Cell] = field(default_factory=list)
    fell: set[Path] = field(default_factory=set)
    hidden: set[Path] = field(default_factory=set)

    def company(self, root: Node) -> None:
        self._seat_joiners(root)
        if not self.rule.stands(root):
            self.fell.add(root.path)
        elif root.path not in self.rule.held:
            self.cells.append(self._cell(root.path, None, [root]))
            self._below(root)
            return
        self._without_total(root)

    def _seat_joiners(self, root: Node) -> None:
        taken = [bucket for line in root.children if (bucket := self._taken_out(line))]
        root.children = [line for line in root.children if line.people]
        if taken:
            root.children.append(joiners_of_all(taken))
            self._taken_out(root)

    def _taken_out(self, parent: Node) -> Node | None:
        """The joiners of a unit, no longer in it, where they could be shown only by merging them with a unit that needs it not."""
        bucket = parent.joiners()
        if bucket is None or self._good(bucket):
            return None
        if not all(self._good(child) for child in parent.children if child is not bucket):
            return None
        self.fell.update([] if self.rule.stands(bucket) else [bucket.path])
        self.hidden.add(bucket.path)
        parent.give_up(bucket)
        return bucket

    def _good(self, unit: Node) -> bool:
        return self.rule.stands(unit) and unit.path not in self.rule.held

    def _below(self, parent: Node) -> None:
        if parent.sealed or not parent.children:
            return
        good, small = self._sorted_out(parent)
        broken = any(not self.rule.stands(unit) for unit in small)
        while small and good and not self.rule.mixes(small):
            # A sibling that a held unit needs is not marked: else each would hold the other out for ever.
            self.fell.update([good[0].path] if broken else [])
            small.append(good.pop(0))
        self.hidden.update(unit.path for unit in (small if good else parent.children))
        if good:
            self._show(parent, parent.path, good, small)

    def _without_total(self, root: Node) -> None:
        """Show the good lines of a company whose total is not shown: nothing can be subtracted from what is not there."""
        good, small = self._sorted_out(root)
        self._show(root, None, good, small if small and self.rule.mixes(small) else [])

    def _sorted_out(self, parent: Node) -> tuple[list[Node], list[Node]]:
        good: list[Node] = []
        small: list[Node] = []
        for child in sorted(parent.children, key=self._turn):
            self.fell.update([] if self.rule.stands(child) else [child.path])
            (good if self._good(child) else small).append(child)
        return good, small

    def _turn(self, unit: Node) -> tuple[bool, int, Path]:
        """Who is merged first: those that are out already, so that the choice does not wander; then the smallest."""
        return unit.path not in self.rule.hidden_before, unit.people, unit.path

    def _show(self, parent: Node, above: Path | None, good: Sequence[Node], others: Sequence[Node]) -> None:
        """`above`: the cell in which these stand; None where it is not shown itself."""
        if others:
            self.cells.append(self._cell((*parent.path, OTHERS), above, others))
        for unit in good:
            self.cells.append(self._cell(unit.path, above, [unit]))
            self._below(unit)

    def _cell(self, path: Path, parent: Path | None, parts: Sequence[Node]) -> Cell:
        people = sum(part.people for part in parts)
        inside = tuple(sorted(unit for part in parts for unit in part.units))
        return Cell(path, parent, people, inside, people >= 2 * self.rule.k, people >= YARDSTICK)


def members(cells: Sequence[Cell], leaves: Mapping[Path, Collection[str]]) -> tuple[frozenset[str], ...]:
    """Return the people of each cell, given the people of each leaf unit."""
    inside: dict[Path, set[str]] = {}
    for path, people in leaves.items():
        for end in range(len(path) + 1):
            inside.setdefault(path[:end], set()).update(people)
    return tuple(frozenset().union(*(inside.get(part, ()) for part in cell.parts)) for cell in cells)
