"""Writing the audit log: records of many threads together, and heads in a second place that fail no answer."""

from __future__ import annotations

import datetime as dt
import json
import stat
import threading
import time

import pytest
from sqlalchemy import event

from uptake.errors import Unreachable
from uptake.jobs import State, doctor, verified
from uptake.jobs.logged import keep_heads
from uptake.settings import read_settings
from uptake.state import audit, heads

EVENT = {"action": "ask", "result": "answered", "time": "2026-11-24T09:00:00Z"}
NOW = dt.datetime(2026, 11, 24, 9)


@pytest.fixture
def state(tmp_path):
    made = State(tmp_path / "state.db")
    audit.record(made, EVENT)
    return made


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def together(state, count, failed):
    """Threads that all wait while somebody else holds the turn; answers the numbers that they were told."""
    told, lock = [], threading.Lock()

    def one(number):
        try:
            found = audit.record(state, {**EVENT, "n": number}, [f"p{number}"])
        except Unreachable as error:
            failed.append(error)
            return
        with lock:
            told.append(found)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    with state.writing():
        for thread in threads:
            thread.start()
        while len(state.group._queue) < count - 1:
            time.sleep(0.01)
    for thread in threads:
        thread.join(timeout=30)
    return sorted(told)


def test_records_that_wait_together_share_a_transaction_of_at_most_100(state, monkeypatch):
    sizes, append_all = [], audit.append_all

    def counted(connection, state, entries):
        sizes.append(len(entries))
        return append_all(connection, state, entries)

    monkeypatch.setattr(audit, "append_all", counted)
    failed = []
    assert together(state, 250, failed) == list(range(2, 252))
    assert not failed
    assert sizes == [1, 100, 100, 49]
    with state.reading() as connection:
        assert audit.verify(connection)[::2] == (251, None)


def test_a_commit_that_fails_fails_everybody_whose_record_it_held_and_nobody_else(state):
    broken = threading.Event()

    def refuse(_connection, _cursor, statement, *_more):
        if broken.is_set() and "audit_subjects" in statement and statement.upper().startswith("INSERT"):
            raise OSError("no space left")

    event.listen(state.engine, "before_cursor_execute", refuse)
    broken.set()
    failed = []
    assert together(state, 30, failed) == []
    assert len(failed) == 30
    broken.clear()
    assert audit.record(state, EVENT, ["p"]) == 2
    assert together(state, 5, failed) == [3, 4, 5, 6, 7]
    assert len(failed) == 30


def test_a_head_is_written_at_once_then_every_1000_records_or_every_minute(home, monkeypatch):
    state = State.of(read_settings(home))
    monkeypatch.setattr(heads, "EVERY_RECORDS", 10)
    for _ in range(25):
        audit.record(state, EVENT)
    folder = home / "heads"
    assert [one.count for one in heads.read(folder)] == [1, 11, 21]
    monkeypatch.setattr(heads, "EVERY_SECONDS", 0)
    audit.record(state, EVENT)
    assert heads.read(folder)[-1].count == 26
    assert state.keeper.newest == heads.read(folder)[-1]
    assert (folder / "public-key.txt").read_text().strip() == state.signer.public_key
    assert stat.S_IMODE((home / "keys" / "heads.key").stat().st_mode) == 0o600
    assert verified(read_settings(home), state).ok


def test_the_clock_of_a_server_writes_the_head_that_is_missing_and_one_at_the_end(home, monkeypatch):
    state = State.of(read_settings(home))
    monkeypatch.setattr(heads, "EVERY_SECONDS", 0.1)
    ended = threading.Event()
    thread = threading.Thread(target=keep_heads, args=(state, ended))
    other = State(state.file)
    audit.record(other, EVENT)
    thread.start()
    until = time.monotonic() + 10
    while not heads.read(home / "heads") and time.monotonic() < until:
        time.sleep(0.02)
    monkeypatch.setattr(heads, "EVERY_SECONDS", 60)
    audit.record(other, EVENT)
    ended.set()
    thread.join(timeout=10)
    assert [one.count for one in heads.read(home / "heads")][::1] in ([1, 2], [1], [2])
    assert heads.read(home / "heads")[-1].count == 2


def test_a_head_that_cannot_be_written_fails_no_answer_and_is_said(home, caplog):
    (home / "settings.toml").write_text(f'[audit]\nheads = "{home}/state.db/nowhere"\n')
    settings = read_settings(home)
    state = State.of(settings)
    with caplog.at_level("WARNING", "uptake.audit"):
        for _ in range(3):
            audit.record(state, EVENT)
    assert [json.loads(one.message)["event"] for one in caplog.records] == ["head_not_written"]
    assert state.keeper.late(state.appended)
    assert state.keeper.newest is None


def test_the_doctor_says_when_heads_fall_behind(home):
    settings = read_settings(home)
    state = State.of(settings)
    audit.record(state, EVENT)
    said = {one["name"]: one for one in doctor(settings, state)}
    assert (said["heads"]["ok"], said["heads"]["detail"]) == (True, "1 heads, 0 records since the newest")
    other = State(state.file)
    with other.writing() as connection:
        audit.append_all(connection, other, [(EVENT, ())] * 1001)
    found = {one["name"]: one for one in doctor(settings, state)}["heads"]
    assert not found["ok"]
    assert "audit.heads" in found["next_step"]


def test_half_a_head_is_taken_away_again(home, monkeypatch):
    state = State.of(read_settings(home))
    audit.record(state, EVENT)
    audit.record(state, EVENT)
    write = heads.os.write
    monkeypatch.setattr(heads.os, "write", lambda handle, text: write(handle, text[:20]))
    state.keep_head(NOW)
    monkeypatch.undo()
    assert state.keeper.failing
    assert [one.count for one in heads.read(home / "heads")] == [1]
    audit.record(state, EVENT)
    state.keep_head(NOW)
    assert [one.count for one in heads.read(home / "heads")] == [1, 3]
    assert verified(read_settings(home), state).ok
