"""Names that command a terminal: brackets, colons, escapes and marks of direction stay text where the command line shows them."""

from __future__ import annotations

import json

import pytest

from tests.attack.drive import COMPLIANCE, home_with_roles, run
from uptake.cli import output

TEAMS = ("[/x]", "[red]a[/red]", ":bug: fixers", "a\x1b]0;gone\x07", "\u202etfel")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One person in each of the teams."""
    made = home_with_roles(tmp_path_factory.mktemp("terminal") / "home", "administrator", "compliance")
    people = made.parent / "people.csv"
    rows = (f"P{n},p{n}@corp.example,{team},line,2024-01-01\n" for n, team in enumerate(TEAMS))
    people.write_text("person_id,email,team,lob,start_date\n" + "".join(rows), encoding="utf-8")
    assert run(made, "ingest", "hr-people", people).code == 0
    assert run(made, "score", "--as-of", "2026-08-13", "--quiet").code == 0
    return made


def test_a_name_in_a_table_is_text(home):
    done = run(home, "ask", "quarter_scores", *COMPLIANCE)
    assert done.code == 0, done.err
    assert all(name in done.out for name in TEAMS[:3])
    assert {"\x1b", "\x07", "\u202e"}.isdisjoint(done.out)
    assert r"a\x1b]0;gone\x07" in done.out


def test_a_program_gets_the_name_as_it_is(home):
    done = run(home, "ask", "quarter_scores", *COMPLIANCE, "--json")
    assert set(TEAMS) <= {row["team"] for row in json.loads(done.out)}


def test_no_message_commands_the_terminal(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator")
    bad = tmp_path / "a\x1b[2J.csv"
    bad.write_text("nothing\n")
    for words in (
        ("ingest", "hr-people", bad),
        ("ingest", f"x\x1b[2J{bad}"),
        ("ask", "x\x1b[2J"),
        ("score", "\x1b[2J"),
    ):
        done = run(home, *words)
        assert done.code not in {0, 70}
        assert "\x1b" not in done.out + done.err, words


def test_letters_of_every_script_stay():
    assert output.printable("Zürich, 東京,\u00a0Łódź") == "Zürich, 東京,\u00a0Łódź"
