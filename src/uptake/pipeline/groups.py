"""Group figures: count in the cells that may be shown, and bound what would give people away (GOVERNANCE.md section 5).

Everything that leaves this module is released: no figure of fewer than k people is in it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from uptake.disclosure import (
    EDGE,
    WITHHELD,
    Bounded,
    Count,
    Path,
    bound_counts,
    scope_text,
)
from uptake.snapshot.build import Row, counted
from uptake.warehouse.connect import Connection
from uptake.warehouse.periods import week_of, week_start

SMALL_REASON_PEOPLE = 25
SMALL_REASON_SHARE = 20
"""A reason of fewer than 25 people, or of less than 1 in 20 of the company, is folded into `other`."""

Key = tuple[str, str]
Bound = Callable[..., tuple[Bounded, ...]]
"""`bound_counts`, or one that remembers what it answered."""
Shown = dict[tuple[Path, str], Bounded]


FUNNEL_PEOPLE = ("provisioned", "active", "regular")
OF_ALL_TOOLS = ("provisioned", "active")
"""Steps that a single tool has; regular and heavy speak of a person's use of all tools together."""


def funnel(connection: Connection, bound: Bound = bound_counts) -> list[Row]:
    """Rows of the table `funnel` as they stand before `finished_funnel`: steps that rest on other tables empty, all accounts there."""
    tables: dict[Key, list[Row]] = defaultdict(list)
    for row in counted(connection, "funnel"):
        tables[row[0], row[4]].append(row)
    quarters = sorted({quarter for quarter, _ in tables})
    return [
        line
        for quarter in quarters
        for line in _funnel_of_quarter({t: r for (q, t), r in tables.items() if q == quarter}, bound)
    ]


def _funnel_of_quarter(tables: Mapping[str, list[Row]], bound: Bound) -> list[Row]:
    """The table of all tools as it is; single tools stand for the company and its lines, as `tools_apart` says for adoption."""
    made = {tool: list(_funnel_of(rows, tool, bound)) for tool, rows in tables.items()}
    top = {tool: [row for row in rows if len(scope_path(row[0])) <= 1] for tool, rows in made.items()}
    hidden = {row[0] for rows in top.values() for row in rows if None in row[3:5]}
    company = scope_text(())
    lines = list(made["all"])
    for tool in sorted(made.keys() - {"all"}):
        for row in top[tool]:
            if row[0] in hidden or (hidden and row[0] != company):
                texts = "; ".join(f"{step}: {WITHHELD}" for step in OF_ALL_TOOLS)
                lines.append((*row[:3], None, None, *row[5:10], tool, texts))
            else:
                lines.append(row)
    return lines


def _funnel_of(rows: list[Row], tool: str, bound: Bound) -> Iterable[Row]:
    steps = FUNNEL_PEOPLE if tool == "all" else OF_ALL_TOOLS
    counts = [
        Count(scope_path(row[1]), _parent(row[2]), name, row[5 + place], row[3])
        for row in rows
        for place, name in enumerate(steps)
    ]
    nested = ("active", "regular") if tool == "all" else ()
    shown: Shown = {(item.cell, item.category): item for item in bound(counts, partition=False, nested=nested)}
    for quarter, scope, _, people, _, *numbers in rows:
        cells = [shown[scope_path(scope), name] for name in steps]
        texts = "; ".join(f"{cell.category}: {cell.text}" for cell in cells if cell.text)
        figures = [cell.count for cell in cells] + [None] * (len(FUNNEL_PEOPLE) - len(steps))
        yield scope, quarter, people, *figures, None, None, *numbers[3:5], tool, texts or None


