"""Effective use and Quality: the pages say what the tables hold; an outcome of a person is shown to that person and to nobody else."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from tests.web.conftest import TITLES
from uptake.policy import QUESTIONS
from uptake.policy.questions import GROUP
from uptake.web.pages import PAGES

READERS = ("executive", "lob_lead", "manager", "compliance")
OUTCOME_COLUMNS = {
    "outcome",
    "corner",
    "low",
    "high",
    "retained",
    "rework",
    "reverted",
    "first_checks",
    "review_minutes",
}
PERSON = re.compile(r"\b0\d{5}\b")


def headline(answer):
    return html.unescape(re.search(r"<h1>(.*?)</h1>", answer.text)[1])


def table(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_no_question_but_two_says_an_outcome_of_a_person():
    """By the columns of every question: what tells of a person has none of them, save those that are for that person alone."""
    of_people = {name for name, spec in QUESTIONS.items() if spec.key and OUTCOME_COLUMNS & set(spec.names)}
    assert of_people <= {"my_outcomes", "my_months"}
    assert "my_outcomes" in of_people
    assert all(
        "person_id" not in QUESTIONS[name].names and QUESTIONS[name].level == GROUP for name in ("quadrant", "quality")
    )


@pytest.mark.parametrize("role", TITLES)
def test_a_persons_own_outcome_is_answered_to_that_person_alone(demo, role):
    client = demo.signed_in(role)
    for address in (
        "/api/v1/my_outcomes",
        "/me/outcome.csv",
        "/me/outcome.json",
        "/api/v1/my_months",
        "/me/months.csv",
    ):
        assert (client.get(address).status_code == 200) == (role == "self"), address
    if role == "compliance":
        assert client.post("/case", data={"case": "C-1"}, headers={"sec-fetch-site": "same-origin"}).status_code == 303
        assert client.get("/api/v1/my_outcomes").status_code != 200
        assert client.get("/api/v1/quarter_scores").status_code == 200


def test_the_own_outcome_is_of_who_is_signed_in(demo):
    client = demo.signed_in("self")
    own = {row["person_id"] for row in client.get("/api/v1/quarter_scores").json()}
    rows = client.get("/api/v1/my_outcomes").json()
    assert len(own) == 1
    assert {row["person_id"] for row in rows} <= own
    assert "nobody else" not in client.get("/me").text
    assert "Only you see this" in client.get("/me").text


@pytest.mark.parametrize("role", TITLES)
def test_pages_and_files_of_units_name_nobody_and_open_for_those_who_answer_for_units(demo, role):
    client = demo.signed_in(role)
    cards = [(page, card) for page in PAGES if page.slug in ("effect", "quality") for card in page.cards]
    for page, card in cards:
        name = "" if card is page.cards[0] else f"/{card.name}"
        found = client.get(f"/{page.slug}{name}.csv")
        assert (found.status_code == 200) == (role in READERS), (page.slug, card.name)
        if role in READERS:
            assert not PERSON.search(found.text)
            assert not PERSON.search(client.get(f"/{page.slug}").text.split("<main")[1].split("</main>")[0])


def test_the_headline_of_effective_use_counts_the_units_of_its_table(demo):
    client = demo.signed_in("executive")
    rows = table(client.get("/effect.csv"))
    said = headline(client.get("/effect"))
    often = [row for row in rows if row["corner"] and int(row["use"]) >= 30_000_000]
    if len(often) == 1:
        alone = {"effective": "effective", "frequent, not effective": "not effective", "not clear": "not clear"}
        assert re.fullmatch(rf"The only \w+ with frequent use is {alone[often[0]['corner']]}\.", said)
    elif often:
        good = sum(row["corner"] == "effective" for row in often)
        bad = sum(row["corner"] == "frequent, not effective" for row in often)
        assert re.findall(r"\d+", said) == [str(len(often)), str(good), str(bad)]
    elif any(row["corner"] for row in rows):
        assert said.startswith("No ")
    assert all((row["corner"] == "") == (row["reason"] != "") == (row["outcome"] == "") for row in rows)


def test_quality_shows_both_kinds_and_how_well_use_is_known(demo):
    client = demo.signed_in("executive")
    rows = table(client.get("/quality/quarter.csv"))
    assert [row["kind"] for row in rows] == ["assisted", "other"]
    assert all(row["attribution"] and row["by_change"] and row["by_line"] for row in rows)
    page = client.get("/quality").text
    assert "associated with" in page.lower()
    assert "caused by" in page
    share = 100 * int(rows[0]["changes"]) / sum(int(row["changes"]) for row in rows)
    assert headline(client.get("/quality")).startswith(f"{share:.0f}\u202f%")


@pytest.mark.parametrize("slug", ["effect", "quality"])
def test_nothing_says_that_use_is_the_cause(demo, slug):
    text = demo.signed_in("executive").get(f"/{slug}").text.lower()
    assert not re.search(r"\b(leads to|results in|because of ai|thanks to ai|impact of ai)\b", text)
