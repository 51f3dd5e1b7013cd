"""Index Y and the corners (MEASUREMENT.md section 10): the drawn table, a slow oracle, and properties."""

from __future__ import annotations

import datetime as dt
import pathlib
import random
from dataclasses import replace
from functools import cache

import pytest

from tests.outcomes import oracle
from tests.outcomes.random_companies import random_company
from tests.outcomes.worlds import COLUMNS, COMPANY, FIRST, Company, Merged, Person, released, tables
from uptake.pipeline import effects
from uptake.studies import effectiveness as y

SPEC = pathlib.Path(__file__).with_name("corners.txt").read_text()


def drawn(section: str) -> list[dict[str, str]]:
    body = SPEC.split(f"## {section}\n")[1].split("\n\n")[0]
    head, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in body.strip().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("row", drawn("corner"), ids=lambda row: "-".join(row.values()))
def test_a_corner_is_what_the_drawn_table_says(row):
    found = y.Index(10_000 * int(row["outcome"]), 10_000 * int(row["error"]))
    assert y.corner(1_000_000 * int(row["use"]), found) == row["corner"]


def drawn_company(row: dict[str, str]) -> Company:
    """One unit as the row says, beside three ordinary ones that its changes are compared with."""
    many = int(row["people"])
    own = [
        Person(
            f"a{n}",
            "Line/Own",
            40_000_000,
            "light" if n < int(row["eligible"]) else "insufficient",
            observed=row["observed"] == "yes",
        )
        for n in range(many)
    ]
    others = [Person(f"b{n}", f"Line/Other {n % 3}", 10_000_000) for n in range(60)]
    rng = random.Random(5)
    changes = [
        Merged(f"own#{n}", f"a{n % int(row['authors'])}", exposure="change", rounds=rng.randrange(4), checks=rng.random() < 0.7, minutes=60 * rng.randrange(9))
        for n in range(int(row["assisted"]))
    ]  # fmt: skip
    changes += [Merged(f"own-other#{n}", f"a{n % many}") for n in range(int(row["other"]))]
    changes += [
        Merged(
            f"b#{n}",
            f"b{n % 60}",
            exposure="change" if n % 2 else None,
            rounds=rng.randrange(4),
            checks=rng.random() < 0.7,
            minutes=60 * rng.randrange(9),
        )
        for n in range(240)
    ]
    days = [FIRST + dt.timedelta(days=7 * n) for n in range(14)]
    spread = [replace(one, day=days[n % 14]) for n, one in enumerate(changes)]
    return Company([*own, *others], spread, {"Line/Own": "Line", **{f"Line/Other {n}": "Line" for n in range(3)}})


@pytest.mark.parametrize("row", drawn("reason"), ids=lambda row: row["reason"] or "shown")
def test_a_unit_without_a_corner_says_why_as_the_drawn_table_does(row):
    found = released(drawn_company(row))["Line/Own"]
    assert (found["reason"] or "") == row["reason"]
    hidden = [found[name] is None for name in ("outcome", "low", "high", "corner", "changes")]
    assert all(hidden) if row["reason"] else not any(hidden)
    assert found["people"] == int(row["people"])


def test_a_gap_of_more_than_14_days_in_the_changes_of_a_repository_group_freezes_its_signals():
    whole = drawn_company(drawn("reason")[0])
    gap = [one for one in whole.changes if one.day != dt.date(2026, 8, 5)]
    assert released(whole.with_changes(gap))["Line/Own"]["reason"] is None
    longer = [one for one in gap if one.day != dt.date(2026, 8, 12)]
    assert released(whole.with_changes(longer))["Line/Own"]["reason"] == effects.FROZEN
    late = replace(whole, as_of=dt.date(2026, 9, 15))
    assert released(late.with_changes(one for one in whole.changes if one.day < dt.date(2026, 8, 25)))["Line/Own"][
        "reason"
    ] == (effects.FROZEN)


@cache
def tables_of(seed: int):
    return tables(random_company(seed), 5)


def released_of(seed: int):
    return [dict(zip(COLUMNS, row, strict=True)) for row in tables_of(seed)["quadrant"]]


@pytest.mark.parametrize("seed", range(8))
def test_y_equals_a_slow_oracle(seed):
    company = random_company(seed)
    wanted = oracle.expected(company)
    shown = {row["unit"]: row for row in released_of(seed) if row["corner"]}
    for unit, row in shown.items():
        value, error = wanted[unit]
        assert row["outcome"] / 1e6 == pytest.approx(value, abs=0.0051)
        assert (row["high"] - row["outcome"]) / 1e6 == pytest.approx(error, abs=0.0051)
        assert row["low"] + row["high"] == 2 * row["outcome"]


def test_the_oracle_is_asked_about_units_with_and_without_a_clear_outcome():
    corners = [row["corner"] for seed in range(8) for row in released_of(seed)]
    assert {"not clear", None} < set(corners)
    assert len(set(corners)) >= 4