def finished_funnel(
    rows: Iterable[Row], heavy: Mapping[Key, tuple[int | None, str | None]], effective: Mapping[str, int | None]
) -> list[Row]:
    """The rows of `funnel`, finished. `heavy`: (quarter, scope) -> people in segment heavy as `segments` shows them, or a text.
    `effective`: scope -> heavy people in effective units, None where a part is not shown; empty: not yet measured.

    The step `heavy` says no more than the table of segments does: two tables bounded apart would undo each other. And where a count
    of people is hidden, the accounts of its family would give it away.
    """
    given = list(rows)
    tools: dict[tuple[str, Path | None], set[str]] = defaultdict(set)
    closed: dict[tuple[str, Path | None, str], set[str]] = defaultdict(set)
    for row in given:
        quarter, family, tool = row[1], _family(row[0]), row[10]
        tools[quarter, family].add(tool)
        for step, count in zip(OF_ALL_TOOLS, row[3:5], strict=True):
            closed[quarter, family, step] |= {tool} if count is None else set()
    for (quarter, family, _), found in closed.items():
        # Accounts of the tools add to those of all tools: one that is closed alone would follow from the others.
        found.update(tools[quarter, family] if len(found) == 1 else ())
    return [_finished(row, heavy, effective, closed) for row in given]


def _finished(
    row: Row,
    heavy: Mapping[Key, tuple[int | None, str | None]],
    effective: Mapping[str, int | None],
    closed: Mapping[tuple[str, Path | None, str], Collection[str]],
) -> Row:
    scope, quarter, people, *figures, tool, bound = row
    top, text = heavy.get((quarter, scope), (None, None)) if tool == "all" else (None, None)
    last = effective.get(scope, 0) if effective and tool == "all" and top is not None else None
    texts = [*([bound] if bound else []), *([f"heavy: {text}"] if text else [])]
    texts += [f"effective: {WITHHELD}"] if effective and tool == "all" and last is None else []
    accounts = [
        None if tool in closed[quarter, _family(scope), step] else count
        for step, count in zip(OF_ALL_TOOLS, figures[5:7], strict=True)
    ]
    return scope, quarter, people, *figures[:3], top, last, *accounts, tool, "; ".join(texts) or None


def _family(scope: str) -> Path | None:
    """What the cells share that add to one above; the company stands alone."""
    path = scope_path(scope)
    return path[:-1] if path else None


