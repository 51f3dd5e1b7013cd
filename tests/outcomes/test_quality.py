"""Quality of changes by unit and week: a plain count, and weeks of few authors that must not follow from what is shown."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.outcomes import oracle
from tests.outcomes.random_companies import random_company
from tests.outcomes.worlds import COMPANY, FIRST, Company, tables
from uptake.pipeline.quality import weeks_shown
from uptake.pipeline.units import Units


def quality(company: Company, k: int = 5):
    names = (
        "quarter",
        "scope",
        "week",
        "kind",
        "changes",
        "lines",
        "retained",
        "rework",
        "reverted",
        "review",
        "first",
        "incidents",
    )
    return [dict(zip(names, row, strict=False)) for row in tables(company, k)["quality"]]


@pytest.mark.parametrize("seed", range(4))
def test_quality_of_the_quarter_equals_a_plain_count(seed):
    company = random_company(seed)
    made = oracle.Oracle(company)
    for row in quality(company):
        if row["week"] is not None:
            continue
        inside = [
            one
            for one in made.rows
            if _in(company, made.cell(one), row["scope"]) and bool(one.exposure) == (row["kind"] == "assisted")
        ]
        assert row["changes"] == len(inside)
        assert row["lines"] == sum(one.lines for one in inside)
        checks = [one.checks for one in inside if one.checks is not None]
        assert (
            row["first"]
            == (10_000 * round(oracle.Fraction(100 * sum(checks), len(checks))) if len(checks) >= 10 else None)
            or abs(row["first"] - 1e6 * sum(checks) / len(checks)) <= 5_000
        )
        assert len({one.person for one in inside}) > 5


def _in(company: Company, cell: str | None, scope: str) -> bool:
    while cell is not None and cell != scope:
        cell = None if cell == COMPANY else company.parents.get(cell, COMPANY)
    return cell == scope


def test_quality_by_week_adds_up_to_no_more_than_the_quarter():
    company = random_company(6)
    rows = quality(company)
    whole = {(row["scope"], row["kind"]): row["changes"] for row in rows if row["week"] is None}
    weeks: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["week"] is not None:
            assert row["scope"].count("/") == 0
            weeks[row["scope"], row["kind"]] = weeks.get((row["scope"], row["kind"]), 0) + row["changes"]
    assert weeks
    assert all(changes <= whole[key] for key, changes in weeks.items())


@pytest.mark.parametrize("seed", range(8))
def test_no_week_of_few_authors_follows_from_the_quarter_or_from_the_company(seed):
    """Weeks that do not stand: of each scope and kind nobody's, or those of more than k authors together; and so what lies beside lines."""
    company, k = random_company(seed), 5
    made = oracle.Oracle(company)
    rows = quality(company, k)
    shown = {(row["scope"], row["week"], row["kind"]) for row in rows}
    for scope, week, kind in shown:
        of_kind = [one for one in made.rows if bool(one.exposure) == (kind == "assisted")]
        if week is None:
            others = [one for one in made.rows if one not in of_kind and _in(company, made.cell(one), scope)]
            assert not others or len({one.person for one in others}) > k
        inside = [one for one in of_kind if _in(company, made.cell(one), scope)]
        if week is None and any(of == scope and when and what == kind for of, when, what in shown):
            left = {one.person for one in inside if (scope, _week(one.day), kind) not in shown}
            assert not left or len(left) > k
        lines = {
            of for of, when, what in shown if when == week and what == kind and of.count("/") == 0 and of != COMPANY
        }
        if scope == COMPANY and lines:
            beside = {
                one.person
                for one in inside
                if week in (None, _week(one.day)) and not any(_in(company, made.cell(one), line) for line in lines)
            }
            assert not beside or len(beside) > k


def _week(day: dt.date) -> dt.date:
    return max(FIRST, day - dt.timedelta(days=day.weekday()))


def test_a_week_of_few_authors_closes_another_and_a_line_closes_its_sisters():
    weeks = [dt.date(2026, 7, 6) + dt.timedelta(days=7 * number) for number in range(4)]
    people = {COMPANY: 60, "A": 30, "B": 30}
    units = Units(people, dict.fromkeys(people, COMPANY) | {COMPANY: None}, {COMPANY: 0, "A": 1, "B": 1}, {})

    def shown(*counts):
        authors = {
            (week, "other"): {"A": a, "B": b, COMPANY: a + b} for week, (a, b) in zip(weeks, counts, strict=True)
        }
        return [
            "".join(sorted(found - {COMPANY}))
            for found in weeks_shown(units, authors, set(people), 10, "other").values()
        ]

    assert shown((20, 18), (15, 16), (15, 14), (11, 11)) == ["AB"] * 4
    assert shown((20, 18), (4, 16), (15, 14), (25, 21)) == ["AB", "", "", "AB"]
    assert shown((20, 18), (0, 16), (15, 14), (25, 21)) == ["AB"] * 4
    assert shown((20, 4), (21, 5), (15, 3), (25, 2)) == [""] * 4  # B follows from the company less A
