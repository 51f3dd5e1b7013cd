"""A count of a wide cell is withheld last: bounds and counts of finer cells go before it, and what was hidden for nothing is shown again."""

from __future__ import annotations

import random

import pytest

from tests.acceptance import joint
from tests.test_disclosure_bounds import texts
from uptake.disclosure import WITHHELD, Count, bound_counts, bounds
from uptake.disclosure.reading import Reading, _Narrowed

FEWER = "fewer than 3"
STEPS = ("active", "regular")


def company(lines):
    """`lines`: line -> department -> (people, counts of STEPS). The company and its lines are the sums of the departments."""
    sizes, counts = {}, {}
    for line, departments in lines.items():
        for department, (people, numbers) in departments.items():
            for path in ((), (line,), (line, department)):
                sizes[path] = sizes.get(path, 0) + people
                counts[path] = [a + b for a, b in zip(counts.get(path, [0] * len(numbers)), numbers, strict=True)]
    return [
        Count(path, path[:-1] if path else None, name, number, sizes[path])
        for path, numbers in counts.items()
        for name, number in zip(STEPS, numbers, strict=False)
    ]


def shown(lines, **how):
    return {path: told for (path, _), told in texts(company(lines), **how).items()}


def test_bounds_of_two_departments_go_before_the_count_of_their_line():
    """Two of 20 and two of 30: beside 4 in the line both bounds would say 2."""
    told = shown({"L": {"A": (20, (2,)), "B": (30, (2,))}, "M": {"C": (40, (9,)), "D": (40, (12,))}})
    assert (told[()], told["L",]) == (25, 4)
    assert WITHHELD in {told["L", "A"], told["L", "B"]}
    assert {told["M",], told["M", "C"], told["M", "D"]} == {21, 9, 12}


def test_a_department_of_another_line_goes_before_the_count_of_the_company():
    """Nobody of the small line: the lines follow from their departments, so hiding them alone hides nothing."""
    lines = {"L": {"A": (30, (0,))}, "M": {"C": (40, (9,)), "D": (40, (12,))}, "N": {"E": (50, (30,)), "F": (40, (8,))}}
    told = shown(lines)
    assert told[()] == 59
    assert told["L",] == FEWER
    assert [path for path, text in told.items() if text == WITHHELD] == [("N",), ("N", "F")]


# companies drawn, read again by the reading of the acceptance check


