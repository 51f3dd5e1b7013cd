"""Figures of a part of the people of each cell, such as the authors of changes: the part must be large enough wherever it is shown.

Cells are nested, so what can be computed by adding and taking away is made of one thing: a shown part without the shown parts right
inside it. Guarantee: each of these holds nobody, or more than k people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uptake.disclosure.tree import Path


def shown_parts(parts: Mapping[Path, int], parents: Mapping[Path, Path | None], k: int) -> frozenset[Path]:
    """The cells whose part may be shown. `parts`: cell -> people of it in the part; `parents`: cell -> cell above, None at the top.

    A cell that leaves too few beside the shown cells inside it hides the smallest of these with all that is inside, as often as needed.
    """
    made = _Parts(dict(parts), {}, {cell for cell, people in parts.items() if people > k}, k)
    for cell in sorted(parts):
        above = parents.get(cell)
        if above is not None:
            made.children.setdefault(above, []).append(cell)
    for cell in sorted(parts, key=lambda one: (-_depth(one, parents), one)):
        if cell in made.shown:
            made.settle(cell)
    return frozenset(made.shown)


def _depth(cell: Path, parents: Mapping[Path, Path | None]) -> int:
    depth, above = 0, parents.get(cell)
    while above is not None:
        depth, above = depth + 1, parents.get(above)
    return depth


@dataclass(slots=True)
class _Parts:
    people: dict[Path, int]
    children: dict[Path, list[Path]]
    shown: set[Path]
    k: int

    def settle(self, cell: Path) -> None:
        inside = self.children.get(cell, [])
        while 0 < self.people[cell] - sum(self.covered(child) for child in inside) <= self.k:
            open_ = [child for child in inside if child in self.shown]
            if not open_:
                self.shown.discard(cell)
                return
            self.hide(min(open_, key=lambda child: (self.people[child], child)))

    def covered(self, cell: Path) -> int:
        """People of the part who stand in a shown cell, this one or one inside."""
        if cell in self.shown:
            return self.people[cell]
        return sum(self.covered(child) for child in self.children.get(cell, []))

    def hide(self, cell: Path) -> None:
        self.shown.discard(cell)
        for child in self.children.get(cell, []):
            self.hide(child)
