"""A snapshot that is begun beside other work: whatever fails, the session that was opened for it is closed, and the first failure is told."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from uptake.model.reach import Reach
from uptake.snapshot import people
from uptake.snapshot.base import Before, Wanted

REFRESH = Wanted({}, {}, reached=Reach("2026Q1", "", (), (), people=False, to_day=dt.date(2026, 3, 31)))


@pytest.fixture
def opened(monkeypatch):
    """A warehouse with the work tables that are lent, and every session that was opened of it."""
    sessions = []
    session_of = people._session_of

    def remembered(connection):
        sessions.append(session_of(connection))
        return sessions[-1]

    monkeypatch.setattr(people, "_session_of", remembered)
    with duckdb.connect() as connection:
        for name in people._LENT:
            connection.execute(f"create temp table {name} as select 1 as one")
        yield connection, sessions


def is_closed(session) -> bool:
    try:
        session.execute("select 1")
    except duckdb.ConnectionException:
        return True
    return False


def begin(connection, file, work):
    with people.begun(connection, file, Before(None, {}), REFRESH):
        work()


def fail():
    raise ZeroDivisionError


def test_a_failure_of_the_work_beside_closes_the_session_and_is_told_before_that_of_the_file(opened, tmp_path):
    connection, sessions = opened
    with pytest.raises(ZeroDivisionError):
        begin(connection, tmp_path / "no folder" / "1.building", fail)
    assert [is_closed(session) for session in sessions] == [True]


def test_a_failure_of_the_file_closes_the_session_and_is_told(opened, tmp_path):
    connection, sessions = opened
    with pytest.raises(duckdb.IOException):
        begin(connection, tmp_path / "no folder" / "1.building", lambda: None)
    assert [is_closed(session) for session in sessions] == [True]


def test_a_session_that_cannot_be_lent_to_is_closed(opened, tmp_path):
    connection, _ = opened
    connection.execute("drop table as_of")
    tried = []

    class Watched:
        """The warehouse, whose sessions are kept to be looked at."""

        def cursor(self):
            tried.append(connection.cursor())
            return tried[-1]

        def sql(self, text):
            return connection.sql(text)

    with pytest.raises(duckdb.CatalogException):
        begin(Watched(), tmp_path / "1.building", lambda: None)
    assert [is_closed(session) for session in tried] == [True]
