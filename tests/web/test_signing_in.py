"""Signing in as an invented person: only in a demo home, only on loopback; anywhere else person pages refuse."""

import datetime as dt
import re

import pytest
from itsdangerous import URLSafeSerializer

from tests.web.conftest import SAME_ORIGIN, TITLES, Site, profile
from uptake.jobs import State
from uptake.policy import PROFILES
from uptake.state.tables import SESSIONS
from uptake.web import sessions as signed


def test_the_page_lists_a_few_people_of_each_role(demo):
    text = demo.client().get("/signin").text
    for title in TITLES.values():
        assert f">{title}</h2>" in text
    assert "invented company" in text
    assert not re.search(r'value="\d{6}"', text), "no person's id in a form"


@pytest.mark.parametrize("path", ["/signin", "/signout", "/purpose", "/profile"])
@pytest.mark.parametrize("where", ["plain home", "demo on a network"])
def test_outside_a_demo_on_loopback_there_is_no_sign_in(plain_home, demo_home, path, where):
    site = Site(plain_home) if where == "plain home" else Site(demo_home, host="0.0.0.0")  # noqa: S104 - nothing listens
    absent = site.client().get("/nothing")
    for answer in (site.client().get(path), site.client().post(path, headers=SAME_ORIGIN)):
        assert answer.status_code == 404
        assert answer.content == absent.content


def test_without_sign_in_person_pages_answer_401(plain):
    for path in ("/me", "/me.csv", "/api/v1/day_scores", "/api/v1/leaderboard"):
        assert plain.client().get(path).status_code == 401, path
    assert plain.client().get("/overview").status_code == 200


def test_on_a_network_only_definitions_open_without_a_session(demo_home):
    client = Site(demo_home, host="0.0.0.0").client("http://uptake.example")  # noqa: S104 - nothing listens
    assert client.get("/definitions").status_code == 200
    for path in ("/", "/overview", "/admin", "/overview.csv", "/api/v1/funnel", "/api/v1/unmatched_accounts", "/me"):
        assert client.get(path).status_code == 401, path


def test_a_cookie_of_a_demo_opens_nothing_elsewhere(demo, plain):
    cookie = demo.signed_in("self").cookies["uptake_session"]
    other = plain.client()
    other.cookies.set("uptake_session", cookie)
    assert other.get("/me").status_code == 401


def test_the_cookie_holds_an_id_and_nothing_else(demo):
    client = demo.client()
    key = re.search(r'name="who" value="([0-9a-f]+)"', client.get("/signin").text)[1]
    header = client.post("/signin", data={"who": key}, headers=SAME_ORIGIN).headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    value = header.split("=", 1)[1].split(";")[0]
    assert len(URLSafeSerializer("any key", salt="x").loads_unsafe(value)[1]) == 32
    for forged in ("", "x", value[:-2] + "aa", URLSafeSerializer("any key", salt="uptake session").dumps("guess")):
        other = demo.client()
        other.cookies.set("uptake_session", forged)
        assert other.get("/me").status_code == 303, forged


def test_nobody_signs_in_as_somebody_who_is_not_offered(demo):
    for who in ("", "000001", "compliance officer", "0" * 32):
        assert demo.client().post("/signin", data={"who": who}, headers=SAME_ORIGIN).status_code == 404


def test_signing_out_ends_the_session_on_the_server(demo):
    client = demo.signed_in("self")
    cookie = client.cookies["uptake_session"]
    assert client.get("/me").status_code == 200
    client.post("/signout", headers=SAME_ORIGIN)
    client.cookies.set("uptake_session", cookie)
    assert client.get("/me").status_code == 303


def test_a_purpose_that_is_not_the_persons_is_refused(demo):
    client = demo.signed_in("self")
    for purpose in ("support", "performance_review", "assurance", ""):
        assert client.post("/purpose", data={"purpose": purpose}, headers=SAME_ORIGIN).status_code == 404
    assert client.get("/me").status_code == 200


