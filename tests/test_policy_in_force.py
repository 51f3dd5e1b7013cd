"""The policy in force: whatever was approved and whoever was told, nobody is named before their own notice and ten business days."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.errors import WrongUsage
from uptake.policy import PROFILES, Policy
from uptake.policy.in_force import Approved, Delivery, in_force
from uptake.policy.proposals import (
    Document,
    business_days_after,
    check_assessment,
    check_start,
    last_notice_day,
    quarter_after,
)

MONDAY = dt.date(2026, 3, 2)
LATER = MONDAY + dt.timedelta(days=14)
RANKS = list(PROFILES)
ENTITIES = ("E", "F")
HASHES = {entity: hashlib.sha256(entity.encode()).hexdigest() for entity in ENTITIES}


def document(profile="managed", entities=ENTITIES, **more):
    return Document(profile=profile, dpia={entity: HASHES[entity] for entity in entities}, **more)


def approved(*documents, first=MONDAY):
    return [Approved(str(place + 1), one, first + dt.timedelta(days=place)) for place, one in enumerate(documents)]


def told(ref, *people, day=MONDAY, entity="E"):
    return [Delivery(who, entity, str(ref), day) for who in people]


def named(policy, deliveries, today):
    """Whom the gate would let be named: it looks at each person's own notice."""
    refs, last = set(policy.notice_refs), last_notice_day(today)
    return {one.person_id for one in deliveries if (one.legal_entity, one.ref) in refs and one.day <= last}


# days


def test_ten_business_days_are_two_weeks_and_the_day_of_delivery_is_none_of_them():
    assert business_days_after(MONDAY, 10) == dt.date(2026, 3, 16)
    assert business_days_after(dt.date(2026, 3, 6), 10) == dt.date(2026, 3, 20)
    assert {business_days_after(dt.date(2026, 3, day), 10) for day in (6, 7, 8)} == {dt.date(2026, 3, 20)}


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
def test_the_last_day_of_delivery_is_the_last_one_whose_period_is_over(today):
    last = last_notice_day(today)
    assert business_days_after(last, 10) <= today < business_days_after(last + dt.timedelta(days=1), 10)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [("2026-01-01", "2026Q1"), ("2026-01-02", "2026Q2"), ("2026-10-01", "2026Q4"), ("2026-12-31", "2027Q1")],
)
def test_a_quarter_counts_when_it_begins_after_the_switch(day, quarter):
    assert quarter_after(dt.date.fromisoformat(day)) == quarter


@pytest.mark.parametrize("day", ["20261201", "2026-W49-2", "2026-12-1", "soon", "2026-12-01T00:00:00"])
def test_a_day_has_one_form(day):
    with pytest.raises(WrongUsage, match="effective_from"):
        Document(effective_from=day)


# what a document needs


@pytest.mark.parametrize(
    "given_",
    [
        {"profile": "managed"},
        {"board_bands": True},
        {"profile": "managed", "dpia": {"E": "no hash"}},
        {"profile": "managed", "dpia": {"E": "A" * 64}},
        {"profile": "managed", "dpia": HASHES, "performance_review": ["G"]},
        {"profile": "open-board", "dpia": HASHES},
        {"profile": "open-board", "dpia": HASHES, "works_council": {"E": " ", "G": "agreement"}},
        {"k": 4},
        {"k": True},
        {"k": "10"},
        {"surprise": 1},
        {"aggregate_only": "E"},
        {"dpia": ["E"]},
    ],
)
def test_a_document_without_what_it_needs_is_refused(given_):
    with pytest.raises(WrongUsage):
        Document.read(given_)


@pytest.mark.parametrize(("start", "held"), [(-1, False), (0, False), (13, False), (14, True), (400, True)])
def test_the_first_day_of_what_exposes_lies_behind_the_notice_period(start, held):
    given_ = document(effective_from=(MONDAY + dt.timedelta(days=start)).isoformat())
    if held:
        check_start(given_, MONDAY)
    else:
        with pytest.raises(WrongUsage):
            check_start(given_, MONDAY)


def test_what_exposes_nothing_may_hold_from_today_and_never_from_yesterday():
    check_start(Document(k=20, effective_from=MONDAY.isoformat()), MONDAY)
    with pytest.raises(WrongUsage, match="past"):
        check_start(Document(k=20, effective_from="2026-03-01"), MONDAY)


@pytest.mark.parametrize(
    ("new", "again"),
    [
        (document(), True),
        (document(k=20), True),
        (document(entities=("E",)), True),
        (document(manager_depth=2), False),
        (document(board_bands=True), False),
        (document(performance_review=("E",)), False),
        (document("open-board", works_council={"E": "a"}), False),
        (Document(), True),
    ],
)
def test_an_assessment_serves_again_only_for_what_exposes_no_more(new, again):
    before = {1: document()}
    if again:
        check_assessment(new, before)
    else:
        with pytest.raises(WrongUsage, match="void"):
            check_assessment(new, before)


