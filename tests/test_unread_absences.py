"""A line of absences that cannot be read leaves open when its person was away, until a later line says what it could not (decision 0100)."""

from __future__ import annotations

import datetime as dt
import io
import itertools

import pytest

from tests.small_worlds import in_memory
from uptake.model.outcome import InputFile
from uptake.sources import SOURCES
from uptake.warehouse.merge import merge
from uptake.warehouse.refill import read_step, run
from uptake.warehouse.staging import FileNotes, Staging

HEADER = "person_id,first_day,last_day,kind\n"
EVER = (dt.date.min, dt.date.max)
STEPS = [read_step("uptake.facts", name) for name in ("unread_people", "unread_spans")]


def load(connection, day, *lines, complete=False):
    """A file of absences that was fetched on this day of July."""
    fetched = dt.datetime(2026, 7, day)
    file = InputFile("f", io.BytesIO((HEADER + "\n".join(lines)).encode()))
    staging = Staging(connection, SOURCES["hr-absences"])
    notes = FileNotes("f", fetched)
    staging.take(notes, SOURCES["hr-absences"].parse(file))
    return merge(staging, received_at=fetched, complete=complete)


def spans(connection):
    connection.execute("delete from people")
    connection.execute(
        "insert into people by name select unnest(['A', 'B', 'C', 'D', 'E', 'a']) as person_id, 'x' as source, 'x' as key"
    )
    for step in STEPS:
        run(connection, step)
    return connection.execute("select person_id, first_day, last_day from unread_spans order by all").fetchall()


def left(*loads):
    with in_memory() as connection:
        for day, *lines in loads:
            load(connection, day, *lines)
        return spans(connection)


def test_what_can_be_read_bounds_what_cannot():
    may, june = dt.date(2026, 5, 4), dt.date(2026, 6, 5)
    lines = (
        "A,2026-05-04,x,leave",
        "B,x,2026-06-05,leave",
        "C,2026-05-04,2026-06-05,x",
        "D,x,x,leave",
        "E,2026-05-04,2026-06-05,leave",
    )
    assert left((1, *lines)) == [
        ("A", may, dt.date.max), ("B", dt.date.min, june), ("C", may, june), ("D", *EVER),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("damaged", "answer", "other"),
    [
        ("A,2026-05-04,x,leave", "A,2026-05-04,2026-06-05,leave", "A,2026-05-11,2026-06-05,leave"),
        ("A,2026-05-04,x,leave", "A,2026-05-04,,leave", "A,2026-05-04,2026-06-05,training"),
        ("A,x,2026-06-05,leave", "A,2026-05-04,2026-06-05,leave", "A,2026-05-04,2026-06-04,leave"),
        ("A,2026-05-04,2026-06-05,x", "A,2026-05-04,2026-06-05,training", "A,2026-05-04,2026-06-04,leave"),
        ("A,x,x,leave", "A,2026-05-04,2026-06-05,leave", "A,2026-05-04,2026-06-05,long_leave"),
        ("A,x,x,x", "A,2026-05-04,2026-06-05,leave", "B,2026-05-04,2026-06-05,leave"),
    ],
)
def test_a_line_answers_only_what_it_says_again(damaged, answer, other):
    assert len(left((1, damaged), (2, other))) == 1
    for loads in itertools.permutations([(1, damaged), (2, answer)]):
        assert left(*loads) == []


def test_a_line_that_says_no_day_is_not_answered_by_its_own_file():
    beside = "A,2026-03-02,2026-03-06,leave"
    assert left((1, "A,x,x,leave", beside), (2, "A,x,x,leave", beside)) == [("A", *EVER)]
    assert left((1, "A,2026-05-04,x,leave", "A,2026-05-04,2026-06-05,leave")) == []


def test_a_damaged_line_does_not_take_the_days_of_an_earlier_good_one():
    with in_memory() as connection:
        load(connection, 1, "A,2026-05-04,2026-06-05,leave")
        load(connection, 2, "A,2026-05-04,x,leave")
        assert spans(connection) == [("A", dt.date(2026, 5, 4), dt.date.max)]
        assert connection.execute("select first_day, last_day from absences").fetchall() == [
            (dt.date(2026, 5, 4), dt.date(2026, 6, 5))
        ]


def test_a_whole_list_without_the_line_takes_it_away_and_records_are_conserved():
    with in_memory() as connection:
        report = load(connection, 1, "A,x,x,leave", "B,2026-05-04,2026-06-05,leave", ",x,x,leave")
        assert (report.records_in, report.loaded, report.quarantined, report.duplicate) == (3, 1, 2, 0)
        again = load(connection, 1, "A,x,x,leave", "B,2026-05-04,2026-06-05,leave", ",x,x,leave")
        assert (again.records_in, again.loaded, again.quarantined, again.duplicate, again.conflicts) == (3, 0, 2, 1, 0)
        assert spans(connection) == [("A", *EVER)]
        load(connection, 2, "B,2026-05-04,2026-06-05,leave", complete=True)
        assert spans(connection) == []
