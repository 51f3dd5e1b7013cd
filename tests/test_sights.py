"""Who sees whom by name, as the cut of cells is told: the same people as the gate grants, viewer by viewer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from tests import policies
from uptake.errors import NotPermitted
from uptake.jobs import State, policy_of
from uptake.jobs.sights import AHEAD, seen_by
from uptake.policy import QUESTIONS, Viewer, allows, decide
from uptake.state import rights

TODAY = dt.date(2026, 11, 24)
PURPOSES = {"manager": "support", "lob_lead": "support"}
WIDTHS = {
    "nobody is named": {},
    "one step": {"profile": "managed"},
    "three steps": {"profile": "managed", "manager_depth": 3},
    "leads of lines see further": {"profile": "managed", "lob_lead_depth": 2},
    "the board of a line": {"profile": "open-board", "manager_depth": 2},
    "the board of everyone": {"profile": "open-board", "board_reach": "everyone"},
}


@pytest.fixture
def state(tmp_path):
    """Two lines of three levels; of each team one person is of a second entity."""
    found = State(tmp_path / "state.db")
    people = [rights.Employee("top", None, None, None, None, "X")]
    for line in "AB":
        people.append(rights.Employee(line, "top", line, None, None, "X"))
        for team in "12":
            lead = f"{line}{team}"
            people.append(rights.Employee(lead, line, line, line, lead, "X"))
            people += [rights.Employee(f"{lead}-{n}", lead, line, line, lead, "Y" if n == 0 else "X") for n in range(3)]
    rights.write(found, rights.tree(people)[0])
    return found


def settle(state, width, without, *, days_ago=60):
    document = dict(width)
    if document:
        document["dpia"] = {name: text for name, text in policies.assessments(state).items() if name != without}
    if document.get("profile") == "open-board":
        document["works_council"] = dict.fromkeys(document["dpia"], "agreement 1")
    policies.decided(state, TODAY - dt.timedelta(days=days_ago), **document)


def rule(state, day):
    return policy_of(policies.settings_of(state), state, day)


def told(state, *days):
    """Viewer -> people, without the number of the policy."""
    found = defaultdict(set)
    for person, viewers in seen_by(state, [(rule(state, day), day) for day in days]).items():
        for viewer in viewers:
            found[viewer.partition(" ")[2]].add(person)
    return dict(found)


def granted(state, day):
    """The same, asked of the gate: whose rows it grants to each leader, and to a reader of the board of each line."""
    policy = rule(state, day)
    tree = {str(row[0]): dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)}
    for who, row in tree.items():
        row["told"] = row["legal_entity"] in policy.noticed_entities and bool(who)
    leaders = {row["manager_id"] for row in tree.values()} - {None}
    asked = {
        f"{role} {who}": ("quarter_scores", Viewer(role=role, purpose=purpose, person_id=who), {who})
        for role, purpose in PURPOSES.items()
        for who in leaders
    }
    readers = {"board" if policy.board_reach == "everyone" else f"board {line}": f"{line}1-1" for line in "AB"}
    asked |= {
        name: ("leaderboard", Viewer(role="peer", purpose="self", person_id=who), set())
        for name, who in readers.items()
    }
    found = {}
    for name, (question, viewer, own) in asked.items():
        try:
            scope = decide(QUESTIONS[question].name, viewer, policy).predicate
        except NotPermitted:
            continue
        found[name] = own | {who for who in tree if allows(scope, {"person_id": who}, tree)}
    return found


@pytest.mark.parametrize("without", ["", "Y"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_viewer_of_the_cut_sees_whom_the_gate_grants(state, width, without):
    settle(state, WIDTHS[width], without)
    found, wanted = told(state, TODAY), granted(state, TODAY)
    if "board" in width and "everyone" not in width:
        # whoever is in no line stands on no board of one
        assert found.pop("board None", {"top"}) == {"top"}
    assert found == wanted
    assert bool(found) == bool(WIDTHS[width])
    assert not without or not any(who.endswith("-0") for people in found.values() for who in people)


def test_a_policy_to_come_is_seen_before_it_is_in_force(state):
    settle(state, WIDTHS["one step"], "", days_ago=1)
    assert told(state, TODAY) == {} == granted(state, TODAY)
    later = TODAY + AHEAD
    assert told(state, TODAY, later) == granted(state, later)


def test_the_narrower_sight_is_a_viewer_of_its_own(state):
    """All but two seen by name today, everybody in a month: two who can be settled today are not made safe by it."""
    settle(state, WIDTHS["one step"], "Y")
    settle(state, WIDTHS["one step"], "", days_ago=1)
    both = seen_by(state, [(rule(state, day), day) for day in (TODAY, TODAY + AHEAD)])
    seen = {number: {who for who, viewers in both.items() if f"{number} manager A1" in viewers} for number in (0, 1)}
    assert seen == {0: {"A1", "A1-1", "A1-2"}, 1: {"A1", "A1-0", "A1-1", "A1-2"}}