@pytest.mark.parametrize("seed", range(1))
def test_volume_moves_no_outcome(seed):
    """More lines a change, another author beside, more changes by bots: Y stands."""
    company = random_company(seed)
    larger = company.with_changes(replace(one, lines=one.lines + 1000) for one in company.changes)
    assert tables(larger, 5)["quadrant"] == tables_of(seed)["quadrant"]
    bots = [replace(one, change=f"{one.change} again", bot=True) for one in company.changes]
    assert tables(company.with_changes([*company.changes, *bots]), 5)["quadrant"] == tables_of(seed)["quadrant"]


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_is_irrelevant(seed):
    company = random_company(seed)
    rng = random.Random(seed)
    mixed = replace(
        company,
        changes=rng.sample(company.changes, len(company.changes)),
        people=rng.sample(company.people, len(company.people)),
    )
    assert tables(mixed, 5) == tables_of(seed)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_leaves_speaks_of_fewer_than_k_plus_1_authors(seed):
    """No row names a person; and every shown unit, and what remains of it without shown units inside, has k + 1 authors or none."""
    company = random_company(seed)
    names = {person.name for person in company.people} | {one.change for one in company.changes}
    made = tables_of(seed)
    released_rows = [*made["quadrant"], *made["quality"]]
    assert not [value for row in released_rows for value in row if value in names]
    authors: dict[str, set[str]] = {}
    work = oracle.Oracle(company).work()
    for cell, own in work.items():
        at = cell
        while at != COMPANY:
            authors.setdefault(at, set()).update(own)
            at = company.parents.get(at, COMPANY)
    rows = {row[1]: row for row in made["quadrant"]}
    shown = {unit for unit, row in rows.items() if row[7]}
    for unit in shown:
        inside = [authors[other] for other in shown if company.parents.get(other) == unit]
        # A unit may be left out for another reason than its authors: then what is left only grows.
        assert len(authors[unit]) > 5
        assert (
            not 0 < len(authors[unit] - set().union(*inside)) <= 5 or not inside or _others_hidden(rows, company, unit)
        )


def _others_hidden(rows, company, unit):
    return any(
        rows[other][10] not in (None, effects.FEW_AUTHORS) for other in rows if company.parents.get(other) == unit
    )


def test_a_company_without_merged_changes_has_no_row():
    made = tables(Company([Person("a", "L")]))
    assert set(made) == {"quadrant", "quality", "outcome_months", "person_outcomes", "code_hidden"}
    assert not any(made.values())


@pytest.mark.parametrize("seed", range(2))
def test_each_author_has_one_own_row_with_their_own_changes_and_use(seed):
    company = random_company(seed)
    made, people = oracle.Oracle(company), {person.name: person for person in company.people}
    rows = tables_of(seed)["person_outcomes"]
    assert [row[1] for row in rows] == sorted({one.person for one in made.rows if one.person})
    for quarter, person, changes, assisted, use, outcome, low, high, corner, reason in rows:
        own = [one for one in made.rows if one.person == person]
        assert (quarter, changes, assisted) == ("2026Q3", len(own), sum(bool(one.exposure) for one in own))
        assert use == (None if people[person].segment in effects.NOT_COMPARED else people[person].score)
        assert (corner is None) == (reason is not None) == (outcome is None)
        assert corner is None or (low <= outcome <= high and assisted >= y.LEAST_CHANGES)


def own_rows(**differs):
    """Rows of `person_outcomes` by person, where `a0` has ten assisted changes and is like nobody else in some way."""
    whole = drawn_company(drawn("reason")[0])
    more = [replace(one, person="a0") for one in whole.changes if one.change.startswith("own#")][:10]
    rest = [one for one in whole.changes if not one.change.startswith("own#")]
    people = [replace(one, **differs) if one.name == "a0" else one for one in whole.people]
    rows = tables(replace(whole, people=people).with_changes([*rest, *more]))["person_outcomes"]
    return {row[1]: row for row in rows}


@pytest.mark.parametrize("segment", effects.NOT_COMPARED)
def test_whose_use_is_not_known_has_no_corner(segment):
    assert own_rows()["a0"][-2] in y.CORNERS
    _, _, changes, _, *rest = own_rows(segment=segment)["a0"]
    assert (changes, rest) == (11, [None] * 5 + [effects.OWN_USE_UNKNOWN])


def test_nothing_is_computed_by_person_of_an_entity_that_is_counted_in_groups_alone():
    assert own_rows().keys() - own_rows(aggregate_only=True).keys() == {"a0"}


def test_ten_assisted_changes_give_a_person_an_own_outcome_and_nine_do_not():
    whole = drawn_company(drawn("reason")[0])
    more = [replace(one, person="a0") for one in whole.changes if one.change.startswith("own#")][:10]
    rest = [one for one in whole.changes if not one.change.startswith("own#")]

    def own(changes):
        return next(row for row in tables(whole.with_changes([*rest, *changes]))["person_outcomes"] if row[1] == "a0")

    assert own(more)[-2] in y.CORNERS
    assert own(more[:9])[-2:] == (None, effects.FEW_CHANGES)


def heavy(rows: list[tuple], counts: dict[str, int | None]):
    return effects.effective_heavy(rows, counts)


def test_effective_people_are_counted_over_units_the_finest_that_has_a_corner():
    def row(unit: str, corner: str | None) -> tuple:
        return ("2026Q3", unit, 20, 0, 0, 0, 0, corner, 0, 0, None)

    rows = [
        row("A", y.EFFECTIVE),
        row("A/1", None),
        row("A/2", y.FREQUENT),
        row("B", y.NOT_CLEAR),
        row("B/1", y.EFFECTIVE),
    ]
    counts = {COMPANY: 60, "A": 30, "A/1": 12, "A/2": 18, "B": 30, "B/1": 9, "B/2": None}
    assert heavy(rows, counts) == {COMPANY: 21, "A": 12, "A/1": 12, "A/2": 0, "B": 9, "B/1": 9, "B/2": 0}
    assert heavy(rows, {**counts, "A/1": None})[COMPANY] is None
    assert heavy([row("A", None)], counts) == {}
