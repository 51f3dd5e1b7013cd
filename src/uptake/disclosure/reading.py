"""Several tables read together: the range to which a reader can narrow each count, and what to withhold so that none is settled. Pure.

Each table is bounded on its own (`bounds`). What holds between tables, such as that a day lies within its week, can settle a bounded
count that no table settles alone. A reading holds every count as a range and every sum that must hold between them; ranges are
narrowed one sum at a time until none narrows further. Guarantee of `close`: no hidden count at an edge of its cell (0-2 or n-2..n) is
narrowed to one value. A bound that has to go takes the bounds beside it along: one that is missing among others would say that it stood at an
edge. What was withheld on the way and turns out not to be needed is shown again, counts of the widest cells first. Not covered: reasoning on several sums at once beyond repeated narrowing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from uptake.disclosure.bounds import EDGE, WITHHELD
from uptake.disclosure.tree import Path

Key = tuple[Path, str]
"""A cell, and the name of a count in it."""
NO_MOST = 1 << 60
Range = tuple[int, int]


def range_of(people: int, count: int | None, text: str | None, *, inner: bool = False) -> Range:
    """What a shown count or the text in its place says of it, in a cell of `people`. `inner`: a withheld count is known to lie in
    3..n-3, since a bound would stand there else.
    """
    if count is not None:
        return count, count
    if text == f"fewer than {EDGE}":
        return 0, min(people, EDGE - 1)
    if text == f"more than {people - EDGE}":
        return max(0, people - EDGE + 1), people
    return (EDGE, people - EDGE) if inner and people >= 2 * EDGE else (0, people)


@dataclass(slots=True)
class Sum:
    """least <= sum of sign x count <= most; `terms` are (number of the count, sign)."""

    terms: tuple[tuple[int, int], ...]
    least: int
    most: int


@dataclass(slots=True)
class Reading:
    """Counts and the sums between them. Counts are numbered in the order in which they were added."""

    keys: list[Key] = field(default_factory=list)
    number: dict[Key, int] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)
    told: list[Range] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    _blank: set[tuple[Path, str]] = field(default_factory=set)
    _was: dict[int, int] = field(default_factory=dict)
    """Number of a shown count that is withheld -> the count."""

    def add(self, key: Key, people: int, told: Range, *, shown: bool, order: int, row: str = "") -> None:
        """State a count. `order`: of cells of one depth, counts of the least order are withheld first; a shown one of order below 0 stands as it is. `row`: of
        what it stands beside in its cell; a reader takes a withheld count beside a bound to be at no edge.
        """
        self.number[key] = len(self.keys)
        self.keys.append(key)
        self.people.append(people)
        self.told.append(told)
        self.shown.append(shown)
        self.order.append(order)
        self.row.append(row or key[1])

    def must(self, plus: Iterable[Key], minus: Iterable[Key], least: int, most: int) -> None:
        """State a sum, where every count of it is in the tables."""
        terms = [(key, 1) for key in plus] + [(key, -1) for key in minus]
        if terms and all(key in self.number for key, _ in terms):
            self.sums.append(Sum(tuple((self.number[key], sign) for key, sign in terms), least, most))

    def within(self, whole: Key, parts: Sequence[Key], people: int) -> None:
        """State that each part lies in the whole, and that whoever is in the whole is in a part."""
        for part in parts:
            self.must([whole], [part], 0, people)
        if parts:
            self.must(parts, [whole], 0, NO_MOST)

    def close(self) -> set[Key]:
        """Withhold more until no count at an edge is settled; answers what was withheld, or had its bound taken away."""
        closed: set[int] = set()
        while settled := (narrowed := _Narrowed(self)).settled():
            more = {choice for index in settled for choice in narrowed.nearest(index)}
            for index in more:
                self._withhold(index)
            more = more or self._without_bounds(settled)
            if not more:
                break
            closed |= more
        else:
            closed -= self._given_back(narrowed)
        return {self.keys[index] for index in closed}

    def _given_back(self, narrowed: _Narrowed) -> set[int]:
        """Show again what was withheld and settles nothing when shown beside all that stays withheld."""
        worth = {
            index: (len(self.keys[index][0]), -self.order[index], -count, self.keys[index])
            for index, count in self._was.items()
        }
        back = [index for index in sorted(worth, key=lambda one: worth[one]) if narrowed.bears(index, self._was[index])]
        for index in back:
            self._show(index)
        if back and _Narrowed(self).settled():  # sums that do not hold in the data may be left out in another order
            for index in back:
                self._withhold(index)
            return set()
        return set(back)

    def _show(self, index: int) -> None:
        self.told[index] = self._was[index], self._was[index]
        self.shown[index] = True

    def _withhold(self, index: int) -> None:
        self._was[index] = self.told[index][0]
        blank = self._row(index) in self._blank
        self.told[index] = range_of(self.people[index], None, WITHHELD, inner=not blank)
        self.shown[index] = False

    def _without_bounds(self, settled: Iterable[int]) -> set[int]:
        """Take the bounds of settled counts away, with all that stand beside them."""
        rows = {self._row(index) for index in settled if self.told[index] != (0, self.people[index])}
        beside = {index for index, shown in enumerate(self.shown) if not shown and self._row(index) in rows}
        self._blank |= rows
        for index in beside:
            self.told[index] = (0, self.people[index])
        return beside

    def _row(self, index: int) -> tuple[Path, str]:
        return self.keys[index][0], self.row[index]


class _Narrowed:
    """The ranges of a reading after narrowing, and by which sum each end was narrowed last."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.low = [low for low, _ in reading.told]
        self.high = [high for _, high in reading.told]
        self._why: dict[int, set[int]] = {}
        self._sums = [one for one in reading.sums if any(not reading.shown[index] for index, _ in one.terms)]
        self._where: dict[int, list[int]] = {}
        for place, one in enumerate(self._sums):
            for index, _ in one.terms:
                if not reading.shown[index]:
                    self._where.setdefault(index, []).append(place)
        self._narrow(range(len(self._sums)))

    def _narrow(self, places: Iterable[int]) -> dict[int, Range]:
        """Narrow by these sums and by all that follow; answers the ranges before of what was narrowed."""
        waiting = deque(places)
        queued = set(waiting)
        before: dict[int, Range] = {}
        while waiting:
            place = waiting.popleft()
            queued.discard(place)
            for index, told in self._by_sum(self._sums[place]):
                before.setdefault(index, told)
                self._why.setdefault(index, set()).add(place)
                more = [other for other in self._where[index] if other not in queued]
                queued.update(more)
                waiting.extend(more)
        return before

    def bears(self, index: int, count: int) -> bool:
        """Whether a withheld count may be shown: then it is, and all ranges are narrowed by it; else nothing changes."""
        if not self.low[index] <= count <= self.high[index]:
            return False
        told = self.low[index], self.high[index]
        self.low[index] = self.high[index] = count
        before = self._narrow(self._where.get(index, ())) | {index: told}
        if not any(other != index and self._settles(other) for other in before):
            return True
        for other, (low, high) in before.items():
            self.low[other], self.high[other] = low, high
        return False

    def _by_sum(self, one: Sum) -> list[tuple[int, Range]]:
        """Narrow by one sum; answers what changed, with its range before."""
        low, high = self.low, self.high
        least = sum(low[index] if sign > 0 else -high[index] for index, sign in one.terms)
        most = sum(high[index] if sign > 0 else -low[index] for index, sign in one.terms)
        changed: list[tuple[int, Range]] = []
        if least > one.most or most < one.least:
            return []  # it does not hold in this data, so nobody can reason with it
        for index, sign in one.terms:
            if self._reading.shown[index]:
                continue
            up, down = one.most - least, most - one.least
            if sign < 0:
                up, down = down, up
            first, last = max(low[index], high[index] - down), min(high[index], low[index] + up)
            if (first, last) != (low[index], high[index]):
                least += (first - low[index]) if sign > 0 else (high[index] - last)
                most -= (high[index] - last) if sign > 0 else (first - low[index])
                changed.append((index, (low[index], high[index])))
                low[index], high[index] = first, last
        return changed

    def settled(self) -> list[int]:
        """Hidden counts at an edge of their cell of which the exact number follows."""
        return [index for index, shown in enumerate(self._reading.shown) if not shown and self._settles(index)]

    def _settles(self, index: int) -> bool:
        count, people, edge = self.low[index], self._reading.people[index], EDGE - 1
        return count == self.high[index] and (count <= edge or count >= people - edge)

    def nearest(self, start: int) -> list[int]:
        """The shown counts to withhold, of those on the way by which a count was settled: of the deepest cells that any of them is of, the
        nearest, of the least order; nothing where none may be withheld.
        """
        reading, seen, ring = self._reading, {start}, [start]
        found: dict[int, list[int]] = {}
        while ring:
            near = {index for one in ring for place in self._why.get(one, ()) for index, _ in self._sums[place].terms}
            near -= seen
            seen |= near
            rings: dict[int, list[int]] = {}
            for index in near:
                if reading.shown[index] and reading.order[index] >= 0:
                    rings.setdefault(len(reading.keys[index][0]), []).append(index)
            found = rings | found
            ring = sorted(near)
        if not found:
            return []
        choice = found[max(found)]
        least = min(reading.order[index] for index in choice)
        return [index for index in choice if reading.order[index] == least]
