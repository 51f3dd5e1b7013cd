"""A step that does not fit into the memory for many threads at once is made by one, to the same rows; what fits nowhere is told as before."""

from __future__ import annotations

import duckdb
import pytest

from uptake.warehouse import sparing

MANY = 32
LITTLE = "30MB"
SQL = (
    "create or replace temp table made as select a.k, list(a.v order by a.v) as l"
    " from (select (range * 7919) % 50000 as k, hash(range) as v from range(2000000)) as a group by a.k"
)

AT_ONCE = "create or replace temp table made as select list(hash(range)) as l from range(20000000)"
"""One row of 160 MB, which no engine can part."""


@pytest.fixture
def engine(tmp_path):
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(f"set threads = {MANY}")
        connection.execute("set temp_directory = ?", [str(tmp_path / "spill")])
        connection.execute("set preserve_insertion_order = false")
        yield connection


def made(connection):
    return connection.execute("select count(*), sum(len(l)), bit_xor(hash(k, l)) from made").fetchall()


def test_what_many_threads_cannot_hold_one_makes(engine):
    sparing.execute(engine, SQL)
    expected = made(engine)
    engine.execute("drop table made")
    engine.execute(f"set memory_limit = '{LITTLE}'")
    with pytest.raises(duckdb.OutOfMemoryException):
        engine.execute(SQL)
    sparing.execute(engine, SQL)
    assert engine.execute("select current_setting('threads')").fetchall() == [(MANY,)]
    assert made(engine) == expected


def test_what_one_thread_cannot_hold_either_is_told(engine):
    engine.execute(f"set memory_limit = '{LITTLE}'")
    with pytest.raises(duckdb.OutOfMemoryException):
        sparing.execute(engine, AT_ONCE)
    assert engine.execute("select current_setting('threads')").fetchall() == [(MANY,)]


def test_in_an_open_transaction_nothing_is_tried_again(engine):
    engine.execute(f"set memory_limit = '{LITTLE}'")
    engine.execute("begin")
    with pytest.raises(duckdb.OutOfMemoryException):
        sparing.execute(engine, SQL)
    engine.execute("rollback")
