"""What the tools are used for: people and acts by tool and task type, in the cells that may be shown (decision 0045).

People are bounded as everywhere, and hidden wherever the funnel hides who is active: of a tool with one task type both are the same
people. Acts are volumes: they are open only where more than k people stand behind them and no person did more than half, and no closed
volume is left alone in a sum whose other parts are open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uptake.disclosure import WITHHELD, Bounded, Count, bound_counts, scope_text
from uptake.facts.task_types import UNCLASSIFIED
from uptake.pipeline.groups import Bound, ppm, scope_path, tools_apart
from uptake.snapshot.build import Row, counted
from uptake.warehouse.connect import Connection

ALL = "all"
PERCENT = 10_000
Place = tuple[str, str, str]
"""Scope, tool, task type."""


@dataclass(slots=True)
class Volume:
    """Acts of one place: how many, by how many people, and the most of one of them. `open`: they may be shown."""

    people: int
    acts: int
    most: int
    parent: str | None
    open: bool


def task_types(connection: Connection, k: int, bound: Bound = bound_counts) -> list[Row]:
    """Rows of the table `task_types`, before they are read together with the funnel."""
    (classifier,) = connection.execute("select id from task_rules").fetchall()[0]
    tables: dict[str, list[Row]] = defaultdict(list)
    for row in counted(connection, "task_types"):
        tables[row[0]].append(row)
    found: list[Row] = []
    for quarter, rows in sorted(tables.items()):
        found += [(quarter, *row, classifier) for row in _of_quarter(rows, k, bound)]
    return found


def _of_quarter(rows: list[Row], k: int, bound: Bound) -> Iterator[Row]:
    people = _people(rows, bound)
    volumes = {(row[1], row[4], row[5]): Volume(row[6], row[7], row[8], row[2], open=False) for row in rows}
    for volume in volumes.values():
        volume.open = volume.people > k and 2 * volume.most <= volume.acts
    close(volumes, k)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for (scope, tool, _), volume in volumes.items():
        totals[scope, tool] += volume.acts
    for (scope, tool, kind), volume in sorted(volumes.items()):
        shown, total = people[scope, tool, kind], totals[scope, tool]
        rest = volumes[scope, tool, UNCLASSIFIED]
        told = volume.open and shown.text != WITHHELD
        known = (rest.open or not rest.people) and shown.text != WITHHELD
        yield (
            scope, tool, kind, shown.count, rounded(volume.acts) if told else None, _percent(volume.acts, total) if told else None,
            _percent(total - rest.acts, total) if known else None, shown.text,
        )  # fmt: skip


def _people(rows: list[Row], bound: Bound) -> dict[Place, Bounded]:
    by_kind: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_kind[row[5]][row[4]].append(row)
    found: dict[Place, Bounded] = {}
    for kind, tools in by_kind.items():
        shown = {}
        for tool, table in tools.items():
            counts = [
                Count(scope_path(row[1]), None if row[2] is None else scope_path(row[2]), kind, row[6], row[3])
                for row in table
            ]
            shown[tool] = {item.cell: item for item in bound(counts, partition=False)}
        apart = tools_apart(shown)
        for tool, cells in shown.items():
            for cell, item in cells.items():
                scope = scope_text(cell)
                covered = (tool, cell) in apart
                found[scope, tool, kind] = Bounded(cell, kind, item.people, None, WITHHELD) if covered else item
    return found


def close(volumes: Mapping[Place, Volume], k: int) -> None:
    """Close more until no sum has exactly one closed part: the smallest open one, of labelled types where there is a choice.

    Sums: the tools of a type are that of all tools, the types of a tool are all its acts (shares tell these), the units of a cell are
    the cell. What of a cell lies in no unit of it is a part like a closed one.
    """
    sums = [[place for place in part if volumes[place].people] for part in _sums(volumes)]
    changed = True
    while changed:
        changed = False
        for part in sums:
            closed = sum(not volumes[place].open for place in part) + _outside(volumes, part, k)
            choice = [place for place in part if volumes[place].open]
            if closed == 1 and choice:
                volumes[
                    min(choice, key=lambda place: (place[2] == UNCLASSIFIED, volumes[place].people, place))
                ].open = False
                changed = True


def _sums(volumes: Mapping[Place, Volume]) -> Iterator[list[Place]]:
    of_type: dict[tuple[str, str], list[Place]] = defaultdict(list)
    of_tool: dict[tuple[str, str], list[Place]] = defaultdict(list)
    of_cell: dict[Place, list[Place]] = defaultdict(list)
    for place, volume in volumes.items():
        scope, tool, kind = place
        of_type[scope, kind].append(place)
        of_tool[scope, tool].append(place)
        if volume.parent is not None:
            of_cell[volume.parent, tool, kind].append(place)
    # Below the lines only all tools together stand: there is no sum of tools.
    yield from (part for part in of_type.values() if len(part) > 1)
    yield from of_tool.values()
    yield from ([whole, *parts] for whole, parts in of_cell.items() if whole in volumes)


def _outside(volumes: Mapping[Place, Volume], part: list[Place], k: int) -> int:
    """1 where some people of the whole, k or fewer, lie in no part of it: they would be told by the difference; 2 where more do."""
    inside = [
        place for place in part if volumes[place].parent is not None and (volumes[place].parent, *place[1:]) == part[0]
    ]
    if not inside:
        return 0
    rest = volumes[part[0]].people - sum(volumes[place].people for place in inside)
    return 0 if rest == 0 else 1 if rest <= k else 2


def rounded(acts: int) -> int:
    """To two figures, half up: the order of the volume, not the count."""
    unit = int(10 ** max(0, len(str(acts)) - 2))
    return (2 * acts + unit) // (2 * unit) * unit


def _percent(part: int, whole: int) -> int | None:
    """A share in ppm, to a whole percent."""
    return None if not whole else (ppm(part, whole) + PERCENT // 2) // PERCENT * PERCENT
