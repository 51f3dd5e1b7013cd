"""Cases in the pages: from a report to the notice, by two officers; who may open what; seats that somebody decides on."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil

import pytest

from tests.web.conftest import SAME_ORIGIN, Site
from uptake import jobs
from uptake.web import seat_routes

REPORT = {"category": "leave", "quarter": "2026Q3"}
REASON = "HR has this leave on file, looked up by hand"
RIGHT = {
    "decision": "upheld", "kind_of_row": "hr-absences", "first_day": "2026-07-06", "last_day": "2026-07-17", "kind": "leave",
    "reason": REASON,
}  # fmt: skip


@pytest.fixture
def site(demo_home, tmp_path):
    """A home of its own: cases change it."""
    shutil.copytree(demo_home, tmp_path / "home")
    return Site(tmp_path / "home")


def post(client, path, **fields):
    answer = client.post(path, data=fields, headers=SAME_ORIGIN)
    return answer.status_code, answer.headers.get("location", "")


def text_of(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def reported(site):
    """An engineer who has reported an error, and that person's id."""
    engineer = site.signed_in("self")
    assert post(engineer, "/me/contest", **REPORT) == (303, "/me#contest")
    return engineer, engineer.get("/me/contest.json").json()["rows"][0]["person_id"]


def officers(site, case="1"):
    """Both compliance officers, under the case."""
    found = [site.signed_in("compliance", place) for place in (0, 1)]
    for officer in found:
        assert post(officer, "/cases/open", case=case) == (303, f"/cases/{case}")
    return found


def test_a_case_goes_from_the_report_to_the_notice(site):
    engineer, person = reported(site)
    first, second = officers(site)
    assert "Nobody works on it yet" in text_of(first.get("/cases/1"))
    assert post(first, "/cases/1/take") == (303, "/cases/1")
    assert "A reviewer works on it" in text_of(engineer.get("/me"))
    page = first.get("/cases/1")
    assert person in page.text
    assert "Right: days off" in text_of(page)
    assert post(first, "/cases/1/propose", **RIGHT) == (303, "/cases/1")
    assert "You proposed it; somebody else decides." in text_of(first.get("/cases/1"))
    assert post(first, "/cases/1/decide", answer="approve", change=proposal(second))[0] == 404
    assert REASON in text_of(second.get("/cases/1"))
    assert post(second, "/cases/1/decide", answer="approve", change=proposal(second)) == (303, "/cases/1")
    assert "Your case 1 was decided." in text_of(engineer.get("/me"))
    jobs.score(site.settings, site.state, _as_of(site), clock=site.app.state.site.clock)
    mine = text_of(engineer.get("/me"))
    assert "Upheld, closed 24 Nov 2026." in mine
    assert re.search(r"expected days \d+\.\d \d+\.\d", mine), "both values stand"
    assert "new notice" in mine
    assert post(engineer, "/me/notices") == (303, "/me#notices")
    assert " 0 new notices" in text_of(engineer.get("/me"))
    closed = text_of(second.get("/cases/1"))
    assert "Before and after" in closed
    assert "got a notice" in closed


def proposal(client):
    """Number of the proposal that the second officer has before them."""
    return re.search(r'name="change" value="(\d+)"', client.get("/cases/1").text)[1]


def test_what_is_approved_is_what_was_read(site):
    """A proposal that took the place of another one, while a tab stood open, is not approved by that tab."""
    reported(site)
    first, second = officers(site)
    post(first, "/cases/1/take")
    post(first, "/cases/1/propose", **RIGHT)
    read = proposal(second)
    assert post(site_officer_again(site), "/cases/1/decide", answer="refuse", change=read)[0] == 303
    post(first, "/cases/1/propose", **RIGHT | {"first_day": "2026-07-01"})
    assert post(second, "/cases/1/decide", answer="approve", change=read)[0] == 400
    assert post(second, "/cases/1/decide", answer="approve", change=proposal(second))[0] == 303


def site_officer_again(site):
    """The second officer in another session."""
    again = site.signed_in("compliance", 1)
    post(again, "/cases/open", case="1")
    return again


def _as_of(site):
    return dt.date.fromisoformat(site.app.state.site.snapshot().as_of)


