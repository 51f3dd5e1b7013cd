"""The fact of merged changes, as a table: what the host told of a pull request, and what is known of it then."""

from __future__ import annotations

import duckdb
import pytest

from tests.changes.cases import CASES, REGISTER
from tests.changes.payloads import REPOSITORY


@pytest.fixture(scope="module")
def rows(home):
    """Change -> its row."""
    with duckdb.connect(str(next((home / "warehouse").glob("*.duckdb"))), read_only=True) as connection:
        cursor = connection.execute("select * from merged_changes")
        names = [column[0] for column in cursor.description]
        return {row[names.index("change")]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


@pytest.mark.parametrize(("pull", "payloads", "expected"), CASES)
def test_a_merged_change(rows, pull, payloads, expected):
    assert payloads
    row = rows[f"{REPOSITORY}#{pull.number}"]
    told = {name: value for name, value in expected.items() if name not in REGISTER}
    assert {name: row[name] for name in told} == told


def test_every_merged_change_has_one_row_and_no_other(rows):
    assert set(rows) == {f"{REPOSITORY}#{one.values[0].number}" for one in CASES}


def test_the_author_stands_where_the_roster_put_him_at_the_merge(rows):
    row = rows[f"{REPOSITORY}#35"]
    assert (row["lob"], row["department"], row["team"], row["tenure_days"]) == ("Loans", "D2", "T9", 34)
