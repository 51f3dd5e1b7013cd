"""A reader of the snapshots of two days takes figures of groups of the one from those of the other: what is left is what one person did between.

A quarter that moves is released once a week (GOVERNANCE 5, decision 0109); people's own figures are new each day.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace

import duckdb
import pytest

from tests import demo_home
from tests.attack.drive import run
from tests.attack.test_restated import SERVICE, own_scores, somebody_without_use
from uptake.demo.run import AS_OF
from uptake.pipeline.releases import MadeFrom
from uptake.snapshot import newest

OF_GROUPS = (
    "funnel", "segments", "adoption_days", "adoption_weeks", "lob_compare", "task_types", "score_bins", "unit_medians", "quadrant", "quality",
    "outcome_months", "spend", "idle_groups", "value_inputs", "error_propagation",
)  # fmt: skip
MOVING = {"2026Q3", "2026Q4"}
MONDAY = AS_OF + dt.timedelta(days=7 - AS_OF.weekday())


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("weekly") / "home", 300)


@pytest.fixture
def later(company, tmp_path):
    """The company after an account was given to one person, and that person."""
    home = tmp_path / "home"
    shutil.copytree(company, home)
    with duckdb.connect(str(next((home / "warehouse").glob("*.duckdb"))), read_only=True) as connection:
        tool, account = connection.execute(SERVICE).fetchall()[0]
    person = somebody_without_use(home)
    (tmp_path / "accounts.csv").write_text(f"source,account,person_id\n{tool},{account},{person}\n")
    assert run(home, "ingest", "accounts", tmp_path / "accounts.csv").code == 0
    return home, person


def told(home):
    """Table -> rows, of every table that tells of groups."""
    with duckdb.connect(str(newest(home / "snapshots")), read_only=True) as connection:
        return {
            table: sorted(map(repr, connection.execute(f"select * from {table}").fetchall())) for table in OF_GROUPS
        }


def scored(home, day, *more):
    return run(home, "score", "--as-of", day, *more, "--json").json()


def running(rows):
    """The rows of the running quarter."""
    return {table: [row for row in found if "2026Q4" in row] for table, found in rows.items()}


def of_running(scores, person):
    return [row for row in scores[person] if row[0] == "2026Q4"]


def test_groups_stand_within_the_week_and_people_do_not(later):
    home, person = later
    before, own = told(home), own_scores(home)
    for after in (1, 2):
        day = AS_OF + dt.timedelta(days=after)
        assert day < MONDAY
        made = scored(home, day)
        assert made["released"] == dict.fromkeys(sorted(MOVING), str(AS_OF))
        assert told(home) == before
    assert of_running(own_scores(home), person) != of_running(own, person)
    assert "released once a week" in run(home, "score", "--as-of", MONDAY - dt.timedelta(days=1)).out
    made = scored(home, MONDAY)
    assert made["released"] == {}
    changed = {table for table, rows in told(home).items() if rows != before[table]}
    assert {"funnel", "segments", "adoption_weeks"} <= changed


def test_a_release_within_the_week_has_to_be_asked_for_and_gives_what_a_first_one_gives(later, tmp_path):
    home, _ = later
    day = AS_OF + dt.timedelta(days=1)
    shutil.copytree(home, tmp_path / "first", ignore=shutil.ignore_patterns("snapshots"))
    before = told(home)
    scored(home, day)
    assert told(home) == before
    assert scored(home, day, "--release")["released"] == {}
    assert told(home) != before
    scored(tmp_path / "first", day)
    assert running(told(home)) == running(told(tmp_path / "first"))


def test_a_rebuild_releases_nothing_within_the_week(later):
    home, _ = later
    before = told(home)
    made = scored(home, AS_OF + dt.timedelta(days=1), "--full")
    assert "2026Q4" in made["released"]
    assert running(told(home)) == running(before)


def test_what_is_scored_again_as_of_the_day_of_the_release_takes_everything_in(later):
    home, _ = later
    before = told(home)
    assert scored(home, AS_OF)["released"] == {}
    assert told(home) != before


def value_of(home, quarter):
    with duckdb.connect(str(newest(home / "snapshots")), read_only=True) as connection:
        return connection.execute(
            "select scope, active from value_inputs where quarter = ? order by all", [quarter]
        ).fetchall()


def test_the_value_of_a_quarter_that_is_restated_within_the_week_follows_at_once(company, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(company, home)
    person = somebody_without_use(home)
    with duckdb.connect(str(newest(home / "snapshots")), read_only=True) as connection:
        given = connection.execute(
            "select distinct tool, account from person_seats where tool = 'copilot' order by all limit 60"
        ).fetchall()
    lines = "".join(f"{tool},{account},{person}\n" for tool, account in given)
    (tmp_path / "accounts.csv").write_text(f"source,account,person_id\n{lines}")
    assert run(home, "ingest", "accounts", tmp_path / "accounts.csv").code == 0
    day, before = AS_OF + dt.timedelta(days=1), value_of(home, "2026Q2")
    scored(home, day, "--restate", "2026Q2")
    restated = value_of(home, "2026Q2")
    assert restated != before != []
    scored(home, day, "--release")
    assert value_of(home, "2026Q2") == restated


HELD = MadeFrom("0", "data", "rules", "bills", "work", "2026-10-12", "2026-10-12")


@pytest.mark.parametrize(
    ("now", "waits"),
    [
        ({"released": "2026-10-13", "data": "more"}, True),
        ({"released": "2026-10-18", "data": "more", "bills": "more", "work": "more", "until": "2026-10-18"}, True),
        ({"released": "2026-10-12", "data": "more"}, False),
        ({"released": "2026-10-11", "data": "less"}, False),
        ({"released": "2026-10-19", "data": "more"}, False),
        ({"released": "2027-10-13", "data": "more"}, False),
        ({"released": "2026-10-13", "rules": "a larger k"}, False),
        ({"released": "2026-10-13", "restated": "1"}, False),
    ],
)
def test_when_a_quarter_that_moves_waits(now, waits):
    assert replace(HELD, **now).waits(HELD) is waits
