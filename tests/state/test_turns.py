"""Writers that take turns, on both stores: killed in the middle, many of them, many rows; and what only a server can do wrong."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import pathlib
import random
import signal
import sqlite3
import sys
import time

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from tests.state.test_both import EVENT, TIME, people
from uptake.errors import Unreachable, WrongUsage
from uptake.jobs import State, doctor
from uptake.settings import effective, read_settings
from uptake.state import audit, choices, contests, engines, notices, rights, schema
from uptake.state.tables import AUDIT

SPAWN = multiprocessing.get_context("spawn")
HIDDEN = "p%40ssw0rd-of-nobody"


def both(target, *words):
    """Two processes at once; both must end well."""
    made = [SPAWN.Process(target=target, args=words) for _ in range(2)]
    for one in made:
        one.start()
    for one in made:
        one.join(timeout=120)
    assert [one.exitcode for one in made] == [0, 0]


def _open(file, url):
    with State(file, url).reading() as connection:
        connection.execute(select(AUDIT))


def test_two_processes_make_the_tables_of_an_empty_store_at_once(store):
    both(_open, store.file, store.url)
    with store.open().reading() as connection:
        assert connection.execute(text("select version_num from alembic_version")).all() == [(schema.HEAD,)]


def test_rows_of_the_first_migration_are_still_there_after_the_others(store):
    config = Config()
    config.set_main_option("script_location", str(pathlib.Path(schema.__file__).parent / "migrations"))
    with store.open().engine.connect() as connection:
        engines.take_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("insert into rights (person_id, lft, rgt, depth, legal_entity) values ('p', 1, 2, 0, 'NL')")
        )
        connection.execute(
            text(
                "insert into contests (id, person_id, opened_at, due, category, quarter, state) "
                "values (1, 'p', '2026-11-20', '2026-12-04', 'leave', '2026Q3', 'restricted')"
            )
        )
        connection.commit()
    state = store.open()
    assert contests.under_review(state) == ["p"]
    assert rights.of_person(state, "p")["legal_entity"] == "NL"


def test_a_migration_that_fails_leaves_the_store_as_it_was(store):
    """Where the second migration meets a table that it wants to make, nothing of the first stays either."""
    state = store.open()
    with state.engine.connect() as connection:
        engines.take_turn(connection)
        connection.execute(text("create table switches (other integer)"))
        connection.commit()
    with pytest.raises(Unreachable), state.reading():
        pass
    with state.engine.connect() as connection:
        assert not schema.inspect(connection).has_table("audit")


def _write(file, url, told):
    state = State(file, url)
    for number in range(100_000):
        os.write(told, b"%d\n" % audit.record(state, {**EVENT, "n": number}, ["p"]))


def test_what_was_acknowledged_before_a_kill_is_there_after_it(store):
    """Killed at random moments, one writer after another: every number that was told is a record, and the chain is whole."""
    state, chosen = store.open(), random.Random(4)
    audit.record(state, EVENT, ["p"])
    for _ in range(4):
        heard, told = os.pipe()
        writer = multiprocessing.get_context("fork").Process(target=_write, args=(store.file, store.url, told))
        with os.fdopen(heard, encoding="ascii") as lines:
            writer.start()
            os.close(told)
            first = lines.readline()
            time.sleep(chosen.uniform(0, 0.3))
            os.kill(writer.pid, signal.SIGKILL)
            writer.join()
            last = int([first, *lines][-1])
        with state.reading() as connection:
            count, _, bad = audit.verify(connection)
        assert bad is None
        assert count >= last
        assert first


def test_a_company_of_many_is_told_at_once(state):
    """More rows than a statement of either store has room for values."""
    crowd = [(f"p{number}", "NL") for number in range(12_000)]
    with state.writing() as connection:
        assert notices.deliver(connection, notices.POLICY, "1", crowd, TIME) == len(crowd)
        assert notices.deliver(connection, notices.POLICY, "1", crowd, TIME) == 0
    audit.record(state, EVENT, [who for who, _ in crowd])
    with state.reading() as connection:
        assert audit.verify(connection)[::2] == (1, None)


def test_text_is_sorted_and_compared_by_its_bytes(state):
    names = ["a", "B", "_", "é", "Z", "10", "9", "a-b", "ab"]
    choices.choose(state, names, choices.BOARD, choices.IN, TIME)
    assert choices.of(state, choices.BOARD, choices.IN) == sorted(names)
    people(state)
    with state.reading() as connection:
        assert connection.execute(text("select count(*) from rights where person_id < 'a'")).scalar() == 4


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_server_of_another_isolation_still_gives_each_writer_the_moment_of_its_turn(server, tmp_path, level, opened):
    name = f"isolated_{level.split()[0]}"
    url = server.database(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"alter database {name} set default_transaction_isolation to '{level}'")
    file = tmp_path / "state.db"
    opened(file, url).secret("audit")
    both(_thirty, file, url)
    with opened(file, url).reading() as connection:
        assert audit.verify(connection)[::2] == (60, None)


def _thirty(file, url):
    state = State(file, url)
    for number in range(30):
        audit.record(state, {**EVENT, "n": number}, ["p"])


def test_a_writer_that_falls_silent_does_not_hold_the_others_up(server, tmp_path, monkeypatch, opened):
    monkeypatch.setattr(engines, "_TURN", (*engines._TURN, "set local idle_in_transaction_session_timeout = '500ms'"))
    url = server.database("silent")
    silent, other = opened(tmp_path / "state.db", url), opened(tmp_path / "state.db", url)

    def fall_silent():
        with silent.writing() as connection:
            audit.append(connection, silent, EVENT, ["p"])
            time.sleep(1)
            assert audit.record(other, EVENT, ["p"]) == 1
            audit.append(connection, silent, EVENT, ["p"])

    with pytest.raises(Unreachable):
        fall_silent()


def test_a_writer_waits_for_its_turn_only_so_long(server, tmp_path, monkeypatch, opened):
    url = server.database("waiting")
    first, second = opened(tmp_path / "state.db", url), opened(tmp_path / "state.db", url)
    audit.record(second, EVENT, ["p"])
    monkeypatch.setattr(
        engines, "_TURN", tuple(one.replace(f"{engines.WAIT_SECONDS}s", "200ms") for one in engines._TURN)
    )
    with first.writing(), pytest.raises(Unreachable, match="cannot be written"):
        audit.record(second, EVENT, ["p"])
    assert audit.record(second, EVENT, ["p"]) == 2


def named(url: str | None, home: pathlib.Path):
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(f'[state]\nurl = "{url}"\n' if url else "")
    return read_settings(home)


def test_the_doctor_names_the_store_and_its_tables(store, tmp_path, opened):
    settings = named(store.url, tmp_path / "home")
    state = opened(settings)
    audit.record(state, EVENT, ["p"])
    found = next(one for one in doctor(settings, state) if one["name"] == "state")
    assert found["ok"]
    assert found["detail"].startswith(f"{'postgresql' if store.url else 'sqlite'}, tables {schema.HEAD}, 1 record")
    assert "tester" not in json.dumps(doctor(settings, state))


def test_the_doctor_of_a_server_that_is_down_says_so_and_no_address(tmp_path, opened):
    settings = named(f"postgresql://u:{HIDDEN}@127.0.0.1:9/x", tmp_path / "home")
    found = next(one for one in doctor(settings, opened(settings)) if one["name"] == "state")
    assert (found["ok"], found["detail"]) == (False, "The state store cannot be written")
    assert "state.url" in found["next_step"]
    assert HIDDEN not in json.dumps(doctor(settings, opened(settings)))


def test_no_setting_that_is_secret_is_shown(tmp_path, monkeypatch, capsys):
    from uptake.cli import output  # noqa: PLC0415

    settings = named(f"postgresql://u:{HIDDEN}@127.0.0.1:9/x", tmp_path / "home")
    monkeypatch.setenv("UPTAKE_SIGN_IN__CLIENT_SECRET", HIDDEN)
    settings = read_settings(tmp_path / "home")
    for as_json in (True, False):
        output.settings(effective(settings), as_json=as_json)
        shown = capsys.readouterr().out
        assert HIDDEN not in shown
        assert "*****" in shown
    assert HIDDEN not in repr(settings)


def test_without_the_driver_the_step_to_install_it_is_said(monkeypatch, tmp_path, opened):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(WrongUsage, match="driver") as caught:
        opened(tmp_path / "s.db", f"postgresql://u:{HIDDEN}@h/x")
    assert HIDDEN not in str(caught.value)
    assert "uptake[postgres]" in str(caught.value.next_step)


def test_a_bad_password_is_told_to_nobody(server, tmp_path, opened):
    url = server.url().replace("of%20the%20tests", HIDDEN)
    with pytest.raises(Unreachable) as caught:
        audit.record(opened(tmp_path / "s.db", url), EVENT, ["p"])
    for told in (str(caught.value), str(caught.value.why), str(caught.value.next_step)):
        assert HIDDEN not in told
        assert "tester" not in told


def test_a_file_that_is_no_store_is_unreachable(tmp_path, opened):
    (tmp_path / "s.db").write_bytes(b"no database" * 100)
    with pytest.raises(Unreachable), opened(tmp_path / "s.db").reading():
        pass
    with contextlib.suppress(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "s.db").execute("select 1 from audit")
