"""One human stays one to a second person, under whatever name they sign in or run a command (GOVERNANCE.md section 9)."""

from __future__ import annotations

import datetime as dt
import os
import pwd
from types import SimpleNamespace

import pytest

from tests import policies as helper
from uptake.acts import Act, policies
from uptake.cli import common
from uptake.errors import NotPermitted
from uptake.jobs import State
from uptake.policy import Viewer
from uptake.state import changes, identities, rights
from uptake.web.pages import policy as page
from uptake.web.sessions import Sessions

NOW = dt.datetime(2026, 11, 24, 9)
EVE = "person:000002"


@pytest.fixture
def state(tmp_path):
    made = State(tmp_path / "state.db")
    rows, _ = rights.tree([rights.Employee("000002", None, "A", None, None, "NL")])
    rights.write(made, rows)
    return made


@pytest.fixture(autouse=True)
def _both(state):
    """Eve signs in as a person of the company; later, when the provider says otherwise of her e-mail, as an officer alone."""
    sessions = Sessions(state, lambda: NOW)
    sessions.open(("administrator", "self"), "000002", EVE, "eve")
    sessions.open(("compliance",), None, "officer:eve", "eve")


def act(identity):
    return Act("test", "test", NOW, identity)


def proposed(state, by):
    given = {"profile": "managed", "dpia": helper.assessments(state)}
    reason = "Managers offer help to people who do not get to use a tool"
    return policies.propose(state, "v", "administrator", given, reason, act(by))


@pytest.mark.parametrize(("maker", "checker"), [(EVE, "officer:eve"), ("officer:eve", EVE)])
def test_nobody_approves_their_own_change_under_another_name(state, maker, checker):
    made = proposed(state, maker)
    with pytest.raises(NotPermitted):
        policies.decide(state, "v", "compliance", made.id, act(checker), approve=True)
    policies.decide(state, "v", "compliance", made.id, act("officer:another"), approve=True)


def test_names_are_joined_through_every_subject_and_no_further(state):
    with state.writing() as connection:
        identities.note(connection, "second account", EVE)
        identities.note(connection, "second account", "officer:second")
        identities.note(connection, "another", "officer:another")
        assert identities.of(connection, "officer:second") == {EVE, "officer:eve", "officer:second"}
        assert identities.of(connection, "officer:another") == {"officer:another"}
        assert identities.of(connection, "os:nobody") == {"os:nobody"}


@pytest.mark.parametrize(
    ("maker", "checker"),
    [("os:eve", "officer:another"), ("os:eve", EVE), ("officer:another", "os:eve"), ("demo:compliance-1", "os:eve")],
)
@pytest.mark.parametrize("approve", [True, False])
def test_a_terminal_and_a_browser_are_not_two_people(state, maker, checker, approve):
    """Nothing joins an account of the machine and a sign-in: whoever has both would decide alone."""
    made = proposed(state, maker)
    with pytest.raises(NotPermitted, match="both at the command line, or both on the pages"):
        policies.decide(state, "v", "compliance", made.id, act(checker), approve=approve)
    with state.reading() as connection:
        assert changes.one(connection, made.id).state == changes.PROPOSED
    second = "os:ann" if maker.startswith("os:") else "officer:second"
    policies.decide(state, "v", "compliance", made.id, act(second), approve=approve)


@pytest.mark.parametrize(("maker", "buttons"), [("os:eve", False), ("officer:eve", True)])
def test_the_page_offers_no_decision_on_what_waits_at_the_command_line(maker, buttons):
    officer = SimpleNamespace(viewer=Viewer(role="compliance"))
    drawn = page._buttons(officer, {"id": 1, "state": changes.PROPOSED, "maker": maker})
    assert ("/policy/approve" in drawn) is buttons
    assert ("at the command line" in drawn) is not buttons


@pytest.mark.parametrize("name", ["LOGNAME", "USER", "LNAME", "USERNAME"])
def test_the_command_line_knows_who_runs_it_from_the_system_alone(monkeypatch, name):
    monkeypatch.setenv(name, "alice.checker")
    assert common.os_user() == pwd.getpwuid(os.getuid()).pw_name != "alice.checker"
