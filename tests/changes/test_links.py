"""By what an incident is linked to a change: an id that was given, lines that its fix took out, or time alone; and what was built on a reverted one."""

from __future__ import annotations

import datetime as dt
from importlib import resources

import duckdb
import pytest

SQL = (resources.files("uptake.facts") / "change_links.sql").read_text()
DAY = dt.date(2026, 5, 9)
A, B, FIX = "r/a#1", "r/a#2", "r/a#3"
SHAS = {A: "a" * 40, B: "b" * 40, FIX: "f" * 40}
CASES = {
    "an id": ({"change": A}, {(A, "explicit_id")}),
    "a commit": ({"sha": SHAS[A]}, {(A, "explicit_id")}),
    "an id, and a fix as well": ({"change": A, "fixed_by": FIX}, {(A, "explicit_id")}),
    "a change that mended it": ({"fixed_by": FIX}, {(B, "blame")}),
    "a commit that mended it": ({"fixed_by": SHAS[FIX]}, {(B, "blame")}),
    "nothing but the place": ({"repository": "r/a"}, {(A, "time_window"), (B, "time_window")}),
    "another place": ({"repository": "r/z"}, set()),
    "a change of nobody": ({"change": "r/a#9"}, set()),
}


TABLES = """
    create table changes_now (change varchar, repository varchar, merged_at timestamp, reverts_change varchar, reverts_sha varchar);
    create table change_shas (change varchar, sha varchar, role varchar, merged boolean);
    create table change_commits (sha varchar, reverts varchar, committed_at timestamp);
    create table commits (repository varchar, sha varchar, reverts varchar, committed_at timestamp);
    create table line_fates (sha varchar, died_sha varchar, lines bigint);
    create table incidents (incident varchar, kind varchar, day date, repository varchar, change varchar, sha varchar, fixed_by varchar)
"""


@pytest.fixture
def engine():
    with duckdb.connect(":memory:") as connection:
        connection.execute(TABLES)
        yield connection


def three_changes(engine):
    """Three merged changes of one repository, two of them with lines of which something is known."""
    for change, merged in ((A, 4), (B, 5), (FIX, 20)):
        engine.execute(
            "insert into changes_now values (?, 'r/a', ?, null, null)", [change, dt.datetime(2026, 5, merged)]
        )
        engine.execute("insert into change_shas values (?, ?, 'became', true)", [change, SHAS[change]])
    engine.execute("insert into line_fates values (?, ?, 4)", [SHAS[B], SHAS[FIX]])
    engine.execute("insert into line_fates values (?, null, 9)", [SHAS[A]])


@pytest.mark.parametrize("name", CASES)
def test_links_of_an_incident(name, engine):
    given, expected = CASES[name]
    three_changes(engine)
    told = {"repository": None, "change": None, "sha": None, "fixed_by": None} | given
    engine.execute("insert into incidents values ('INC-1', 'incident', ?, ?, ?, ?, ?)", [DAY, *told.values()])
    rows = engine.execute(SQL).fetchall()
    assert {(row[0], row[3]) for row in rows} == expected
    assert {row[2] for row in rows} <= {"INC-1"}


REVERT = "r/a#9"
BUILT = {
    "its branch holds a commit of it": ({"stacked": True}, {"explicit_id"}),
    "it replaced lines of it": ({"lines": 3}, {"blame"}),
    "both": ({"stacked": True, "lines": 3}, {"blame", "explicit_id"}),
    "a merge brought lines back": ({"lines": -3}, set()),
    "a commit that its merge brought replaced lines that the other merge brought": ({"merge": True}, {"blame"}),
    "neither": ({}, set()),
    "the last day": ({"stacked": True, "merged": 21, "reverted": 30}, {"explicit_id"}),
    "a day late": ({"stacked": True, "merged": 22, "reverted": 30}, set()),
    "merged before it": ({"stacked": True, "merged": -1}, set()),
    "merged after the revert": ({"stacked": True, "merged": 5, "reverted": 4}, set()),
    "nothing was reverted": ({"stacked": True, "reverted": None}, set()),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_was_built_on_a_change_that_was_taken_back(name, engine):
    given, expected = BUILT[name]
    merged, reverted = given.get("merged", 2), given.get("reverted", 4)
    first = dt.datetime(2026, 5, 4, 9)
    for change, after, back in ((A, 0, None), (B, merged, None), (REVERT, reverted, A)):
        if after is not None:
            at = first + dt.timedelta(days=after)
            engine.execute("insert into changes_now values (?, 'r/a', ?, ?, null)", [change, at, back])
            engine.execute("insert into change_shas values (?, ?, 'became', true)", [change, change])
    engine.execute("insert into change_shas values (?, 'of a', 'head', false)", [A])
    if given.get("stacked"):
        engine.execute("insert into change_shas values (?, 'of a', 'branch', false)", [B])
    for change, sha in ((A, "in a"), (B, "in b")):
        engine.execute("insert into change_shas values (?, ?, 'branch', ?)", [change, sha, given.get("merge", False)])
    engine.execute("insert into line_fates values ('in a', 'in b', 2)")
    # the revert takes the lines of it out too, and is not built on it
    engine.execute("insert into line_fates values (?, ?, 6)", [A, REVERT])
    if given.get("lines"):
        engine.execute("insert into line_fates values (?, ?, ?)", [A, B, given["lines"]])
    found = [row for row in engine.execute(SQL).fetchall() if row[1] == "downstream"]
    assert {row[3] for row in found} == expected
    assert {(row[0], row[2]) for row in found} == ({(A, B)} if expected else set())
    assert {row[4] for row in found} <= {first.date() + dt.timedelta(days=reverted or 0)}


@pytest.mark.parametrize(
    ("repository", "told", "linked"),
    [
        ("r/a", SHAS[A], True),
        ("r/a", SHAS[A][:7], True),
        ("r/a", SHAS[A][:6], False),
        ("r/z", SHAS[A], True),
        ("r/z", SHAS[A][:7], False),
        ("r/a", SHAS[A][:9] + "0", False),
    ],
)
def test_a_hash_that_is_cut_short_names_a_commit_of_its_own_repository(repository, told, linked, engine):
    three_changes(engine)
    engine.execute("insert into commits values ('r/a', ?, null, ?)", [SHAS[A], dt.datetime(2026, 5, 4)])
    engine.execute("insert into commits values (?, ?, ?, ?)", [repository, "9" * 40, told, dt.datetime(2026, 5, 9)])
    rows = [row for row in engine.execute(SQL).fetchall() if row[1] == "revert"]
    assert rows == ([(A, "revert", "9" * 40, "explicit_id", DAY)] if linked else [])
