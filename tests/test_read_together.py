"""Tables read together: what settles a bounded count only in company is withheld, by a reading of its own that knows no code of ours."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict

import pytest

from tests.acceptance import joint
from uptake.disclosure import scope_text
from uptake.disclosure.reading import Reading, range_of
from uptake.pipeline import groups, together

QUARTER, FIRST = "2026Q3", dt.date(2026, 7, 1)
TOOLS = ("claude_code", "copilot")
UNITS = {("A",): ("A1", "A2", "A3"), ("B",): ("B1", "B2")}


class World:
    """A company of two lines: who used which tool on which day, with few users, so that bounded counts stand everywhere."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.last = FIRST + dt.timedelta(days=self.rng.choice((2, 4, 11, 18)))
        self.unit = {}
        for line, units in UNITS.items():
            for unit in units:
                for number in range(self.rng.randint(12, 34)):
                    self.unit[f"{unit}-{number}"] = (*line, unit)
        self.used = {(person, tool, day) for person in self.unit for tool, day in self._days(self.rng.random() < 0.2)}

    def _days(self, uses):
        keen = self.rng.choice((0.1, 0.3, 0.8))
        for number in range((self.last - FIRST).days + 1):
            for tool in TOOLS:
                if uses and self.rng.random() < keen / (1 + 2 * (tool == "claude_code")):
                    yield tool, FIRST + dt.timedelta(days=number)

    def cells(self):
        """Path -> people."""
        found = defaultdict(set)
        for person, path in self.unit.items():
            for end in range(len(path) + 1):
                found[path[:end]].add(person)
        return found

    def users(self, tool, first, last):
        return {person for person, of, day in self.used if tool in (of, "all") and first <= day <= last}

    def funnel(self):
        tables = defaultdict(list)
        for path, people in sorted(self.cells().items()):
            for tool in ("all", *TOOLS)[: None if len(path) < 2 else 1]:
                active = self.users(tool, FIRST, self.last) & people
                odd = {person for person in people if int(person.split("-")[1]) % 2}
                seats = active if tool == "claude_code" else active | odd
                figures = (len(seats), len(active), len(active & odd), 9, 9)
                tables[tool].append((QUARTER, *self._place(path), len(people), tool, *figures))
        return groups._funnel_of_quarter(tables, groups.bound_counts)

    def _place(self, path):
        return scope_text(path), scope_text(path[:-1]) if path else None

    def periods(self, *, by_day):
        rows, day = [], FIRST
        while day <= self.last:
            end = day if by_day else min(self.last, day + dt.timedelta(days=6 - day.weekday()))
            number = (day - (FIRST - dt.timedelta(days=FIRST.weekday()))).days // 7
            for path, people in sorted(self.cells().items()):
                for tool in ("all", *TOOLS)[: None if len(path) < 2 else 1]:
                    if not by_day or len(people) >= 25:
                        active = len(self.users(tool, day, end) & people)
                        rows.append((QUARTER, *self._place(path), len(people), tool, day if by_day else number, active))
            day = end + dt.timedelta(days=1)
        return rows

    def adoption(self):
        weeks = groups._adoption_of(self.periods(by_day=False), frozenset(), groups.bound_counts, by_day=False)
        hidden = frozenset((row[7], *row[:3]) for row in weeks if row[4] is None)
        return weeks, groups._adoption_of(self.periods(by_day=True), hidden, groups.bound_counts, by_day=True)


def settled(world, funnel, weeks, days):
    """What a reader of the published rows can settle, by the reading of the acceptance check."""
    sizes = {path: len(people) for path, people in world.cells().items()}
    found = joint.ranges(
        {
            "funnel": [(row[0], row[10], *row[3:7], row[11]) for row in funnel],
            "segments": [],
            "weeks": [(*row[:3], row[4], row[6]) for row in weeks],
            "days": [(*row[:3], row[4], row[6]) for row in days],
        },
        sizes,
    )
    found.narrow()
    return found.settled()


def test_no_bounded_count_is_settled_by_all_tables_together():
    """Without the reading some of these companies leak; with it none does, and most counts still stand."""
    open_before, open_after, counts, kept = 0, 0, 0, 0
    for seed in range(40):
        world = World(seed)
        funnel, (weeks, days) = world.funnel(), world.adoption()
        open_before += bool(settled(world, funnel, weeks, days))
        shown_before = sum(row[4] is not None for row in [*funnel, *weeks, *days])
        weeks, days = together.weeks_closed(weeks, days)
        sizes = {path: len(people) for path, people in world.cells().items()}
        closed = together.Tables(sizes, funnel, weeks=weeks, days=days).closed()
        funnel = together.without_funnel(funnel, closed)
        open_after += bool(settled(world, funnel, weeks, days))
        counts, kept = counts + shown_before, kept + sum(row[4] is not None for row in [*funnel, *weeks, *days])
    assert open_before >= 5
    assert open_after == 0
    assert kept >= 0.9 * counts


