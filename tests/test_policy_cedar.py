"""The policy on people, three ways that were written apart: compiled SQL, plain Python, Cedar. In small; check 02 asks 3,000,000 times."""

from __future__ import annotations

import random

import cedarpy
import pytest

from tests.cedar import companies
from tests.cedar.bugs import BUGS
from tests.cedar.ways import SCHEMA, TEXT, World, compare, total
from uptake.policy import QUESTIONS, Policy, decide
from uptake.policy.questions import BY_POLICY, PERSON

IDS = {
    "self", "chain", "assurance", "licence", "board_bands", "board_open", "wall", "review_is_for_managers",
    "review_begins_with_a_quarter", "depth", "nobody_is_named_untold", "aggregate_only", "aggregate_only_unknown_entity",
    "line", "lockdown", "mask_support", "mask_training", "mask_review", "mask_licence", "mask_bands", "mask_open_board", "outcomes_are_own",
}  # fmt: skip


def counted(seeds, decider=decide, cedar=4, questions=companies.PERSON_QUESTIONS):
    """Companies, each under a policy, all ways; policies are drawn apart, so that a planted bug meets the same ones."""
    policies = [companies.policy(random.Random(1000 + seed)) for seed in seeds]
    worlds = [World(seed, 60, 90) for seed in seeds]
    return total(
        compare(world, policy, cedar, decider, questions) for world, policy in zip(worlds, policies, strict=True)
    )


def test_the_text_is_valid_by_its_schema():
    answer = cedarpy.validate_policies(TEXT, SCHEMA)
    assert answer.validation_passed, answer.errors


def test_every_question_on_people_is_asked():
    assert set(companies.PERSON_QUESTIONS) == {n for n, q in QUESTIONS.items() if q.level in (PERSON, BY_POLICY)}


def test_sql_python_and_cedar_decide_alike():
    found = counted(range(10))
    assert found.differing == []
    assert found.rows > 15_000
    assert found.allowed > 2_000
    assert found.asked_cedar > 2_000


def test_every_rule_of_the_text_decides_something():
    found = counted(range(20, 40), cedar=8, questions=companies.ENOUGH)
    assert found.differing == []
    assert set(found.cedar) - {"no permit"} == IDS


@pytest.mark.parametrize("bug", list(BUGS))
def test_a_planted_bug_is_caught(bug):
    assert any(counted([seed], BUGS[bug], 0, companies.ENOUGH).differing for seed in range(60))


@pytest.mark.parametrize("bug", ["manager's depth off by one", "told ignored", "line ignored", "own row of others"])
def test_cedar_alone_catches_a_planted_bug(bug):
    found = (counted([seed], BUGS[bug], 10, companies.ENOUGH) for seed in range(40))
    assert any(words.startswith("Cedar") for one in found for words in one.differing)


def test_a_fresh_policy_names_nobody_to_others():
    world = World(5, 60, 90)
    found = compare(world, Policy(), cedar=3)
    assert found.differing == []
    assert set(found.cedar) <= {"self", "assurance", "licence", "no permit", "depth", "outcomes_are_own", "nobody_is_named_untold", "wall",
                                "review_is_for_managers", "review_begins_with_a_quarter", "line", "mask_support", "mask_training",
                                "mask_review", "mask_licence"}  # fmt: skip
