"""Generated orgs with managers, and publishers that leak: what the disclosure tests and their full-size form share."""

from __future__ import annotations

import random
from dataclasses import dataclass

from uptake.disclosure import Cell, Path, unit_path


@dataclass
class Org:
    """`leaves`: leaf unit -> people. `manager`: person -> manager. `heads`: unit -> the person who leads it."""

    leaves: dict[Path, list[str]]
    manager: dict[str, str]
    heads: dict[Path, str]

    @property
    def sizes(self) -> dict[Path, int]:
        return {path: len(people) for path, people in self.leaves.items()}

    def below(self, manager: str, depth: int) -> set[str]:
        """People up to `depth` steps below a manager, and the manager: what a view with named lists holds."""
        found, ring = {manager}, {manager}
        for _ in range(depth):
            ring = {person for person, above in self.manager.items() if above in ring} - found
            found |= ring
        return found

    def unit(self, path: Path) -> set[str]:
        """Everybody in a unit."""
        return {p for leaf, people in self.leaves.items() if leaf[: len(path)] == path for p in people}

    def named(self, depth: int) -> dict[Path, dict[str, int]]:
        """Leaf -> manager -> people seen there by name, for every manager."""
        leaf_of = {person: path for path, people in self.leaves.items() for person in people}
        seen: dict[Path, dict[str, int]] = {}
        for manager in sorted(set(self.manager.values())):
            for person in self.below(manager, depth):
                viewers = seen.setdefault(leaf_of[person], {})
                viewers[manager] = viewers.get(manager, 0) + 1
        return seen


def make_org(rng: random.Random, people: int, team: int = 7, department: int = 28, *, messy: bool = True) -> Org:
    """Make an org of about `people`; `messy`: some report outside their team, some joined late, some have no team."""
    org = Org({}, {}, {})
    lines = rng.randint(1, 4)
    while sum(map(len, org.leaves.values())) < people:
        _add_department(org, rng, f"L{rng.randrange(lines)}", team, max(1, department + rng.randint(-15, 15)))
    if messy:
        _mess_up(org, rng)
    return org


def _add_department(org: Org, rng: random.Random, line: str, team: int, size: int) -> None:
    department = f"D{len(org.heads)}"
    head = ""
    while size > 0:
        path = unit_path(line, department, f"T{len(org.leaves)}")
        count = min(size, max(1, round(rng.gauss(team, team / 2))))
        org.leaves[path] = [f"p{len(org.manager)}-{i}-{path[2]}" for i in range(count)]
        lead = org.leaves[path][0]
        head = head or lead
        org.heads[path] = lead
        org.manager.update(dict.fromkeys(org.leaves[path], lead) | {lead: head})
        size -= count
    boss = org.heads.setdefault((line,), head)
    org.heads[line, department] = head
    org.manager[head] = boss


def _mess_up(org: Org, rng: random.Random) -> None:
    leads = sorted(set(org.manager.values()))
    for path in sorted(org.leaves):
        for person in list(org.leaves[path]):
            luck = rng.random()
            if person in leads or luck > 0.15:
                continue
            if luck < 0.06:
                org.manager[person] = rng.choice(leads)
            else:
                org.leaves[path].remove(person)
                to = unit_path(path[0], path[1], path[2], joiner=True) if luck < 0.11 else unit_path(path[0], path[1])
                org.leaves.setdefault(to, []).append(person)


def _every_unit(org: Org) -> list[tuple[Path, int]]:
    units = {leaf[:end] for leaf in org.leaves for end in range(len(leaf) + 1)}
    return sorted((unit, len(org.unit(unit))) for unit in units)


def threshold_only(org: Org, k: int) -> list[Cell]:
    """The naive publisher: every unit above k is shown, nothing else is thought of."""
    return [
        Cell(unit, unit[:-1] if unit else None, people, (unit,), median=False, yardstick=False)
        for unit, people in _every_unit(org)
        if people > k
    ]


def plain_merging(org: Org, k: int) -> list[Cell]:
    """Small children merge into one cell of more than k people; nobody asks how large its largest part is."""
    shown: list[Cell] = []
    for cell in threshold_only(org, k):
        children = {unit: people for unit, people in _every_unit(org) if unit and unit[:-1] == cell.path}
        small = tuple(unit for unit, people in children.items() if people <= k)
        rest = sum(children[unit] for unit in small)
        shown.append(cell)
        if small and rest > k:
            shown.append(Cell((*cell.path, "(rest)"), cell.path, rest, small, median=False, yardstick=False))
    return shown
