"""Months of merged changes: a plain count, and months that stand beside weeks, quarters and the table of money without giving a few away."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import replace

import pytest

from tests.outcomes.random_companies import random_company
from tests.outcomes.worlds import COMPANY, FIRST, LAST, Company, Merged, Person, tables
from uptake.disclosure.parts_in_time import added, settled

K = 5
SEEDS = range(8)


@functools.cache
def world(seed):
    """Every other company has no change of a program or of anybody who stands in no unit: few of these keep months back."""
    company = random_company(seed)
    if seed % 2:
        names = {person.name for person in company.people}
        company = company.with_changes(one for one in company.changes if one.person in names and not one.bot)
    rows = [
        one for one in company.changes if (not one.bot or one.person) and FIRST <= one.day <= min(LAST, company.as_of)
    ]
    return company, rows, tables(company, K)


def line_of(company, cell):
    at = cell
    while at is not None and company.parents.get(at, COMPANY) != COMPANY:
        at = company.parents[at]
    return at


def week(day):
    return max(FIRST, day - dt.timedelta(days=day.weekday()))


def inside(company, rows, scope):
    cells = {person.name: person.cell for person in company.people}
    return [one for one in rows if scope == COMPANY or line_of(company, cells.get(one.person)) == scope]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_is_a_plain_count_of_more_than_k_authors(seed):
    company, rows, made = world(seed)
    for _, scope, month, changes, lines, *_ in made["outcome_months"]:
        own = [one for one in inside(company, rows, scope) if f"{one.day:%Y-%m}" == month]
        assert (changes, lines) == (len(own), sum(one.lines for one in own))
        assert len(authors(own)) > K


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_left_of_a_quarter_and_of_a_month_is_of_nobody_or_of_more_than_k(seed):
    company, rows, made = world(seed)
    shown = {(row[1], row[2], row[3]) for row in made["quality"]}
    months = {(row[1], row[2]) for row in made["outcome_months"]}
    kept_back = {(scope, month[:7]) for _, scope, month in made["code_hidden"]}
    for scope in {scope for scope, _ in months}:
        own = inside(company, rows, scope)
        every = {f"{one.day:%Y-%m}" for one in own}
        for told in (
            {month for of, month in months if of == scope},
            every - {month for of, month in kept_back if of == scope},
        ):
            if all((scope, None, kind) in shown for kind in ("assisted", "other")):
                rest = authors(one for one in own if f"{one.day:%Y-%m}" not in told)
                assert not rest or len(rest) > K or not told
                beside = authors(one for one in own if uncounted(company, one))
                assert not beside or len(beside) > K or told != every
            for month in told:
                in_weeks = [one for one in own if f"{one.day:%Y-%m}" == month]
                whole = {
                    week(one.day)
                    for one in in_weeks
                    if _within(week(one.day), month) and both(shown, own, scope, week(one.day))
                }
                rest = authors(one for one in in_weeks if week(one.day) not in whole or uncounted(company, one))
                assert not rest or len(rest) > K


def authors(rows):
    return {one.person or "somebody" for one in rows}


def both(shown, own, scope, first):
    """Whether all changes of a week are told: each kind that there is."""
    kinds = {"assisted" if one.exposure else "other" for one in own if week(one.day) == first}
    return all((scope, first, kind) in shown for kind in kinds)


def uncounted(company, one):
    return one.bot or one.person not in {person.name for person in company.people}


def _within(first, month):
    last = first + dt.timedelta(days=6 - first.weekday())
    return f"{first:%Y-%m}" == f"{last:%Y-%m}" == month


def test_months_are_shown_and_months_are_hidden():
    made = [world(seed)[2] for seed in SEEDS]
    assert any(one["outcome_months"] for one in made)
    assert any(one["code_hidden"] for one in made)


def test_a_month_whose_days_beside_whole_weeks_are_of_few_is_hidden():
    """July 2026 ends on a Friday; the week of 27 July has its last days in August, on which two people merge."""
    people = [Person(f"p{number}", "L") for number in range(20)]
    days = [dt.date(2026, 7, 1) + dt.timedelta(days=7 * number) for number in range(13)]
    regular = [Merged(f"c{day}{one.name}", one.name, day) for day in days for one in people]
    edge = [Merged(f"e{number}", f"p{number}", dt.date(2026, 8, 1)) for number in range(2)]
    whole = Company(people, regular)
    assert {row[2] for row in tables(whole, K)["outcome_months"]} == {"2026-07", "2026-08", "2026-09"}
    shown = {row[2] for row in tables(replace(whole, changes=[*regular, *edge]), K)["outcome_months"]}
    assert shown < {"2026-07", "2026-08", "2026-09"}


def test_sums_of_few_follow_from_two_ways_of_cutting():
    people = {"a": frozenset("123456"), "b": frozenset("7"), "c": frozenset("89xyzw")}
    assert settled([{"a", "b"}, {"b", "c"}], people, 5) == set()
    assert settled([{"a", "b"}, {"a"}], people, 5) == {frozenset("7")}
    assert settled([{"a", "b"}, {"b", "c"}, {"a", "c"}], people, 5) == {frozenset("7")}
    assert added([{"a", "b"}], [[{"a"}], [{"a", "b", "c"}]], people, 5) == [False, True]


def test_two_unknowns_that_are_settled_together_are_one_sum():
    """x + y + a and a are shown, and x + b: neither x nor y follows, x + y does."""
    people = {name: frozenset(f"{name}{number}" for number in range(9)) for name in "ab"} | {
        "x": frozenset("x"),
        "y": frozenset("y"),
    }
    assert settled([{"x", "y", "a"}, {"a"}, {"x", "b"}], people, 5) == {frozenset("xy")}
