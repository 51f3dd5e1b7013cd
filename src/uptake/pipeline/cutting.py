"""Cut the units of each quarter into cells that may be shown (GOVERNANCE.md section 5).

The roster of a quarter is frozen at its first day; who joins later is a joiner until the next one. Once a quarter was released its
cells keep their people (decision 0066): a new cut takes over only where both releases together are safe.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from uptake.disclosure import COMPANY, LIMITS, Cell, Path, Release, release, scope_text, unit_path
from uptake.disclosure.gate import audited
from uptake.disclosure.successive import Cut, next_cut
from uptake.errors import UserError
from uptake.snapshot.build import Row, counted, group_sql
from uptake.warehouse import cuts
from uptake.warehouse.connect import Connection, together
from uptake.warehouse.cuts import KeptCut
from uptake.warehouse.memo import content
from uptake.warehouse.periods import bounds

Leaves = Mapping[Path, Collection[str]]
NO_CUT = KeptCut("", [], [])
REMEMBERED = 2
"""Quarters before that a cut looks at: a cell that fell stays out in time."""


@dataclass(frozen=True, slots=True)
class CutCall:
    """What a cut is made from beside the roster. `seen_by`: person -> viewers who see that person by name (where named lists are
    on, else empty): what such a viewer can take out of a cell must leave k people or none. `code`: digest of the code that cuts.
    """

    as_of: dt.date
    k: int
    seen_by: Mapping[str, tuple[str, ...]]
    code: str


def cut_cells(connection: Connection, quarters: Iterable[str], call: CutCall) -> dict[str, str]:
    """Cut each quarter, oldest first, where what it is made from changed. Answers quarter -> digest of its cells and their people."""
    beside = hashlib.sha256(repr((call.code, call.k, sorted(call.seen_by.items()))).encode()).hexdigest()
    found: dict[str, str] = {}
    past: list[KeptCut] = []
    for quarter in quarters:
        days = _days(quarter, call.as_of)
        roster = content(connection, group_sql("roster"), days)
        told = [beside, quarter, roster, *(one.made for one in past[-REMEMBERED:])]
        made = hashlib.sha256("\n".join(told).encode()).hexdigest()
        held = cuts.held(connection, quarter)
        if held is None or held.made != made:
            held = _cut(connection, quarter, call, past[-REMEMBERED:], replace(held or NO_CUT, made=made))
        past.append(held)
        found[quarter] = f"{call.k} {cuts.digest(connection, quarter)}"
    cuts.forget_others(connection, found)
    return found


def _days(quarter: str, as_of: dt.date) -> dict[str, dt.date]:
    first, last = bounds(quarter)
    return {"first_day": first, "last_day": min(last, as_of)}


def _cut(connection: Connection, quarter: str, call: CutCall, past: Iterable[KeptCut], held: KeptCut) -> KeptCut:
    """Cut a quarter; `held`: what is kept of its earlier release, with what the new one is made from."""
    leaves: dict[Path, list[str]] = defaultdict(list)
    lines: dict[str, str] = {}
    for person, lob, department, team, joiner in counted(connection, "roster", _days(quarter, call.as_of)):
        path = unit_path(lob, department, team, joiner=joiner)
        leaves[path].append(person)
        lines[path[0]] = lob
    named = {
        path: Counter(viewer for person in inside for viewer in call.seen_by.get(person, ()))
        for path, inside in leaves.items()
    }
    sizes = {path: len(inside) for path, inside in leaves.items()}
    history = [Release((), _paths(one.fell), _paths(one.hidden)) for one in past]
    new = release(sizes, call.k, history, named)
    finest = finest_cells(new.cells, leaves)
    free = Cut(new.cells, {person: finest[path] for path in finest for person in leaves[path]})
    made = next_cut(_released_before(connection, quarter, lines), free, leaves, call.seen_by, call.k)
    _check(made, quarter, call)
    kept = KeptCut(held.made, _lists(new.fell), _lists(new.hidden)) if made is free else held
    people = sorted((scope_text(cell), person) for person, cell in made.places.items())
    with together(connection):
        cuts.keep(connection, quarter, kept, [_cell_row(quarter, cell, lines) for cell in made.cells], people)
    return kept


def _check(made: Cut, quarter: str, call: CutCall) -> None:
    """The auditor, which knows nothing of how cells were cut, over every role view: the gate of each release.

    Raises:
        UserError: somebody could compute a figure of fewer than k people; the release before stays.
    """
    found = audited(made, call.seen_by, call.k)
    if found.leaks:
        raise UserError(
            "Figures of groups are not released",
            why=f"in {quarter} {len(found.leaks)} groups of fewer than {call.k} people could be computed ({found.views} role views; {LIMITS})",
            next_step="Report this with the version of the program; what was released before stays",
        )


def _released_before(connection: Connection, quarter: str, lines: dict[str, str]) -> Cut | None:
    """The earlier release of a quarter, if it had any cell. Adds names of lines that the roster no longer holds."""
    cells, people = cuts.released(connection, quarter)
    for scope, *_, lob, _, _ in cells:
        if lob is not None:
            lines.setdefault(scope, lob)
    found = tuple(
        Cell(_path(scope), None if parent is None else _path(parent), size, (_path(scope),), median, yardstick)
        for scope, parent, _, size, _, median, yardstick in cells
    )
    return Cut(found, {person: _path(cell) for cell, person in people}) if found else None


def _path(scope: str) -> Path:
    return () if scope == scope_text(COMPANY) else tuple(scope.split("/"))


def finest_cells(cells: Iterable[Cell], leaves: Leaves) -> dict[Path, Path]:
    """The finest cell of each leaf unit that stands in one. Raises ValueError where the cells are not the sums of these."""
    of_unit: dict[Path, Cell] = {}
    by_path = {cell.path: cell for cell in cells}
    for cell in by_path.values():
        for unit in cell.parts:
            if unit not in of_unit or len(of_unit[unit].path) < len(cell.path):
                of_unit[unit] = cell
    found: dict[Path, Path] = {}
    sums: Counter[Path] = Counter()
    for leaf, people in leaves.items():
        finest = next((of_unit[leaf[:end]] for end in range(len(leaf), -1, -1) if leaf[:end] in of_unit), None)
        if finest is not None:
            found[leaf] = finest.path
            sums.update({cell.path: len(people) for cell in _up(finest, by_path)})
    if any(sums[cell.path] != cell.people for cell in by_path.values()):
        raise ValueError("a cell is not the sum of the finest cells inside it")
    return found


def _up(cell: Cell, by_path: Mapping[Path, Cell]) -> Iterator[Cell]:
    yield cell
    while cell.parent is not None:
        cell = by_path[cell.parent]
        yield cell


def _cell_row(quarter: str, cell: Cell, lines: Mapping[str, str]) -> Row:
    parent = None if cell.parent is None else scope_text(cell.parent)
    lob = lines.get(cell.path[0]) if len(cell.path) == 1 else None
    return quarter, scope_text(cell.path), parent, len(cell.path), cell.people, lob, cell.median, cell.yardstick


def _lists(paths: Iterable[Path]) -> cuts.Paths:
    return sorted(list(path) for path in paths)


def _paths(lists: cuts.Paths) -> frozenset[Path]:
    return frozenset(tuple(path) for path in lists)
