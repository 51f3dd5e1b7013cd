"""The Team page: who sees which names and buttons, what an offer answers, and what a viewer without names can never learn."""

from __future__ import annotations

import html
import json
import re

import pytest
from sqlalchemy import delete, insert, select

from tests.web.conftest import SAME_ORIGIN, profile
from uptake.acts.offers import APPRAISAL, STEPS
from uptake.state.tables import CONTESTS, OFFERS

PAGE = "/team?quarter=2026Q3"
FORM = re.compile(
    r'<form class="offer"[^>]*><input type="hidden" name="step" value="([^"]+)">(?:<input type="hidden" name="who" value="([^"]+)">)?'
    r'<button class="(\w+)"[^>]*>([^<]+)</button>'
)


@pytest.fixture(autouse=True)
def clean(demo):
    """No offer and no contest stays for another test."""
    yield
    with demo.state.writing() as connection:
        connection.execute(delete(OFFERS))
        connection.execute(delete(CONTESTS))


@pytest.fixture
def manager(demo):
    """A manager with somebody to whom something can be offered."""
    for place in range(3):
        client = demo.signed_in("manager", place)
        if FORM.search(client.get(PAGE).text):
            return client
    raise AssertionError("no manager of the demo has anybody on the list")


def forms(client):
    """(step, who, class, text) of the buttons of the page."""
    return [tuple(html.unescape(part) for part in found) for found in FORM.findall(client.get(PAGE).text)]


def post(client, path="/team/offer", **form):
    return client.post(path, data=form, headers=SAME_ORIGIN)


def rows(client):
    return client.get("/api/v1/not_using?quarter=2026Q3").json()


def stored(demo):
    with demo.state.reading() as connection:
        return connection.execute(select(OFFERS)).all()


def records(demo):
    with demo.state.reading() as connection:
        return [
            json.loads(text) for text in connection.exec_driver_sql("select record from audit order by seq").scalars()
        ]


def wear(client, purpose):
    assert post(client, "/purpose", purpose=purpose).status_code == 303


# with names


def test_buttons_are_the_counts_of_the_list_and_one_is_filled(manager):
    counted: dict[str, int] = {}
    for row in rows(manager):
        if row["suggestion"] in STEPS:
            counted[row["suggestion"]] = counted.get(row["suggestion"], 0) + 1
    made = forms(manager)
    assert {step: text for step, who, _, text in made if not who} == {s: f"Offer to {n}" for s, n in counted.items()}
    assert len([who for _, who, _, _ in made if who]) == sum(counted.values())
    filled = [(step, who) for step, who, kind, _ in made if kind == "filled"]
    assert len(filled) == 1
    assert filled[0][1] == ""
    assert counted[filled[0][0]] == max(counted.values())


def test_an_offer_to_all_of_a_step_reaches_exactly_the_people_listed(demo, manager):
    step = next(step for step, _, kind, _ in forms(manager) if kind == "filled")
    wanted = {row["person_id"] for row in rows(manager) if row["suggestion"] == step}
    answer = post(manager, step=step)
    assert (answer.status_code, answer.headers["location"]) == (303, "/team#offered")
    assert {row.person_id for row in stored(demo)} == wanted
    text = manager.get(PAGE).text
    assert text.count("offered 24 Nov") == len(wanted)
    assert "offered to all" in text
    assert step not in {html.unescape(found[0]) for found in FORM.findall(text)}
    post(manager, step=step)
    assert len(stored(demo)) == len(wanted)


def test_an_offer_to_one_person_is_to_that_one(demo, manager):
    step, who, _, _ = next(found for found in forms(manager) if found[1])
    assert not re.search(r"\d{6}", who[:6]) or len(who) == 32
    person = next(row["person_id"] for row in rows(manager) if demo.app.state.site.opaque(row["person_id"]) == who)
    assert post(manager, step=step, who=who).status_code == 303
    assert [(row.person_id, row.step, row.blind) for row in stored(demo)] == [(person, step, 0)]
    for form in (
        {"who": person},
        {"who": "0" * 32},
        {"who": ""},
        {"step": "nothing"},
        {"step": "a seat"},
        {"step": ""},
    ):
        wanted = {"step": step, "who": who, **form}
        if form == {"who": ""}:
            continue
        assert post(manager, **wanted).status_code == 404
    other = next((name for name in STEPS if name != step), "")
    assert post(manager, step=other, who=who).status_code == 404
    assert len(stored(demo)) == 1


def test_one_manager_cannot_reach_the_people_of_another(demo, manager):
    step, who, _, _ = next(found for found in forms(manager) if found[1])
    own = {row["person_id"] for row in rows(manager)}
    others = [demo.signed_in("manager", place) for place in range(3)]
    strangers = [client for client in others if not own & {row["person_id"] for row in rows(client)}]
    assert strangers
    for client in strangers:
        assert post(client, step=step, who=who).status_code == 404
    assert stored(demo) == []


def test_who_is_under_review_is_one_person_without_a_name(demo, manager):
    person = next(row["person_id"] for row in rows(manager))
    before = manager.get(PAGE).text
    assert "Under review" not in before
    with demo.state.writing() as connection:
        row = {
            "person_id": person,
            "opened_at": "x",
            "due": "x",
            "category": "leave",
            "quarter": "2026Q3",
            "state": "open",
        }
        connection.execute(insert(CONTESTS), [row])
    text = html.unescape(manager.get(PAGE).text)
    assert person not in text
    assert '<td>1 person</td><td colspan="4"><span class="tag amber">Under review</span>' in text
    assert "Left out of lists and rankings; the numbers stand until it is decided." in text
    assert '<li class="tag ">1 person under review</li>' in text


