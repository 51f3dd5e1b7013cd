"""No setting but the sign-in, no policy but the default: nobody sees a row that GOVERNANCE.md section 2 does not give.

The table is written by hand from that section and knows nothing of the code. Everybody signs in through a real provider process.
"""

from __future__ import annotations

import pytest

from tests.web import provider
from tests.web.conftest import SAME_ORIGIN, Site
from uptake.policy import QUESTIONS
from uptake.state import rights
from uptake.web.pages import PAGES

PUBLIC = {"definitions", "who_sees_what"}
GROUPS = {
    "funnel", "segments", "adoption_days", "adoption_weeks", "lob_compare", "coverage", "score_bins", "idle_groups", "unit_medians",
    "spend", "value", "value_assumptions",
    "task_types",
    "ai_marks", "code_volume", "code_survival",
} | PUBLIC  # fmt: skip
OUTCOMES = {"quadrant", "quality", "outcome_months", "code_rework"}
"""For those who answer for units or for control; not for every engineer, who sees a line in all else."""
OPERATED = {
    "unmatched_accounts",
    "quarantine",
    "reconciliation",
    "not_observed",
    "job_runs",
    "alerts",
    "policy_changes",
    "policy_entities",
}
REGISTERS = {
    "audit_trail",
    "decisions",
    "contest_cases",
    "change_register",
    "verification",
    "error_propagation",
    "data_egress",
}
OWN = {
    "usage_days", "day_scores", "quarter_scores", "not_using", "idle_seats", "seats", "my_contests", "who_looked", "my_offers",
    "my_notices", "lineage", "my_changes", "period_use", "my_outcomes", "my_months",
}  # fmt: skip
SEATS = {"funnel", "coverage", "idle_groups", "idle_seats", "seats"} | PUBLIC
EVERYBODY = {"definitions", "policy"}

ROLES = {
    # name: who signs in, how they change then, the pages, the questions
    "self": ("report", {}, {"overview", "me"}, GROUPS | OWN),
    "peer": ("report", {"purpose": "board"}, {"compare"}, GROUPS),
    "manager, support": ("manager", {"purpose": "support"}, {"overview", "adoption", "compare", "effect", "quality", "team", "tasks"}, GROUPS | OUTCOMES),
    "manager, training": ("manager", {"purpose": "training"}, {"overview", "adoption", "compare", "effect", "quality", "team", "tasks"}, GROUPS | OUTCOMES),
    "manager, own data": ("manager", {"purpose": "self"}, {"overview", "me"}, GROUPS | OWN),
    "lob_lead": ("manager", {}, {"overview", "adoption", "compare", "effect", "quality", "team", "tasks", "licences", "value"}, GROUPS | OUTCOMES),
    "executive": ("board", {}, {"overview", "adoption", "compare", "effect", "quality", "tasks", "licences", "value", "admin"}, GROUPS | OUTCOMES),
    "licence": ("seats", {}, {"licences"}, SEATS),
    "administrator": ("operators", {}, {"overview", "adoption", "compare", "licences", "admin"}, GROUPS | OUTCOMES | OPERATED),
    "compliance, no case": (
        "officers", {}, {"overview", "adoption", "compare", "effect", "quality", "tasks", "licences", "value", "admin", "cases", "assurance"}, GROUPS | OUTCOMES | OPERATED | REGISTERS,
    ),
    "compliance, a case": (
        "officers", {"case": "C-1"}, {"overview", "adoption", "compare", "effect", "quality", "tasks", "licences", "value", "admin", "cases", "assurance"},
        GROUPS | OUTCOMES | OPERATED | REGISTERS | (OWN - {"my_outcomes", "my_months"}),
    ),
    "internal_audit": (
        "audit", {}, {"overview", "adoption", "compare", "tasks", "admin", "cases", "assurance"}, GROUPS | OUTCOMES | OPERATED | REGISTERS,
    ),
    "validator": ("models", {}, {"overview", "adoption", "compare", "tasks", "admin", "cases", "assurance"}, GROUPS | OUTCOMES | REGISTERS),
}  # fmt: skip
ANY_PERSON, SEAT_HOLDERS = {"compliance, a case"}, {"licence"}
OWN_LINE = {"self", "peer", "manager, support", "manager, training", "manager, own data", "lob_lead"}
SEAT_COLUMNS = {"person_id", "tool", "since", "last_seen", "monthly_cost", "decision", "decided", "currency"}


@pytest.fixture(scope="module")
def tree(oidc_home):
    """Person -> their row of the tree."""
    rows = rights.read(Site(oidc_home).state)
    return {str(row[0]): dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rows}


