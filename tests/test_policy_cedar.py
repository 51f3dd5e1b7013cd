"""The policy on people, three ways that were written apart: compiled SQL, plain Python, Cedar. In small; check 02 asks 3,000,000 times."""

from __future__ import annotations

import random

import cedarpy
import pytest

from tests.cedar import companies
from tests.cedar.bugs import BUGS
from tests.cedar.ways import SCHEMA, TEXT, World, compare, total
from uptake.policy import QUESTIONS, Policy
from uptake.policy.questions import BY_POLICY, PERSON

IDS = {
    "self", "chain", "assurance", "licence", "board_bands", "board_open", "wall", "review_is_for_managers",
    "review_begins_with_a_quarter", "depth", "nobody_is_named_untold", "aggregate_only", "aggregate_only_unknown_entity",
    "line", "lockdown", "mask_support", "mask_training", "mask_review", "mask_licence", "mask_bands", "mask_open_board",
}  # fmt: skip


def counted(seeds, decider=None, cedar=4, policies=2, people=60, rows=90):
    """Companies x policies, all ways; the policies of a seed are drawn apart, so that a planted bug meets the same ones."""
    found = []
    for seed in seeds:
        world, rng = World(seed, people, rows), random.Random(1000 + seed)
        more = {"decider": decider} if decider else {}
        found += [compare(world, companies.policy(rng), cedar, **more) for _ in range(policies)]
    return total(found)


def test_the_text_is_valid_by_its_schema():
    answer = cedarpy.validate_policies(TEXT, SCHEMA)
    assert answer.validation_passed, answer.errors


def test_every_question_on_people_is_asked():
    assert set(companies.PERSON_QUESTIONS) == {n for n, q in QUESTIONS.items() if q.level in (PERSON, BY_POLICY)}


def test_sql_python_and_cedar_decide_alike():
    found = counted(range(8))
    assert found.differing == []
    assert found.rows > 25_000
    assert found.allowed > 2_500
    assert found.asked_cedar > 2_000


def test_every_rule_of_the_text_decides_something():
    found = counted(range(20, 32), cedar=8, people=40, rows=60)
    assert found.differing == []
    assert set(found.cedar) - {"no permit"} == IDS


@pytest.mark.parametrize("bug", list(BUGS))
def test_a_planted_bug_is_caught(bug):
    for start in range(0, 60, 5):
        if counted(range(start, start + 5), BUGS[bug], cedar=0).differing:
            return
    pytest.fail("no way noticed it")


@pytest.mark.parametrize("bug", ["manager's depth off by one", "told ignored", "line ignored", "own row of others"])
def test_cedar_alone_catches_a_planted_bug(bug):
    for seed in range(40):
        found = counted([seed], BUGS[bug], cedar=10)
        if any(one.startswith("Cedar") for one in found.differing):
            return
    pytest.fail("Cedar did not notice it")


def test_a_fresh_policy_names_nobody_to_others():
    world = World(5, 60, 90)
    found = compare(world, Policy(), cedar=3)
    assert found.differing == []
    assert set(found.cedar) <= {"self", "assurance", "licence", "no permit", "depth", "nobody_is_named_untold", "wall",
                                "review_is_for_managers", "review_begins_with_a_quarter", "line", "mask_support", "mask_training",
                                "mask_review", "mask_licence"}  # fmt: skip
