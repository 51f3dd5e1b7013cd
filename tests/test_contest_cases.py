"""Deciding a contest: who may do what, that it takes two, what is written down, and that nothing is decided twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil

import pytest

from tests import demo_home
from tests.contested import CHECKER, MAKER, NOW, REASON, act
from uptake import jobs
from uptake.acts import cases, contests
from uptake.errors import NotPermitted, WrongUsage
from uptake.jobs import State, policy_of
from uptake.policy import Viewer
from uptake.reads import Caller, Filters, ask
from uptake.reads.cases import case as read_case
from uptake.settings import read_settings
from uptake.state import audit, decisions, notices, rights
from uptake.state import contests as store

PERSON = "000007"
AS_OF = dt.date(2026, 10, 16)
OFFICER = Viewer(role="compliance", purpose="assurance", case_id="contest-1")
LEAVE = cases.Correction("hr-absences", {"first_day": "2026-07-06", "last_day": "2026-07-10", "kind": "leave"})
SHOWN = {"segment": "light", "score_micro": 12_000_000, "coverage": 900_000, "snapshot": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("cases") / "home", 300)


@pytest.fixture
def world(made, tmp_path):
    """A home with one open case about leave."""
    shutil.copytree(made, tmp_path / "home")
    settings = read_settings(tmp_path / "home")
    state = State(settings.state_file)
    policy = policy_of(settings, state, NOW.date())
    viewer = Viewer(role="self", purpose="self", person_id=PERSON)
    contests.open_contest(state, policy, viewer, contests.Claim("leave", "2026Q3"), AS_OF, act(f"person:{PERSON}"))
    return settings, state, policy


def taken(world, viewer=OFFICER, identity=MAKER):
    cases.take(world[1], world[2], viewer, 1, act(identity))


def proposed(world, outcome=("upheld", LEAVE), viewer=OFFICER, identity=MAKER, now=NOW, reason=REASON):
    return cases.propose(world[1], world[2], viewer, 1, outcome, reason, act(identity, now))


def decided(world, viewer=OFFICER, identity=CHECKER, now=NOW, *, approve=True):
    return cases.decide(
        world[1], world[2], viewer, 1, SHOWN, act(identity, now), change=the_case(world).change_id or 0, approve=approve
    )


def the_case(world):
    return store.of(world[1], PERSON)[0]


def managers_of(state, count):
    above, who = [], PERSON
    tree = {str(row[0]): row[1] for row in rights.read(state)}
    while tree.get(who) and len(above) < count:
        who = tree[who]
        above.append(who)
    return above


def test_from_open_to_decided(world):
    assert the_case(world).state == "restricted"
    taken(world)
    assert (the_case(world).state, the_case(world).reviewer) == ("under_review", MAKER)
    proposed(world)
    assert decided(world) == "decided"
    case = the_case(world)
    assert (case.decision, case.decided_by, case.state) == ("upheld", CHECKER, "decided")
    assert json.loads(case.before) == {name: SHOWN[name] for name in ("segment", "score_micro", "coverage")}
    assert PERSON in store.under_review(world[1])


def test_what_was_decided_stands_in_the_register_with_what_was_shown_and_no_name(world):
    taken(world)
    proposed(world)
    decided(world)
    auditor = Viewer(role="internal_audit")
    row = ask(*world, "decisions", auditor, Filters(), Caller("test", "test", NOW)).rows()[-1]
    assert (row["kind"], row["ref"], row["decision"], row["reason"]) == ("contest", "1", "upheld", None)
    assert json.loads(row["shown"]) == {"snapshot": SHOWN["snapshot"]}, "figures would tell who it is"
    with world[1].reading() as connection:
        kept = decisions.every(connection)[-1][1]
    assert (kept.reason, json.loads(kept.shown)) == (REASON, SHOWN)
    assert PERSON not in str(row)
    assert {row["subject"], row["decided_by"]} == {world[1].pseudonym(PERSON), world[1].pseudonym(CHECKER)}
    with world[1].reading() as connection:
        log = connection.exec_driver_sql("select record from audit order by seq desc limit 4").scalars().all()
        assert audit.verify(connection)[2] is None
    actions = [json.loads(record)["action"] for record in log]
    assert actions == ["ask", "case_decide", "case_propose", "case_take"]
    assert all(json.loads(record)["case_id"] == "contest-1" and PERSON not in record for record in log[1:])


def test_a_report_that_is_not_right_is_closed_and_the_person_is_in_lists_again(world):
    taken(world)
    proposed(world, ("rejected", None))
    assert decided(world) == "closed"
    assert PERSON not in store.under_review(world[1])
    assert the_case(world).closed == NOW.date()
    with world[1].reading() as connection:
        assert [one.kind for one in notices.of(connection, PERSON)][:2] == ["closed", "decided"]


def test_whoever_proposes_does_not_decide(world):
    taken(world)
    proposed(world)
    with pytest.raises(NotPermitted):
        decided(world, identity=MAKER)
    assert the_case(world).state == "under_review"


@pytest.mark.parametrize(
    ("changes", "identity"),
    [
        ({"case_id": "contest-2"}, MAKER),
        ({"case_id": None}, MAKER),
        ({"case_id": "contest-01"}, MAKER),
        ({"purpose": None}, MAKER),
        ({"role": "administrator"}, MAKER),
        ({"role": "internal_audit"}, MAKER),
        ({"role": "manager", "person_id": "000001"}, "person:000001"),
        ({}, ""),
        ({}, f"person:{PERSON}"),
        ({"person_id": PERSON}, "officer:subject-of-the-provider"),
    ],
)
def test_nobody_works_on_a_case_but_a_compliance_officer_under_it_who_is_not_its_person(world, changes, identity):
    viewer = Viewer(**{"role": "compliance", "purpose": "assurance", "case_id": "contest-1", **changes})
    with pytest.raises(NotPermitted):
        taken(world, viewer, identity)
    taken(world)
    with pytest.raises(NotPermitted):
        proposed(world, viewer=viewer, identity=identity)
    proposed(world)
    with pytest.raises(NotPermitted):
        decided(world, viewer, "" if identity == MAKER and viewer == OFFICER else identity)
    if viewer.case_id != "contest-1" or viewer.role != "compliance":
        with pytest.raises(NotPermitted):
            read_case(world[1], world[2], viewer, 1, Caller("test", "test", NOW))


def test_two_of_the_persons_own_chain_do_not_decide_and_one_with_somebody_else_does(world):
    first, second = (f"person:{who}" for who in managers_of(world[1], 2))
    taken(world)
    proposed(world, identity=first)
    with pytest.raises(NotPermitted):
        decided(world, identity=second)
    assert decided(world, identity=CHECKER) == "decided"


def test_a_proposal_waits_for_seven_days_and_then_somebody_may_propose_again(world):
    taken(world)
    proposed(world)
    with pytest.raises(WrongUsage, match="cannot be decided now"):
        proposed(world)
    late = NOW + dt.timedelta(days=8)
    with pytest.raises(WrongUsage, match="expired"):
        decided(world, now=late)
    assert read_case(world[1], world[2], OFFICER, 1, Caller("test", "test", late)).proposal is None
    proposed(world, now=late)
    assert decided(world, now=late) == "decided"


def test_sent_back_it_is_proposed_again(world):
    taken(world)
    proposed(world)
    assert decided(world, approve=False) == "under_review"
    proposed(world, ("rejected", None), identity=CHECKER)
    assert decided(world, identity=MAKER) == "closed"


def test_nothing_is_done_twice_or_out_of_turn(world):
    for step in (proposed, decided):
        with pytest.raises(WrongUsage):
            step(world)
    taken(world)
    for step in (taken, decided):
        with pytest.raises(WrongUsage):
            step(world)
    proposed(world)
    decided(world)
    for step in (taken, proposed, decided):
        with pytest.raises(WrongUsage):
            step(world)


@pytest.mark.parametrize(
    ("named", "source", "fields"),
    [
        ("decision", "", {}),
        ("source", "hr-people", {"effective_from": "2026-07-01", "fte": "0.5"}),
        ("fields", "hr-absences", {**LEAVE.fields, "email": "x"}),
        ("kind", "hr-absences", {**LEAVE.fields, "kind": "sick"}),
        ("first_day", "hr-absences", {**LEAVE.fields, "first_day": "July"}),
        ("last_day", "hr-absences", {**LEAVE.fields, "last_day": "2026-07-01"}),
        ("last_day", "hr-absences", {**LEAVE.fields, "last_day": " "}),
        ("reason", "hr-absences", LEAVE.fields),
    ],
)
def test_a_correction_that_cannot_be_is_refused_by_the_name_of_its_field(world, named, source, fields):
    taken(world)
    right = cases.Correction(source, fields) if source else None
    with pytest.raises(WrongUsage) as caught:
        proposed(world, ("upheld", right), reason="short" if named == "reason" else REASON)
    assert named in str(caught.value).lower()
    assert the_case(world).change_id is None


def test_a_correction_that_cannot_be_loaded_goes_back_and_moves_nothing(world, monkeypatch):
    settings, state, _ = world
    taken(world)
    # Past the checks of the act: the reader has the last word.
    monkeypatch.setattr(cases, "_check", lambda *_: None)
    proposed(world, ("upheld", cases.Correction("hr-absences", {**LEAVE.fields, "kind": "party"})))
    decided(world)
    before = jobs.snapshot_of(settings).scores_digest
    jobs.score(settings, state, AS_OF, clock=lambda: NOW)
    assert jobs.snapshot_of(settings).scores_digest == before
    case = the_case(world)
    assert (case.state, case.decision, case.change_id) == ("under_review", None, None)


def test_a_run_that_dies_before_the_end_is_run_again_and_ends_the_same(world, monkeypatch):
    settings, state, _ = world
    taken(world)
    proposed(world)
    decided(world)

    def dies(*_):
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(jobs.recompute, "finished", dies)
        with pytest.raises(RuntimeError):
            jobs.score(settings, state, AS_OF, clock=lambda: NOW)
    assert the_case(world).state == "decided"
    first = jobs.snapshot_of(settings).scores_digest
    jobs.score(settings, state, AS_OF, clock=lambda: NOW)
    assert the_case(world).state == "closed"
    assert jobs.snapshot_of(settings).scores_digest == first
    with state.reading() as connection:
        assert [one.kind for one in notices.of(connection, PERSON)][:3] == ["closed", "recomputed", "decided"]
        assert len(decisions.every(connection)) == 2, "the policy of the demo, and this one"


def test_notices_are_read_by_their_person_only(world):
    taken(world)
    proposed(world, ("rejected", None))
    decided(world)
    me = Viewer(role="self", purpose="self", person_id=PERSON)
    with pytest.raises(NotPermitted):
        cases.read_notices(world[1], world[2], OFFICER, act(MAKER))
    cases.read_notices(world[1], world[2], me, act(f"person:{PERSON}"))
    with world[1].reading() as connection:
        assert all(one.read_at for one in notices.of(connection, PERSON))
        other = notices.of(connection, "000001")
        assert other
        assert not any(one.read_at for one in other)


def test_reading_a_case_is_recorded_with_its_person_whether_figures_exist_or_not(world):
    read_case(world[1], world[2], OFFICER, 1, Caller("officer", "GET /cases/1", NOW))
    with world[1].reading() as connection:
        newest = json.loads(audit.naming(connection, world[1].pseudonym(PERSON), 1)[0])
    assert (newest["actor"], newest["question"], newest["case_id"]) == ("officer", "my_contests", "contest-1")


def test_nobody_reads_a_case_of_an_entity_whose_people_are_not_computed_by_name(world):
    entity = str(rights.of_person(world[1], PERSON)["legal_entity"])
    closed = dataclasses.replace(world[2], aggregate_only=frozenset({entity}))
    with pytest.raises(NotPermitted):
        read_case(world[1], closed, OFFICER, 1, Caller("officer", "GET /cases/1", NOW))


def test_readings_of_ones_own_rows_push_nobody_elses_off_the_trail(world):
    officer = Viewer(role="compliance", purpose="assurance", case_id="my-curiosity")
    ask(*world, "quarter_scores", officer, Filters(), Caller("officer", "test", NOW))
    own = Viewer(role="self", purpose="self", person_id=PERSON)
    for _ in range(3):
        ask(*world, "my_notices", own, Filters(), Caller("engineer", "test", NOW))
    rows = ask(*world, "audit_trail", Viewer(role="internal_audit"), Filters(), Caller("test", "test", NOW)).rows()
    asked = [row["role"] for row in rows if row["action"] == "ask"]
    assert "compliance" in asked
    assert "self" not in asked
