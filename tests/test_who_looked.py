"""Who looked at me: every answered read by somebody else, by day, role and purpose; large answers too; never who it was."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest

from tests import demo_home
from uptake.errors import NotPermitted
from uptake.jobs import State, policy_of
from uptake.policy import Viewer
from uptake.reads import Caller, Filters, ask, trail
from uptake.settings import read_settings
from uptake.state import audit, rights

DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("looked") / "home", 200, quarters=1)


@pytest.fixture
def world(made, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(made, home)
    settings = read_settings(home)
    state = State(settings.state_file)
    return settings, state, policy_of(settings, state, DAY)


def asked(world, question, hour=9, route="test", **viewer):
    settings, state, policy = world
    caller = Caller("somebody", route, dt.datetime.combine(DAY, dt.time(hour)))
    return ask(settings, state, policy, question, Viewer(**viewer), Filters(), caller).rows()


@pytest.mark.parametrize(
    ("route", "way"),
    [
        ("GET /team", "page"),
        ("GET /cases/12", "page"),
        ("POST /cases/decide", "page"),
        ("GET /team.csv", "file"),
        ("GET /team.meta.json", "file"),
        ("GET /api/v1/quarter_scores", "api"),
        ("GET /api/v1/quarter_scores.csv", "file"),
        ("GET /api/v1/quarter_scores.parquet", "file"),
        ("cli:ask quarter_scores", "command"),
        ("cli:evidence", "command"),
    ],
)
def test_a_reading_says_whether_it_left_as_a_file(world, route, way):
    """GOVERNANCE.md section 6: day, role, purpose, number of columns, export or page."""
    manager, person = pair(world)
    asked(world, "quarter_scores", role="manager", purpose="support", person_id=manager, route=route)
    assert [row["way"] for row in looked(world, person) if row["role"] == "manager"] == [way]
    everybody = asked(world, "who_looked", role="compliance", purpose="assurance", case_id="C-1")
    assert [row["way"] for row in everybody if (row["person_id"], row["role"]) == (person, "manager")] == [way]


def test_a_page_and_a_file_of_one_day_are_two_lines(world):
    manager, person = pair(world)
    for route in ("GET /team", "GET /team.csv", "GET /team"):
        asked(world, "quarter_scores", role="manager", purpose="support", person_id=manager, route=route)
    found = [(row["way"], row["times"]) for row in looked(world, person) if row["role"] == "manager"]
    assert found == [("file", 1), ("page", 2)]


def looked(world, person):
    return asked(world, "who_looked", role="self", purpose="self", person_id=person)


def pair(world):
    """A manager and one who reports to them."""
    _, state, _ = world
    people = {row["person_id"] for row in _assured(world)}
    return next((str(row[1]), str(row[0])) for row in rights.read(state) if row[1] and str(row[0]) in people)


def _assured(world):
    return asked(world, "quarter_scores", role="compliance", purpose="assurance", case_id="C-1")


def test_a_managers_reading_is_shown_with_role_and_purpose_and_no_name(world):
    manager, person = pair(world)
    before = len(looked(world, person))
    for hour in (9, 10):
        asked(world, "quarter_scores", hour, role="manager", purpose="support", person_id=manager)
    found = looked(world, person)
    new = [row for row in found if row["role"] == "manager"]
    assert len(found) == before + 1
    assert [(row["day"], row["purpose"], row["question"], row["times"]) for row in new] == [
        (DAY, "support", "quarter_scores", 2)
    ]
    assert new[0]["columns"] == 7
    assert manager not in str(found)
    assert "somebody" not in str(found)


def test_an_answer_of_more_than_fifty_people_is_shown_to_each_of_them(world):
    people = {row["person_id"] for row in _assured(world)}
    assert len(people) > 50
    for person in sorted(people)[::40]:
        assert [row["purpose"] for row in looked(world, person)] == ["assurance"]


def test_the_own_reading_is_no_look_and_a_stranger_has_none(world):
    _, person = pair(world)
    before = looked(world, person)
    asked(world, "quarter_scores", role="self", purpose="self", person_id=person)
    assert looked(world, person) == before
    assert looked(world, "no such person") == []


def test_what_assurance_reads_of_everybody_is_what_each_of_them_is_told(world):
    manager, person = pair(world)
    _assured(world)
    asked(world, "quarter_scores", role="manager", purpose="support", person_id=manager)
    asked(world, "quarter_scores", role="self", purpose="self", person_id=person)
    everybody = asked(world, "who_looked", role="compliance", purpose="assurance", case_id="C-1")
    people = sorted({row["person_id"] for row in everybody})
    assert len(people) > 50
    assert {"manager", "compliance"} <= {row["role"] for row in everybody}
    for one in [person, *people[::40]]:
        told = [row for row in looked(world, one) if row["question"] != "who_looked"]
        assert told == [row for row in everybody if row["person_id"] == one]


def test_others_do_not_see_who_looked_at_whom(world):
    manager, _ = pair(world)
    for viewer in (
        {"role": "manager", "purpose": "support", "person_id": manager},
        {"role": "executive"},
        {"role": "administrator"},
    ):
        with pytest.raises(NotPermitted):
            asked(world, "who_looked", **viewer)


@pytest.mark.parametrize(("result", "listed"), [("answered", False), ("refused", True)])
def test_what_was_refused_to_a_person_stands_in_the_trail(world, result, listed):
    """People's readings of their own rows are left out of the list; what they tried and were refused is not one of these."""
    _, state, _ = world
    event = {
        "time": "2026-11-24T09:00:00Z",
        "actor": "ana",
        "action": "ask",
        "role": "self",
        "purpose": "self",
        "question": "audit_trail",
    }
    number = audit.record(state, {**event, "columns": [], "route": "cli:ask audit_trail", "result": result})
    with state.reading() as connection:
        found = [one.seq for one in trail.newest(connection, None, None)]
    assert (number in found) == listed


def test_records_keep_pseudonyms_alone_and_the_chain_holds(world):
    _, state, _ = world
    _, person = pair(world)
    with state.reading() as connection:
        records = connection.exec_driver_sql("select record from audit").scalars().all()
        subjects = set(connection.exec_driver_sql("select subject from audit_subjects").scalars())
        assert audit.verify(connection)[2] is None
    assert subjects
    assert person not in subjects
    assert state.pseudonym(person) in subjects
    large = [json.loads(record) for record in records if json.loads(record).get("subject_count", 0) > 50]
    assert large
    assert all(record["subjects"] == [] for record in large)
