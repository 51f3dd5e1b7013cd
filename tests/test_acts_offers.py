"""Offers of help: whom they reach, what is written down, and what nobody learns from them. Through the gate, on a small demo home."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from importlib import resources

import pytest
from sqlalchemy import delete, insert, select

from tests import demo_home
from uptake.acts import Act, offers
from uptake.errors import NotPermitted
from uptake.jobs import State, policy_of
from uptake.policy import Policy, Viewer, allows, may_offer
from uptake.policy import predicates as p
from uptake.reads import Caller, Filters, ask
from uptake.reads.targets import closed_quarter, targets
from uptake.settings import read_settings
from uptake.state import audit, rights
from uptake.state.tables import CONTESTS, OFFERS

NOW = dt.datetime(2026, 11, 24, 9)
ACT = Act("test", "POST /team/offer", NOW)
CALLER = Caller("test", "test", NOW)
CLINIC = "set-up clinic, peer champion"
QUARTER = "2026Q3"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("offers") / "home", 300)


@pytest.fixture
def world(home):
    settings = read_settings(home)
    state = State(settings.state_file)
    with state.writing() as connection:
        connection.execute(delete(OFFERS))
        connection.execute(delete(CONTESTS))
    return settings, state


def policy(settings, **changes):
    made = policy_of(settings, State(settings.state_file), NOW.date())
    return dataclasses.replace(made, **{"profile": "managed", **changes})


def everybody(world, rule):
    """Every row of the list, as assurance reads it, and the rights tree."""
    settings, state = world
    viewer = Viewer(role="compliance", purpose="assurance", case_id="C-1")
    rows = ask(settings, state, rule, "not_using", viewer, Filters(quarter=QUARTER), CALLER).rows()
    tree = {row[0]: dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)}
    return rows, tree


def a_manager(world, rule, step=CLINIC):
    """The manager with most people right below to whom the step is suggested, and these people."""
    rows, tree = everybody(world, rule)
    below: dict[str, dict[str, str]] = {}
    for row in rows:
        boss = tree.get(row["person_id"], {}).get("manager_id")
        if row["suggestion"] == step and boss:
            below.setdefault(boss, {})[row["person_id"]] = row["reason"]
    boss = max(sorted(below), key=lambda who: len(below[who]))
    return Viewer(role="manager", purpose="support", person_id=boss, unit="Somewhere"), below[boss]


def stored(state):
    with state.reading() as connection:
        return connection.execute(select(OFFERS).order_by(OFFERS.c.id)).all()


def records(state):
    with state.reading() as connection:
        return [
            json.loads(text) for text in connection.exec_driver_sql("select record from audit order by seq").scalars()
        ]


def listed(world, rule, viewer, now=NOW):
    settings, state = world
    caller = dataclasses.replace(CALLER, now=now)
    rows = ask(settings, state, rule, "not_using", viewer, Filters(quarter=QUARTER), caller).rows()
    return {row["person_id"]: row["offered"] for row in rows}


# who may, and whom it can reach


@pytest.mark.parametrize(
    ("role", "purpose", "person"),
    [
        ("manager", "training", "me"),
        ("manager", None, "me"),
        ("manager", "performance_review", "me"),
        ("manager", "support", None),
        ("lob_lead", "support", "me"),
        ("executive", "investment", "me"),
        ("compliance", "assurance", "me"),
        ("self", "self", "me"),
    ],
)
def test_nobody_but_a_manager_for_support_may_offer(world, role, purpose, person):
    settings, state = world
    viewer = Viewer(role=role, purpose=purpose, person_id=person, case_id="C-1")
    for profile in ("team-first", "managed"):
        rule = policy(settings, profile=profile, lob_lead_depth=2)
        with pytest.raises(NotPermitted):
            may_offer(viewer, rule)
        with pytest.raises(NotPermitted):
            offers.offer(state, rule, viewer, CLINIC, {"000001": "seat_never_used"}, ACT)
        with pytest.raises(NotPermitted):
            targets(settings, state, rule, viewer, CLINIC, CALLER)
    assert stored(state) == []


@pytest.mark.parametrize("profile", ["team-first", "managed"])
def test_the_act_reaches_nobody_beside_the_own_chain_whatever_it_is_handed(world, profile):
    settings, state = world
    rule = policy(settings, profile=profile)
    rows, tree = everybody(world, policy(settings))
    manager = next(str(row["manager_id"]) for row in tree.values() if row["manager_id"])
    stranger = next(row["person_id"] for row in rows if tree[row["person_id"]]["manager_id"] != manager)
    viewer = Viewer(role="manager", purpose="support", person_id=manager)
    for reached in ({stranger: "seat_never_used"}, {"no such person": "seat_never_used"}, {manager: "seat_never_used"}):
        with pytest.raises(NotPermitted):
            offers.offer(state, rule, viewer, CLINIC, reached, ACT)
    assert stored(state) == []


def test_an_offer_reaches_one_step_below_at_least_and_no_aggregate_only_entity():
    viewer = Viewer(role="manager", purpose="support", person_id="me")
    for profile in ("team-first", "managed", "open-board"):
        assert may_offer(viewer, Policy(profile=profile, manager_depth=0)) == p.Chain("me", 1)
        assert may_offer(viewer, Policy(profile=profile, manager_depth=3)) == p.Chain("me", 3)
    hidden = Policy(aggregate_only=frozenset({"B", "A"}))
    assert may_offer(viewer, hidden) == p.Both(p.Chain("me", 1), p.OutsideEntities(("A", "B")))


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_a_blind_offer_reaches_those_whom_the_plain_python_allows_and_is_recorded(world, depth):
    settings, state = world
    rule = policy(settings, profile="team-first", manager_depth=depth)
    rows, tree = everybody(world, rule)
    viewer, _ = a_manager(world, rule)
    wanted = {
        row["person_id"]: row["reason"]
        for row in rows
        if row["suggestion"] == CLINIC and allows(may_offer(viewer, rule), row, tree)
    }
    assert targets(settings, state, rule, viewer, CLINIC, CALLER) == wanted != {}
    last = records(state)[-1]
    assert (last["action"], last["subject_count"], last["rows"]) == ("offer", len(wanted), len(wanted))
    assert not any(person in json.dumps(last) for person in wanted)


def test_who_is_under_review_is_not_reached(world):
    settings, state = world
    rule = policy(settings, profile="team-first")
    viewer, below = a_manager(world, rule)
    one = min(below)
    with state.writing() as connection:
        row = {"person_id": one, "opened_at": "x", "due": "x", "category": "leave", "quarter": QUARTER, "state": "open"}
        connection.execute(insert(CONTESTS), [row])
    assert set(targets(settings, state, rule, viewer, CLINIC, CALLER)) == set(below) - {one}


@pytest.mark.parametrize(
    ("day", "quarter"),
    [("2026-11-24", "2026Q3"), ("2026-10-14", "2026Q3"), ("2026-10-13", "2026Q2"), ("2027-01-13", "2026Q3"), ("2027-01-14", "2026Q4")],
)  # fmt: skip
def test_a_quarter_is_closed_on_the_14th_day_after_it(day, quarter):
    assert closed_quarter(dt.date.fromisoformat(day)) == quarter


def test_every_suggestion_can_be_offered_or_is_known_to_be_none():
    sql = (resources.files("uptake.snapshot") / "models" / "person_not_using.sql").read_text()
    block = sql[: sql.index("end as suggestion")].rsplit("case", 1)[1]
    suggestions = set(re.findall(r"(?:then|else) '([^']+)'", block))
    assert suggestions == {*offers.STEPS, "wait for the vendor", "nothing"}


# what is written


def test_a_named_offer_is_stored_once_shown_and_recorded(world):
    settings, state = world
    rule = policy(settings)
    viewer, below = a_manager(world, rule)
    assert set(listed(world, rule, viewer)) >= set(below)
    before = len(records(state))
    offers.offer(state, rule, viewer, CLINIC, below, ACT)
    offers.offer(state, rule, viewer, CLINIC, below, ACT)
    rows = stored(state)
    assert {row.person_id for row in rows} == set(below)
    assert len(rows) == len(below)
    (kind,) = {(row.by_person, row.unit, row.step, row.purpose, row.blind, row.expires) for row in rows}
    assert kind == (viewer.person_id, "Somewhere", CLINIC, "support", 0, "2027-01-05")
    assert {row.person_id: row.reason for row in rows} == below
    first, second = records(state)[before:]
    assert (first["subject_count"], second["subject_count"]) == (len(below), 0)
    assert first["result"] == f"offer: {CLINIC}"
    shown = listed(world, rule, viewer)
    assert {who for who, day in shown.items() if day == dt.date(2026, 11, 24)} == set(below)
    with state.reading() as connection:
        assert audit.verify(connection)[2] is None


def test_an_offer_ends_after_six_weeks_and_can_be_made_again(world):
    settings, state = world
    rule = policy(settings)
    viewer, below = a_manager(world, rule)
    offers.offer(state, rule, viewer, CLINIC, below, ACT)
    last, gone = NOW + dt.timedelta(days=41), NOW + dt.timedelta(days=42)
    assert set(listed(world, rule, viewer, last).values()) - {None}
    assert set(listed(world, rule, viewer, gone).values()) == {None}
    one = min(below)
    mine = Viewer(role="self", purpose="self", person_id=one)
    for now, word in ((last, "open"), (gone, "expired")):
        rows = ask(settings, state, rule, "my_offers", mine, Filters(), dataclasses.replace(CALLER, now=now)).rows()
        made, ends = dt.date(2026, 11, 24), dt.date(2027, 1, 5)
        assert rows == [{"person_id": one, "made": made, "step": CLINIC, "expires": ends, "state": word}]
    offers.offer(state, rule, viewer, CLINIC, below, dataclasses.replace(ACT, now=gone))
    assert len(stored(state)) == 2 * len(below)


def test_an_offer_of_another_step_is_another_offer(world):
    settings, state = world
    rule = policy(settings)
    viewer, below = a_manager(world, rule)
    offers.offer(state, rule, viewer, CLINIC, below, ACT)
    offers.offer(state, rule, viewer, "offer a seat", below, ACT)
    assert len(stored(state)) == 2 * len(below)
    for step in ("nothing", "wait for the vendor", "", "x"):
        with pytest.raises(NotPermitted):
            offers.offer(state, rule, viewer, step, below, ACT)


def test_a_blind_offer_names_nobody_when_lists_are_opened_later(world):
    settings, state = world
    viewer, below = a_manager(world, policy(settings))
    offers.offer(state, policy(settings, profile="team-first"), viewer, CLINIC, below, ACT)
    offers.offer(state, policy(settings, profile="team-first"), viewer, CLINIC, below, ACT)
    assert [row.blind for row in stored(state)] == [1] * len(below)
    assert set(listed(world, policy(settings), viewer).values()) == {None}
    offers.offer(state, policy(settings), viewer, CLINIC, below, ACT)
    assert sorted(row.blind for row in stored(state)) == [0] * len(below) + [1] * len(below)


def test_offers_are_for_the_person_and_for_assurance_alone(world):
    settings, state = world
    for role, purpose in (("manager", "support"), ("lob_lead", "support"), ("licence", "licence"), ("peer", "self")):
        viewer = Viewer(role=role, purpose=purpose, person_id="000001")
        with pytest.raises(NotPermitted):
            ask(settings, state, policy(settings, lob_lead_depth=3), "my_offers", viewer, Filters(), CALLER)


def test_the_export_for_appraisal_is_refused_and_recorded(world):
    settings, state = world
    viewer = Viewer(role="manager", purpose="support", person_id="000001")
    offers.refuse_appraisal(state, policy(settings), viewer, ACT)
    last = records(state)[-1]
    assert (last["action"], last["purpose"], last["result"]) == ("export", "performance_review", "refused")
    before = len(records(state))
    with pytest.raises(NotPermitted):
        offers.refuse_appraisal(state, policy(settings), dataclasses.replace(viewer, role="self"), ACT)
    assert len(records(state)) == before
