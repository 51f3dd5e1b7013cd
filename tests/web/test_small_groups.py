"""Nothing below k + 1 is in any byte that is sent: pages, pictures and files of every role that sees no names, all quarters."""

from __future__ import annotations

import html
import json
import re

import pytest

from tests.web.conftest import every
from uptake.state import rights
from uptake.web import words
from uptake.web.files import FORMS
from uptake.web.pages import PAGES

K = 10
NAMELESS = ("executive", "lob_lead", "administrator", "compliance")
COUNTED = {"engineers", "people", "eligible", "accounts", "of"}
"""Columns that say how many a cell holds; a count inside a cell may be small, from 3 on."""
TEXT_FORMS = ("csv", "json", "meta.json")


@pytest.fixture(scope="module")
def answers(demo):
    """(role, path) -> body, of every page and every text file that a role without names may open, for two quarters."""
    found = {}
    for role in NAMELESS:
        client = demo.signed_in(role)
        for page in PAGES:
            if page.slug == "me":
                continue
            paths = [f"/{page.slug}?quarter={quarter}" for quarter in ("2026Q2", "2026Q3")]
            paths += [f"/{page.slug}?quarter=2026Q3&view=table"]
            for card in page.cards:
                stem = page.slug if card is page.cards[0] else f"{page.slug}/{card.name}"
                paths += [f"/{stem}.{form}?quarter=2026Q3" for form in TEXT_FORMS]
            for path in paths:
                answer = client.get(path)
                if answer.status_code == 200:
                    found[role, path] = answer.text
    return found


def small_units(demo):
    """Names of teams and departments that hold fewer than k + 1 people, now, managers counted too."""
    counted: dict[str, int] = {}
    for row in rights.read(demo.state):
        of = dict(zip(rights.RIGHTS_COLUMNS, row, strict=True))
        for name in ("department", "team"):
            if of[name] is not None:
                counted[str(of[name])] = counted.get(str(of[name]), 0) + 1
    return {name for name, people in counted.items() if people <= K}


def test_pages_and_files_were_really_read(answers):
    assert {role for role, _ in answers} == set(NAMELESS)
    assert len(answers) > 60
    assert {path.partition(".")[2].partition("?")[0] for _, path in answers} >= {*TEXT_FORMS} & {*FORMS}


def test_no_small_unit_is_named_in_any_byte(demo, answers):
    small = small_units(demo)
    assert len(small) > 20
    for (role, path), body in answers.items():
        text = html.unescape(body)
        named = {name for name in small if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)}
        assert named == set(), (role, path)


def test_no_person_is_named_to_a_role_without_names(demo, answers):
    people = {str(row[0]) for row in rights.read(demo.state)}
    for (role, path), body in answers.items():
        found = {word for word in re.findall(r"(?<![\w-])\d{6}(?![\w-])", body) if word in people}
        assert found == set(), (role, path)


def test_no_released_cell_is_smaller_than_k_plus_one(answers):
    seen = 0
    for (role, path), body in answers.items():
        if ".json?" not in path or "meta" in path:
            continue
        for row in json.loads(body)["rows"]:
            sizes = [row[name] for name in COUNTED & set(row) if "segment" not in row and row[name] is not None]
            seen += len(sizes)
            assert all(size > K for size in sizes), (role, path, row)
    assert seen > 300


def test_counts_that_would_say_the_same_of_nearly_everybody_are_bounded(answers):
    """0 to 2 and n-2 to n are never a number beside their whole."""
    for (role, path), body in answers.items():
        if ".json?" not in path or "meta" in path:
            continue
        for row in json.loads(body)["rows"]:
            whole = row.get("engineers") or row.get("people")
            for part in ("active", "regular", "heavy"):
                if whole and row.get(part) is not None:
                    assert 2 < row[part] < whole - 2, (role, path, part)


def test_the_table_and_the_picture_hold_the_same_figures(answers):
    """A data-value of a page's table is one of its file; a picture is drawn from the same rows (test_pages.py)."""
    pages = [(role, path) for role, path in answers if "view=table" in path and path.startswith("/adoption")]
    assert pages
    for role, path in pages:
        page = answers[role, path]
        rows = json.loads(answers[role, path.replace("/adoption?", "/adoption.json?").replace("&view=table", "")])[
            "rows"
        ]
        values = set(re.findall(r'data-value="([^"]*)"', page))
        assert {str(row["active"]) for row in rows[:5] if row["active"] is not None} <= values
        assert words.DASH in page or all(row["active"] is not None for row in rows)


@pytest.mark.parametrize("role", ["executive", "licence", "administrator"])
def test_a_withheld_day_does_not_follow_from_the_accounts_that_reported(demo, role):
    """A day of the company is withheld so that no small line follows from it; the accounts that reported are that day, less a few."""
    reader = demo.signed_in(role)
    told = [row for row in every(reader, "/api/v1/coverage") if row["reporting_accounts"] or row["expected_accounts"]]
    assert bool(told) == (role == "administrator")
    if role != "licence":
        days = every(reader, "/api/v1/adoption_days?scope=(company)")
        assert any(row["bound"] for row in days), "nothing is withheld: the test tries nothing"
