"""The cells of one quarter, and of which of them a part of the people may be shown."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

from uptake.disclosure import Path, scope_text
from uptake.disclosure.subgroups import shown_parts
from uptake.warehouse.connect import Connection

Part = TypeVar("Part")
"""What can be added."""


@dataclass(frozen=True, slots=True)
class Units:
    """The cells of one quarter: people, cell above, level, and for each cell itself with all cells inside it."""

    people: Mapping[str, int]
    parents: Mapping[str, str | None]
    levels: Mapping[str, int]
    inside: Mapping[str, tuple[str, ...]]

    def summed(self, finest: Mapping[str, Part]) -> dict[str, Part]:
        """What every cell comes to, given the cells in which people stand; cells with nothing inside are missing."""
        held = {cell: [finest[one] for one in inside if one in finest] for cell, inside in self.inside.items()}
        return {cell: reduce(operator.add, parts) for cell, parts in held.items() if parts}

    def shown(self, parts: Mapping[str, int], k: int) -> set[str]:
        """Cells of which a part of the people may be shown."""
        paths = {_path(cell): people for cell, people in parts.items()}
        above = {_path(cell): None if up is None else _path(up) for cell, up in self.parents.items()}
        return {scope_text(path) for path in shown_parts(paths, above, k)}


def units_of(connection: Connection, quarter: str) -> Units:
    """The cells that are lent."""
    cells = connection.execute(
        "select cell, parent, level, people from cells where quarter = ? order by cell", [quarter]
    ).fetchall()
    inside: dict[str, list[str]] = defaultdict(list)
    for cell, finest in connection.execute(
        "select cell, finest from cell_above where quarter = ? order by all", [quarter]
    ).fetchall():
        inside[cell].append(finest)
    return Units(
        {cell: people for cell, _, _, people in cells},
        {cell: parent for cell, parent, _, _ in cells},
        {cell: level for cell, _, level, _ in cells},
        {cell: tuple(finest) for cell, finest in inside.items()},
    )


def _path(scope: str) -> Path:
    return () if scope == scope_text(()) else tuple(scope.split("/"))
