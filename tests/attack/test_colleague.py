"""A hostile colleague with an ordinary account and a script: takes all that an executive, a lead, a manager or an engineer is given, in every
form, and subtracts. Seats beside the funnel, files beside pages, a what-if beside the money, lineage and packs of evidence.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict

import pyarrow.parquet as pq
import pytest

from tests import demo_home
from tests.web.conftest import SAME_ORIGIN, Site, every
from uptake.policy import QUESTIONS
from uptake.policy.questions import GROUP
from uptake.web.pages import PAGES

EDGE = 3
COMPANY = "(company)"
ROLES = ("executive", "lob_lead", "manager", "self")
QUARTER = "2026Q3"
TOOLS = ("copilot", "claude_code")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return Site(demo_home.made(tmp_path_factory.mktemp("colleague") / "home", 300))


@pytest.fixture(scope="module")
def clients(site):
    return {role: site.signed_in(role) for role in ROLES}


def few(count):
    return 0 <= count < EDGE


def steps(client):
    """(quarter, scope, tool) -> row of the funnel, of the company and the cells right below it."""
    rows = [row for tool in ("all", *TOOLS) for row in every(client, f"/api/v1/funnel?tool={tool}")]
    return {(row["quarter"], row["scope"], row["tool"]): row for row in rows if "/" not in row["scope"]}


def seats(client):
    """(quarter, tool, month) -> scope -> row of `spend`, and as of the snapshot of `idle_groups`."""
    found = defaultdict(dict)
    for row in every(client, "/api/v1/spend"):
        found[row["quarter"], row["tool"], row["month"]][row["scope"]] = row
    for row in every(client, "/api/v1/idle_groups"):
        found[row["quarter"], row["tool"], "now"][row["scope"]] = row
    return found


def told_beside(funnel, at, scope, held):
    """What somebody who knows how many hold a seat in a cell learns of few people."""
    quarter, tool, _ = at
    row, of_all = funnel.get((quarter, scope, tool)), funnel[quarter, scope, "all"]
    learned = ["without a seat"] if few(of_all["engineers"] - held) else []
    for step in (row, of_all):
        hides = step is not None and step["provisioned"] is None and step["active"] is not None
        learned += ["with a seat and not active"] if hides and few(held - step["active"]) else []
    return learned


def test_seats_and_money_tell_no_few_beside_the_funnel(clients):
    funnel, learned, looked = steps(clients["executive"]), [], 0
    assert any(row["provisioned"] is None and row["active"] is not None for row in funnel.values())
    for at, rows in seats(clients["executive"]).items():
        known = {scope: row["seats"] for scope, row in rows.items() if row["seats"] is not None}
        beside = [
            scope
            for quarter, scope, tool in funnel
            if (quarter, tool) == (at[0], "all") and scope not in {COMPANY, *rows}
        ]
        if known.keys() == rows.keys() and len(beside) == 1:
            known[beside[0]] = known[COMPANY] - sum(count for scope, count in known.items() if scope != COMPANY)
        for scope, held in known.items():
            looked += 1
            learned += [(at, scope, what) for what in told_beside(funnel, at, scope, held)]
        for scope, row in rows.items():
            assert row["seats"] is not None or row.get("seats_cost") is None, (at, scope)
    assert looked > 10
    assert learned == []


LEVERS = {"seat_price": ("seats_unpriced", 1_000, 1_000), "token_price": ("unpriced_tokens", 1_000_000, 1)}
"""Assumption -> what it is a price of, the price to ask with, and dollars for one of them at that price."""


@pytest.mark.parametrize("lever", LEVERS)
def test_a_what_if_tells_no_more_than_the_money_does(clients, lever):
    """A price that is assumed for what has none is a lever: the cost at two prices gives how many of it there are, withheld or not."""
    client, (name, price, each) = clients["executive"], LEVERS[lever]
    shown, months, hidden = defaultdict(int), defaultdict(set), set()
    for row in every(client, "/api/v1/spend"):
        if row["quarter"] == QUARTER:
            shown[row["scope"]] += (row[name] or 0) if row["billed"] is None or lever == "seat_price" else 0
            months[row["scope"]].add(row["month"])
            hidden |= {row["scope"]} if f"{name}: withheld" in (row["bound"] or "") else set()
    compared = 0
    for scope in sorted(shown):
        low, high = (
            next(
                row["cost"]
                for row in client.get(f"/value.json?quarter={QUARTER}&scope={scope}&{lever}={at},{at},{at}").json()[
                    "rows"
                ]
                if row["scope"] == scope
            )
            for at in (0, price)
        )
        found = (high - low) * len(months[scope]) / each
        assert abs(found - shown[scope]) <= len(months[scope]), scope
        compared += scope in hidden
    assert compared or lever == "seat_price"


@pytest.mark.parametrize("role", ROLES)
def test_no_file_says_more_than_the_question_answers(clients, role):
    """Rows of a card's files, in each form, are rows that the same account is answered; all forms say the same."""
    client, files = clients[role], 0
    for page in PAGES:
        for card in page.cards:
            stem = page.slug if card is page.cards[0] else f"{page.slug}/{card.name}"
            found = client.get(f"/{stem}.json?quarter={QUARTER}")
            if found.status_code != 200 or QUESTIONS[card.question].level != GROUP:
                continue
            rows = found.json()["rows"]
            forms = {form: client.get(f"/{stem}.{form}?quarter={QUARTER}").content for form in ("csv", "parquet")}
            lines = list(csv.DictReader(io.StringIO(forms["csv"].decode())))
            kept = pq.read_table(io.BytesIO(forms["parquet"])).to_pylist()
            assert len(rows) == len(lines) == len(kept)
            assert [set(row) for row in rows] == [set(line) for line in lines] == [set(one) for one in kept]
            answered = {json.dumps(row, sort_keys=True) for row in answers(client, card.question)}
            assert {json.dumps(row, sort_keys=True) for row in rows} <= answered, (role, stem)
            files += 1
    assert files > 3


def answers(client, question):
    """Every row of a question that an account is given, of each tool where it may be narrowed by one."""
    ways = ["", *(f"?tool={tool}" for tool in ("all", *TOOLS))] if question == "funnel" else [""]
    return [row for way in ways for row in every(client, f"/api/v1/{question}{way}")]


@pytest.mark.parametrize("role", ROLES)
def test_lineage_is_of_oneself_and_evidence_is_for_auditors(clients, role):
    client = clients[role]
    lineage = client.get("/api/v1/lineage")
    assert (lineage.status_code == 200) is (role == "self")
    if role == "self":
        assert len({row["person_id"] for row in lineage.json()}) == 1
    asked = client.post("/assurance/pack", data={"from": "2026-01-01", "to": "2026-12-31"}, headers=SAME_ORIGIN)
    assert asked.status_code == 404
    assert client.get("/assurance").status_code == 404