def test_who_was_shown_the_old_value_gets_a_notice(site):
    manager = site.signed_in("manager")
    listed = [row["person_id"] for row in manager.get("/team/not_using.json").json()["rows"]]
    client, own = site.client(), site.app.state.site
    client.cookies.set("uptake_session", own.sessions.cookie(own.sessions.open("self", listed[0])))
    post(client, "/me/contest", **REPORT)
    first, second = officers(site)
    post(first, "/cases/1/take")
    post(first, "/cases/1/propose", **RIGHT)
    shown = text_of(second.get("/cases/1"))
    assert re.search(r"manager support not using \d", shown)
    post(second, "/cases/1/decide", answer="approve", change=proposal(second))
    jobs.score(site.settings, site.state, _as_of(site), clock=own.clock)
    post(manager, "/purpose", purpose="self")
    assert "has been corrected (case 1)" in text_of(manager.get("/me"))


def test_the_list_of_cases_names_nobody_and_shows_what_is_overdue(site, monkeypatch):
    _, person = reported(site)
    for role in ("compliance", "internal_audit"):
        page = site.signed_in(role).get("/cases")
        assert page.status_code == 200
        assert person not in page.text
        assert "1 case waits for a decision." in text_of(page)
    own = site.app.state.site
    later = own.clock().replace(month=12, day=28)
    monkeypatch.setattr(own, "clock", lambda: later)
    assert "1 overdue" in text_of(site.signed_in("compliance").get("/cases"))


def test_a_case_is_for_nobody_but_a_compliance_officer_under_it(site):
    engineer, _ = reported(site)
    absent = engineer.get("/nothing-of-that-name").content
    outside = site.signed_in("compliance")
    under_another = site.signed_in("compliance")
    post(under_another, "/case", case="contest-2")
    for client in (
        engineer,
        outside,
        under_another,
        *(site.signed_in(role) for role in ("manager", "administrator", "internal_audit")),
    ):
        answer = client.get("/cases/1")
        assert (answer.status_code, answer.content) == (404, absent)
        for name in ("take", "propose", "decide"):
            assert post(client, f"/cases/1/{name}", **RIGHT, answer="approve")[0] == 404
    for role in ("self", "manager", "administrator", "licence", "internal_audit"):
        assert post(site.signed_in(role), "/cases/open", case="1")[0] == 404
    officer = officers(site)[0]
    assert officer.get("/cases/1").status_code == 200
    for number in ("2", "01", "x", "1e1", "99999999999"):
        assert officer.get(f"/cases/{number}").status_code == 404


def test_a_correction_that_cannot_be_is_an_error_page(site):
    reported(site)
    first, _ = officers(site)
    post(first, "/cases/1/take")
    for wrong in ({"first_day": "soon"}, {"kind_of_row": "hr-people"}, {"reason": "no"}, {"decision": "perhaps"}):
        assert first.post("/cases/1/propose", data={**RIGHT, **wrong}, headers=SAME_ORIGIN).status_code == 400


def test_the_own_page_says_where_the_score_comes_from(site):
    page = text_of(site.signed_in("self").get("/me"))
    assert re.search(r"Loads accounts \d+", page)
    assert re.search(r"Score version engagement-1\.0\.0 File of the version [0-9a-f]{64} Inputs [0-9a-f]{64}", page)


def test_a_seat_is_decided_on_by_a_named_person_and_stays_in_the_list(site, monkeypatch):
    manager = site.signed_in("licence")
    page = manager.get("/licences")
    seat = re.search(r'<option value="([^"]+)"[^>]*>\d+,', page.text)[1]
    given = {"seat": seat, "answer": "reclaim", "reason": "agreed with the person by phone"}
    before = manager.get("/licences/list.json").json()
    assert post(manager, "/licences/decide", **given) == (303, "/licences#list")
    after = manager.get("/licences/list.json").json()
    assert len(after["rows"]) == len(before["rows"])
    assert [(row["decision"], row["decided"]) for row in after["rows"] if row["decision"]] == [
        ("reclaim", "2026-11-24")
    ]
    assert after["not_for"] == "Not for individual performance review. A proposal is decided by a named person."
    for wrong in ({"seat": "nobody"}, {"answer": "sell"}, {"reason": ""}):
        assert post(manager, "/licences/decide", **{**given, **wrong})[0] in (400, 404)
    for role in ("executive", "compliance", "administrator", "manager", "self"):
        assert post(site.signed_in(role), "/licences/decide", **given)[0] == 404
    last = re.findall(r'<option value="([^"]+)"[^>]*>\d+,', page.text)[-1]
    monkeypatch.setattr(seat_routes, "MOST_SEATS", 1)
    assert post(manager, "/licences/decide", **{**given, "seat": last})[0] == 404, "the form offers it to nobody"
    register = site.signed_in("internal_audit").get("/assurance/decisions.json").json()["rows"]
    assert [(row["kind"], row["decision"]) for row in register if row["kind"] == "seat"] == [("seat", "reclaim")]
