"""Who loads no version control pays nothing for it: steps that need its tables are left empty, and filled with the first row."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from tests.product import uptake, uptake_answer
from uptake.facts import FACTS
from uptake.model import TABLES
from uptake.scores import SCORES
from uptake.settings import read_settings
from uptake.warehouse.connect import opened
from uptake.warehouse.memo import NO_ROWS, Memo, content, exists, is_empty, reads
from uptake.warehouse.refill import read_step

STEPS = [read_step("uptake.facts", name) for name in FACTS]
SCORED = [read_step("uptake.scores", name) for name in SCORES]
NEEDY = [step for step in STEPS if step.needs]
COMMIT = {
    "sha": "a" * 40, "parents": [], "author": "ana@example.com", "authored": "2026-03-02T09:00:00+00:00",
    "committed": "2026-03-02T09:00:00+00:00", "co_author_trailers": ["Co-Authored-By: Claude <noreply@anthropic.com>"],
    "generated_line": False, "files": [["a.py", 3, 0]],
}  # fmt: skip


def rows(home, table):
    settings = read_settings(home)
    with opened(settings.warehouse_file) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_steps_need_canonical_tables():
    assert NEEDY
    assert {table for step in NEEDY for table in step.needs} <= set(TABLES.values())


@pytest.mark.parametrize("step", [step for step in [*STEPS, *SCORED] if step.sql], ids=lambda step: step.name)
def test_the_tables_that_a_step_reads_are_those_of_its_syntax(step):
    tree = sqlglot.parse_one(step.sql, dialect="duckdb")
    own = {one.alias for one in tree.find_all(exp.CTE)}
    assert set(reads(step.sql)) == {one.name for one in tree.find_all(exp.Table)} - own


def test_a_comparison_reads_no_table():
    assert reads("select * from b join c on b.x is distinct from b.y and c.x is not distinct from d.y") == ("b", "c")


def test_a_look_whether_a_table_is_empty_leaves_the_connection_free():
    with duckdb.connect() as connection:
        connection.execute("create table many as select range as x from range(10_000)")
        assert not is_empty(connection, "many")
        assert exists(connection, "many")
        assert connection.table("many").to_arrow_reader(100).read_all().num_rows == 10_000


def test_first_rows_fill_what_was_left_empty_and_what_reads_it(tmp_path):
    home = tmp_path / "home"
    facts = tmp_path / "small.ndjson"
    facts.write_text(json.dumps(COMMIT) + "\n")
    assert uptake(home, "init") == 0
    uptake_answer(home, "score", "--as-of", "2026-03-31")
    assert rows(home, "commit_facts") == 0
    uptake_answer(home, "ingest", "git", facts)
    refreshed = json.loads(uptake_answer(home, "score", "--as-of", "2026-03-31"))
    assert rows(home, "commit_facts") == 1
    marks = json.loads(uptake_answer(home, "ask", "ai_marks"))
    assert [(row["tool"], row["commits"]) for row in marks] == [("claude_code", 1)]
    rebuilt = json.loads(uptake_answer(home, "score", "--full", "--as-of", "2026-03-31"))
    assert refreshed["inputs_digest"] == rebuilt["inputs_digest"]


def test_what_is_noted_of_an_empty_step_is_what_it_holds(tmp_path):
    home = tmp_path / "home"
    assert uptake(home, "init") == 0
    uptake_answer(home, "score", "--as-of", "2026-03-31")
    with opened(read_settings(home).warehouse_file) as connection:
        memo = Memo(connection, dt.date(2026, 3, 31), STEPS)
        for step in NEEDY:
            assert memo.lacks(step)
            if step.by == "month":
                assert content(connection, f"select * from {step.name}") == NO_ROWS
                continue
            noted = connection.execute("select content from filled where step = ?", [step.name]).fetchall()
            assert noted == [(content(connection, f"select * from {step.name}"),)]
