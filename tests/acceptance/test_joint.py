"""The joint reading of published tables finds what was planted, and nothing where nothing follows."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.acceptance import joint
from tests.acceptance.rosters import cell_people, leaves, read_people

SIZES = {(): 60, ("A",): 30, ("B",): 30}
FEWER = "fewer than 3"


def tables(**more):
    return {"funnel": [], "segments": [], "weeks": [], "days": [], **more}


def settled(**more):
    found = joint.ranges(tables(**more), SIZES)
    found.narrow()
    return {name for _, name in found.settled()}


def week(tool, active, bound=None, scope="A", first="2026-07-06"):
    return (scope, tool, dt.date.fromisoformat(first), active, bound)


def test_tools_together_settle_what_each_alone_does_not():
    assert settled(weeks=[week("all", 4), week("copilot", None, FEWER), week("claude", None, FEWER)]) == {
        "weeks copilot 2026-07-06",
        "weeks claude 2026-07-06",
    }
    assert settled(weeks=[week("all", None, FEWER), week("copilot", None, FEWER), week("claude", None, FEWER)]) == set()


def test_a_day_lies_within_its_week_and_a_child_within_its_parent():
    days = [("A", "all", dt.date(2026, 7, 8), None, FEWER)]
    assert settled(weeks=[week("all", 0)], days=days) == {"days all 2026-07-08"}
    parts = [week("all", 8, scope="(company)"), week("all", 7, scope="A"), week("all", None, FEWER, scope="B")]
    assert settled(weeks=parts) == {"weeks all 2026-07-06"}


def test_task_types_of_tools_and_units_are_read_together():
    one = [("A", "copilot", "code", None, FEWER), ("A", "claude", "code", 4, None), ("A", "all", "code", 4, None)]
    assert settled(types=one) == set()
    assert settled(
        types=[("A", "all", "code", 7, None), ("(company)", "all", "code", 8, None), ("B", "all", "code", None, FEWER)]
    ) == {"types all code"}


def test_steps_of_a_funnel_tell_whom_they_leave_out():
    def told(*steps, bound=None):
        found = joint.ranges(tables(funnel=[("A", "all", *steps, bound)]), SIZES)
        found.narrow()
        return {name for _, name in [*found.settled(), *found.close_steps()]}

    assert told(25, 18, 12, 9) == set()
    assert told(25, 18, 16, None) == {"active all", "apart active regular all"}
    assert told(25, 18, None, 16) == {"active all", "apart active heavy all"}
    assert told(19, 18, None, None) == {"provisioned all"}
    assert told(17, 20, None, None) == {"provisioned all"}
    assert told(None, 18, None, None, bound="regular: withheld") == set()


def test_segments_of_a_cell_add_to_its_people():
    rows = [("A", "light", "any", 28, None), ("A", "heavy", "any", None, FEWER)]
    assert settled(segments=rows) == {"segment heavy|any"}
    assert settled(segments=[*rows, ("A", "lapsed", "any", None, FEWER)]) == set()


@pytest.mark.parametrize(
    ("bound", "low"),
    [("active: withheld; provisioned: more than 27", 3), ("active: withheld; heavy: fewer than 3", 0), ("active: withheld", 0)],
)  # fmt: skip
def test_a_withheld_step_is_at_no_edge_where_a_step_of_the_same_table_is_bounded(bound, low):
    """The text of heavy is that of the segments: it says nothing of the steps before it."""
    found = joint.ranges(tables(funnel=[("A", "all", None, None, 9, None, bound)]), SIZES)
    assert found.low[("A",), "active all"] == low


def test_unanimous_counts_and_contradictions_are_found():
    found = joint.ranges(tables(weeks=[week("all", 2), week("copilot", 29), week("claude", 3)]), SIZES)
    assert {name.split()[1] for _, name in found.unanimous()} == {"all", "copilot"}
    with pytest.raises(ValueError, match="contradict"):
        found.narrow()


def test_rosters_follow_the_hr_file(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(
        "person_id,manager_id,lob,department,team,engineer,start_date,end_date,effective_from\n"
        "a,,L,D,T,true,2020-01-01,,\na,,L,E,T2,true,2020-01-01,,2026-08-01\n"
        "b,,L,D,T,true,2026-08-05,,\nc,,L,D,T,false,2020-01-01,,\nd,,L,D,T,true,2020-01-01,2026-06-30,\ne,,L,E,T2,true,2020-01-01,,\n"
    )
    units = leaves(read_people(file), dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert units[("L", "D", "T")] == {"a"}
    assert units[("L", "E", "T2")] == {"e"}
    assert {person for unit, people in units.items() if unit[1] == "(joiners)" for person in people} == {"b"}
    cells = cell_people([("L",), ("L", "D"), ("L", "(others)")], units, 10)
    assert cells == {("L",): {"a", "b", "e"}, ("L", "D"): {"a"}, ("L", "(others)"): {"b", "e"}}


def test_joiners_are_counted_where_the_published_cells_leave_room():
    """In their line, in the joiners or the others of all lines, or nowhere."""
    staff = {("L", "D", "T"): {f"l{one}" for one in range(11)}, ("S", "D", "T"): {"s"}}
    units = {**staff, ("L", "(joiners)", "D"): {"new"}, ("S", "(joiners)", "D"): {"odd"}}
    for scopes, new, odd in (
        ([("L",)], ("L",), None),
        ([("L",), ("L", "D"), ("L", "(joiners)")], ("L", "(joiners)"), None),
        ([("L",), ("L", "D"), ("(joiners)",)], ("(joiners)",), None),
        ([(), ("L",), ("L", "D"), ("(others)",)], ("(others)",), ("(others)",)),
        ([(), ("L",), ("L", "D")], None, ()),
    ):
        cells = cell_people(scopes, units, 10)
        for person, cell in (("new", new), ("odd", odd)):
            holding = [path for path in cells if person in cells[path]]
            assert max(holding, key=len, default=None) == cell, scopes