def test_an_assessment_of_an_entity_that_was_not_computed_is_no_assessment_of_naming_it():
    with pytest.raises(WrongUsage, match="void"):
        check_assessment(document(), {1: document(aggregate_only=("F",))})


def test_the_placeholder_of_a_draft_is_no_assessment():
    with pytest.raises(WrongUsage, match="dpia"):
        check_assessment(Document(profile="managed", dpia={"E": "0" * 64}), {})


# who may be named


def test_nothing_approved_is_the_default():
    assert in_force([], told(1, "p"), LATER) == Policy()
    assert in_force(approved(document(), first=LATER + dt.timedelta(days=1)), told(1, "p"), LATER) == Policy()


def test_an_approved_policy_names_nobody_until_the_first_notice_period_is_over():
    one, sent = approved(document()), told(1, "p")
    before = in_force(one, sent, LATER - dt.timedelta(days=1))
    assert (before.profile, before.noticed_entities, before.notice_refs) == ("managed", frozenset(), ())
    after = in_force(one, sent, LATER)
    assert (after.noticed_entities, after.notice_refs) == ({"E"}, (("E", "1"),))


def test_a_joiner_does_not_darken_the_entity_and_is_outside_until_their_own_period_is_over():
    sent = told(1, "p") + told(1, "joiner", day=LATER)
    policy = in_force(approved(document()), sent, LATER)
    assert policy.noticed_entities == {"E"}
    assert named(policy, sent, LATER) == {"p"}
    assert named(policy, sent, business_days_after(LATER, 10)) == {"p", "joiner"}


def test_an_entity_without_people_or_without_assessment_is_never_ready():
    sent = told(1, "p") + told(1, "q", entity="G")
    assert in_force(approved(document()), sent, LATER).noticed_entities == {"E"}


def test_a_wider_policy_waits_until_nobody_who_is_named_would_be_left_out():
    both = approved(document(), document(manager_depth=3))
    sent = told(1, "p", "q")
    assert (in_force(both, sent, LATER).manager_depth, named(in_force(both, sent, LATER), sent, LATER)) == (
        1,
        {"p", "q"},
    )
    sent += told(2, "p")
    assert in_force(both, sent, LATER).manager_depth == 1
    sent += told(2, "q")
    policy = in_force(both, sent, LATER)
    assert (policy.manager_depth, policy.notice_refs) == (3, (("E", "2"),))


def test_a_narrower_policy_holds_at_once_and_needs_no_new_notice():
    both, sent = approved(document(manager_depth=3, k=10), document(k=30)), told(1, "p")
    policy = in_force(both, sent, LATER)
    assert (policy.manager_depth, policy.k, policy.noticed_entities) == (1, 30, {"E"})
    gone = in_force(approved(document(), document(entities=("F",))), sent, LATER)
    assert gone.noticed_entities == frozenset()
    assert in_force(approved(document(), Document()), sent, LATER) == Policy()


def test_what_was_withdrawn_is_told_anew():
    three, sent = approved(document(), Document(), document()), told(1, "p")
    assert in_force(three, sent, LATER).noticed_entities == frozenset()
    assert in_force(three, sent + told(3, "p"), LATER).noticed_entities == {"E"}


def test_a_notice_of_a_policy_that_left_an_entity_out_does_not_count_for_it():
    hidden = document(aggregate_only=("E",))
    assert in_force(approved(hidden, document()), told(1, "p"), LATER).noticed_entities == frozenset()
    council = document("open-board", works_council={"F": "a"})
    wider = document("open-board", works_council={"E": "a", "F": "a"})
    policy = in_force(approved(council, wider), told(1, "p"), LATER)
    assert (policy.noticed_entities, policy.board_entities) == ({"E"}, frozenset())


def test_the_open_board_waits_for_the_works_council_of_each_entity():
    policy = in_force(
        approved(document("open-board", works_council={"E": "a"})), told(1, "p") + told(1, "q", entity="F"), LATER
    )
    assert (policy.noticed_entities, policy.board_entities) == ({"E", "F"}, {"E"})


@pytest.mark.parametrize("council", [{"E": "a", "F": " "}, {"E": "a", "F": "a"}])
def test_boards_of_two_documents_that_share_no_entity_meet_in_no_board(council):
    first, second = (
        document("open-board", ("E",), works_council=council),
        document("open-board", ("F",), works_council={"E": "a", "F": "a"}),
    )
    policy = in_force(approved(first, second), told(1, "p"), LATER)
    assert (policy.noticed_entities, policy.board_entities) == (frozenset(), frozenset())


def test_review_begins_with_the_quarter_after_notice_and_switch():
    policy = in_force(approved(document(performance_review=("E",))), told(1, "p") + told(1, "q", entity="F"), LATER)
    assert policy.review_since == (("E", "2026Q2"),)
    on_the_day = in_force(
        approved(document(performance_review=("E",))), told(1, "p", day=dt.date(2026, 3, 18)), dt.date(2026, 4, 1)
    )
    assert on_the_day.review_since == (("E", "2026Q2"),)


