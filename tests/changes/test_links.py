"""By what an incident is linked to a change: an id that was given, lines that its fix took out, or time alone."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
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


@contextlib.contextmanager
def changes() -> Iterator[duckdb.DuckDBPyConnection]:
    """Three merged changes of one repository, two of them with lines of which something is known, and no incident."""
    with duckdb.connect(":memory:") as engine:
        engine.execute("create table changes_now (change varchar, repository varchar, merged_at timestamp, reverts_change varchar, reverts_sha varchar)")  # fmt: skip
        engine.execute("create table change_shas (change varchar, sha varchar, role varchar)")
        engine.execute("create table change_commits (sha varchar, reverts varchar, committed_at timestamp)")
        engine.execute(
            "create table commits (repository varchar, sha varchar, reverts varchar, committed_at timestamp)"
        )
        engine.execute("create table line_fates (sha varchar, died_sha varchar, lines bigint)")
        engine.execute("create table incidents (incident varchar, kind varchar, day date, repository varchar, change varchar, sha varchar, fixed_by varchar)")  # fmt: skip
        for change, merged in ((A, 4), (B, 5), (FIX, 20)):
            engine.execute(
                "insert into changes_now values (?, 'r/a', ?, null, null)", [change, dt.datetime(2026, 5, merged)]
            )
            engine.execute("insert into change_shas values (?, ?, 'became')", [change, SHAS[change]])
        engine.execute("insert into line_fates values (?, ?, 4)", [SHAS[B], SHAS[FIX]])
        engine.execute("insert into line_fates values (?, null, 9)", [SHAS[A]])
        yield engine


@pytest.mark.parametrize("name", CASES)
def test_links_of_an_incident(name):
    given, expected = CASES[name]
    with changes() as engine:
        told = {"repository": None, "change": None, "sha": None, "fixed_by": None} | given
        engine.execute("insert into incidents values ('INC-1', 'incident', ?, ?, ?, ?, ?)", [DAY, *told.values()])
        rows = engine.execute(SQL).fetchall()
    assert {(row[0], row[3]) for row in rows} == expected
    assert {row[2] for row in rows} <= {"INC-1"}


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
def test_a_hash_that_is_cut_short_names_a_commit_of_its_own_repository(repository, told, linked):
    with changes() as engine:
        engine.execute("insert into commits values ('r/a', ?, null, ?)", [SHAS[A], dt.datetime(2026, 5, 4)])
        engine.execute("insert into commits values (?, ?, ?, ?)", [repository, "9" * 40, told, dt.datetime(2026, 5, 9)])
        rows = engine.execute(SQL).fetchall()
    assert rows == ([(A, "revert", "9" * 40, "explicit_id", DAY)] if linked else [])
