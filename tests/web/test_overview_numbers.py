"""The numbers of the Overview: those of `uptake ask` as a process, of the page, its table, its files and the API, and the planted truth."""

from __future__ import annotations

import csv
import html
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from uptake.charts import funnel, numerals
from uptake.web.pages import overview

QUARTER = "2026Q3"
NUMBERS = ("engineers", "provisioned", "active", "regular", "heavy", "accounts", "active_accounts")
STATED_ERROR = 0.02
"""What the demo states of its plan: realised and planned shares agree within 2 % (and two people in a small company)."""


@pytest.fixture(scope="module")
def asked(demo_home):
    """The row of the whole company, as the command line prints it."""
    words = (
        "ask",
        "funnel",
        "--quarter",
        QUARTER,
        "--scope",
        "(company)",
        "--format",
        "json",
        "--home",
        str(demo_home),
    )
    done = subprocess.run([sys.executable, "-m", "uptake", *words], capture_output=True, text=True, check=True)
    (row,) = json.loads(done.stdout)
    return row


def test_the_page_says_what_the_command_line_says(demo, asked):
    page = html.unescape(demo.signed_in("executive").get(f"/overview?quarter={QUARTER}").text)
    text = re.sub(r"<[^>]+>", " ", page)
    for name in NUMBERS:
        assert asked[name] is not None
        assert re.search(rf"(?<![\d,]){asked[name]:,}(?![\d,])", text), name


def test_table_files_and_api_hold_the_same_row(demo, asked):
    client = demo.signed_in("executive")
    page = client.get(f"/overview?quarter={QUARTER}&view=table").text
    in_json = client.get(f"/overview.json?quarter={QUARTER}").json()["rows"]
    in_csv = list(csv.DictReader(client.get(f"/overview.csv?quarter={QUARTER}").text.splitlines()))
    in_api = client.get(f"/api/v1/funnel?quarter={QUARTER}&scope=(company)").json()
    for rows in (in_json, in_csv, in_api):
        own = [row for row in rows if row["quarter"] == QUARTER and row["scope"] == "(company)"]
        assert [{name: str(row[name]) for name in NUMBERS} for row in own] == [{n: str(asked[n]) for n in NUMBERS}]
    values = set(re.findall(r'data-value="(\d+)"', page))
    assert {str(asked[name]) for name in ("engineers", "provisioned", "active", "regular", "heavy")} <= values


def test_the_numbers_are_those_that_were_planted(demo_home, asked):
    """Active accounts are seats with a reported prompt or accept; engineers are those on the roster of the first day."""
    with (demo_home / "truth" / "plan.csv").open(encoding="utf-8", newline="") as opened:
        plan = {row["what"]: int(row["realised"]) for row in csv.DictReader(opened)}
    allowed = max(2, STATED_ERROR * plan["engineers"])
    assert abs(asked["engineers"] - plan["engineers"]) <= allowed
    seats = plan["seats"]
    without = plan["engineers without a seat"]
    assert abs(asked["provisioned"] - (plan["engineers"] - without)) <= max(2, STATED_ERROR * seats)
    reported = plan[f"of these reported {QUARTER}"]
    assert abs(asked["active_accounts"] - reported) <= max(3, STATED_ERROR * reported)


def test_the_funnel_goes_on_after_a_step_that_is_not_shown():
    """A loss over the gap would tell whom the step leaves out."""
    now = {
        "engineers": 58, "provisioned": 51, "active": 18, "regular": None, "heavy": 15, "effective": None, "accounts": 61,
        "bound": "regular: withheld",
    }  # fmt: skip
    page = SimpleNamespace(tool="all", withheld="Withheld: why.")
    steps = {step.name: step for step in overview._steps(page, now, ())}
    assert steps["Regular"].people is None
    assert steps["Regular"].text == "Withheld: why."
    assert (steps["Heavy"].people, steps["Heavy"].losses) == (15, ())
    drawn = funnel(list(steps.values()))
    assert f"<b>{numerals.MINUS}3</b>" not in drawn
    assert f"<b>{numerals.MINUS}33</b>" in drawn
    told = now | {"provisioned": None, "bound": "provisioned: less than a later step", "regular": 12}
    steps = {step.name: step for step in overview._steps(page, told, ())}
    assert steps["With a seat"].text == "less than a later step"
    assert (steps["Active"].losses, steps["Regular"].losses[0].people) == ((), 6)
