"""The tables of a quarter read together: what would settle a bounded count only in company is withheld too (decision 0065).

First each week with its days, a pure function of that week; then funnel, segments and task types beside all weeks, which stand as they
are. So what is withheld of a week does not depend on when it was released.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from uptake.disclosure import EDGE, RISES, WITHHELD, Path, steps
from uptake.disclosure.reading import Key, Reading, range_of
from uptake.pipeline.groups import FUNNEL_PEOPLE, scope_path
from uptake.snapshot.build import Row
from uptake.warehouse.periods import quarter_of, week_of

ALL = "all"
STANDS, FIRST, THEN, LAST = -1, 0, 1, 2
"""In which order counts of cells of one depth are withheld: days before weeks; task types before segments, these before the funnel."""
OF_STEP = {"regular": FIRST, "provisioned": LAST, "active": LAST + 1}
"""Of steps that stand too close the one that says least goes: who is active stands in every headline."""
ZERO = ("non_user", "non_adopter")
HEAVY = "heavy|any"
NESTED = {(f"active {ALL}", f"regular {ALL}"), (f"active {ALL}", f"segment {HEAVY}")}
"""Steps of which the second holds people of the first alone, whatever the data."""


@dataclass(slots=True)
class Tables:
    """Released rows of one quarter, by table; `sizes`: people of each cell."""

    sizes: Mapping[Path, int]
    funnel: Sequence[Row] = ()
    segments: Sequence[Row] = ()
    task_types: Sequence[Row] = ()
    weeks: Sequence[Row] = ()
    days: Sequence[Row] = ()
    _reading: Reading = field(default_factory=Reading)
    _names: dict[Path, list[str]] = field(default_factory=lambda: defaultdict(list))

    def closed(self) -> set[Key]:
        """The counts to withhold. Weeks stand as they are where a funnel is read beside them."""
        self._add_funnel()
        self._add_segments()
        for _, scope, tool, kind, count, *_, text, _ in self.task_types:
            people = self.sizes[scope_path(scope)]
            self._add(scope, f"type {tool} {kind}", people, range_of(people, count, text), count, FIRST)
        for name, rows, order in (("week", self.weeks, THEN), ("day", self.days, FIRST)):
            for scope, tool, when, people, count, _, text, _ in rows:
                told = range_of(people, count, text)
                self._add(scope, f"{name} {tool} {when}", people, told, count, STANDS if self.funnel else order)
        self._keep_apart()
        self._sums_of_families()
        for cell, names in self._names.items():
            self._sums_of_cell(cell, names)
        return self._reading.close()

    def _add_funnel(self) -> None:
        for scope, _, people, *figures, tool, bound in self.funnel:
            texts = _texts(bound)
            inner = not set(texts.values()) <= {WITHHELD, RISES} and tool == ALL
            for step, count in zip(FUNNEL_PEOPLE, figures, strict=False):
                if count is not None or step in texts:
                    known = inner and texts.get(step) != RISES
                    told = range_of(people, count, texts.get(step), inner=known)
                    self._add(scope, f"{step} {tool}", people, told, count, OF_STEP[step], f"funnel {tool}")

    def _keep_apart(self) -> None:
        """Two steps that differ by fewer than 3 people tell those few: their difference is a hidden count, to be settled no more than another.

        Where each is in the other it is one also where a step is hidden; where that need not be, both have to be shown.
        """
        heavy = _heavy(self.segments)
        for row in self.funnel:
            tool = row[10]
            names = [*(f"{step} {tool}" for step in FUNNEL_PEOPLE), f"segment {HEAVY}"]
            close = {(names[wide], names[narrow]) for wide, narrow in steps.close(_steps(row, heavy))} - NESTED
            for wide, narrow in [*sorted(close), *(sorted(NESTED) if tool == ALL else ())]:
                self._apart(scope_path(row[0]), row[2], wide, narrow, row[2] if (wide, narrow) in NESTED else EDGE - 1)

    def _apart(self, cell: Path, people: int, wide: str, narrow: str, most: int) -> None:
        apart = cell, f"apart {wide} {narrow}"
        self._reading.add(apart, people, (0, min(people, most)), shown=False, order=FIRST)
        self._reading.must([(cell, wide)], [(cell, narrow), apart], 0, 0)

    def _add(
        self, scope: str, name: str, people: int, told: tuple[int, int], count: int | None, order: int, row: str = ""
    ) -> None:
        key = (scope_path(scope), name)
        self._names[key[0]].append(name)
        self._reading.add(key, people, told, shown=count is not None, order=order, row=row)

    def _add_segments(self) -> None:
        bounded = {row[1] for row in self.segments if row[6] not in (None, WITHHELD)}
        for _, scope, segment, reason, count, _, text in self.segments:
            people = self.sizes[scope_path(scope)]
            told = range_of(people, count, text, inner=scope in bounded)
            self._add(scope, f"segment {segment}|{reason}", people, told, count, THEN, "segments")

    def _sums_of_families(self) -> None:
        children: dict[Path, list[Path]] = defaultdict(list)
        for cell in self.sizes:
            if cell:
                children[cell[:-1]].append(cell)
        for parent, below in children.items():
            if self.sizes.get(parent) == sum(self.sizes[cell] for cell in below):
                for name in self._names.get(parent, ()):
                    self._reading.must([(parent, name)], [(cell, name) for cell in below], 0, 0)

    def _sums_of_cell(self, cell: Path, names: Sequence[str]) -> None:
        people, must = self.sizes[cell], self._reading.must
        segments = [(cell, name) for name in names if name.startswith("segment ")]
        active = (cell, f"active {ALL}")
        must(segments, [], people, people)
        must([active], [key for key in segments if key[1].startswith("segment heavy|")], 0, people)
        must(
            [active, *(key for key in segments if key[1].startswith(tuple(f"segment {one}|" for one in ZERO)))],
            [],
            0,
            people,
        )
        must([active], [(cell, f"regular {ALL}")], 0, people)
        kinds: dict[str, dict[str, dict[str, Key]]] = defaultdict(lambda: defaultdict(dict))
        for name in names:
            kind, tool, *rest = name.split(" ", 2)
            if kind != "segment":
                kinds[kind][rest[0] if rest else ""][tool] = (cell, name)
        self._sums_of_tools(kinds, people)
        self._sums_of_periods(kinds, people)

    def _sums_of_tools(self, kinds: Mapping[str, Mapping[str, Mapping[str, Key]]], people: int) -> None:
        """Of one kind and period: whoever uses a tool uses one of all tools."""
        for kind in kinds.keys() - {"regular"}:
            for tools in kinds[kind].values():
                if ALL in tools:
                    self._reading.within(tools[ALL], [key for tool, key in tools.items() if tool != ALL], people)

    def _sums_of_periods(self, kinds: Mapping[str, Mapping[str, Mapping[str, Key]]], people: int) -> None:
        """Days lie within their week, weeks and types of work within the quarter."""
        days: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for day, tools in kinds["day"].items():
            for tool, key in tools.items():
                days[tool, _week_of(day)].append(key)
        for week, tools in kinds["week"].items():
            for tool, key in tools.items():
                self._reading.within(key, days[tool, week], people)
        for tool, whole in kinds["active"][""].items():
            for kind in ("week", "type"):
                parts = [tools[tool] for tools in kinds[kind].values() if tool in tools]
                self._reading.within(whole, parts, people)


def _week_of(day: str) -> str:
    """The first day of the week piece of a day."""
    date = dt.date.fromisoformat(day)
    return str(week_of(quarter_of(date), date))


def weeks_closed(weeks: Sequence[Row], days: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of `adoption_weeks` and `adoption_days` of one quarter, each week read together with its days."""
    pieces: dict[dt.date, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for row in weeks:
        pieces[row[2]][0].append(row)
    for row in days:
        pieces[week_of(row[7], row[2])][1].append(row)
    closed: set[Key] = set()
    for first in sorted(pieces):
        of_week, of_days = pieces[first]
        sizes = {scope_path(row[0]): row[3] for row in of_week}
        closed |= Tables(sizes, weeks=of_week, days=of_days).closed()
    return _without_periods("week", weeks, closed), _without_periods("day", days, closed)


def _without_periods(kind: str, rows: Iterable[Row], closed: Collection[Key]) -> list[Row]:
    return [
        (*row[:4], None, None, WITHHELD, row[7]) if (scope_path(row[0]), f"{kind} {row[1]} {row[2]}") in closed else row
        for row in rows
    ]


def not_rising(funnel: Iterable[Row], segments: Iterable[Row]) -> list[Row]:
    """Rows of `funnel` before they are finished, without steps that hold fewer people than a later one, heavy use among these."""
    heavy = _heavy(segments)
    return [
        _without(row, [FUNNEL_PEOPLE[place] for place in steps.rising(_steps(row, heavy))], RISES) for row in funnel
    ]


def _heavy(segments: Iterable[Row]) -> dict[str, int | None]:
    """Scope -> people of the segment heavy, which is not parted by reason."""
    return {row[1]: row[4] for row in segments if f"{row[2]}|{row[3]}" == HEAVY}


def _steps(row: Row, heavy: Mapping[str, int | None]) -> list[int | None]:
    """What a row of the funnel shows of its steps, the widest first; heavy use is known of all tools together."""
    return [*row[3:6], heavy.get(row[0]) if row[10] == ALL else None]


def without_funnel(rows: Iterable[Row], closed: Collection[Key]) -> list[Row]:
    """Rows of `funnel` before they are finished, less what is closed."""
    return [
        _without(row, [step for step in FUNNEL_PEOPLE if (scope_path(row[0]), f"{step} {row[10]}") in closed], WITHHELD)
        for row in rows
    ]


def _without(row: Row, gone: Collection[str], text: str) -> Row:
    """The row with a text in place of some steps."""
    scope, quarter, people, *figures, tool, bound = row
    texts = _texts(bound)
    for place, step in enumerate(FUNNEL_PEOPLE):
        if step in gone:
            figures[place], texts[step] = None, text
    told = "; ".join(f"{step}: {texts[step]}" for step in FUNNEL_PEOPLE if step in texts)
    return scope, quarter, people, *figures, tool, told or None


def _texts(bound: str | None) -> dict[str, str]:
    """Step -> what stands in place of its count."""
    return dict(part.split(": ", 1) for part in (bound or "").split("; ") if part)


def without_segments(rows: Iterable[Row], closed: Collection[Key]) -> list[Row]:
    """Rows of `segments` less what is closed."""
    return [
        (*row[:4], None, None, WITHHELD) if (scope_path(row[1]), f"segment {row[2]}|{row[3]}") in closed else row
        for row in rows
    ]


def without_types(rows: Iterable[Row], closed: Collection[Key], funnel: Iterable[Row]) -> list[Row]:
    """Rows of `task_types` less what is closed, and less what the funnel hides of who is active: of a tool with one type both are the
    same people.
    """
    unseen = {(row[1], row[0], row[10]) for row in funnel if row[4] is None}
    return [
        (*row[:4], None, None, None, None, WITHHELD, row[9])
        if row[:3] in unseen or (scope_path(row[1]), f"type {row[2]} {row[3]}") in closed
        else row
        for row in rows
    ]