def test_another_quarter_or_purpose_has_no_buttons(demo, manager):
    assert FORM.search(manager.get("/team?quarter=2026Q2").text) is None
    step, who, _, _ = next(found for found in forms(manager) if found[1])
    wear(manager, "training")
    page = manager.get(PAGE)
    assert page.status_code == 200
    assert FORM.search(page.text) is None
    assert "appraisal" not in page.text
    assert "Breadth" in page.text
    for form in ({"step": step}, {"step": step, "who": who}):
        assert post(manager, **form).status_code == 404
    assert stored(demo) == []


@pytest.mark.parametrize("role", ["executive", "lob_lead", "self", "compliance", "administrator", "licence"])
def test_no_other_role_offers_or_asks_for_an_appraisal(demo, role):
    client = demo.signed_in(role)
    for name in ("managed", "team-first"):
        with profile(demo, name):
            assert post(client, step="offer a seat").status_code == 404
            assert post(client, "/team/appraisal").status_code == 404
    assert demo.client().post("/team/offer", data={"step": "offer a seat"}, headers=SAME_ORIGIN).status_code == 404
    cross = {"sec-fetch-site": "cross-site"}
    assert (
        demo.signed_in("manager").post("/team/offer", data={"step": "offer a seat"}, headers=cross).status_code == 403
    )
    assert stored(demo) == []


# without names


def test_a_blind_offer_answers_the_same_whatever_it_reaches(demo, manager):
    held = rows(manager)
    with profile(demo, "team-first"):
        before = manager.get(PAGE)
        made = forms(manager)
        assert [(step, who, kind, text) for step, who, kind, text in made] == [
            (s, "", "outlined", "Offer") for s in STEPS
        ]
        answers = [post(manager, step=step) for step in STEPS]
        kept = {name: [answer.headers.get(name) for answer in answers] for name in ("location", "content-length")}
        assert {answer.status_code for answer in answers} == {303}
        assert all(len(set(values)) == 1 for values in kept.values())
        after = manager.get(PAGE)
        assert after.text == before.text
        assert post(manager, step="offer a seat", who="0" * 32).status_code == 404
    wanted = {(row["person_id"], row["suggestion"]) for row in held if row["suggestion"] in STEPS}
    assert {(row.person_id, row.step) for row in stored(demo)} == wanted != set()
    assert {row.blind for row in stored(demo)} == {1}
    assert "offered" not in [row["offered"] for row in rows(manager)]
    assert {row["offered"] for row in rows(manager)} == {None}


def test_without_names_no_name_and_no_count_of_the_own_people_is_sent(demo, manager):
    people = {row["person_id"] for row in rows(manager)}
    with profile(demo, "team-first"):
        text = html.unescape(manager.get(PAGE).text)
        assert not {person for person in people if person in text}
        assert 'id="people"' not in text
        assert 'id="steps"' not in text
        assert not re.search(r"Offer to \d", text)
        released = manager.get("/api/v1/segments?quarter=2026Q3").json()
        shown = {f"{row['people']:,}" for row in released if row["people"] is not None}
        held = re.findall(r"<dd>([\d,]+)</dd>", text)
        assert set(held) <= shown


# the refusal


@pytest.mark.parametrize("name", ["managed", "team-first"])
def test_the_export_for_appraisal_says_why_it_is_refused_and_who_owns_that(demo, name):
    with profile(demo, name):
        client = demo.signed_in("manager")
        assert 'action="/team/appraisal"' in client.get(PAGE).text
        before = len(records(demo))
        answer = post(client, "/team/appraisal")
    assert answer.status_code == 403
    text = html.unescape(answer.text)
    assert "Export for appraisal is refused." in text
    assert APPRAISAL in text
    assert "Owner of this policy: the compliance officer" in text
    (made,) = [record for record in records(demo)[before:] if record["action"] == "export"]
    assert (made["purpose"], made["result"], made["role"]) == ("performance_review", "refused", "manager")


# the person


def test_the_person_reads_the_offer_on_the_own_page_and_not_who_made_it(demo):
    engineer = demo.signed_in("self")
    person = engineer.get("/api/v1/quarter_scores").json()[0]["person_id"]
    assert "No help has been offered to you." in engineer.get("/me").text
    made = {
        "person_id": person, "made_at": "2026-11-18T09:00:00Z", "expires": "2026-12-30", "by_person": "000777", "unit": "x",
        "step": "offer a seat", "reason": "no_seat", "purpose": "support", "blind": 1, "state": "open",
    }  # fmt: skip
    with demo.state.writing() as connection:
        connection.execute(insert(OFFERS), [made, {**made, "made_at": "2026-09-01T09:00:00Z", "expires": "2026-10-13"}])
    text = html.unescape(engineer.get("/me").text.split('id="offers"')[1].split("</section>")[0])
    assert "1 offer stands." in text
    assert "open until 30 Dec" in text
    assert "expired 13 Oct" in text
    assert "000777" not in text
    assert [row["state"] for row in engineer.get("/api/v1/my_offers").json()] == ["expired", "open"]
    assert demo.signed_in("self", 1).get("/api/v1/my_offers").json() == []