@pytest.fixture(scope="module", params=ROLES)
def somebody(request, oidc_home, people):
    """(name in the table, client, own person id or None)."""
    sub, change, _, _ = ROLES[request.param]
    client = provider.signed_in(Site(oidc_home), sub)
    for form, value in change.items():
        answer = client.post(f"/{form}", data={form: value}, headers=SAME_ORIGIN)
        assert answer.status_code == 303, request.param
    return request.param, client, people.get(sub)


def test_each_role_opens_its_pages_and_no_other(somebody):
    name, client, _ = somebody
    statuses = {page.slug: client.get(f"/{page.slug}").status_code for page in PAGES}
    assert {slug for slug, status in statuses.items() if status == 200} == ROLES[name][2] | EVERYBODY
    assert set(statuses.values()) <= {200, 404}


def test_each_role_is_answered_its_questions_and_no_other(somebody):
    name, client, _ = somebody
    statuses = {question: client.get(f"/api/v1/{question}").status_code for question in QUESTIONS}
    assert {question for question, status in statuses.items() if status == 200} == ROLES[name][3]
    assert set(statuses.values()) <= {200, 404}
    for question in [*(set(QUESTIONS) - ROLES[name][3]), "funnel"]:
        for form in ("csv", "parquet"):
            status = client.get(f"/api/v1/{question}.{form}").status_code
            assert status == (200 if question == "funnel" else 404), (question, form)


def test_no_role_gets_a_row_of_a_person_that_is_not_theirs(somebody, tree):
    name, client, own = somebody
    allowed = {own} - {None}
    found = set()
    for question in sorted(ROLES[name][3]):
        rows = client.get(f"/api/v1/{question}").json()
        named = {text for row in rows for text in row.values() if isinstance(text, str) and text in tree}
        found |= named
        if name in SEAT_HOLDERS and question in ("idle_seats", "seats"):
            assert rows
            assert {column for row in rows for column in row} <= SEAT_COLUMNS
        elif name not in ANY_PERSON:
            assert named <= allowed, question
    assert bool(found - allowed) == (name in ANY_PERSON | SEAT_HOLDERS), "the table tells the two kinds apart"


def test_pages_and_their_files_name_nobody_but_who_reads(somebody, tree):
    name, client, own = somebody
    if name in ANY_PERSON | SEAT_HOLDERS:
        return  # they may see people; the rows of their questions are held above
    others = [person for person in tree if person != own]
    for page in PAGES:
        paths = [
            f"/{page.slug}",
            f"/{page.slug}.csv",
            f"/{page.slug}.json",
            *(f"/{page.slug}/{card.name}.csv" for card in page.cards[1:]),
        ]
        for path in paths:
            answer = client.get(path)
            assert answer.status_code in (200, 404), path
            if path.endswith((".csv", ".json")) or answer.status_code == 404:
                body = answer.content
                assert [one for one in others if f'"{one}"'.encode() in body or f"\n{one},".encode() in body] == [], (
                    path
                )
            else:
                assert [one for one in others if f">{one}<" in answer.text or f"Person {one}" in answer.text] == [], (
                    path
                )


def test_who_is_of_a_line_sees_the_groups_of_that_line_alone(somebody, tree):
    name, client, own = somebody
    lines = {str(row["lob"]) for row in tree.values()}
    for question in sorted(ROLES[name][3] & GROUPS):
        column = QUESTIONS[question].unit_column
        rows = client.get(f"/api/v1/{question}").json() if column else []
        seen = {str(row[column]).split("/")[0] for row in rows} & lines
        if name in OWN_LINE:
            assert seen <= {tree[own]["lob"]}, question
        elif question == "funnel":
            assert len(seen) > 1, "officers and executives see every line"


def test_a_purpose_or_a_case_in_the_address_opens_nothing(somebody):
    name, client, _ = somebody
    for extra in ("purpose=assurance&case=C-1", "purpose=performance_review", "as=compliance", "role=compliance"):
        for question in ("quarter_scores", "not_using", "leaderboard"):
            answer = client.get(f"/api/v1/{question}?{extra}")
            assert answer.status_code in (400, 404), (name, extra)


@pytest.mark.parametrize("purpose", ["performance_review", "assurance", "investment", "licence", "support"])
def test_no_hat_that_a_role_has_not(oidc_home, purpose):
    client = provider.signed_in(Site(oidc_home), "report")
    assert client.post("/purpose", data={"purpose": purpose}, headers=SAME_ORIGIN).status_code == 404
    assert client.get("/me").status_code == 200
