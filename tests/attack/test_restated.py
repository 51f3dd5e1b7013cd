"""A reader of two snapshots: takes the figures of a closed quarter before one account, or one author, was given to a person from those after.

What a closed quarter told stands until it is restated: scores, and what money and outcomes say of it too (decision 0103). A restatement of a
few people changes their own figures alone (decision 0049).
"""

from __future__ import annotations

import shutil

import duckdb
import pytest

from tests import demo_home
from tests.attack.drive import run
from uptake.demo.run import AS_OF
from uptake.snapshot import current, newest

CLOSED = ("2026Q2", "2026Q3")
K = 10
SERVICE = "select 'claude_code', 'api_key:ci-review'"
AUTHOR = "select 'github', account from merged_changes where person_id is not null and merged_day < date '2026-07-01' group by account order by count(*) desc, account limit 1"
LATE = {"an account of a tool": SERVICE, "an author": AUTHOR}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("restated") / "home", 300)


def told(home):
    """Table -> rows of the closed quarters, of every table that tells of groups by quarter."""
    found = {}
    with duckdb.connect(str(newest(home / "snapshots")), read_only=True) as connection:
        named = "select table_name from duckdb_columns() where column_name = 'quarter' and not starts_with(table_name, 'person_') and table_name not in ('parts', 'loads')"
        for (table,) in connection.execute(named).fetchall():
            rows = connection.execute(f"select * from {table} where list_contains(?, quarter)", [list(CLOSED)])
            found[table] = sorted(map(repr, rows.fetchall()))
    return found


def scored(home, *more):
    return run(home, "score", "--as-of", AS_OF, *more, "--json").json()


@pytest.mark.parametrize("late", LATE)
def test_what_a_closed_quarter_told_does_not_move_by_one_person(company, tmp_path, late):
    home = tmp_path / "home"
    shutil.copytree(company, home)
    with duckdb.connect(str(next((home / "warehouse").glob("*.duckdb"))), read_only=True) as connection:
        tool, account = connection.execute(LATE[late]).fetchall()[0]
    before = told(home)
    assert {"quality", "quadrant", "spend", "value_inputs", "funnel", "outcome_months"} <= before.keys()
    person = somebody_without_use(home)
    (tmp_path / "accounts.csv").write_text(f"source,account,person_id\n{tool},{account},{person}\n")
    assert run(home, "ingest", "accounts", tmp_path / "accounts.csv").code == 0
    waiting = scored(home)["waiting"]
    assert waiting
    assert told(home) == before
    assert scored(home)["waiting"] == waiting
    own = own_scores(home)
    made = scored(home, *restated(waiting))
    assert made["waiting"] == []
    if late == "an author":  # no score hangs on it, and what became of changes has no other way in
        assert made["few"] == []
        assert [table for table in before if told(home)[table] != before[table]]
        return
    # The restatement is of one person: theirs is new, and what everybody was told stands until it is of more than k (decision 0049).
    assert own_scores(home)[person] != own[person]
    assert made["few"]
    assert told(home) == before
    assert scored(home)["few"] == made["few"]
    assert "restated for a few people" in run(home, "score", "--as-of", AS_OF).out
    others = [who for who in users(home, made["few"][0]) if who != person]
    for away, few in ((others[: K - 1], True), (others[: K + 3], False)):
        rows = "".join(f"{who},2026-04-01,2026-06-30,leave\n" for who in away)
        (tmp_path / "away.csv").write_text(f"person_id,first_day,last_day,kind\n{rows}")
        assert run(home, "ingest", "hr-absences", tmp_path / "away.csv").code == 0
        made = scored(home, *restated(scored(home)["waiting"]))
        assert ("2026Q2" in made["few"]) is few
        assert ("2026Q2" in current(home / "snapshots").restated) is not few
        assert (of(told(home), "2026Q2") == of(before, "2026Q2")) is few


def restated(quarters):
    return [word for quarter in quarters for word in ("--restate", quarter)]


def of(rows, quarter):
    """The rows of one quarter."""
    return {table: [row for row in found if quarter in row] for table, found in rows.items()}


def own_scores(home):
    with duckdb.connect(str(newest(home / "snapshots")), read_only=True) as connection:
        asked = "select person_id, list((quarter, segment, reason, score_micro) order by quarter) from person_quarter_scores group by 1"
        return dict(connection.execute(asked).fetchall())


def users(home, quarter):
    with duckdb.connect(str(newest(home / "snapshots")), read_only=True) as connection:
        asked = "select person_id from person_quarter_scores where quarter = ? and active_days > 20 order by person_id"
        return [who for (who,) in connection.execute(asked, [quarter]).fetchall()]


def somebody_without_use(home):
    """A person of a released line without any use, so that whatever the account did is told of them alone."""
    with duckdb.connect(str(newest(home / "snapshots")), read_only=True) as connection:
        asked = "select min(q.person_id) from person_quarter_scores as q join lob_compare as c on c.lob = q.lob and c.quarter = q.quarter where q.quarter = ? and q.segment = 'non_user'"
        return connection.execute(asked, [CLOSED[0]]).fetchall()[0][0]