def test_a_session_ends_after_eight_hours(tmp_path):
    now = [dt.datetime(2026, 11, 24, 8)]
    held = signed.Sessions(State(tmp_path / "state.db"), lambda: now[0])
    cookie = held.cookie(held.open("self", "p"))
    now[0] += signed.LIFE - dt.timedelta(seconds=1)
    assert held.of(cookie) is not None
    now[0] += dt.timedelta(seconds=1)
    assert held.of(cookie) is None


def test_the_store_holds_no_id_of_a_session(tmp_path):
    state = State(tmp_path / "state.db")
    held = signed.Sessions(state, lambda: dt.datetime(2026, 11, 24, 8))
    session = held.open("self", "p")
    with state.reading() as connection:
        rows = [tuple(row) for row in connection.execute(SESSIONS.select())]
    assert len(rows) == 1
    assert session.id not in str(rows)
    assert session.id.encode() not in (tmp_path / "state.db").read_bytes()


@pytest.mark.parametrize("role", ["compliance", "administrator", "manager"])
def test_a_case_is_for_compliance_and_makes_another_session(demo, role):
    client = demo.signed_in(role)
    old = client.cookies["uptake_session"]
    answer = client.post("/case", data={"case": "C-17"}, headers=SAME_ORIGIN)
    assert answer.status_code == (303 if role == "compliance" else 404)
    alive = demo.app.state.site.sessions.of(old) is not None
    assert alive == (role != "compliance"), "the session before it is dead"
    if role == "compliance":
        assert client.get("/api/v1/quarter_scores").status_code == 200
        assert client.post("/case", data={"case": ""}, headers=SAME_ORIGIN).status_code == 303
        assert client.get("/api/v1/quarter_scores").status_code == 404


@pytest.mark.parametrize("case", ["x" * 41, "a/b", "a'b", "<b>", "\u00e9"])
def test_what_is_no_case_id_is_refused(demo, case):
    client = demo.signed_in("compliance")
    answer = client.post("/case", data={"case": case}, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert "at most 40" in answer.text, "what a case id is, in place of a page that does not exist"
    assert client.get("/api/v1/quarter_scores").status_code == 404


def test_two_compliance_officers_are_two_identities(demo):
    found = [demo.signed_in("compliance", place).cookies["uptake_session"] for place in (0, 1)]
    sessions = [demo.app.state.site.sessions.of(cookie) for cookie in found]
    assert [one.identity for one in sessions] == ["demo:compliance-1", "demo:compliance-2"]


def test_a_page_kept_for_one_officer_shows_another_no_case_and_no_hat_of_the_first(demo):
    first, second = demo.signed_in("compliance", 0), demo.signed_in("compliance", 1)
    for client, case in ((first, "contest-77"), (second, "contest-88")):
        client.post("/case", data={"case": case}, headers=SAME_ORIGIN)
    assert "contest-77" in first.get("/overview").text
    assert "contest-88" in second.get("/overview").text
    assert "contest-77" not in second.get("/overview").text
    site, client = demo.app.state.site, demo.client()
    assert "Change to own data" in demo.signed_in("executive").get("/overview").text
    client.cookies.set("uptake_session", site.sessions.cookie(site.sessions.open("executive", None)))
    assert "Change to own data" not in client.get("/overview").text


@pytest.mark.parametrize("name", list(PROFILES))
def test_each_profile_can_be_shown(demo, name):
    with profile(demo, name):
        text = demo.client().get("/signin").text
        assert f"<b>{name}</b> is in force" in text
        assert demo.signed_in("manager").get("/api/v1/not_using").status_code == (404 if name == "team-first" else 200)
        version = demo.app.state.site.policy.version
        assert f"policy {version[:8]} ({name})" in demo.client().get("/overview").text


def test_an_unknown_profile_is_refused(demo):
    assert demo.client().post("/profile", data={"profile": "no-limits"}, headers=SAME_ORIGIN).status_code == 404
