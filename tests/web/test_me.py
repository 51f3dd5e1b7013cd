"""My data: the score taken apart, what is held, who looked, and a report of an error that works without a script."""

from __future__ import annotations

import html
import re
import shutil

import pytest

from tests.web.conftest import SAME_ORIGIN, Site

REPORT = {"category": "wrong_team", "quarter": "2026Q3"}


@pytest.fixture
def engineer(demo):
    return demo.signed_in("self")


def text_of(answer):
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def test_the_first_engineer_of_the_demo_has_a_score_and_its_parts_add_up(engineer):
    page = text_of(engineer.get("/me"))
    assert re.search(r"Your score for Q3 is \d+", page)
    rows = [row for row in engineer.get("/me.json").json()["rows"] if row["score_micro"]]
    assert rows
    for row in rows:
        assert 0 <= row["passive_micro"] <= min(row["score_micro"], 25_000_000)
        assert (row["passive"] == 0) == (row["passive_micro"] == 0)
    assert {row["calendar"] for row in engineer.get("/me.json").json()["rows"]} >= {"work", "weekend"}


def test_the_worked_example_is_the_highest_day_and_sums_to_its_score(engineer):
    best = max(engineer.get("/me.json").json()["rows"], key=lambda row: (row["score_micro"] or 0, row["day"]))
    page = text_of(engineer.get("/me"))
    parts = [float(part) for part in re.findall(r"give (\d+\.\d)", page)]
    assert parts
    assert abs(sum(parts) - best["score_micro"] / 1_000_000) < 0.11


def test_three_kinds_of_engineers_are_offered(demo):
    found = [demo.signed_in("self", place).get("/me").text for place in range(3)]
    assert len(set(found)) == 3
    assert "Your score" in found[0]


def test_what_is_held_can_be_taken_away(engineer):
    page = engineer.get("/me").text
    links = re.findall(r'href="(/me[^"]*\.json[^"]*)" download>JSON', page)
    assert len(links) >= 5
    for link in links:
        answer = engineer.get(html.unescape(link))
        assert answer.status_code == 200
        assert "rows" in answer.json()


@pytest.fixture
def own_site(demo_home, tmp_path):
    """A copy of the demo home: a case changes what everybody sees of a person."""
    shutil.copytree(demo_home, tmp_path / "home")
    return Site(tmp_path / "home")


def test_an_error_is_reported_and_the_person_leaves_the_managers_list(own_site):
    manager = own_site.signed_in("manager")
    listed = [row["person_id"] for row in manager.get("/team/not_using.json").json()["rows"]]
    assert listed
    assert "Under review" not in manager.get("/team").text
    client = _as(own_site, listed[0])
    assert "Nobody else" not in client.get("/me").text, "the manager just opened a page with this name"
    answer = client.post("/me/contest", data=REPORT, headers=SAME_ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me#contest")
    page = text_of(client.get("/me"))
    case = r"Under review\s+Case 1, opened 24 Nov 2026: Wrong team or line, Q3 2026. Answer due 8 Dec 2026"
    assert re.search(case, page)
    assert "Left out of lists and rankings; the numbers stand until it is decided." in page
    assert "1 case under review" in page
    after = manager.get("/team")
    assert listed[0] not in after.text
    assert "Under review" in after.text
    assert listed[0] not in [row["person_id"] for row in manager.get("/team/not_using.json").json()["rows"]]


def _as(demo, person):
    """A client signed in as any person, by a session of the site itself."""
    client, site = demo.client(), demo.app.state.site
    client.cookies.set("uptake_session", site.sessions.cookie(site.sessions.open("self", person)))
    return client


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"category": "my own words", "quarter": "2026Q3"},
        {**REPORT, "quarter": "2031Q1"},
        {**REPORT, "day": "2025-01-01"},
    ],
)
def test_a_report_that_cannot_be_is_an_error_page_and_no_case(engineer, form):
    before = engineer.get("/me/contest.json").json()["rows"]
    answer = engineer.post("/me/contest", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert "<h1>" in answer.text
    assert "my own words" not in answer.text
    assert engineer.get("/me/contest.json").json()["rows"] == before


def test_only_a_person_reports_and_only_from_our_page(demo, engineer):
    for role in ("administrator", "compliance", "licence"):
        assert demo.signed_in(role).post("/me/contest", data=REPORT, headers=SAME_ORIGIN).status_code == 404
    assert demo.signed_in("manager").post("/me/contest", data=REPORT, headers=SAME_ORIGIN).status_code == 404
    assert demo.client().post("/me/contest", data=REPORT, headers=SAME_ORIGIN).status_code == 404
    assert engineer.post("/me/contest", data=REPORT, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_signing_in_and_a_change_of_purpose_are_written_down(demo):
    client = demo.signed_in("manager")
    client.post("/purpose", data={"purpose": "training"}, headers=SAME_ORIGIN)
    client.post("/signout", headers=SAME_ORIGIN)
    with demo.state.reading() as connection:
        records = connection.exec_driver_sql("select record from audit order by seq desc limit 3").scalars().all()
    assert [re.search(r'"action":"(\w+)"', record)[1] for record in records[::-1]] == ["sign_in", "purpose", "sign_out"]
    assert '"purpose":"training"' in records[1]
