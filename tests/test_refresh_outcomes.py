"""As `test_refresh`, of a company with version control: changes, marks, incidents and use come in any order, scored at days in between."""

from __future__ import annotations

import datetime as dt
import pathlib
import random

import pytest

from tests import product
from tests.test_refresh import HISTORIES, Call, rebuilt, score, snapshot_of, tables
from uptake.demo import run

LISTS = ("hr-people", "hr-absences", "hr-calendar", "accounts", "seats", "incidents", "repositories")
IN_PIECES = ("copilot-users", "claude-code", "github-prs")
STAMP = ("--fetched-at", f"{run.LOADED_AT.isoformat()}Z")
PEOPLE = 90


def arrivals(vendor: pathlib.Path, chance: random.Random) -> list[Call]:
    """The files of a demo company in a random order: use and changes to code in pieces, each repository by itself, some twice."""
    calls: list[Call] = [(source, [vendor / source], list(STAMP)) for source in LISTS]
    for source in IN_PIECES:
        paths = sorted((vendor / source).iterdir())
        chance.shuffle(paths)
        calls += [(source, paths[start::3], list(STAMP)) for start in range(3)]
    repositories = sorted((vendor / "git").glob("*.git"))
    calls += [("git", [path], [*STAMP, "--account", path.stem.replace("~", "/")]) for path in repositories]
    chance.shuffle(calls)
    return calls + chance.sample([call for call in calls if call[0] in IN_PIECES], 2)


def ingest(home: pathlib.Path, call: Call) -> None:
    source, paths, more = call
    assert product.uptake(home, "ingest", source, *paths, *more, "--json") in {0, 4}


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_refresh_of_outcomes_gives_what_a_rebuild_gives(tmp_path, seed):
    chance, home = random.Random(seed), tmp_path / "home"
    run.make(tmp_path / "company", people=PEOPLE, quarters=2, seed=40 + seed, progress=lambda *_: None)
    calls = arrivals(tmp_path / "company" / run.VENDOR, chance)
    stops = chance.sample(range(len(calls)), 4)
    for number, call in enumerate(calls):
        ingest(home, call)
        if number in stops:
            score(home, run.AS_OF - dt.timedelta(days=chance.choice((0, 1, 9, 40))))
    for days in (22, 3, 1, 0):
        # day by day, as a scheduled run does it: what a later day alone makes known must show too
        made = score(home, run.AS_OF - dt.timedelta(days=days), *(("--release",) if days == 0 else ()))
    while made["waiting"]:
        words = (word for name in made["waiting"] for word in ("--restate", name))
        made = score(home, run.AS_OF, "--release", *words)
    other, anew = rebuilt(home, run.AS_OF, tmp_path / "rebuilt")
    assert made["scores_digest"] == anew["scores_digest"]
    ours, theirs = tables(snapshot_of(home)), tables(snapshot_of(other))
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert len(ours["person_changes"]) > 100
    assert len(ours["error_propagation"]) > 3
    assert ours["person_leaderboard"]


@pytest.fixture(scope="module")
def vendor(tmp_path_factory) -> pathlib.Path:
    """The files of a demo company."""
    folder = tmp_path_factory.mktemp("company")
    run.make(folder, people=PEOPLE, quarters=2, seed=9, progress=lambda *_: None)
    return folder / run.VENDOR


def as_rebuilt(home: pathlib.Path, tmp_path: pathlib.Path, name: str) -> int:
    """How many rows a table has; they must be those of a rebuild."""
    other, _ = rebuilt(home, run.AS_OF, tmp_path / "rebuilt")
    ours, theirs = tables(snapshot_of(home)), tables(snapshot_of(other))
    assert ours[name] == theirs[name]
    return len(ours[name])


def test_changes_that_were_merged_since_are_known_though_nothing_was_loaded_and_nobody_used_a_tool(vendor, tmp_path):
    home = tmp_path / "home"
    for source in ("hr-people", "accounts", "github-prs"):
        ingest(home, (source, [vendor / source], list(STAMP)))
    score(home, run.AS_OF - dt.timedelta(days=30))
    before = len(tables(snapshot_of(home))["person_changes"])
    score(home, run.AS_OF)
    assert as_rebuilt(home, tmp_path, "person_changes") > before


def test_the_board_follows_a_closed_quarter_that_is_restated(vendor, tmp_path):
    home, use = tmp_path / "home", sorted((vendor / "copilot-users").iterdir())
    for call in (
        ("hr-people", [vendor / "hr-people"]),
        ("accounts", [vendor / "accounts"]),
        ("seats", [vendor / "seats"]),
    ):
        ingest(home, (*call, list(STAMP)))
    ingest(home, ("copilot-users", use[::2], list(STAMP)))
    score(home, run.AS_OF)
    before = tables(snapshot_of(home))["person_leaderboard"]
    ingest(home, ("copilot-users", use[1::2], list(STAMP)))
    waiting = score(home, run.AS_OF)["waiting"]
    assert waiting
    assert tables(snapshot_of(home))["person_leaderboard"] == before
    score(home, run.AS_OF, *(word for name in waiting for word in ("--restate", name)))
    assert tables(snapshot_of(home))["person_leaderboard"] != before
    assert as_rebuilt(home, tmp_path, "person_leaderboard")
