"""An answer without rows says why that may be, and says the same of what does not exist and of what may not be seen."""

from __future__ import annotations

import json

import pytest

from uptake.model import TOOLS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--quarter", "2031Q1"), "there is no quarter 2031Q1, there are 20"),
        (("--quarter", "2020Q1"), "there is no quarter 2020Q1, there are 20"),
        (("--tool", "copilott"), "there is no tool `copilott`, there are all, copilot"),
        (("--scope", "Nowhere"), "no row that may be shown is of a unit `Nowhere`, there are (company)"),
    ],
)
def test_no_row_says_what_there_is(demo, words, said):
    done = demo.run("ask", "funnel", *words, "--json")
    assert (done.code, json.loads(done.out)) == (0, [])
    assert said in done.err


def test_a_unit_that_is_there_is_not_said_to_be_missing(demo):
    done = demo.run("ask", "funnel", "--scope", "(company)", "--quarter", "2031Q1")
    assert "is left by the other options" in done.err
    known = demo.run("ask", "funnel", "--tool", TOOLS[0], "--quarter", "2031Q1")
    assert "there is no tool" not in known.err


def test_a_unit_that_may_not_be_seen_reads_as_one_that_does_not_exist(demo):
    shown = {row["scope"] for row in demo.rows("funnel")}
    teams = {
        f"{row['lob']}/{row['department']}/{row['team']}" for row in demo.rows("quarter_scores") if "department" in row
    }
    teams |= {f"{row['lob']}/{row['team']}" for row in demo.rows("quarter_scores")}
    hidden = min(teams - shown)
    absent, forbidden = (demo.run("ask", "funnel", "--scope", name) for name in ("No such unit", hidden))
    assert absent.out == forbidden.out
    assert absent.err.replace("No such unit", "X") == forbidden.err.replace(hidden, "X")


def test_no_row_of_a_person_names_no_units_and_reads_nobody_twice(demo):
    done = demo.ask("quarter_scores", "--scope", "Nowhere")
    assert done.code == 0
    assert "no row that may be shown is of a unit `Nowhere`" in done.err
    assert "there are" not in done.err