def test_what_a_week_withholds_does_not_depend_on_other_weeks():
    world = World(3)
    weeks, days = world.adoption()
    whole = together.weeks_closed(weeks, days)
    first = min(row[2] for row in weeks)
    alone = together.weeks_closed(
        [row for row in weeks if row[2] == first],
        [row for row in days if row[2] <= max(FIRST, first) + dt.timedelta(4)],
    )
    assert [row for row in whole[0] if row[2] == first] == alone[0]


# the arithmetic


def reading(*counts, sums=()):
    """Counts as (name, people, count or text)."""
    found = Reading()
    for name, people, told in counts:
        number, text = (told, None) if isinstance(told, int) else (None, told)
        found.add(((), name), people, range_of(people, number, text), shown=number is not None, order=0)
    for whole, parts in sums:
        found.must([((), whole)], [((), part) for part in parts], 0, 0)
    return found


def test_the_nearest_count_on_the_way_is_withheld():
    given = reading(("w", 30, 5), ("a", 30, 3), ("b", 30, "fewer than 3"), ("far", 30, 9), sums=[("w", ["a", "b"])])
    assert given.close() <= {((), "w"), ((), "a")}
    assert given.close() == set()


@pytest.mark.parametrize(
    ("people", "text", "inner", "told"),
    [(30, "fewer than 3", False, (0, 2)), (30, "more than 27", False, (28, 30)), (30, "withheld", False, (0, 30)), (30, "withheld", True, (3, 27))],
)  # fmt: skip
def test_a_text_says_a_range(people, text, inner, told):
    assert range_of(people, None, text, inner=inner) == told


def test_where_nothing_may_be_withheld_the_bound_itself_goes():
    given = Reading()
    for name, told, order in (("w", 5, -1), ("a", 3, -1), ("b", "fewer than 3", 0)):
        number, text = (told, None) if isinstance(told, int) else (None, told)
        given.add(((), name), 30, range_of(30, number, text), shown=number is not None, order=order)
    given.must([((), "w")], [((), "a"), ((), "b")], 0, 0)
    assert given.close() == {((), "b")}


def test_a_bound_that_goes_takes_the_bounds_beside_it_along():
    """`more than 27; withheld` would say that the second count is at no edge, which is false of a count whose bound went."""
    given = Reading()
    given.add(((), "week"), 30, (2, 2), shown=True, order=-1)
    for name, told, row in (("active", (0, 2), "funnel"), ("seats", (28, 30), "funnel"), ("heavy", (0, 2), "segments")):
        given.add(((), name), 30, told, shown=False, order=0, row=row)
    given.must([((), "active")], [((), "week")], 0, 0)
    assert given.close() == {((), "active"), ((), "seats")}
    assert given.told == [(2, 2), (0, 30), (0, 30), (0, 2)]


def test_a_sum_that_does_not_hold_here_is_no_reason():
    given = reading(("w", 30, 2), ("a", 30, 9), ("b", 30, "fewer than 3"), sums=[("w", ["a", "b"])])
    assert given.close() == set()


@pytest.mark.parametrize(
    "hidden", [(), ("all",), ("one",), ("two",), ("one", "two"), ("all", "one"), ("all", "one", "two")]
)
@pytest.mark.parametrize("scope", ["(company)", "A", "B"])
def test_accounts_of_one_tool_do_not_follow_from_those_of_the_others(scope, hidden):
    """Accounts of the tools add to those of all tools. Where people of one tool were withheld by the reading, its accounts are these people."""
    shown = {"all": (40, 30, 45, 33), "one": (25, 20, 26, 21), "two": (18, 12, 19, 12)}
    rows = [
        (where, "2026Q3", 60, held, None if tool in hidden and where == scope else active, None, None, None, accounts, used, tool, None)
        for where in ("(company)", "A", "B")
        for tool, (held, active, accounts, used) in shown.items()
    ]  # fmt: skip
    told = {(row[0], row[10]): row[9] for row in groups.finished_funnel(rows, {}, {})}
    beside = {"(company)": ["(company)"], "A": ["A", "B"], "B": ["A", "B"]}[scope]
    for where in ("(company)", "A", "B"):
        closed = [tool for tool in shown if told[where, tool] is None]
        assert len(closed) != 1
        assert {*hidden} <= {*closed} if where in beside else not closed
