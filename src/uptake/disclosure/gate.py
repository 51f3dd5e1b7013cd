"""The gate of a release: the auditor over every role view of the cells that are about to be shown (GOVERNANCE.md section 5). Pure.

It takes nothing from how cells are cut but who stands in which. Each line is audited by itself, and the lines with the company, once for
everybody who sees nobody by name but themselves; a viewer who sees people by name is audited over the finest cells in which these stand, of
which every other cell is a sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from uptake.disclosure.auditor import Leak, audit
from uptake.disclosure.successive import Cut
from uptake.disclosure.tree import Path


@dataclass(frozen=True, slots=True)
class Audited:
    """How many role views were audited, and what leaks in them."""

    views: int
    leaks: tuple[Leak, ...]


def audited(cut: Cut, seen_by: Mapping[str, Sequence[str]], k: int) -> Audited:
    """`seen_by`: person -> viewers who see that person by name."""
    cells = people_of(cut)
    views = [*_nameless(cells, k), *_named(cut, seen_by, k)]
    return Audited(len(views), tuple(leak for found in views for leak in found))


def people_of(cut: Cut) -> dict[Path, frozenset[str]]:
    """Cell -> everybody in it, by the finest cells and what stands above them."""
    above = {cell.path: cell.parent for cell in cut.cells}
    inside: dict[Path, set[str]] = {path: set() for path in above}
    for person, finest in cut.places.items():
        path: Path | None = finest
        while path is not None:
            inside[path].add(person)
            path = above[path]
    return {path: frozenset(people) for path, people in inside.items()}


def _nameless(cells: Mapping[Path, frozenset[str]], k: int) -> Iterable[tuple[Leak, ...]]:
    """Views of who sees nobody by name. They may be one of the people themselves, so that k others have to be left."""
    lines: dict[str, list[frozenset[str]]] = defaultdict(list)
    top = []
    for path, people in cells.items():
        if len(path) <= 1:
            top.append(people)
        if path:
            lines[path[0]].append(people)
    for shown in (top, *lines.values()):
        yield audit(shown, k + 1)


def _named(cut: Cut, seen_by: Mapping[str, Sequence[str]], k: int) -> Iterable[tuple[Leak, ...]]:
    finest: dict[Path, set[str]] = defaultdict(set)
    seen: dict[str, set[str]] = defaultdict(set)
    for person, path in cut.places.items():
        finest[path].add(person)
        for viewer in seen_by.get(person, ()):
            seen[viewer].add(person)
    for named in seen.values():
        yield audit([finest[path] for path in {cut.places[person] for person in named}], k, named)
