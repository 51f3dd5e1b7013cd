"""Policy, rule by rule: who gets which columns and which kind of rows, and that everything else is refused in one voice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from tests.contract.columns import CONTRACT
from uptake.errors import NotPermitted
from uptake.policy import (
    PERMITS,
    PROFILES,
    PURPOSES,
    QUESTIONS,
    ROLES,
    Policy,
    Viewer,
    decide,
    grants_for,
    who_sees_what,
)
from uptake.policy import predicates as p
from uptake.policy.questions import BY_POLICY, GROUP, LEVELS, OPERATOR, PERSON, PUBLIC, REGISTER

PERSON_QUESTIONS = [name for name, spec in QUESTIONS.items() if spec.level == PERSON]
NOTICED = frozenset({"E"})
MANAGED = Policy(profile="managed", noticed_entities=NOTICED)
PURPOSES_OR_NONE = (None, *PURPOSES)


def chain(depth):
    return p.Both(p.Chain("me", depth), p.Told(("E",)))


def ask(question, role, purpose=None, policy=MANAGED, **more):
    facts = {"person_id": "me", "unit": "Line/Dep/Team", "lob": "Line", **more}
    return decide(question, Viewer(role=role, purpose=purpose, **facts), policy)


def refused(question, role, purpose=None, policy=MANAGED, **more):
    try:
        ask(question, role, purpose, policy, **more)
    except NotPermitted:
        return True
    return False


# the questions


@pytest.mark.parametrize("question", CONTRACT)
def test_guaranteed_columns_come_first_and_in_order(question):
    wanted = tuple(CONTRACT[question].split(", "))
    assert QUESTIONS[question].names[: len(wanted)] == wanted


def test_every_column_says_what_it_means():
    for spec in QUESTIONS.values():
        assert spec.level in LEVELS
        assert spec.about
        assert len(set(spec.names)) == len(spec.names)
        for column in spec.columns:
            assert column.unit
            assert column.meaning.endswith(".")


def test_levels_and_keys_agree():
    assert set(CONTRACT) | {"leaderboard"} == set(QUESTIONS)
    for spec in QUESTIONS.values():
        assert (spec.key == "person_id") == (spec.level in {PERSON, BY_POLICY})
        assert spec.key is None or spec.key in spec.names
        assert spec.unit_column is None or spec.unit_column in spec.names


def test_masks_name_columns_that_exist():
    for permit in PERMITS:
        for question, columns in permit.mask.items():
            assert columns == ("*",) or set(columns) <= set(QUESTIONS[question].names)


# the settings


def test_a_fresh_install_shows_no_names_but_ones_own():
    fresh = Policy()
    assert (fresh.profile, fresh.named_lists, fresh.board, fresh.review_enabled) == ("team-first", False, "off", False)
    seen = {
        (role, purpose)
        for role, purpose, question in itertools.product(ROLES, PURPOSES_OR_NONE, [*PERSON_QUESTIONS, "leaderboard"])
        if not refused(question, role, purpose, fresh, case_id="case")
    }
    assert seen == {("self", "self"), ("compliance", "assurance"), ("licence", "licence")}


# refusals


def test_unknown_is_refused_in_the_words_of_forbidden():
    said = set()
    for question, role, purpose in (
        ("no_such_question", "self", "self"),
        ("quarter_scores", "no_such_role", "self"),
        ("quarter_scores", "self", "no_such_purpose"),
        ("funnel", "executive", "no_such_purpose"),
        ("quarter_scores", "executive", "investment"),
        ("quarter_scores", "manager", "licence"),
        ("quarter_scores", "self", None),
        ("quarter_scores", "compliance", "assurance"),
        ("quarter_scores", "manager", "performance_review"),
        ("quarantine", "self", None),
        ("leaderboard", "peer", "self"),
        ("day_scores", "manager", "support"),
    ):
        with pytest.raises(NotPermitted) as caught:
            ask(question, role, purpose)
        said.add((str(caught.value), caught.value.http_status, caught.value.exit_code))
    assert len(said) == 1


def test_the_purpose_wall_stands_for_every_question_role_and_profile():
    for profile, question, role in itertools.product(PROFILES, QUESTIONS, ROLES):
        policy = Policy(
            profile=profile, manager_depth=9, lob_lead_depth=9, noticed_entities=NOTICED, board_entities=NOTICED
        )
        assert refused(question, role, "performance_review", policy, case_id="case"), (question, role)


def test_person_questions_always_need_a_purpose():
    for question, role in itertools.product([*PERSON_QUESTIONS, "leaderboard"], ROLES):
        assert refused(question, role, None, Policy(profile="open-board"), case_id="case")


def test_only_these_pairs_ever_see_a_person():
    wide = Policy(profile="open-board", lob_lead_depth=2, noticed_entities=NOTICED, board_entities=NOTICED)
    seen = {
        (role, purpose)
        for question, role, purpose in itertools.product([*PERSON_QUESTIONS, "leaderboard"], ROLES, PURPOSES_OR_NONE)
        if not refused(question, role, purpose, wide, case_id="case")
    }
    assert seen == {
        ("self", "self"),
        ("manager", "support"),
        ("manager", "training"),
        ("lob_lead", "support"),
        ("lob_lead", "training"),
        ("compliance", "assurance"),
        ("licence", "licence"),
        ("peer", "self"),
    }


# role by role


@pytest.mark.parametrize("question", PERSON_QUESTIONS)
def test_self_sees_all_columns_of_own_rows_whatever_the_policy(question):
    closed = Policy(aggregate_only=frozenset({"E"}))
    grant = ask(question, "self", "self", closed)
    assert grant.columns == QUESTIONS[question].names
    assert grant.predicate == p.OwnRow("me")
    assert refused(question, "self", "self", person_id=None)


def test_manager_support_sees_segment_and_coverage_and_no_score():
    grant = ask("quarter_scores", "manager", "support")
    assert grant.columns == ("quarter", "person_id", "team", "coverage", "segment", "reason", "certainty")
    assert grant.predicate == chain(1)
    assert ask("not_using", "manager", "support").columns == (
        "person_id",
        "team",
        "segment",
        "reason",
        "suggestion",
        "offered",
    )


def test_manager_training_sees_breadth_only_and_no_list_of_non_users():
    assert ask("quarter_scores", "manager", "training").columns == ("quarter", "person_id", "breadth")
    assert refused("not_using", "manager", "training")


@pytest.mark.parametrize("question", ["usage_days", "day_scores", "idle_seats", "seats"])
@pytest.mark.parametrize("purpose", PURPOSES_OR_NONE)
def test_manager_sees_nothing_else_by_name(question, purpose):
    assert refused(question, "manager", purpose)


def test_manager_sees_names_only_where_named_lists_are_on():
    assert refused("quarter_scores", "manager", "support", Policy())
    assert refused("quarter_scores", "manager", "support", replace(MANAGED, manager_depth=0))
    assert ask("quarter_scores", "manager", "support", replace(MANAGED, manager_depth=3)).predicate == chain(3)


def test_nobody_is_named_in_a_legal_entity_that_was_not_told():
    for profile in PROFILES:
        untold = Policy(profile=profile, lob_lead_depth=2, board_bands=True, board_entities=NOTICED)
        for role, purpose in itertools.product(("manager", "lob_lead", "peer"), PURPOSES_OR_NONE):
            assert all(refused(name, role, purpose, untold) for name in [*PERSON_QUESTIONS, "leaderboard"])


def test_locked_down_everybody_sees_their_own_rows_and_nobody_elses():
    wide = Policy(
        profile="open-board", lob_lead_depth=2, noticed_entities=NOTICED, board_entities=NOTICED, lockdown=True,
        review_since=(("E", "2026Q1"),),
    )  # fmt: skip
    seen = {
        (role, purpose)
        for question, role, purpose in itertools.product([*PERSON_QUESTIONS, "leaderboard"], ROLES, PURPOSES_OR_NONE)
        if not refused(question, role, purpose, wide, case_id="case")
    }
    assert seen == {("self", "self")}
    assert all(ask(name, "self", "self", wide).predicate == p.OwnRow("me") for name in PERSON_QUESTIONS)


def test_lob_lead_sees_nobody_by_name_at_depth_0():
    assert refused("quarter_scores", "lob_lead", "support")
    assert ask("quarter_scores", "lob_lead", "support", replace(MANAGED, lob_lead_depth=2)).predicate == chain(2)


def test_compliance_needs_assurance_and_a_case():
    assert ask("quarter_scores", "compliance", "assurance", case_id="C-1").columns == QUESTIONS["quarter_scores"].names
    assert ask("usage_days", "compliance", "assurance", case_id="C-1").predicate == p.Everything()
    for case_id in (None, "", "  "):
        assert refused("usage_days", "compliance", "assurance", case_id=case_id)
    for purpose in set(PURPOSES_OR_NONE) - {"assurance"}:
        assert refused("usage_days", "compliance", purpose, case_id="C-1")


def test_rank_is_for_the_person_and_for_assurance_only():
    wide = Policy(profile="open-board", lob_lead_depth=2, noticed_entities=NOTICED, review_since=(("E", "2026Q1"),))
    for role, purpose in itertools.product(ROLES, PURPOSES_OR_NONE):
        if not refused("quarter_scores", role, purpose, wide, case_id="C-1"):
            shown = "lob_rank" in ask("quarter_scores", role, purpose, wide, case_id="C-1").columns
            assert shown == ((role, purpose) in {("self", "self"), ("compliance", "assurance")})


def test_licence_manager_sees_seat_proposals_and_no_score():
    idle = ask("idle_seats", "licence", "licence")
    assert idle.columns == (
        "person_id",
        "tool",
        "since",
        "last_seen",
        "monthly_cost",
        "decision",
        "decided",
        "currency",
    )
    seats = ask("seats", "licence", "licence")
    assert seats.columns == ("person_id", "tool", "last_seen", "monthly_cost")
    assert seats.predicate == p.SeatProposals()
    assert ask("funnel", "licence").columns == ("scope", "quarter", "engineers", "provisioned", "accounts")
    seen = {name for name in QUESTIONS if not refused(name, "licence", "licence")}
    assert seen == {"idle_seats", "seats", "idle_groups", "funnel", "coverage", "definitions", "who_sees_what"}


@pytest.mark.parametrize("role", ["administrator", "compliance", "internal_audit"])
def test_operator_questions_are_open_to_these_three(role):
    for name, spec in QUESTIONS.items():
        if spec.level == OPERATOR:
            assert ask(name, role).columns == spec.names


def test_operator_questions_are_closed_to_everybody_else():
    for name, role in itertools.product(QUESTIONS, set(ROLES) - {"administrator", "compliance", "internal_audit"}):
        if QUESTIONS[name].level == OPERATOR:
            assert all(refused(name, role, purpose, case_id="C") for purpose in PURPOSES_OR_NONE)


def test_the_registers_are_for_compliance_internal_audit_and_the_validator():
    names = [name for name, spec in QUESTIONS.items() if spec.level == REGISTER]
    for name, role, purpose in itertools.product(names, ROLES, PURPOSES_OR_NONE):
        auditor = role in {"compliance", "internal_audit", "validator"} and purpose != "performance_review"
        assert refused(name, role, purpose, case_id="C") != auditor


def test_groups_follow_the_role():
    assert ask("segments", "executive", "investment").predicate == p.Released()
    assert ask("segments", "administrator").predicate == p.Released()
    assert ask("segments", "manager").predicate == p.Branch("scope", "Line/Dep/Team")
    for role in ("self", "peer", "lob_lead"):
        assert ask("segments", role).predicate == p.Branch("scope", "Line")
        assert ask("lob_compare", role).predicate == p.Line("lob", "Line")


@pytest.mark.parametrize("unit", [None, "", "(company)"])
def test_a_viewer_of_no_known_unit_sees_no_group_row(unit):
    for role in ("self", "peer", "lob_lead", "manager"):
        assert ask("segments", role, unit=unit, lob=None).predicate == p.Nothing()
        assert ask("lob_compare", role, unit=unit, lob=None).predicate == p.Nothing()


def test_coverage_and_definitions_are_for_every_role():
    for role in ROLES:
        assert ask("coverage", role).predicate == p.Released()
        assert ask("definitions", role).predicate == p.Everything()


def test_the_board_is_off_until_the_profile_opens_it_and_then_lists_entities_with_notice():
    for profile in ("team-first", "managed"):
        assert all(refused("leaderboard", role, "self", Policy(profile=profile)) for role in ROLES)
    assert refused("leaderboard", "peer", "self", Policy(profile="open-board", board_entities=frozenset("ABC")))
    ready = Policy(
        profile="open-board",
        noticed_entities=frozenset("ABCD"),
        board_entities=frozenset("ABC"),
        aggregate_only=frozenset("B"),
    )
    assert ask("leaderboard", "peer", "self", ready).predicate == p.Both(p.Told(("A", "C")), p.SameLine("me"))
    ready = replace(ready, board_reach="everyone")
    assert ask("leaderboard", "peer", "self", ready).predicate == p.Told(("A", "C"))
    assert all(refused("leaderboard", role, "self", ready) for role in set(ROLES) - {"peer"})
    assert {"person_id", "score", "ratio", "segment", "weeks"} <= set(ask("leaderboard", "peer", "self", ready).columns)


def test_people_of_an_aggregate_only_entity_are_named_to_nobody_else():
    policy = Policy(
        profile="managed",
        lob_lead_depth=1,
        aggregate_only=frozenset({"B", "A"}),
        noticed_entities=frozenset({"A", "C"}),
    )
    outside = p.OutsideEntities(("A", "B"))
    for role in ("manager", "lob_lead"):
        assert ask("quarter_scores", role, "support", policy).predicate == p.Both(p.Chain("me", 1), p.Told(("C",)))
    assert ask("quarter_scores", "compliance", "assurance", policy, case_id="C").predicate == outside
    assert ask("idle_seats", "licence", "licence", policy).predicate == outside
    assert ask("seats", "licence", "licence", policy).predicate == p.Both(p.SeatProposals(), outside)


def test_review_when_on_is_for_named_entities_and_later_facts_only():
    policy = Policy(profile="managed", noticed_entities=NOTICED, review_since=(("E", "2026Q3"), ("untold", "2026Q1")))
    grant = ask("quarter_scores", "manager", "performance_review", policy)
    # Ratio, segment, certainty (GOVERNANCE.md section 3): why somebody has no figure, such as a leave, is nothing to judge them by.
    assert grant.columns == ("quarter", "person_id", "segment", "certainty", "ratio")
    assert grant.predicate == p.Both(chain(1), p.SinceQuarter((("E", "2026Q3"),)))
    seen = {
        (name, role)
        for name, role in itertools.product(QUESTIONS, ROLES)
        if QUESTIONS[name].level in {PERSON, BY_POLICY}
        and not refused(name, role, "performance_review", policy, case_id="C")
    }
    assert seen == {("quarter_scores", "manager")}


# the page


def test_the_page_is_made_of_decisions():
    page = who_sees_what()
    assert page == who_sees_what()
    assert all(f"`{name}`" in page for name in [*QUESTIONS, *ROLES, *PURPOSES])
    lines = page.splitlines()
    assert "| `quarter_scores` | self | self | their own | all | all |" in lines
    assert "| `usage_days` | compliance | assurance | all, under a case id | all | all |" in lines
    support = next(line for line in lines if line.startswith("| `not_using` | manager"))
    assert "support | people up to 1 step below them now, who were told |" in support
    assert support.endswith("| managed, open-board |")
    assert not any("| performance_review |" in line for line in lines)
    assert sum(QUESTIONS[name].level in {GROUP, PUBLIC} for name in QUESTIONS) == 22


def test_the_page_and_the_dry_run_say_for_each_purpose_what_is_decided():
    on = replace(MANAGED, review_since=(("E", "2026Q3"),), aggregate_only=frozenset("A"))
    bands = Policy(board_bands=True, noticed_entities=NOTICED, lob_lead_depth=2)
    everyone = Policy(profile="open-board", board_reach="everyone", noticed_entities=NOTICED, board_entities=NOTICED)
    for policy, role, purpose in itertools.product((Policy(), MANAGED, on, bands, everyone), ROLES, PURPOSES_OR_NONE):
        said = {name for name, *_ in grants_for(role, purpose, policy)}
        assert said == {name for name in QUESTIONS if not refused(name, role, purpose, policy, case_id="case")}
    (review,) = [row for row in grants_for("manager", "performance_review", on) if row[0] == "quarter_scores"]
    assert review[2].endswith("in quarters that began after the switch and their own notice")
    assert list(grants_for("manager", "performance_review", MANAGED)) == []
