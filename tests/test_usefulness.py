"""Useful under protection, in small: a company of 1,500, whose lines hold two departments each.

The full size is `python -m tests.acceptance usefulness`.
"""

import datetime as dt
from collections import Counter

import pytest

from tests.usefulness import roster, useful
from uptake.demo import run
from uptake.jobs import State, policy_of
from uptake.policy import Viewer
from uptake.reads import Caller, Filters, ask
from uptake.settings import read_settings


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = tmp_path_factory.mktemp("useful") / "home"
    run.demo(made, people=1500, quarters=1, seed=7, progress=lambda *_: None)
    return made


def test_most_departments_and_people_are_in_a_cell_of_their_own_unit_or_its_parent(home):
    settings = read_settings(home)
    state = State(settings.state_file)
    caller = Caller("test", "test", dt.datetime(2026, 11, 24))
    viewer = Viewer(role="executive")
    answer = ask(
        settings,
        state,
        policy_of(settings, state, dt.date(2026, 11, 24)),
        "funnel",
        viewer,
        Filters(quarter="2026Q3"),
        caller,
    )
    found = useful(roster(home / "vendor" / "hr-people", dt.date(2026, 7, 1)), {row["scope"] for row in answer.rows()})
    assert found.departments_near >= 0.70, found.text()
    assert found.departments_own >= 0.70, found.text()
    assert found.people_near >= 0.60, found.text()
    assert all(row["engineers"] > 10 for row in answer.rows())


def test_the_shares_are_counted_by_unit_and_by_parent():
    people = Counter({("A", "A1", "t"): 6, ("A", "A2", "t"): 4, ("B", "B1", "t"): 10})
    found = useful(people, {"A", "A/A1", "B/B1/t"})
    assert (found.departments_own, found.departments_near) == (1 / 3, 2 / 3)
    assert (found.people_own, found.people_near) == (0.5, 0.8)
