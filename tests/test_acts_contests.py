"""Reporting an error: who may, what is stored, and that the person is out of every list at the next read while no figure moves."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil

import pytest

from tests import demo_home
from uptake.acts import Act, contests
from uptake.errors import NotPermitted, Unreachable, WrongUsage
from uptake.jobs import State, policy_of
from uptake.policy import QUESTIONS, Viewer
from uptake.policy.questions import GROUP
from uptake.reads import Caller, Filters, ask
from uptake.settings import read_settings
from uptake.state import audit, rights
from uptake.state.contests import CATEGORIES

NOW = dt.datetime(2026, 11, 24, 9)
AS_OF = dt.date(2026, 10, 16)
ACT, CALLER = Act("test", "test", NOW), Caller("test", "test", NOW)
CLAIM = contests.Claim("wrong_team", "2026Q3")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("contests") / "home", 300)


@pytest.fixture
def world(made, tmp_path):
    """A home of its own for each test: its state is changed."""
    home = tmp_path / "home"
    shutil.copytree(made, home)
    settings = read_settings(home)
    state = State(settings.state_file)
    return settings, state, policy_of(settings, state, NOW.date())


def rows(world, question, **viewer):
    settings, state, policy = world
    return ask(settings, state, policy, question, Viewer(**viewer), Filters(), CALLER)


def me(person, **changes):
    return Viewer(**{"role": "self", "purpose": "self", "person_id": person, **changes})


def listed(world):
    """A manager and one of their people who stands on the list of who is not using it."""
    _, state, _ = world
    managers = dict.fromkeys(str(row[1]) for row in rights.read(state) if row[1])
    for manager in managers:
        found = rows(world, "not_using", role="manager", purpose="support", person_id=manager).rows()
        if found:
            return manager, found[0]["person_id"]
    raise AssertionError("nobody is listed")


def opened(world, person, claim=CLAIM, viewer=None):
    _, state, policy = world
    return contests.open_contest(state, policy, viewer or me(person), claim, AS_OF, ACT)


def test_a_case_gets_a_number_and_a_date_ten_working_days_later(world):
    case = opened(world, "000001")
    assert (case.id, case.opened, case.due, case.state) == (1, NOW.date(), dt.date(2026, 12, 8), "restricted")
    assert opened(world, "000002").id == 2


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-11-23", "2026-12-07"),
        ("2026-11-27", "2026-12-11"),
        ("2026-11-28", "2026-12-11"),
        ("2026-11-29", "2026-12-11"),
    ],
)
def test_weekends_are_no_working_days(day, due):
    assert contests.due_date(dt.date.fromisoformat(day)) == dt.date.fromisoformat(due)


def test_at_the_next_read_the_person_is_out_of_every_list_and_counted(world):
    manager, person = listed(world)
    as_manager = {"role": "manager", "purpose": "support", "person_id": manager}
    before = {question: rows(world, question, **as_manager) for question in ("not_using", "quarter_scores")}
    opened(world, person)
    for question, old in before.items():
        new = rows(world, question, **as_manager)
        gone = [row for row in old.rows() if row["person_id"] == person]
        assert gone
        assert new.rows() == [row for row in old.rows() if row["person_id"] != person]
        assert (old.under_review, new.under_review) == (0, 1)


def test_the_board_and_the_seat_proposals_leave_the_person_out(world):
    settings, state, policy = world
    entities = frozenset(str(row[8]) for row in rights.read(state))
    open_board = dataclasses.replace(policy, profile="open-board", board_entities=entities)
    peers = [str(row[0]) for row in rights.read(state)]
    board = next(found for one in peers if (found := _board(settings, state, open_board, one)))
    opened(world, board[0])
    assert _board(settings, state, open_board, board[1]) == board[1:]
    for question in ("idle_seats", "seats"):
        seats = rows(world, question, role="licence", purpose="licence")
        if seats.rows():
            holder = seats.rows()[0]["person_id"]
            opened(world, holder)
            left = rows(world, question, role="licence", purpose="licence")
            assert holder not in {row["person_id"] for row in left.rows()}
            assert left.under_review >= 1


def _board(settings, state, policy, person):
    lob = (rights.of_person(state, person) or {}).get("lob")
    viewer = Viewer(role="peer", purpose="self", person_id=person, lob=lob)
    return [row["person_id"] for row in ask(settings, state, policy, "leaderboard", viewer, Filters(), CALLER).rows()]


def test_the_own_rows_assurance_and_every_group_figure_stand(world):
    _, person = listed(world)
    own = {
        q: rows(world, q, role="self", purpose="self", person_id=person).rows() for q in ("quarter_scores", "not_using")
    }
    case = {"role": "compliance", "purpose": "assurance", "case_id": "C-1"}
    assured = rows(world, "quarter_scores", **case).rows()
    groups = {
        name: rows(world, name, role="executive").table for name, spec in QUESTIONS.items() if spec.level == GROUP
    }
    opened(world, person)
    for question, before in own.items():
        assert rows(world, question, role="self", purpose="self", person_id=person).rows() == before
    assert rows(world, "quarter_scores", **case).rows() == assured
    assert all(rows(world, name, role="executive").table.equals(table) for name, table in groups.items())
    assert len(groups) >= 6


def test_the_same_claim_twice_is_one_case_and_another_day_is_another(world):
    first = opened(world, "000001")
    assert opened(world, "000001") == first
    assert opened(world, "000001", contests.Claim("wrong_team", "2026Q3", "2026-07-14")).id == 2


def test_too_many_open_cases_are_refused(world):
    days = [f"2026-07-{day:02}" for day in range(1, 22)]
    for day in days[:20]:
        opened(world, "000001", contests.Claim("vendor_gap", "2026Q3", day))
    with pytest.raises(WrongUsage, match="Too many"):
        opened(world, "000001", contests.Claim("vendor_gap", "2026Q3", days[20]))


@pytest.mark.parametrize(
    ("field", "claim"),
    [
        ("category", contests.Claim("I write what I like", "2026Q3")),
        ("category", contests.Claim("", "2026Q3")),
        ("quarter", contests.Claim("other", "2026")),
        ("quarter", contests.Claim("other", "2027Q1")),
        ("quarter", contests.Claim("other", "0001Q1")),
        ("day", contests.Claim("other", "2026Q3", "2026-10-01")),
        ("day", contests.Claim("other", "2026Q3", "2026-06-30")),
        ("day", contests.Claim("other", "2026Q4", "2026-10-17")),
        ("day", contests.Claim("other", "2026Q3", "yesterday")),
        ("tool", contests.Claim("other", "2026Q3", "", "a prompt of mine")),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_the_field_and_stored_nowhere(world, field, claim):
    _, state, _ = world
    with pytest.raises(WrongUsage) as caught:
        opened(world, "000001", claim)
    assert f"`{field}`" in str(caught.value)
    assert "what I like" not in str(caught.value)
    assert rows(world, "my_contests", role="self", purpose="self", person_id="000001").rows() == []
    assert b"what I like" not in state.file.read_bytes()


@pytest.mark.parametrize(
    "viewer",
    [
        me("000001", role="manager", purpose="support"),
        me("000001", purpose="support"),
        me("000001", role="peer"),
        me(None),
        Viewer(role="administrator"),
    ],
)
def test_nobody_opens_a_case_but_the_person(world, viewer):
    with pytest.raises(NotPermitted):
        opened(world, "000001", viewer=viewer)


def test_case_and_record_come_together_or_not_at_all(world, monkeypatch):
    _, state, _ = world
    opened(world, "000001")
    with state.reading() as connection:
        last = connection.exec_driver_sql("select record from audit order by seq desc limit 1").scalar()
        record = json.loads(last)
        assert (record["action"], record["result"], record["case"]) == ("contest", "opened wrong_team", 1)
        assert "000001" not in last
        assert audit.verify(connection)[2] is None

    def full(*_):
        raise Unreachable("The disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(audit, "append", full)
        with pytest.raises(Unreachable):
            opened(world, "000002")
    assert rows(world, "my_contests", role="self", purpose="self", person_id="000002").rows() == []


def test_a_person_sees_their_own_cases_only(world):
    opened(world, "000001")
    opened(world, "000002")
    own = rows(world, "my_contests", role="self", purpose="self", person_id="000001").rows()
    assert [row["person_id"] for row in own] == ["000001"]
    with pytest.raises(NotPermitted):
        rows(world, "my_contests", role="manager", purpose="support", person_id="000001")
    with pytest.raises(NotPermitted):
        rows(world, "my_contests", role="executive")


def test_every_category_can_be_claimed(world):
    for category in CATEGORIES:
        assert opened(world, "000001", contests.Claim(category, "2026Q2")).category == category
