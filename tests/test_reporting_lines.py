"""A load of people says how many have no manager although one is named (rule R-HR-6): leaders above do not see them."""

import pytest

from tests.attack.drive import home_with_roles, run

HEADER = "person_id,lob,manager_id,end_date"


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (["a,L,,", "b,L,a,", "c,L,b,"], 0),
        (["a,L,,", "b,L,b,"], 1),
        (["a,L,,", "b,L,nobody,"], 1),
        (["a,L,b,", "b,L,a,"], 1),
        (["a,L,,", "b,L,a,2020-01-31", "c,L,b,", "d,L,b,"], 2),
        (["a,L,a,", "b,L,gone,", "c,L,d,", "d,L,e,", "e,L,c,"], 3),
    ],
    ids=[
        "a tree",
        "their own manager",
        "a missing manager",
        "a circle of two",
        "a manager who has left",
        "all of them",
    ],
)
def test_a_load_of_people_says_how_many_have_no_manager_although_one_is_named(rows, wanted, tmp_path):
    home = home_with_roles(tmp_path / "home", "executive")
    people = tmp_path / "people.csv"
    people.write_text("\n".join([HEADER, *rows]) + "\n")
    assert run(home, "ingest", "hr-people", people, "--json").json()["reporting_lines_cut"] == wanted
    told = run(home, "ingest", "hr-people", people).out
    said = f"{wanted} {'person names' if wanted == 1 else 'people name'} a manager who is missing, themselves, or in a circle"
    assert (said in told) is bool(wanted)
    assert ("manager_id" in told) is bool(wanted)
