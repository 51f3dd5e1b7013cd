"""What a cost is set against: merged changes of people, and lines of months whose commits were all followed for 21 days."""

from __future__ import annotations

import datetime as dt
from importlib import resources

import duckdb
import pytest

from uptake.facts import FACTS
from uptake.warehouse import money

DAY = 86_400
Q3 = {"quarters": ["2026Q3"]}


def rows(name, table, values):
    with duckdb.connect(":memory:") as engine:
        engine.execute(f"create table {table}")
        marks = ", ".join("?" * len(values[0]))
        engine.executemany(f"insert into {table.split(' ')[0]} values ({marks})", values)
        engine.execute("create table months_read (month date, changes bigint, commits bigint)")
        sql = (resources.files("uptake.warehouse") / f"{name}.sql").read_text()
        return sorted((str(row[1]), row[3], row[4], row[5], int(row[6])) for row in engine.execute(sql, Q3).fetchall())


def test_the_facts_that_are_read_are_facts():
    assert set(money.OF_CODE) <= set(FACTS)


def test_changes_count_for_people_and_for_programs_that_a_person_set_to_work():
    july, august = dt.date(2026, 7, 31), dt.date(2026, 8, 1)
    made = rows(
        "amounts_of_changes",
        "merged_changes (person_id varchar, account varchar, bot boolean, merged_day date)",
        [("ana", "a", False, july), ("ana", "a", False, july), ("ana", "x", True, august), (None, "bo", False, july),
         (None, "robot", True, july), ("ana", "a", False, dt.date(2026, 6, 30))],
    )  # fmt: skip
    assert made == [
        ("2026-07-01", "account:bo", None, "changes", 1),
        ("2026-07-01", "ana", "ana", "changes", 2),
        ("2026-08-01", "ana", "ana", "changes", 1),
    ]


def test_lines_count_in_months_that_were_followed_to_the_end():
    made = rows(
        "amounts_of_lines",
        "line_lives (author varchar, day date, lines bigint, lost_21 bigint, followed_seconds bigint)",
        [("person:ana", dt.date(2026, 7, 2), 100, 30, 60 * DAY), ("account:bo", dt.date(2026, 7, 9), 10, 10, 50 * DAY),
         ("person:ana", dt.date(2026, 8, 3), 40, 0, 22 * DAY), ("person:ana", dt.date(2026, 8, 30), 40, 0, 20 * DAY),
         (None, dt.date(2026, 7, 2), 900, 0, 60 * DAY)],
    )  # fmt: skip
    assert made == [
        ("2026-07-01", "account:bo", None, "retained_lines", 0),
        ("2026-07-01", "person:ana", "ana", "retained_lines", 70),
    ]


MERGED = (
    "create table merged_changes (person_id varchar, account varchar, bot boolean, merged_day date, merge_sha varchar)"
)
LIVES = "create table line_lives (author varchar, day date, lines bigint, lost_21 bigint, followed_seconds bigint)"


@pytest.mark.parametrize(("read", "told"), [(None, 70), (10, 70), (9, 70), (8, None), (0, None)])
def test_lines_of_few_repositories_are_not_set_against_the_cost_of_all(read, told):
    """Of ten merged changes so many have their commit in a repository that was read; without a host of code nobody can say."""
    july = dt.date(2026, 7, 2)
    with duckdb.connect(":memory:") as engine:
        engine.execute(LIVES)
        engine.execute("insert into line_lives values ('person:ana', ?, 100, 30, ?)", [july, 60 * DAY])
        if read is not None:
            engine.execute(MERGED)
            engine.execute("create table commit_facts (repository varchar, sha varchar)")
            engine.executemany(
                "insert into merged_changes values ('ana', 'a', false, ?, ?)", [[july, f"c{n}"] for n in range(10)]
            )
            engine.executemany(
                "insert into commit_facts values ('r', ?)", [["of nobody's change"], *([f"c{n}"] for n in range(read))]
            )
        money._lend_months_read(engine)
        sql = (resources.files("uptake.warehouse") / "amounts_of_lines.sql").read_text()
        assert [int(row[6]) for row in engine.execute(sql, Q3).fetchall()] == ([] if told is None else [told])
