"""The Policy page: everybody reads what holds; two people change it; nobody is named before they were told."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from tests import policies
from tests.web.conftest import SAME_ORIGIN, TITLES
from tests.web.policy_site import Undecided
from uptake.state import changes

REASON = "Managers offer help to people who do not get to use a tool"
FORMS = ("propose", "approve", "refuse", "notify", "lockdown", "view-as")


@pytest.fixture
def site(demo_home, tmp_path):
    return Undecided(demo_home, tmp_path)


def post(client, form, **fields):
    return client.post(f"/policy/{form}", data=fields, headers=SAME_ORIGIN)


def fields(site, name="first", **more):
    lines = "\n".join(f"{entity} = {digest}" for entity, digest in policies.assessments(site.state, name).items())
    return {
        "profile": "managed", "k": "10", "manager_depth": "1", "lob_lead_depth": "0", "board_bands": "", "dpia": lines, "reason": REASON,
    } | more  # fmt: skip


def text_of(client):
    return html.unescape(client.get("/policy").text)


def stored(site):
    with site.state.reading() as connection:
        return changes.every(connection, changes.POLICY)


# reading


@pytest.mark.parametrize("role", list(TITLES))
def test_everybody_reads_what_holds_and_officers_who_decided_it(demo, role):
    text = text_of(demo.signed_in(role))
    assert "The policy is managed" in text
    assert "Performance review is off" in text
    assert "Who sees a person" in text
    officer = role in {"administrator", "compliance", "internal_audit"}
    assert ('id="changes"' in text, 'id="entities"' in text) == (officer, officer)
    maker = role in {"administrator", "compliance"}
    assert ("Propose a change" in text, 'action="/policy/lockdown"' in text) == (maker, maker)
    assert ("demo:administrator-1" in text) == officer


def test_the_matrix_is_made_of_the_decisions_in_force(site):
    client = site.signed_in("executive")
    assert "leads people in the reporting tree" not in text_of(client)
    assert "who were told" not in text_of(client)
    assert "Managers and peers see nobody by name." in text_of(client)


def test_the_card_of_entities_says_how_far_the_notice_is(demo):
    rows = demo.signed_in("administrator").get("/policy/entities.json").json()["rows"]
    assert {row["legal_entity"] for row in rows} == set(policies.entities(demo.state))
    assert all(row["told"] == row["people"] > 0 and row["named"] and not row["board"] for row in rows)
    assert demo.signed_in("executive").get("/policy/entities.json").status_code == 404


# two people


def test_propose_approve_tell_wait_and_then_names(site):
    admin, second, manager = site.signed_in("administrator"), site.signed_in("compliance"), site.signed_in("manager")
    assert post(admin, "propose", **fields(site)).status_code == 303
    assert "1 change waits for a second person" in text_of(admin)
    assert 'action="/policy/approve"' not in text_of(admin)
    assert 'id="people"' not in manager.get("/team").text
    assert post(second, "approve", change="1").status_code == 303
    assert 'id="people"' not in manager.get("/team").text
    assert post(second, "notify", change="1").status_code == 303
    assert re.search(r"\d+ people told, 0 not", text_of(second))
    for days, wanted in ((13, False), (1, True)):
        site.later(days)
        assert ('id="people"' in site.signed_in("manager").get("/team").text) == wanted


def test_whoever_proposes_does_not_approve_whatever_hat_they_wear(site):
    first, second = site.signed_in("compliance", 0), site.signed_in("compliance", 1)
    post(first, "propose", **fields(site))
    refused = post(first, "approve", change="1")
    assert refused.status_code == 404
    assert (
        site.signed_in("compliance", 0).post("/policy/approve", data={"change": "1"}, headers=SAME_ORIGIN).status_code
        == 404
    )
    assert stored(site)[0].state == "proposed"
    assert post(second, "approve", change="1").status_code == 303
    assert (stored(site)[0].maker, stored(site)[0].checker) == ("demo:compliance-1", "demo:compliance-2")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"dpia": ""}, "dpia"),
        ({"dpia": "no sign of equality"}, "dpia"),
        ({"effective_from": "2026-11-23"}, "past"),
        ({"effective_from": "2026-12-07"}, "notice period"),
        ({"k": "4"}, "k is not usable"),
        ({"k": "ten"}, "`k` cannot be used"),
        ({"reason": "short"}, "reason"),
        ({"profile": "open-board"}, "works_council"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused_with_its_reason(site, changed, said):
    answer = post(site.signed_in("administrator"), "propose", **fields(site, **changed))
    assert answer.status_code == 400
    assert said in html.unescape(answer.text)
    assert stored(site) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("role", [role for role in TITLES if role not in {"administrator", "compliance"}])
def test_the_forms_are_absent_for_everybody_else(demo, role, form):
    client = demo.signed_in(role)
    sent = fields(demo) | {"change": "1", "value": "on", "role": "manager", "purpose": "support"}
    answer = post(client, form, **sent)
    assert answer.status_code == 404
    assert not demo.app.state.site.policy.lockdown
    assert len(stored(demo)) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_another_site_or_of_nobody_does_nothing(demo, form):
    sent = fields(demo) | {"change": "1", "value": "on"}
    cross = demo.signed_in("compliance").post(f"/policy/{form}", data=sent, headers={"sec-fetch-site": "cross-site"})
    assert cross.status_code == 403
    assert post(demo.client(), form, **sent).status_code == 404


# the dry run


def test_view_as_says_what_holds_and_what_a_change_would_give(site):
    admin = site.signed_in("administrator")
    post(admin, "propose", **fields(site))
    now = html.unescape(post(admin, "view-as", role="manager", purpose="support").text)
    then = html.unescape(post(admin, "view-as", role="manager", purpose="support", change="1").text)
    assert "quarter scores" not in now
    assert "quarter scores" in then
    assert "people up to 1 step below them now, who were told" in then
    assert "once everybody it names is told" in then
    wall = html.unescape(post(admin, "view-as", role="manager", purpose="performance_review", change="1").text)
    assert "Nothing at all." in wall
    assert post(admin, "view-as", role="manager", purpose="support", change="7").status_code == 400
    assert post(admin, "view-as", role="king", purpose="support").status_code == 404


# the kill switch


def test_lockdown_stops_views_of_people_and_keeps_ones_own_page(demo):
    manager, person, officer = demo.signed_in("manager"), demo.signed_in("self"), demo.signed_in("compliance")
    admin = demo.signed_in("administrator")
    assert 'id="people"' in manager.get("/team").text
    try:
        assert post(admin, "lockdown", value="on").status_code == 303
        assert 'id="people"' not in manager.get("/team").text
        assert person.get("/me").status_code == 200
        assert "Locked down" in text_of(person)
        assert post(admin, "lockdown", value="off").status_code == 404
    finally:
        assert post(officer, "lockdown", value="off").status_code == 303
    assert 'id="people"' in manager.get("/team").text


# what a second person holds in hand


class Filled(HTMLParser):
    """The fields of the form of a proposal, as a browser would send them."""

    def __init__(self):
        super().__init__()
        self.fields, self._inside, self._named, self._text = {}, False, "", ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self._inside = given["action"] == "/policy/propose"
        elif self._inside and tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        elif self._inside and tag in ("select", "textarea"):
            self._named, self._text = given["name"], ""
        elif self._inside and tag == "option" and "selected" in given:
            self.fields[self._named] = given["value"]

    def handle_data(self, data):
        self._text += data

    def handle_endtag(self, tag):
        if self._inside and tag == "textarea":
            self.fields[self._named] = self._text


def filled(client):
    parser = Filled()
    parser.feed(client.get("/policy").text)
    return parser.fields


def test_the_form_holds_what_was_approved_last_and_the_second_person_reads_the_whole_hash(site):
    admin, second = site.signed_in("administrator"), site.signed_in("compliance")
    council = f"{min(policies.entities(site.state))} = agreement 7"
    asked = fields(site, profile="open-board", board_reach="everyone", works_council=council)
    assert post(admin, "propose", **asked).status_code == 303
    assert all(line in text_of(second) for line in asked["dpia"].splitlines())
    assert post(second, "approve", change="1").status_code == 303
    again = post(admin, "propose", **filled(admin) | {"reason": "Nothing is to change by this one"})
    assert again.status_code == 303
    first, second = stored(site)
    assert second.body == first.body
