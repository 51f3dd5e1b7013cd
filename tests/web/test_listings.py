"""Lists that may be as long as the company: parts that are the whole, counts that are those of the rows, and records of who was shown."""

from __future__ import annotations

import html
import json
import re

import pytest
from sqlalchemy import select

from tests.web.conftest import SAME_ORIGIN, every
from uptake.policy import Viewer
from uptake.reads import Filters, Order, Part, Tally
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS
from uptake.web import compose
from uptake.web.pages import LICENCES
from uptake.web.pages.licences import MOST_SEATS
from uptake.web.site import Who

SEAT = re.compile(r'<tr><td data-value="(\d{6})">')


@pytest.fixture
def officer(demo):
    client = demo.signed_in("compliance")
    client.post("/case", data={"case": "case-17"}, headers=SAME_ORIGIN)
    return client


def card(answer, name):
    return answer.text.split(f'id="{name}"')[1].split("</section>")[0]


def newest(site):
    with site.state.reading() as connection:
        return connection.execute(select(AUDIT.c.seq).order_by(AUDIT.c.seq.desc()).limit(1)).scalar_one()


def records(site, after):
    """(what a record says, pseudonyms that it names) of the records behind a number."""
    with site.state.reading() as connection:
        texts = connection.execute(select(AUDIT.c.record).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq)).scalars()
        bodies = [json.loads(text) for text in texts]
        named = connection.execute(select(AUDIT_SUBJECTS).where(AUDIT_SUBJECTS.c.seq > after)).all()
    return [(body, {row.subject for row in named if row.seq == body["seq"]}) for body in bodies]


def proposals(site):
    """Every proposal, longest idle first: the API lists them by person."""
    rows = every(site.signed_in("licence"), "/api/v1/idle_seats")
    return sorted(rows, key=lambda row: (row["since"], row["tool"], row["person_id"]))


def test_the_parts_of_a_page_are_its_list_and_say_where_they_stand(demo, officer):
    seats = [row["person_id"] for row in proposals(demo)]
    found, address = [], "/licences"
    while address:
        shown = card(officer.get(address), "list")
        people, paging = SEAT.findall(shown), re.search(r"Rows (\d+) to (\d+) of (\d+)", shown)
        assert paging
        assert [int(text) for text in paging.groups()] == [len(found) + 1, len(found) + len(people), len(seats)]
        found += people
        following = re.search(r'href="([^"]*)">Next rows', shown)
        address = "/licences" + html.unescape(following[1]).partition("#")[0] if following else None
    assert found == seats
    assert len(seats) > 2 * 25


def test_a_record_names_whoever_was_shown_and_nobody_else(demo, officer):
    before = newest(demo)
    people = set(SEAT.findall(card(officer.get("/licences"), "list")))
    read = [(body, named) for body, named in records(demo, before) if body["question"] == "idle_seats"]
    assert [(body["rows"], body.get("counted")) for body, _ in read if "counted" not in body] == [(25, None)]
    assert set().union(*(named for _, named in read)) == {demo.state.pseudonym(person) for person in people}
    (counts,) = [(body, named) for body, named in read if "counted" in body]
    assert counts[0]["counted"] == len(proposals(demo))
    assert (counts[0]["subjects"], counts[0]["subject_count"], counts[1]) == ([], 0, set())


def test_whoever_stands_in_the_list_and_in_the_form_was_looked_at_once(demo):
    seats = proposals(demo)
    licence, before = demo.signed_in("licence"), newest(demo)
    shown = licence.get("/licences")
    offered = re.findall(r'<option value="[0-9a-f]{32}">(\d{6}),', shown.text)
    assert offered == [row["person_id"] for row in seats[:MOST_SEATS]]
    named = [named for body, named in records(demo, before) if body["question"] == "idle_seats" and named]
    assert named == [{demo.state.pseudonym(person) for person in offered}]


def test_a_file_has_the_order_of_its_table(demo, officer):
    held = officer.get("/licences/list.json").json()["rows"]
    assert [(row["person_id"], row["tool"]) for row in held] == [
        (row["person_id"], row["tool"]) for row in proposals(demo)
    ]


def test_counts_are_those_of_the_rows_and_of_granted_columns_alone(demo):
    tally = Tally(("tool", "currency", "score"), ("monthly_cost",), ("last_seen", "score"))
    who = demo.app.state.site
    answer = ask_as_officer(who, "idle_seats", Filters(), tally)
    assert answer.columns == ("tool", "currency", "rows", "monthly_cost", "without_last_seen")
    rows = ask_as_officer(who, "idle_seats", Filters()).rows()
    for count in answer.rows():
        own = [row for row in rows if (row["tool"], row["currency"]) == (count["tool"], count["currency"])]
        assert count["rows"] == len(own)
        assert count["without_last_seen"] == sum(row["last_seen"] is None for row in own)
        assert count["monthly_cost"] == sum(row["monthly_cost"] for row in own if row["monthly_cost"] is not None)
    assert sum(count["rows"] for count in answer.rows()) == len(rows) == answer.total


def ask_as_officer(site, question, filters, wanted=None):
    viewer = Viewer(role="compliance", purpose="assurance", case_id="case-17")
    with site.asker(Who(None, viewer, site.policy), "test") as ask:
        return ask(question, filters, wanted)


def test_words_are_ordered_by_rank_and_a_seal_of_another_order_begins_the_list(demo):
    site = demo.app.state.site
    ranked = (Order("status", ranks=("verified", "partly", "missing")), Order("day", descending=True), Order("change"))
    whole = ask_as_officer(site, "change_register", Filters(), Part(None, order=ranked)).rows()
    place = {"verified": 0, "partly": 1, "missing": 2}
    assert whole == sorted(whole, key=lambda row: (place[row["status"]], -row["day"].toordinal(), row["change"]))
    assert len({row["status"] for row in whole}) > 1
    found, after = [], None
    while True:
        part = ask_as_officer(site, "change_register", Filters(), Part(40, after, ranked, placed=True))
        assert part.before == len(found)
        found += part.rows()
        if part.following is None:
            break
        after = part.following
    assert found == whole
    another = (Order("status", ranks=("missing", "partly", "verified")), Order("day"), Order("change"))
    own = ask_as_officer(site, "change_register", Filters(), Part(40, order=another))
    assert ask_as_officer(site, "change_register", Filters(), Part(40, after, another)).rows() == own.rows()


def test_a_card_of_a_long_list_keeps_no_rows_of_its_own():
    """What it would keep, the engine does not know."""
    for card_of in (one for one in LICENCES.cards if one.listing):
        assert card_of.within is None
        assert card_of.keep is compose.every_row
