"""Outcomes by month of each person, repository and team, against a plain count over merged changes and reviews."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pytest

from tests.changes.cases import CASES
from tests.changes.payloads import REPOSITORY

SUMS = (
    "lead_minutes",
    "review_rounds",
    "review_minutes",
    "hotfixes",
    "defects",
    "incidents",
    "lines_added",
    "lines_deleted",
    "files",
)


@pytest.fixture(scope="module")
def tables(home):
    with duckdb.connect(str(next((home / "warehouse").glob("*.duckdb"))), read_only=True) as connection:
        found = {}
        for name in ("merged_changes", "outcome_months", "change_reviews"):
            cursor = connection.execute(f"select * from {name}")
            names = [column[0] for column in cursor.description]
            found[name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return found


def units(row):
    """Of what a change counts: its author, its repository, the team of its author."""
    team = "/".join((row["lob"], row["department"], row["team"])) if row["team"] else None
    return {"person": row["person_id"], "repository": row["repository"], "team": team}


def added(rows, name):
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) if known else None


def test_a_month_of_each_is_a_plain_count_of_its_changes(tables):
    wanted = defaultdict(list)
    for row in tables["merged_changes"]:
        for level, unit in units(row).items():
            if unit is not None and not row["bot"]:
                wanted[str(row["merged_day"])[:7], level, unit].append(row)
    months = {(row["month"], row["level"], row["unit"]): row for row in tables["outcome_months"] if row["changes"]}
    assert set(months) == set(wanted)
    assert {level for _, level, _ in months} == {"person", "repository", "team"}
    for key, rows in wanted.items():
        month = months[key]
        assert month["changes"] == len(rows)
        assert {name: month[name] for name in SUMS} == {name: added(rows, name) for name in SUMS}
        assert month["authors"] == len({row["person_id"] or row["account"] for row in rows} - {None})
        assert month["first_checks_passed"] == sum(row["first_checks_passed"] is True for row in rows)
        assert month["checked"] == sum(row["first_checks_passed"] is not None for row in rows)
        assert month["reverted"] == sum(row["reverted_day"] is not None for row in rows)


def test_the_load_of_reviewing_is_that_of_who_reviewed(tables):
    given = [row for row in tables["change_reviews"] if row["human"] and row["independent"] and row["submitted_at"]]
    months = {(row["month"], row["level"], row["unit"]): row for row in tables["outcome_months"]}
    whole = [row for key, row in months.items() if key[1:] == ("repository", REPOSITORY)]
    assert sum(row["reviews_given"] for row in whole) == len(given) > len(CASES) / 3
    ben = [row for row in given if row["account"] == "ben"]
    assert sum(row["reviews_given"] for key, row in months.items() if key[1:] == ("person", "P2")) == len(ben)
    assert sum(row["reviews_given"] for key, row in months.items() if key[1:] == ("team", "Cards/D1/T1")) >= len(ben)
    may = months["2026-05", "repository", REPOSITORY]
    assert may["reviewers"] == len({row["account"] for row in given if str(row["submitted_at"])[:7] == "2026-05"})
    read = {(row["account"], str(row["submitted_at"])[:10], row["change"]) for row in given}
    assert sum(row["lines_reviewed"] or 0 for row in whole) == 12 * len(read)
