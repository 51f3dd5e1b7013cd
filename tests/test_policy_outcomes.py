"""Who may ask about outcomes: of a person that person alone, of units those who answer for them (MEASUREMENT.md section 10)."""

from __future__ import annotations

import itertools

import pytest

from tests.test_policy import MANAGED, NOTICED, PURPOSES_OR_NONE, refused
from uptake.policy import ROLES, Policy


@pytest.mark.parametrize("question", ["my_outcomes", "my_months"])
def test_outcomes_of_a_person_are_for_that_person_whatever_the_policy_the_role_and_the_case(question):
    wide = Policy(
        profile="open-board", lob_lead_depth=2, manager_depth=9, noticed_entities=NOTICED, board_entities=NOTICED, board_reach="everyone",
        review_since=(("E", "2026Q1"),),
    )  # fmt: skip
    for policy in (Policy(), MANAGED, wide):
        seen = {
            (role, purpose)
            for role, purpose in itertools.product(ROLES, PURPOSES_OR_NONE)
            if not refused(question, role, purpose, policy, case_id="C-1")
        }
        assert seen == {("self", "self")}


@pytest.mark.parametrize("question", ["quadrant", "quality", "outcome_months", "code_rework"])
def test_outcomes_of_units_are_for_those_who_answer_for_units_and_for_control(question):
    readers = {role for role in ROLES if not refused(question, role, None)}
    assert readers == {"executive", "lob_lead", "manager", "compliance", "administrator", "internal_audit", "validator"}