def drawn(seed):
    rng = random.Random(seed)
    lines = {}
    for line in "LMNOP"[: rng.randint(2, 5)]:
        departments = lines[line] = {}
        for department in "ABC"[: rng.randint(2, 3)]:
            people = rng.randint(12, 60)
            active = min(people, rng.choice((0, 1, 1, 2, 2, 3, 4, 9, people // 2, people - 1)))
            departments[department] = (people, (active, min(active, rng.choice((0, 1, 2, 5, active)))))
    return company(lines)


def read_again(rows):
    """What a reader narrows; only tables in which nothing is left to hide are without sums that hold."""
    sizes = {row.cell: row.people for row in rows}
    told = {(row.cell, row.category): row for row in rows}
    funnel = []
    for cell, people in sizes.items():
        own = [told[cell, step] for step in STEPS]
        bound = "; ".join(f"{one.category}: {one.text}" for one in own if one.text)
        scope = "/".join(cell) or "(company)"
        funnel.append((scope, "all", people, own[0].count, own[1].count, None, bound))
    found = joint.ranges({"funnel": funnel, "segments": []}, sizes)
    found.narrow()
    return [key for key in found.settled() if key[1].split()[0] in STEPS]


def test_drawn_companies_settle_nothing_and_withhold_no_line_that_its_departments_tell():
    withheld = [0, 0, 0]
    for seed in range(150):
        counts = drawn(seed)
        rows = bound_counts(counts, partition=False, nested=STEPS)
        assert read_again(rows) == [], seed
        told = {(row.cell, row.category): row for row in rows}
        for (cell, step), row in told.items():
            below = [told[other, step].count for other, name in told if name == step and other[:-1] == cell and other]
            told_below = bool(below) and None not in below
            assert row.text != WITHHELD or not told_below, (seed, cell, step)
        for (cell, _), row in told.items():
            withheld[len(cell)] += row.text == WITHHELD
    assert withheld[0] == 0  # 22 when the smallest count near by went, whatever it was of
    assert withheld[1] <= 160  # 275
    assert withheld[2] <= 430  # 464


def test_the_reading_notices_what_is_shown_again_without_looking(monkeypatch):
    monkeypatch.setattr(bounds._Mask, "_any_settled", lambda _self: False)
    assert any(read_again(bound_counts(drawn(seed), partition=False, nested=STEPS)) for seed in range(150))


# the arithmetic of the joint reading


def reading(*counts, stands=()):
    """Counts as (unit, count, text or None), all of which add to the first."""
    found = Reading()
    for unit, count, text in counts:
        told = (0, 2) if text else (count, count)
        found.add((unit, "x"), 40, told, shown=not text, order=-1 if unit in stands else 0)
    (whole, _, _), *parts = counts
    found.must([(whole, "x")], [(unit, "x") for unit, _, _ in parts], 0, 0)
    return found


BESIDE = (((), 14, None), (("A",), 3, None), (("B",), 9, None), (("C",), 2, FEWER))


def test_the_count_of_the_smallest_unit_is_withheld_and_no_more():
    given = reading(*BESIDE)
    assert given.close() == {(("A",), "x")}
    assert given.told == [(14, 14), (3, 37), (9, 9), (0, 2)]
    assert given.close() == set()


@pytest.mark.parametrize(("stands", "goes"), [([("A",)], ("B",)), ([("A",), ("B",)], ())])
def test_a_wider_count_is_withheld_where_no_finer_one_may_be(stands, goes):
    assert reading(*BESIDE, stands=stands).close() == {(goes, "x")}


def test_a_finer_count_further_away_goes_before_a_wider_one():
    """The line B is hidden, and its teams tell of it."""
    given = reading(*BESIDE, stands=[("A",)])
    line = given.number[("B",), "x"]
    given.told[line], given.shown[line] = (0, 40), False
    for team, count in (("1", 4), ("2", 5)):
        given.add((("B", team), "x"), 20, (count, count), shown=True, order=0)
    given.must([(("B",), "x")], [(("B", "1"), "x"), (("B", "2"), "x")], 0, 0)
    assert given.close() == {(("B", "1"), "x")}


def test_what_is_shown_again_is_read_once_more(monkeypatch):
    monkeypatch.setattr(_Narrowed, "bears", lambda *_: True)
    assert reading(*BESIDE).close() == {(("A",), "x"), (("B",), "x")}


def test_of_counts_of_one_depth_the_nearest_goes():
    given = reading(*BESIDE, stands=[()])
    line = given.number[("B",), "x"]
    given.told[line], given.shown[line] = (0, 40), False
    for unit, count in (("D", 4), ("E", 5)):
        given.add(((unit,), "x"), 20, (count, count), shown=True, order=0)
    given.must([(("B",), "x")], [(("D",), "x"), (("E",), "x")], 0, 0)
    assert given.close() == {(("A",), "x")}


@pytest.mark.parametrize("seed", range(40))
def test_what_is_shown_again_in_halves_is_what_one_by_one_shows_again(seed, monkeypatch):
    counts = drawn(seed)
    ours = bound_counts(counts, partition=False)

    def one_by_one(self, covered, wanted):
        for each in wanted:
            covered.remove(each)
            if self._any_settled():
                covered.add(each)

    monkeypatch.setattr(bounds._Mask, "_show", one_by_one)
    assert bound_counts(counts, partition=False) == ours
