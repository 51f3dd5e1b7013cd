"""Who stands in which published cell, worked out from the HR file and the names of the cells alone, as a reader would."""

from __future__ import annotations

import csv
import datetime as dt
import pathlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from uptake.disclosure import JOINERS, OTHERS, Path, unit_path

Leaves = dict[Path, set[str]]
START, END = dt.date.min, dt.date.max


@dataclass(frozen=True)
class Employment:
    """One row of the HR file with the days for which it holds."""

    person: str
    manager: str
    lob: str
    department: str
    team: str
    engineer: bool
    first: dt.date
    last: dt.date


def read_people(file: pathlib.Path) -> list[Employment]:
    """Rows of the HR file; a row holds until the next one of the person."""
    histories: dict[str, list[dict[str, str]]] = defaultdict(list)
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            histories[row["person_id"]].append(row)
    return [own for rows in histories.values() for own in _periods(rows)]


def _periods(rows: list[dict[str, str]]) -> Iterator[Employment]:
    ordered = sorted(rows, key=lambda row: row["effective_from"])
    ends = [dt.date.fromisoformat(row["effective_from"]) - dt.timedelta(days=1) for row in ordered[1:]] + [END]
    for row, end in zip(ordered, ends, strict=True):
        begins = [_day(row["effective_from"], START), _day(row["start_date"], START)]
        yield Employment(
            row["person_id"], row["manager_id"], row["lob"], row["department"], row["team"], row["engineer"] == "true",
            max(begins), min(end, _day(row["end_date"], END)),
        )  # fmt: skip


def _day(text: str, missing: dt.date) -> dt.date:
    return dt.date.fromisoformat(text) if text else missing


def leaves(people: Iterable[Employment], first: dt.date, last: dt.date) -> Leaves:
    """Leaf unit -> engineers on the roster that is frozen at `first`; who came later is a joiner of the line."""
    placed: dict[str, Employment] = {}
    for row in sorted(people, key=lambda row: row.first):
        if row.engineer and row.first <= row.last and row.first <= last and row.last >= first:
            placed.setdefault(row.person, row)
    found: Leaves = defaultdict(set)
    for row in placed.values():
        found[unit_path(row.lob, row.department, row.team, joiner=row.first > first)].add(row.person)
    return found


def cell_people(scopes: Collection[Path], roster: Leaves, k: int) -> dict[Path, set[str]]:
    """Cell -> people. A cell of others holds those of its parent who stand in none of the cells shown beside it."""
    units = seated(scopes, roster, k)

    def inside(unit: Path) -> set[str]:
        return {person for leaf, people in units.items() if leaf[: len(unit)] == unit for person in people}

    found = {path: inside(path) for path in scopes if path[-1:] != (OTHERS,)}
    for path in scopes:
        if path[-1:] == (OTHERS,):
            beside = [people for own, people in found.items() if own and own[:-1] == path[:-1] and own[-1] != OTHERS]
            found[path] = inside(path[:-1]) - set().union(*beside)
    return found


def seated(scopes: Collection[Path], roster: Leaves, k: int) -> Leaves:
    """The roster with joiners where they are counted: in their line, beside the lines, or nowhere."""
    found: Leaves = {}
    for leaf, people in roster.items():
        if leaf[1] != JOINERS or _in_their_line(leaf[0], scopes, roster, k):
            found[leaf] = people
        elif {(JOINERS,), (OTHERS,)} & set(scopes):
            found[JOINERS, *leaf] = people
    return found


def _in_their_line(line: str, scopes: Collection[Path], roster: Leaves, k: int) -> bool:
    """They leave a line of which every department may be shown, unless they are shown there."""
    if (line,) in scopes:
        below = {path[1] for path in scopes if path[:1] == (line,) and len(path) == 2}
        return not below or bool(below & {JOINERS, OTHERS})
    sizes: dict[Path, int] = defaultdict(int)
    for leaf, people in roster.items():
        if leaf[0] == line and leaf[1] != JOINERS:
            sizes[leaf[:2]] += len(people)
    return any(size <= k for size in sizes.values())


def departments(units: Iterable[Path]) -> set[Path]:
    """Departments of a roster, joiners left out."""
    return {leaf[:2] for leaf in units if leaf[1] != JOINERS}
