"""A change takes two people: who may propose, decide, tell and lock down; what is refused is written down, and nothing comes of it."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest
from sqlalchemy import select, update

from tests import demo_home, policies
from tests.acceptance import check_12_maker_checker as check_12
from uptake.acts import policies as acts
from uptake.errors import NotPermitted, WrongUsage
from uptake.jobs import State, policy_of
from uptake.policy import ROLES
from uptake.policy.proposals import Document
from uptake.reads import policies as listed
from uptake.state import Act, changes, decisions, notices, rights, switches
from uptake.state.tables import AUDIT, CHANGES

MONDAY = dt.date(2026, 3, 2)
NARROW = {"k": 20}
OUTCOMES = ("proposed", "approved", "refused", "expired")


@pytest.fixture
def state(tmp_path):
    made = State(tmp_path / "state.db")
    employ(made, a="NL", b="NL", c="DE")
    return made


def employ(state, **people):
    """The people of the company: name = legal entity. Everybody reports to `boss`."""
    made = [rights.Employee("boss", None, "A", None, None, "NL")]
    made += [rights.Employee(name, "boss", "A", None, None, entity) for name, entity in people.items()]
    rights.write(state, rights.tree(made)[0])


def act(who, day=MONDAY, hour=9):
    return Act("test", "test", dt.datetime.combine(day, dt.time(hour)), who)


def propose(state, who="os:maker", role="administrator", day=MONDAY, hour=9, **document):
    return acts.propose(state, "v", role, document or NARROW, policies.REASON, act(who, day, hour)).id


def approve(state, number, who="os:checker", role="compliance", day=MONDAY, hour=9):
    return acts.decide(state, "v", role, number, act(who, day, hour), approve=True)


def managed(state, name="first", **more):
    return {"profile": "managed", "dpia": policies.assessments(state, name), **more}


def held(state, day):
    return policy_of(policies.settings_of(state), state, day)


def records(state):
    with state.reading() as connection:
        return [json.loads(text) for text in connection.execute(select(AUDIT.c.record).order_by(AUDIT.c.seq)).scalars()]


def stored(state, number):
    with state.reading() as connection:
        return changes.one(connection, number)


# who

MAKERS, CHECKERS = {"administrator", "compliance"}, {"compliance"}


def test_who_proposes(state):
    for role, identity in itertools.product([*ROLES, "unknown", ""], ["os:maker", ""]):
        if role in MAKERS and identity:
            assert stored(state, propose(state, identity, role)).state == "proposed"
            continue
        with pytest.raises(NotPermitted):
            propose(state, identity, role)
        assert records(state)[-1]["result"] == "refused: NotPermitted"


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("yes", [True, False])
def test_who_decides_and_on_what(state, outcome, yes):
    """Each role as each identity: only compliance, only who did not propose, only while it waits."""
    number, day = propose(state), MONDAY
    if outcome in ("approved", "refused"):
        acts.decide(state, "v", "compliance", number, act("os:first"), approve=outcome == "approved")
    if outcome == "expired":
        day += dt.timedelta(days=8)
    unchanged, before = stored(state, number), len(records(state))
    table = [*itertools.product([*ROLES, "unknown", ""], ["os:maker", "os:checker", ""])]
    wrong = [one for one in table if not (outcome == "proposed" and one == ("compliance", "os:checker"))]
    for role, identity in wrong:
        with pytest.raises((NotPermitted, WrongUsage)):
            acts.decide(state, "v", role, number, act(identity, day), approve=yes)
    assert stored(state, number) == unchanged
    assert [one["result"].partition(":")[0] for one in records(state)[before:]] == ["refused"] * len(wrong)
    if outcome == "proposed":
        made = acts.decide(state, "v", "compliance", number, act("os:checker", day), approve=yes)
        assert (made.state, made.checker) == ("approved" if yes else "refused", "os:checker")


@pytest.mark.parametrize(("hours", "in_time"), [(0, True), (7 * 24, True), (7 * 24 + 1, False), (24 * 365, False)])
def test_the_second_person_has_seven_days(state, hours, in_time):
    number, late = propose(state), dt.datetime.combine(MONDAY, dt.time(9)) + dt.timedelta(hours=hours)
    second = Act("test", "test", late, "os:checker")
    if in_time:
        assert (
            acts.decide(state, "v", "compliance", number, second, approve=True).effective_on == late.date().isoformat()
        )
        return
    with pytest.raises(WrongUsage, match="expired"):
        acts.decide(state, "v", "compliance", number, second, approve=True)
    assert changes.state_on(stored(state, number), second.time) == "expired"
    assert held(state, late.date()).k == 10


@pytest.mark.parametrize("reason", ["", "short", " " * 40, "x" * 501])
def test_a_reason_says_something(state, reason):
    with pytest.raises(WrongUsage, match="reason"):
        acts.propose(state, "v", "administrator", NARROW, reason, act("os:maker"))


def test_what_was_decided_stands_in_the_register_and_in_the_log(state):
    number = propose(state)
    approve(state, number)
    with state.reading() as connection:
        ((_, made),) = decisions.every(connection)
    assert (made.kind, made.ref, made.decision, made.decided_by, made.reason) == (
        "policy",
        str(number),
        "approved",
        "os:checker",
        policies.REASON,
    )
    assert [(one["action"], one["role"]) for one in records(state)] == [
        ("policy_propose", "administrator"),
        ("policy_decide", "compliance"),
    ]


def test_a_refusal_records_its_kind_and_nothing_of_what_was_given(state):
    with pytest.raises(WrongUsage):
        propose(state, profile="a secret name")
    assert "secret" not in json.dumps(records(state))
    assert records(state)[-1]["action"] == "policy_propose"


# what is approved


@pytest.mark.parametrize("order", [("late", "early"), ("early", "late")])
def test_what_was_overtaken_is_proposed_anew(state, order):
    """The second person approves a difference; when the ground of it has moved, it is another difference."""
    numbers = {"early": propose(state), "late": propose(state, hour=10, k=30)}
    approve(state, numbers[order[0]], hour=11)
    with pytest.raises(WrongUsage, match="overtaken"):
        approve(state, numbers[order[1]], hour=12)
    assert held(state, MONDAY).k == (30 if order[0] == "late" else 20)
    acts.decide(state, "v", "compliance", numbers[order[1]], act("os:checker", hour=13), approve=False)


def test_a_day_that_has_come_too_near_since_the_proposal_is_refused(state):
    number = propose(state, **managed(state, effective_from="2026-03-16"))
    with pytest.raises(WrongUsage, match="notice period"):
        approve(state, number, day=MONDAY + dt.timedelta(days=1))
    approve(state, number)
    assert held(state, dt.date(2026, 3, 15)).profile == "team-first"
    assert held(state, dt.date(2026, 3, 16)).profile == "managed"


@pytest.mark.parametrize(
    "forged",
    [{"checker": None}, {"checker": "os:maker"}, {"body": Document(k=99).canonical()}, {"effective_on": None}],
    ids=["nobody approved", "one person", "another body", "no day"],
)
def test_a_row_that_no_approval_wrote_does_not_hold(state, forged):
    number = propose(state)
    approve(state, number)
    with state.writing() as connection:
        connection.execute(update(CHANGES).values(**forged))
        switches.renew_stamp(connection, "2026-03-02T09:00:00Z", "test")
    assert held(state, MONDAY).k == 10


def test_settings_narrow_and_never_widen(state):
    approve(state, propose(state, k=20))
    settings = policies.settings_of(state)
    for k, wanted in ((5, 20), (40, 40)):
        narrowed = settings.model_copy(update={"groups": settings.groups.model_copy(update={"k": k})})
        assert policy_of(narrowed, state, MONDAY).k == wanted


# who is told


def test_people_are_told_once_where_they_are(state):
    number = policies.decided(state, MONDAY, tell=False, **managed(state))
    tell = lambda day=MONDAY: acts.notify(state, "v", "compliance", number, act("os:maker", day))  # noqa: E731
    assert tell() == {"NL": 3, "DE": 1}
    assert tell() == {"NL": 0, "DE": 0}
    employ(state, a="DE", b="NL", c="DE", d="NL")
    assert tell(MONDAY + dt.timedelta(days=7)) == {"NL": 1, "DE": 1}
    with state.reading() as connection:
        told = lambda day: set(notices.told(connection, [("NL", "1"), ("DE", "1")], day))  # noqa: E731
        assert told(MONDAY) == {"boss", "b", "c"}
        assert told(MONDAY + dt.timedelta(days=7)) == {"boss", "a", "b", "c", "d"}


@pytest.mark.parametrize("outcome", ["proposed", "refused"])
def test_nobody_is_told_of_what_is_not_approved(state, outcome):
    number = propose(state, **managed(state))
    if outcome == "refused":
        acts.decide(state, "v", "compliance", number, act("os:checker"), approve=False)
    with pytest.raises(WrongUsage, match="approved"):
        acts.notify(state, "v", "compliance", number, act("os:maker"))
    with pytest.raises(NotPermitted):
        acts.notify(state, "v", "manager", number, act("os:maker"))


@pytest.mark.parametrize(
    ("day", "held_"), [("2026-03-01", False), ("2026-03-02", True), ("2026-03-10", True), ("2026-03-11", False)]
)
def test_a_receipt_lies_between_the_approval_and_today(state, day, held_):
    number, today = policies.decided(state, MONDAY, tell=False, **managed(state)), dt.date(2026, 3, 10)
    receipts = {"a": dt.date.fromisoformat(day), "stranger": MONDAY}
    if not held_:
        with pytest.raises(WrongUsage, match="receipt"):
            acts.notify(state, "v", "compliance", number, act("os:maker", today), receipts)
        return
    assert acts.notify(state, "v", "compliance", number, act("os:maker", today), receipts) == {"NL": 1, "DE": 0}
    with state.reading() as connection:
        told = notices.told(connection, [("NL", str(number))], today)
        assert told == {"a": today}, "nobody sets the period back"
        assert notices.of(connection, "a")[0].delivered_at[:10] == day


def test_the_register_says_how_far_the_notice_is(state):
    number = policies.decided(state, MONDAY, **managed(state))
    employ(state, a="NL", b="NL", c="DE", d="DE")
    with state.reading() as connection:
        ((one, document),) = listed.documents(connection)
        row = listed.summary(one, document, MONDAY, listed.notified(state, connection, str(one.id)))
    assert (number, row["people_told"]) == (1, 4)
    assert row["entities"] == {
        "DE": {"told": 1, "untold": 1, "named_from": "2026-03-16"}, "NL": {"told": 3, "untold": 0, "named_from": "2026-03-16"},
    }  # fmt: skip


# the kill switch


@pytest.mark.parametrize("value", ["on", "off", "ON", ""])
def test_who_turns_the_kill_switch(state, value):
    for role in [*ROLES, "unknown"]:
        before = held(state, MONDAY).lockdown
        if value in ("on", "off") and role in (MAKERS if value == "on" else CHECKERS):
            acts.lock(state, "v", role, value, act("os:maker"))
            assert held(state, MONDAY).lockdown == (value == "on")
            continue
        with pytest.raises(NotPermitted):
            acts.lock(state, "v", role, value, act("os:maker"))
        assert held(state, MONDAY).lockdown == before


def test_lockdown_ends_where_it_began(state):
    policies.decided(state, MONDAY, **managed(state))
    before = held(state, MONDAY)
    acts.lock(state, "v", "administrator", "on", act("os:maker"))
    assert held(state, MONDAY).lockdown
    acts.lock(state, "v", "compliance", "off", act("os:checker"))
    assert held(state, MONDAY) == before


# check 12, the small form


def test_check_12_four_refusals(state):
    assert all(check_12.refusals(state).values())


def test_check_12_no_old_rows_under_the_new_purpose(tmp_path):
    home = demo_home.made(tmp_path / "home", 300)
    old, seen, moved = check_12.rows_under_review(home, tmp_path)
    assert (old, moved) == (0, 0)
    assert seen > 0


@pytest.mark.parametrize("number", [0, -1, 99, 10**20])
def test_a_number_that_is_none_is_said(state, number):
    for decided in (True, False):
        with pytest.raises(WrongUsage, match="no such change"):
            acts.decide(state, "v", "compliance", number, act("os:checker"), approve=decided)


def test_a_legal_entity_in_which_nobody_works_is_refused(state):
    with pytest.raises(WrongUsage, match="not known"):
        propose(state, **managed(state) | {"aggregate_only": ["Nowhere AG"]})
