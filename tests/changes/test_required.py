"""How many people had to approve, where the host says it of each merge request instead of in the rules of a branch."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from uptake.model.macros import MACROS
from uptake.warehouse.refill import read_step, run
from uptake.warehouse.tables import create_tables

MERGED = dt.datetime(2026, 5, 5, 12)


@pytest.mark.parametrize(
    ("told", "required"),
    [
        ({}, {}),
        ({("gitlab", "42", 5): 2}, {"g/p!5": 2}),
        ({("gitlab", "42", 5): 0, ("gitlab", "42", 6): 1}, {"g/p!5": 0, "g/p!6": 1}),
        ({("gitlab", "43", 5): 2}, {}),
        ({("github", "42", 5): 2}, {}),
    ],
)
def test_a_merge_request_of_gitlab_says_how_many_have_to_approve(told, required):
    with duckdb.connect(":memory:") as engine:
        create_tables(engine)
        engine.execute(MACROS)
        for number in (5, 6):
            engine.execute(
                "insert into code_changes (source, key, host, repository, number, change, updated_at, opened_at, state, project, bot, merged_at)"
                " values ('gitlab-mrs', ?, 'gitlab', 'g/p', ?, ?, ?, ?, 'merged', '42', false, ?)",
                [f"k{number}", number, f"g/p!{number}", MERGED, MERGED, MERGED],
            )
        for (host, project, number), approvals in told.items():
            engine.execute(
                "insert into change_requirements (source, key, host, project, number, approvals) values ('gitlab-mrs', ?, ?, ?, ?, ?)",
                [f"{host}{project}{number}", host, project, number, approvals],
            )
        for name in ("changes_now", "change_rules", "change_required"):
            run(engine, read_step("uptake.facts", name))
        rows = engine.execute("select change, approvals_required, checks_required from change_required").fetchall()
    assert {change: (approvals, checks) for change, approvals, checks in rows} == {
        change: (approvals, 0) for change, approvals in required.items()
    }
