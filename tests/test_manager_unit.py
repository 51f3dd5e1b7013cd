"""The unit of a manager is that of the people below them, wherever their own HR row stands: its released cells are theirs (GOVERNANCE.md section 2)."""

from __future__ import annotations

import pytest

from uptake.jobs import State
from uptake.reads import viewers
from uptake.state import rights

A1, A2, A, B1 = ("L", "A", "A-1"), ("L", "A", "A-2"), ("L", "A", None), ("L", "B", "B-1")
LINE, OTHER = ("L", None, None), ("M", "C", "C-1")


def company(tmp_path, rows):
    """`rows`: person -> (manager, place)."""
    state = State(tmp_path / "state.db")
    people = [rights.Employee(who, above, *place, None) for who, (above, place) in rows.items()]
    rights.write(state, rights.tree(people)[0])
    return state


def place(state, role="manager", who="boss"):
    found = viewers.signed_in(state, who, role, "support", None)
    return found.unit, found.lob


@pytest.mark.parametrize(
    ("own", "below", "unit", "lob"),
    [
        (A1, [A1, A1], "L/A/A-1", "L"),
        (A, [A1, A2], "L/A", "L"),  # the head of a department stands in no team, and leads all of them
        (A1, [A1, A2], "L/A", "L"),
        (LINE, [A1, B1], "L", "L"),
        (A1, [A2], "L/A/A-2", "L"),  # sits in one team and leads another: the one they sit in is not theirs
        (A1, [OTHER], "M/C/C-1", "M"),
        (A, [A, A], "L/A", "L"),  # a company that writes no teams
        (A1, [A1, LINE], "L", "L"),  # one below stands in no department
        (A1, [A1, OTHER], "L/A/A-1", "L"),  # of several lines: no unit holds them but the company, which is not theirs
        (("L/x", "(A)", None), [("L/x", "(A)", "t"), ("L/x", "(A)", "u")], "L~1x/~2A)", "L/x"),
    ],
)
def test_the_unit_of_a_manager_holds_everybody_below(tmp_path, own, below, unit, lob):
    rows = {"boss": (None, own), **{f"p{number}": ("boss", one) for number, one in enumerate(below)}}
    assert place(company(tmp_path, rows)) == (unit, lob)


def test_it_is_of_the_whole_chain_and_of_the_tree_of_now(tmp_path):
    rows = {"boss": (None, A1), "lead": ("boss", A1), "p": ("lead", A1), "q": ("lead", A2), "r": (None, A2)}
    state = company(tmp_path, rows)
    assert place(state)[0] == place(state, who="lead")[0] == "L/A"
    rights.write(
        state,
        rights.tree([rights.Employee(who, above, *of, None) for who, (above, of) in rows.items() if who != "q"])[0],
    )
    assert place(state)[0] == "L/A/A-1"
    assert place(state, who="p")[0] == "L/A/A-1"  # nobody below: the own place


@pytest.mark.parametrize("role", ["self", "peer", "lob_lead"])
def test_other_hats_keep_the_own_place(tmp_path, role):
    state = company(tmp_path, {"boss": (None, A1), "p": ("boss", OTHER)})
    assert place(state, role) == ("L/A/A-1", "L")
