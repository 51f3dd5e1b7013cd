"""All published counts of a quarter taken together: what a reader of every table can narrow the bounded ones to.

Each count is a range: a shown one a point, `fewer than 3` is 0..2, `more than n-3` is n-2..n, any other text 0..n. Ranges are
narrowed by what must hold between counts: the children of a cell add to it, the segments of a cell add to its people, a day
lies within its week, a week within its quarter, a tool within all tools, and what a whole has at least one of its parts has.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uptake.disclosure import COMPANY, Path, scope_text

Key = tuple[Path, str]
EDGE = 2
BOUNDS = ("fewer than", "more than")
STEPS = ("provisioned", "active", "regular", "heavy")


def path_of(scope: str) -> Path:
    return () if scope == scope_text(COMPANY) else tuple(scope.split("/"))


@dataclass(slots=True)
class Ranges:
    """Counts as ranges and the sums that must hold: least <= sum of sign x count <= most."""

    low: dict[Key, int] = field(default_factory=dict)
    high: dict[Key, int] = field(default_factory=dict)
    people: dict[Key, int] = field(default_factory=dict)
    bounded: set[Key] = field(default_factory=set)
    sums: list[tuple[Sequence[tuple[Key, int]], float, float]] = field(default_factory=list)

    def add(self, key: Key, people: int, count: int | None, text: str | None, *, inner: bool = False) -> None:
        """`inner`: the reader knows that a bound would stand there if the withheld count were at an edge."""
        low, high = 0, people
        if count is not None:
            low = high = count
        elif text and text.startswith("fewer than"):
            high = EDGE
        elif text and text.startswith("more than"):
            low = people - EDGE
        elif inner and people > 2 * EDGE + 1:
            low, high = EDGE + 1, people - EDGE - 1
        self.people[key] = people
        self.low[key], self.high[key] = low, high
        if count is None:
            self.bounded.add(key)

    def must(self, plus: Iterable[Key], minus: Iterable[Key], least: float, most: float) -> None:
        """State a sum, where every count of it is in the tables."""
        terms = [(key, 1) for key in plus] + [(key, -1) for key in minus]
        if terms and all(key in self.low for key, _ in terms):
            self.sums.append((terms, least, most))

    def narrow(self) -> None:
        """Narrow until no sum narrows any further. Raises ValueError where the tables contradict each other."""
        where: dict[Key, list[int]] = defaultdict(list)
        for number, (terms, _, _) in enumerate(self.sums):
            for key, _ in terms:
                where[key].append(number)
        waiting = deque(range(len(self.sums)))
        queued = set(waiting)
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            for key in self._by_sum(*self.sums[number]):
                for other in where[key]:
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)

    def _by_sum(self, terms: Sequence[tuple[Key, int]], least: float, most: float) -> list[Key]:
        lows = [self.low[key] if sign > 0 else -self.high[key] for key, sign in terms]
        highs = [self.high[key] if sign > 0 else -self.low[key] for key, sign in terms]
        low_sum, high_sum = sum(lows), sum(highs)
        changed: list[Key] = []
        for (key, sign), low, high in zip(terms, lows, highs, strict=True):
            low_new, high_new = max(low, least - (high_sum - high)), min(high, most - (low_sum - low))
            if (low_new, high_new) != (low, high):
                if low_new > high_new:
                    raise ValueError(f"the tables contradict each other at {key}")
                ends = (int(low_new), int(high_new)) if sign > 0 else (-int(high_new), -int(low_new))
                self.low[key], self.high[key] = ends
                changed.append(key)
        return changed

    def settled(self) -> list[Key]:
        """Bounded counts at an edge of their cell, 0-2 or n-2..n, of which the exact number follows."""
        return [
            key
            for key in self.bounded
            if self.low[key] == self.high[key] and (self.low[key] <= EDGE or self.low[key] >= self.people[key] - EDGE)
        ]

    def close_steps(self) -> list[Key]:
        """Shown steps of the funnel that differ from a later one by 0-2 people, or hold fewer."""
        found = []
        for cell, name in self.low.keys() - self.bounded:
            step, _, tool = name.partition(" ")
            for later in STEPS[STEPS.index(step) + 1 :] if step in STEPS else ():
                narrow = (cell, f"{later} {tool}")
                shown = narrow in self.low and narrow not in self.bounded
                if shown and self.low[cell, name] - self.low[narrow] <= EDGE:
                    found.append((cell, name))
        return found

    def unanimous(self) -> list[Key]:
        """Counts of 0-2 or n-2..n that stand there as numbers."""
        return [
            key
            for key, people in self.people.items()
            if key not in self.bounded and (self.low[key] <= EDGE or self.low[key] >= people - EDGE)
        ]


Rows = Sequence[tuple[Any, ...]]


def ranges(tables: Mapping[str, Rows], sizes: Mapping[Path, int]) -> Ranges:
    """Ranges of one quarter. `tables`: funnel (scope, tool, provisioned, active, regular, heavy, bound), segments (scope,
    segment, reason, people, bound), weeks and days (scope, tool, first day, active, bound), types (scope, tool, task type, people,
    bound)."""
    found = Ranges()
    for scope, tool, *counts, bound in tables["funnel"]:
        texts = _texts(bound)
        inner = tool == "all" and any(text.startswith(BOUNDS) for step, text in texts.items() if step != "heavy")
        for name, count in zip(("provisioned", "active", "regular", "heavy"), counts, strict=True):
            found.add(
                (path_of(scope), f"{name} {tool}"),
                sizes[path_of(scope)],
                count,
                texts.get(name),
                inner=inner and name != "heavy" and not texts.get(name, "").startswith("less than"),
            )
    bounded = {scope for scope, _, _, _, bound in tables["segments"] if (bound or "").startswith(BOUNDS)}
    for scope, segment, reason, people, bound in tables["segments"]:
        key = (path_of(scope), f"segment {segment}|{reason}")
        found.add(key, sizes[path_of(scope)], people, bound, inner=scope in bounded)
    for kind in ("weeks", "days", "types"):
        for scope, tool, first, active, bound in tables.get(kind, ()):
            found.add((path_of(scope), f"{kind} {tool} {first}"), sizes[path_of(scope)], active, bound)
    names: dict[Path, list[str]] = defaultdict(list)
    for cell, name in found.low:
        names[cell].append(name)
    _sums_of_children(found, sizes, names)
    for cell, people in sizes.items():
        _sums_of_cell(found, cell, people, names[cell])
    return found


def _texts(bound: str | None) -> dict[str, str]:
    """Step -> its text. That of the step heavy is the one of the segments: of other steps it says nothing."""
    return dict(part.split(": ", 1) for part in (bound or "").split("; ") if part)


def _sums_of_children(found: Ranges, sizes: Mapping[Path, int], names: Mapping[Path, list[str]]) -> None:
    children: dict[Path, list[Path]] = defaultdict(list)
    for cell in sizes:
        if cell:
            children[cell[:-1]].append(cell)
    for parent, below in children.items():
        if parent in sizes and sum(sizes[cell] for cell in below) == sizes[parent]:
            for name in names[parent]:
                found.must([(parent, name)], [(cell, name) for cell in below], 0, 0)


def _sums_of_cell(found: Ranges, cell: Path, people: int, names: list[str]) -> None:
    segments = [(cell, name) for name in names if name.startswith("segment ")]
    heavy = [key for key in segments if key[1].startswith("segment heavy|")]
    zero = [key for key in segments if key[1].startswith(("segment non_user|", "segment non_adopter|"))]
    active = (cell, "active all")
    found.must(segments, [], people, people)
    if heavy:
        found.must([(cell, "heavy all")], heavy, 0, 0)
        found.must([active], heavy, 0, people)
    found.must([active, *zero], [], 0, people)
    found.must([active], [(cell, "regular all")], 0, people)
    for narrow in ("regular all", "heavy all"):
        if {active, (cell, narrow)} <= found.low.keys():
            apart = (cell, f"apart active {narrow}")
            found.add(apart, people, None, None)
            found.must([active], [(cell, narrow), apart], 0, 0)
    spans: dict[tuple[str, str], dict[str, Key]] = defaultdict(dict)
    for name in names:
        kind, tool, *first = name.split()
        if kind in ("active", "provisioned", "weeks", "days", "types"):
            spans[kind, first[0] if first else ""][tool] = (cell, name)
    for tools in spans.values():
        _whole(found, tools.get("all"), [key for tool, key in tools.items() if tool != "all"], people)
    for tool in sorted({tool for tools in spans.values() for tool in tools}):
        weeks = {first: tools[tool] for (kind, first), tools in spans.items() if kind == "weeks" and tool in tools}
        used = spans.get(("active", ""), {}).get(tool)
        _whole(found, used, list(weeks.values()), people)
        _whole(
            found,
            used,
            [tools[tool] for (kind, _), tools in spans.items() if kind == "types" and tool in tools],
            people,
        )
        for week, key in weeks.items():
            days = [spans.get(("days", day), {}).get(tool) for day in _days_of(week)]
            _whole(found, key, [day for day in days if day], people)


def _whole(found: Ranges, whole: Key | None, parts: list[Key], people: int) -> None:
    """No part is more than the whole, and the parts together are no less."""
    if whole is None or not parts:
        return
    for part in parts:
        found.must([whole], [part], 0, people)
    found.must(parts, [whole], 0, float("inf"))


def _days_of(week: str) -> list[str]:
    """Days of a week piece that begins on that day; a piece at the end of a quarter has fewer rows."""
    first = dt.date.fromisoformat(week)
    return [str(first + dt.timedelta(days=number)) for number in range(7 - first.weekday())]
