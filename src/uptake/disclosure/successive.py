"""Two releases of one quarter: the later one must not give a small group away beside the earlier. Pure.

A roster that follows every joiner shows each of them exactly: the figures of their line before and after. So the people of a released
cell stay together until the quarter ends. Who comes later waits, and joins with at least k others of the same line, or else of all
lines; who is gone keeps their place. A new cut of the whole company replaces the old one only where the auditor finds nothing in both together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from uptake.disclosure.auditor import audit
from uptake.disclosure.cells import YARDSTICK
from uptake.disclosure.tree import COMPANY, JOINERS, OTHERS, Cell, Path

Places = Mapping[str, Path]
"""Person -> the finest cell in which they stand."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Cells, and the finest cell of each person in them."""

    cells: tuple[Cell, ...]
    places: Places


def next_cut(
    before: Cut | None, new: Cut, leaves: Mapping[Path, Collection[str]], seen_by: Mapping[str, Sequence[str]], k: int
) -> Cut:
    """The cut to release after another one of the same quarter: `new` where both together are safe or the old one may no longer be
    shown, else the old cells. `leaves`: people of each unit now; `seen_by`: person -> viewers who see that person by name.
    """
    if before is None or safe_beside(before.places, new.places, k) or not stands(before, seen_by, k):
        return new
    return kept_together(before, leaves, seen_by, k)


def safe_beside(before: Places, after: Places, k: int) -> bool:
    """Whether nobody who holds both releases can settle a figure of fewer than k people. Every cell is a sum of finest cells, so these
    say all; a cell with the same people in both says nothing new.
    """
    old, new = _people(before), _people(after)
    same = set(old) & set(new)
    return not audit([*(set(old) - same), *(set(new) - same)], k)


def _people(places: Places) -> list[frozenset[str]]:
    inside: dict[Path, set[str]] = defaultdict(set)
    for person, cell in places.items():
        inside[cell].add(person)
    return [frozenset(people) for people in inside.values()]


def kept_together(
    before: Cut, leaves: Mapping[Path, Collection[str]], seen_by: Mapping[str, Sequence[str]], k: int
) -> Cut:
    """The cells of the earlier release with its people, and with those who have come since where more than k of a line have."""
    places, cells = dict(before.places), {cell.path: cell for cell in before.cells}
    if COMPANY in cells:  # else nobody can tell who has come from who was in no cell
        left: dict[Path, list[str]] = {}
        for line, teams in sorted(_waiting(leaves, places).items()):
            if not _join(teams, _target(line, cells), (places, cells), seen_by, k):
                left[line,] = [person for team in teams.values() for person in team]
        _join(left, _target_of_all(cells), (places, cells), seen_by, k)
    return Cut(_counted(cells.values(), places, k), places)


def _join(
    parts: Mapping[Path, Collection[str]],
    target: Path | None,
    cut: tuple[dict[str, Path], dict[Path, Cell]],
    seen_by: Mapping[str, Sequence[str]],
    k: int,
) -> bool:
    """Give people their place in the target where there are enough of them; whether it was done. `cut`: places and cells, changed."""
    batch = sorted(person for part in parts.values() for person in part)
    if target is None or not _mixed(parts, k) or not _hidden(batch, seen_by, k):
        return False
    places, cells = cut
    places.update(dict.fromkeys(batch, target))
    cells.setdefault(target, Cell(target, target[:-1], 0, (target,), median=False, yardstick=False))
    return True


def _waiting(leaves: Mapping[Path, Collection[str]], places: Places) -> dict[str, dict[Path, list[str]]]:
    """Line -> leaf -> people without a place."""
    found: dict[str, dict[Path, list[str]]] = defaultdict(dict)
    for leaf, people in leaves.items():
        if new := [person for person in people if person not in places]:
            found[leaf[0]][leaf] = new
    return found


def _mixed(parts: Mapping[Path, Collection[str]], k: int) -> bool:
    """More than k people, and k of them without the largest part, whose manager may know all of it."""
    sizes = [len(part) for part in parts.values()]
    return sum(sizes) > k and sum(sizes) - max(sizes) >= k


def _hidden(batch: Iterable[str], seen_by: Mapping[str, Sequence[str]], k: int) -> bool:
    people = list(batch)
    seen = Counter(viewer for person in people for viewer in seen_by.get(person, ()))
    return not any(0 < len(people) - count < k for count in seen.values())


def _target(line: str, cells: Collection[Path]) -> Path | None:
    """The cell that takes the joiners of a line: its joiners, its others, a new cell beside its parts, itself, or the others of all."""
    joiners, others = (line, JOINERS), (line, OTHERS)
    if joiners in cells or others in cells:
        return joiners if joiners in cells else others
    if any(len(path) == 2 and path[0] == line for path in cells):
        return joiners
    return next((path for path in ((line,), (OTHERS,)) if path in cells), None)


def _target_of_all(cells: Collection[Path]) -> Path:
    """The cell that takes the joiners of several lines: as for a line, one step up."""
    beside = any(len(path) == 1 for path in cells)
    return next((path for path in ((JOINERS,), (OTHERS,)) if path in cells), (JOINERS,) if beside else COMPANY)


def _counted(cells: Iterable[Cell], places: Places, k: int) -> tuple[Cell, ...]:
    people: Counter[Path] = Counter()
    known = {cell.path: cell for cell in cells}
    for path, count in Counter(places.values()).items():
        above: Path | None = path
        while above is not None:
            people[above] += count
            above = known[above].parent
    return tuple(
        replace(cell, people=people[path], median=people[path] >= 2 * k, yardstick=people[path] >= YARDSTICK)
        for path, cell in sorted(known.items())
    )


def stands(cut: Cut, seen_by: Mapping[str, Sequence[str]], k: int) -> bool:
    """Whether the cells of an earlier release may still be shown: k + 1 people each, and no viewer sees all but a few by name."""
    inside: dict[Path, list[str]] = defaultdict(list)
    for person, cell in cut.places.items():
        inside[cell].append(person)
    return all(cell.people > k for cell in cut.cells) and all(_hidden(people, seen_by, k) for people in inside.values())
