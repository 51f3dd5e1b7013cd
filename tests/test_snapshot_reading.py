"""Sessions over one snapshot: what is lent to one viewer is seen by no other one, and a file that is replaced is read anew."""

from __future__ import annotations

import datetime as dt
import threading

import duckdb
import pyarrow as pa
import pytest

from tests import product
from uptake.errors import UserError
from uptake.reads.lending import lend_table, table_of
from uptake.snapshot import _ENGINES, ENGINES_KEPT, current, publish, reading

NOW = dt.datetime(2026, 11, 24, 9)
STATED = {"as_of": "2026-11-24", "score_version": "v1", "version_sha256": "", "inputs_digest": "", "scores_digest": ""}  # fmt: skip


def published(folder, number):
    def build(file):
        with duckdb.connect(str(file)) as connection:
            connection.execute(f"create table figures as select {number} as figure")
        return STATED

    return publish(folder, build, NOW)


def figure(session):
    return session.execute("select figure from s.figures").fetchall()[0][0]


class Row:
    person_id = "000001"


LENT = table_of([Row], {"person_id": pa.string()})


def test_what_is_lent_to_one_is_not_there_for_another(tmp_path):
    made = published(tmp_path, 1)
    with reading(tmp_path, made) as one, reading(tmp_path, made) as other:
        lend_table(one, "rights", LENT)
        assert one.execute("select count(*) from rights").fetchall() == [(1,)]
        for words in ("from rights", "from lent", "from temp.main.rights", "from memory.main.rights"):
            with pytest.raises(duckdb.CatalogException):
                other.execute(f"select * {words}")
        for name in ("duckdb_tables()", "duckdb_views()"):
            seen = other.execute(f"select count(*) from {name} where not internal and database_name <> 's'").fetchall()
            assert seen == [(0,)]
    with reading(tmp_path, made) as later, pytest.raises(duckdb.CatalogException):
        later.execute("from rights")


def test_many_at_once_each_with_their_own(tmp_path):
    made, wrong = published(tmp_path, 1), []

    def ask(number):
        for _ in range(20):
            with reading(tmp_path, made) as session:
                session.execute(f"create temp table rights as select {number} as n")
                wrong.extend(row for row in session.execute("from rights").fetchall() if row != (number,))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_the_zone_is_utc_in_every_session(tmp_path):
    made = published(tmp_path, 1)
    with reading(tmp_path, made) as one, reading(tmp_path, made) as other:
        one.execute("set TimeZone = 'Asia/Tokyo'")
        assert other.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]


def test_a_session_outlives_newer_snapshots_and_engines_do_not_pile_up(tmp_path):
    first = published(tmp_path, 0)
    with reading(tmp_path, first) as session:
        for number in range(1, 5):
            with reading(tmp_path, published(tmp_path, number)) as newer:
                assert figure(newer) == number
        assert figure(session) == 0
    assert len(_ENGINES) <= ENGINES_KEPT


def test_another_file_in_the_same_place_is_read_anew(tmp_path):
    """A home that is made again has the same names."""
    for number in (1, 2):
        for file in tmp_path.iterdir():
            file.unlink()
        made = published(tmp_path, number)
        with reading(tmp_path, made) as session:
            assert figure(session) == number


def test_a_snapshot_that_is_gone_is_said(tmp_path):
    made = published(tmp_path, 1)
    (tmp_path / made.file).unlink()
    with pytest.raises(UserError, match="not there any more"), reading(tmp_path, current(tmp_path)):
        pass


def test_a_snapshot_of_an_older_release_says_to_score_once(tmp_path, capsys):
    """Between an upgrade and the next score a page asks for what nobody has made yet."""
    assert product.uptake(tmp_path, "init") == 0
    assert product.uptake(tmp_path, "score", "--as-of", "2026-10-16") == 0
    with duckdb.connect(str(tmp_path / "snapshots" / "1.duckdb")) as connection:
        connection.execute("drop table spend")
    capsys.readouterr()
    assert product.uptake(tmp_path, "ask", "spend") == 6
    said = capsys.readouterr().err
    assert "older release" in said
    assert "uptake score" in said
    assert product.uptake(tmp_path, "score", "--as-of", "2026-10-16", "--full") == 0
    assert product.uptake(tmp_path, "ask", "spend") == 0