def segments(connection: Connection, bound: Bound = bound_counts) -> list[Row]:
    """Rows of the table `segments`: each cell parted by segment and reason."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for row in counted(connection, "segments"):
        tables[row[0]].append(row)
    found: list[Row] = []
    for quarter, rows in sorted(tables.items()):
        kept = _kept_reasons(rows)
        counts: dict[tuple[str, str | None, int, str], int] = defaultdict(int)
        for _, cell, parent, people, segment, reason, count in rows:
            name = f"{segment}|{_reason(segment, reason, kept)}"
            counts[cell, parent, people, name] += count
        table = [
            Count(scope_path(cell), _parent(parent), name, count, people)
            for (cell, parent, people, name), count in counts.items()
        ]
        for item in bound(table, partition=True):
            segment, reason = item.category.split("|")
            share = None if item.count is None else ppm(item.count, item.people)
            found.append((quarter, scope_text(item.cell), segment, reason, item.count, share, item.text))
    return found


def heavy_people(rows: Iterable[Row]) -> dict[Key, tuple[int | None, str | None]]:
    """(quarter, scope) -> people of the segment heavy, by adding what `segments` shows; a text where a part is not shown."""
    parts: dict[Key, list[tuple[int | None, str | None]]] = defaultdict(list)
    for quarter, scope, segment, _, people, _, text in rows:
        parts[quarter, scope] += [(people, text)] if segment == "heavy" else []
    return {key: _one_of(found) for key, found in parts.items()}


def _one_of(parts: list[tuple[int | None, str | None]]) -> tuple[int | None, str | None]:
    if any(people is None for people, _ in parts):
        return None, parts[0][1] if len(parts) == 1 else WITHHELD
    people = sum(people or 0 for people, _ in parts)
    return (people, None) if people else (None, f"fewer than {EDGE}")


def _reason(segment: str, reason: str, kept: set[tuple[str, str]]) -> str:
    """The reason as shown. Heavy is not parted: how it was reached is no matter of groups, and two parts would hide each other."""
    if segment == "heavy":
        return "any"
    return reason if (segment, reason) in kept else "other"


def _kept_reasons(rows: list[Row]) -> set[tuple[str, str]]:
    """Reasons that are shown by name: large ones, and the only reason of a segment, which says no more than the segment."""
    top = min(len(scope_path(row[1])) for row in rows)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for _, cell, _, _, segment, reason, count in rows:
        totals[segment, reason] += count if len(scope_path(cell)) == top else 0
    everybody = sum(totals.values())
    reasons = Counter(segment for segment, _ in totals)
    large = {
        key
        for key, people in totals.items()
        if people >= SMALL_REASON_PEOPLE and people * SMALL_REASON_SHARE >= everybody
    }
    return large | {key for key in totals if reasons[key[0]] == 1}


def adoption(connection: Connection, bound: Bound = bound_counts) -> tuple[list[Row], list[Row]]:
    """Rows of `adoption_weeks` and `adoption_days` of the weeks in `wanted_weeks`; days only for cells of 25 people or more.

    The tables of single tools stand beside the one of all tools, and days stand inside weeks: what is bounded in one of them
    would follow from the others. So a day shows nothing where its week is hidden; and of single tools see `tools_apart`.
    """
    weeks = _adoption_of(counted(connection, "adoption_weeks"), frozenset(), bound, by_day=False)
    hidden = frozenset(
        (quarter, scope, tool, when) for scope, tool, when, _, count, _, _, quarter in weeks if count is None
    )
    days = _adoption_of(counted(connection, "adoption_days"), hidden, bound, by_day=True)
    return weeks, days


def _adoption_of(
    rows: list[Row], hidden_weeks: frozenset[tuple[str, str, str, dt.date]], bound: Bound, *, by_day: bool
) -> list[Row]:
    tables: dict[tuple[str, dt.date], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        tables[row[0], row[5] if by_day else week_start(row[0], row[5])][row[4]].append(row)
    found: list[Row] = []
    for (quarter, when), by_tool in sorted(tables.items()):
        shown: dict[str, dict[Path, Bounded]] = {}
        for tool, table in sorted(by_tool.items()):
            counts = [Count(scope_path(row[1]), _parent(row[2]), "active", row[6], row[3]) for row in table]
            shown[tool] = {item.cell: item for item in bound(counts, partition=False)}
        apart = tools_apart(shown)
        for tool, cells in shown.items():
            for cell, item in sorted(cells.items()):
                week = (quarter, scope_text(cell), tool, week_of(quarter, when))
                covered = (tool, cell) in apart or (by_day and week in hidden_weeks)
                found.append(_adoption_row(tool, when, item, quarter, covered=covered))
    return found


def _adoption_row(tool: str, when: dt.date, item: Bounded, quarter: str, *, covered: bool) -> Row:
    count = None if covered else item.count
    text = None if count is not None else WITHHELD if covered or tool != "all" else item.text
    share = None if count is None else ppm(count, item.people)
    return scope_text(item.cell), tool, when, item.people, count, share, text, quarter


def tools_apart(shown: Mapping[str, Mapping[Path, Bounded]]) -> set[tuple[str, Path]]:
    """Counts of single tools that would undo a bounded one. Tools are shown for the company and its lines only, and for the
    lines only where no count of any tool of any of them is hidden; for the company where the count of all tools is shown.
    """
    single = {tool: cells for tool, cells in shown.items() if tool != "all"}
    top = {cell for cells in shown.values() for cell in cells if len(cell) <= 1}
    lines = {cell for cell in top if cell}
    hidden = {cell for cells in shown.values() for cell in top if cell in cells and cells[cell].count is None}
    covered = hidden | (lines if hidden else set())
    return {(tool, cell) for tool in single for cell in covered}


def scope_path(scope: str) -> Path:
    """The path of a unit out of its text."""
    return () if scope == scope_text(()) else tuple(scope.split("/"))


def _parent(scope: str | None) -> Path | None:
    return None if scope is None else scope_path(scope)


def ppm(part: int, whole: int) -> int:
    """Share in ppm, rounded half to even (rule 1.2)."""
    quotient, rest = divmod(1_000_000 * part, whole)
    return quotient + (2 * rest > whole or (2 * rest == whole and quotient % 2 == 1))
