"""Licences: what idle seats cost, seat by seat for the licence manager, in released counts for everybody else."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal

from tests.web.conftest import every
from uptake.policy import QUESTIONS

K = 10


def text_of(answer):
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def headline(answer):
    return html.unescape(re.search(r"<h1>(.*?)</h1>", answer.text)[1])


def cells(markup):
    """Rows of the first table of a piece of markup, as texts."""
    return [
        [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", markup.split("<table")[1].split("</table>")[0])
    ]


def card(answer, name):
    return answer.text.split(f'id="{name}"')[1].split("</section>")[0]


def test_the_licence_manager_sees_the_sum_of_the_proposals(demo):
    client = demo.signed_in("licence")
    page, seats = client.get("/licences"), every(client, "/api/v1/idle_seats")
    assert len(seats) > 20
    cost = sum(Decimal(str(seat["monthly_cost"])) for seat in seats if seat["monthly_cost"] is not None)
    assert headline(page) == f"{len(seats):,} seats are proven idle and cost ${cost:,.0f} a month."
    head, *lines = cells(card(page, "by_tool"))
    assert head == ["Tool", "Idle seats", "Never used", "Cost a month, USD"]
    never = sum(seat["last_seen"] is None for seat in seats)
    assert lines[-1] == ["All tools", f"{len(seats):,}", f"{never:,}", f"{cost:,.0f}"]
    assert sum(int(line[1].replace(",", "")) for line in lines[:-1]) == len(seats)


def test_every_proposal_stands_in_one_age(demo):
    client = demo.signed_in("licence")
    drawn = card(client.get("/licences"), "proposals")
    ages = [
        int(found.replace(",", ""))
        for found in re.findall(r"<title[^>]*>[^<]*</title><desc[^>]*>([\d,]+) seats\.", drawn)
    ]
    if not ages:
        ages = [int(found.replace(",", "")) for found in re.findall(r">([\d,]+)</text>", drawn)]
    assert sum(ages) == len(every(client, "/api/v1/idle_seats"))
    assert "calendar days" in drawn


def test_the_list_holds_person_tool_since_last_use_and_cost(demo):
    client = demo.signed_in("licence")
    head, first, *_ = cells(card(client.get("/licences"), "list"))
    assert head == ["Engineer", "Tool", "Since", "Last seen", "Monthly cost", "Decision", "Decided"]
    assert re.fullmatch(r"\d{6}", first[0])
    assert "score" not in client.get("/licences.csv").text


def test_executives_see_released_counts_and_nobody(demo):
    client = demo.signed_in("executive")
    page = client.get("/licences")
    rows = client.get("/api/v1/idle_groups?scope=(company)").json()
    seats = every(demo.signed_in("licence"), "/api/v1/idle_seats")
    assert {row["tool"] for row in rows} == {seat["tool"] for seat in seats}
    for row in rows:
        own = [seat for seat in seats if seat["tool"] == row["tool"]]
        assert row["idle"] in (None, len(own))
        assert row["never_used"] in (None, sum(seat["last_seen"] is None for seat in own))
    if all(row["idle"] is not None for row in rows):
        total, cost = sum(row["idle"] for row in rows), sum(row["monthly_cost"] for row in rows)
        assert headline(page).startswith(f"{total:,} seats are proven idle")
        assert f"cost ${cost:,} a month" in headline(page)
        assert "Cost of idle a month, USD" in page.text
    assert not re.search(r">\d{6}<", page.text)
    for name in ("proposals", "by_tool", "list"):
        assert f'id="{name}"' not in page.text
        assert client.get(f"/licences/{name}.csv").status_code == 404


def test_released_seats_tell_no_few_of_them_apart(demo):
    rows = demo.client().get("/api/v1/idle_groups").json()
    assert rows
    for row in rows:
        for name in ("seats", "idle", "never_used", "not_observed"):
            assert row[name] is None or row[name] > K
            assert (row[name] is None) == (f"{name}: withheld" in (row["bound"] or ""))
        if row["idle"] is not None:
            assert row["seats"] - row["idle"] > K
            assert row["monthly_cost"] is None or row["monthly_cost"] % 100 == 0
    assert {len(row["scope"].split("/")) for row in rows} == {1}


def test_a_lead_sees_the_own_line_and_the_company_only(demo):
    lead = demo.signed_in("lob_lead")
    scopes = {row["scope"] for row in lead.get("/api/v1/idle_groups").json()}
    lines = {row["scope"] for row in lead.get("/api/v1/funnel").json()}
    assert scopes <= lines
    page = lead.get("/licences")
    assert page.status_code == 200
    assert "are proven idle" in headline(page) or "hold a seat" in headline(page) or "not shown" in headline(page)


def test_what_is_not_counted_as_idle_is_said_in_words(demo):
    for role in ("licence", "executive", "lob_lead"):
        text = " ".join(text_of(demo.signed_in(role).get("/licences")).split())
        assert "Not counted as idle: seats held for less than 90 days" in text
        for word in ("joined", "on leave", "exempt", "not observed"):
            assert word in text


def test_files_of_the_cards_are_their_rows(demo):
    client = demo.signed_in("executive")
    rows = client.get("/licences/idle.json").json()["rows"]
    asked = client.get("/api/v1/idle_groups?scope=(company)").json()
    assert json.dumps(rows) == json.dumps(asked)
    assert tuple(rows[0]) == QUESTIONS["idle_groups"].names
