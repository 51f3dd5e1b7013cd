"""The one fixed tree of units, and the shape of a cell. Names made by us stand in brackets; a real name never does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Path = tuple[str, ...]
"""Unit from the top: () is the company, then line, department, team. Parts as `unit_path` writes them."""

COMPANY: Path = ()
COMPANY_TEXT = "(company)"
OTHERS = "(others)"
JOINERS = "(joiners)"
NO_UNIT = "(none)"
DEPTH = 3


def unit_path(line: str, department: str | None = None, team: str | None = None, *, joiner: bool = False) -> Path:
    """Return the leaf of a person. A missing unit is `(none)`; a joiner stands in the joiners of their line, by team.

    A slash, a tilde and a leading bracket of a name are written `~1`, `~0` and `~2`, so that no name looks like a path
    or like a cell of ours.
    """
    names = [_escaped(name) for name in (line, department, team)]
    return (names[0], JOINERS, "~3".join(names[1:])) if joiner else tuple(names)


def _escaped(name: str | None) -> str:
    if not name:
        return NO_UNIT
    text = name.replace("~", "~0").replace("/", "~1")
    return "~2" + text[1:] if text.startswith("(") else text


def scope_text(path: Path) -> str:
    """Return a path as text, parts joined by a slash; the company is `(company)`."""
    return "/".join(path) if path else COMPANY_TEXT


@dataclass(frozen=True, slots=True)
class Cell:
    """A group whose figures may be shown. `parts` are the units in it: itself, or those merged into `(others)`.

    `median`: 2k people or more, so that medians may stand beside it. `yardstick`: 25 people or more, so that people
    outside the group may be shown it as a comparison, and so that it may be shown by day.
    """

    path: Path
    parent: Path | None
    people: int
    parts: tuple[Path, ...]
    median: bool
    yardstick: bool


@dataclass(slots=True)
class Node:
    """A unit while the cells are cut. `seen`: viewer -> people of this unit whom that viewer sees by name.

    `whole`: nobody of the unit stands elsewhere, as its joiners may.
    """

    path: Path
    people: int = 0
    children: list[Node] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    whole: bool = True

    @property
    def sealed(self) -> bool:
        """Whether the units below never become cells: joiners by team are known to the merge only."""
        return bool(self.path) and self.path[-1] == JOINERS

    @property
    def units(self) -> tuple[Path, ...]:
        """The units whose people it holds: itself, or those inside where it does not hold all of its own."""
        return (self.path,) if self.whole else tuple(unit for child in self.children for unit in child.units)

    def joiners(self) -> Node | None:
        """Its joiners, if it has any."""
        return next((child for child in self.children if child.sealed), None)

    def give_up(self, child: Node) -> None:
        """Its child no longer counts in it."""
        self.children.remove(child)
        self.people -= child.people
        _add(self.seen, {viewer: -count for viewer, count in child.seen.items()})
        self.whole = False


def build(leaves: Mapping[Path, int], named: Mapping[Path, Mapping[str, int]]) -> Node:
    """Make the tree from the people of each leaf. Raises ValueError where a leaf is also a parent, or a count is negative."""
    nodes: dict[Path, Node] = {COMPANY: Node(COMPANY)}
    for path, people in sorted(leaves.items()):
        _check(path, people, nodes)
        if people:
            line = list(_nodes_to(path, nodes))
            for node in line:
                node.people += people
                _add(node.seen, named.get(path, {}))
    if any(node.children and path in leaves for path, node in nodes.items()):
        raise ValueError("a unit with people of its own has units below it: give these people a unit named (none)")
    return nodes[COMPANY]


def _check(path: Path, people: int, nodes: Mapping[Path, Node]) -> None:
    if people < 0:
        raise ValueError("people of a unit must be 0 or more")
    if not path or OTHERS in path:
        raise ValueError("a leaf names a unit, and no unit is named (others)")
    if path in nodes:
        raise ValueError("a unit stands twice in the tree")


def _nodes_to(path: Path, nodes: dict[Path, Node]) -> Iterator[Node]:
    above = nodes[COMPANY]
    yield above
    for end in range(1, len(path) + 1):
        node = nodes.get(path[:end])
        if node is None:
            node = nodes[path[:end]] = Node(path[:end])
            above.children.append(node)
        above = node
        yield above


def _add(total: dict[str, int], more: Mapping[str, int]) -> None:
    for viewer, count in more.items():
        total[viewer] = total.get(viewer, 0) + count


def joiners_of_all(buckets: Sequence[Node]) -> Node:
    """The joiners of several lines as one unit of the company."""
    people = sum(bucket.people for bucket in buckets)
    return Node((JOINERS,), people, list(buckets), seen_in(buckets), whole=False)


def seen_in(nodes: Iterable[Node]) -> dict[str, int]:
    """Sum what each viewer sees by name over several units."""
    total: dict[str, int] = {}
    for node in nodes:
        _add(total, node.seen)
    return total