def test_review_that_was_off_in_between_begins_again():
    on, off = document(performance_review=("E",)), document()
    three = [
        Approved("1", on, dt.date(2025, 1, 1)),
        Approved("2", off, dt.date(2026, 1, 5)),
        Approved("3", on, dt.date(2026, 3, 2)),
    ]
    sent = told(1, "p", day=dt.date(2025, 1, 1))
    assert in_force(three[:1], sent, LATER).review_since == (("E", "2025Q2"),)
    assert in_force(three, sent, LATER).review_since == ()
    assert in_force(three, sent + told(3, "p"), LATER).review_since == (("E", "2026Q2"),)


# any history

DOCUMENTS = st.builds(
    lambda profile, entities, council, more: document(
        profile if council or profile != "open-board" else "managed", entities, **more,
        works_council=dict.fromkeys(council, "a") if set(council) & set(entities) else dict.fromkeys(entities[:1], "a"),
    ),
    st.sampled_from(RANKS), st.sampled_from([("E",), ("F",), ENTITIES]), st.sampled_from([(), ("E",), ENTITIES]),
    st.fixed_dictionaries(
        {
            "manager_depth": st.integers(0, 2), "lob_lead_depth": st.integers(0, 1), "board_bands": st.booleans(),
            "board_reach": st.sampled_from(["line", "everyone"]), "aggregate_only": st.sampled_from([(), ("E",)]),
        }
    ),
)  # fmt: skip
HISTORIES = st.lists(st.tuples(DOCUMENTS, st.integers(0, 40)), min_size=1, max_size=5)
SENT = st.lists(
    st.builds(
        lambda who, ref, day: Delivery(who, "E" if who < "m" else "F", str(ref), MONDAY + dt.timedelta(days=day)),
        st.sampled_from("abxy"), st.integers(1, 5), st.integers(0, 45),
    ),
    max_size=14,
)  # fmt: skip


def exposed(policy, entity):
    """What a policy lets be seen of an entity, written from the rules and not from the documents."""
    return {
        "managers": policy.manager_depth if policy.named_lists else 0,
        "leads": policy.lob_lead_depth if policy.named_lists else 0,
        "open": policy.board == "open" and entity in policy.board_entities,
        "bands": policy.board == "bands",
        "everyone": policy.board == "open" and entity in policy.board_entities and policy.board_reach == "everyone",
    }


def said(one, entity):
    """What a document told the people of an entity."""
    open_ = one.profile == "open-board" and bool(one.works_council.get(entity))
    return {
        "managers": one.manager_depth if one.profile != "team-first" else 0,
        "leads": one.lob_lead_depth if one.profile != "team-first" else 0,
        "open": open_,
        "bands": one.board_bands or open_,
        "everyone": open_ and one.board_reach == "everyone",
    }


@settings(max_examples=400, deadline=None)
@given(HISTORIES, SENT, st.integers(0, 70))
def test_nobody_is_named_before_their_own_notice_or_further_than_it_said(history, sent, passed):
    today = MONDAY + dt.timedelta(days=passed)
    all_ = [Approved(str(place + 1), one, MONDAY + dt.timedelta(days=day)) for place, (one, day) in enumerate(history)]
    policy = in_force(all_, sent, today)
    known = {one.ref: one for one in all_ if one.effective_on <= today}
    newest = list(known.values())[-1].document if known else Document()
    for who in named(policy, sent, today):
        entity = "E" if who < "m" else "F"
        assert entity in policy.noticed_entities
        shown = exposed(policy, entity)
        own = [
            known[one.ref].document
            for one in sent
            if one.person_id == who and one.ref in known and business_days_after(one.day, 10) <= today
        ]
        assert any(
            entity in one.dpia
            and entity not in one.aggregate_only
            and all(said(one, entity)[key] >= shown[key] for key in shown)
            for one in own
        )
        assert entity in newest.dpia
        assert entity not in newest.aggregate_only
        assert all(said(newest, entity)[key] >= shown[key] for key in shown)


@settings(max_examples=200, deadline=None)
@given(HISTORIES, SENT, st.integers(14, 70))
def test_a_wider_document_never_takes_away_what_held_without_it(history, sent, passed):
    today = MONDAY + dt.timedelta(days=passed)
    all_ = [Approved(str(place + 1), one, MONDAY + dt.timedelta(days=day)) for place, (one, day) in enumerate(history)]
    held = [one for one in all_ if one.effective_on <= today]
    before = in_force(held, sent, today)
    if not held:
        return
    newest = held[-1].document
    everything = Approved(
        "99",
        document("open-board", manager_depth=9, lob_lead_depth=9, board_reach="everyone", board_bands=True, works_council=dict.fromkeys(ENTITIES, "a"), k=newest.k, aggregate_only=newest.aggregate_only),
        today,
    )  # fmt: skip
    after = in_force([*held, everything], sent, today)
    assert named(after, sent, today) >= named(before, sent, today)
