"""Verification finds whatever was changed in the log, in the lists beside it, or in the heads; and changes nothing itself."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import shutil
import sqlite3

import pytest

from tests.attack import drive, tampering
from uptake.errors import WrongUsage
from uptake.jobs import State, verified
from uptake.settings import read_settings
from uptake.state import audit, heads, verify

EVENT = {"action": "ask", "result": "answered", "role": "manager"}
BEGUN = dt.datetime(2026, 11, 24, 9)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return tampering.home(tmp_path_factory.mktemp("verify") / "home", 120)


@pytest.fixture
def home(made, tmp_path):
    return shutil.copytree(made, tmp_path / "home")


def found(home, **more):
    settings = read_settings(home)
    return verified(settings, State(settings.state_file), **more)


def test_a_whole_log_is_whole(home):
    verdict = found(home)
    assert (verdict.ok, verdict.records, verdict.heads, verdict.clock_steps) == (True, 120, 12, [])


@pytest.mark.parametrize("way", tampering.WAYS)
@pytest.mark.parametrize("seed", range(6))
def test_every_way_of_tampering_is_found(home, way, seed):
    done = tampering.tampered(home, way, seed)
    verdict = found(home)
    assert not verdict.ok, done
    if way in ("edit", "delete", "swap", "subject", "rehash"):
        assert verdict.first_bad == done


@pytest.mark.parametrize("way", tampering.WAYS)
def test_so_it_is_when_the_log_is_verified_in_stretches(made, tmp_path, way, monkeypatch):
    monkeypatch.setattr(verify, "SIDE_BY_SIDE", 50)
    monkeypatch.setattr(verify, "ProcessPoolExecutor", InTurn)
    monkeypatch.setattr(verify.os, "cpu_count", lambda: 3)
    for seed in range(6):
        home = shutil.copytree(made, tmp_path / f"home-{seed}")
        done = tampering.tampered(home, way, seed)
        verdict = found(home)
        assert not verdict.ok
        if way in ("edit", "delete", "swap", "subject", "rehash"):
            assert verdict.first_bad == done
    whole = found(made)
    assert (whole.ok, whole.records, whole.heads) == (True, 120, 12)


@pytest.mark.parametrize("place", [40, 41, 60, 80, 81])
def test_a_clock_step_in_any_stretch_is_said(tmp_path, place, monkeypatch):
    state = State(tmp_path / "state.db")
    for number in range(1, 121):
        time = BEGUN + dt.timedelta(minutes=number - (20 if number >= place else 0))
        audit.record(state, {**EVENT, "time": time.isoformat() + "Z"})
    monkeypatch.setattr(verify, "SIDE_BY_SIDE", 50)
    monkeypatch.setattr(verify, "ProcessPoolExecutor", InTurn)
    monkeypatch.setattr(verify.os, "cpu_count", lambda: 3)
    verdict = verified(read_settings(tmp_path), state)
    assert (verdict.ok, verdict.clock_steps) == (True, [place])


class InTurn:
    """Stretches one after the other, as a pool answers them."""

    def __init__(self, *_about):
        self.map = map

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None


def test_stretches_run_in_processes_of_their_own(home, monkeypatch):
    monkeypatch.setattr(verify, "SIDE_BY_SIDE", 50)
    monkeypatch.setattr(verify.os, "cpu_count", lambda: 2)
    assert (found(home).ok, found(home).records) == (True, 120)


def test_a_rewrite_with_heads_of_another_key_is_found_by_the_key_that_was_told_before(home):
    key = State(home / "state.db").signer.public_key
    shutil.rmtree(home / "keys")
    tampering.tampered(home, "rewrite", 1)
    state = State.of(read_settings(home))
    shutil.rmtree(home / "heads")
    state.keep_head(BEGUN)
    assert found(home).ok
    assert not found(home, public_key=key).ok


def test_a_head_that_is_not_one_holds_for_nothing(home):
    with (home / "heads" / "heads.jsonl").open("a") as file:
        file.write('{"count":3\n')
    assert found(home).reasons == ["head 13 is not signed by this home"]


@pytest.mark.parametrize(("step", "said"), [(-4, []), (-6, [2])])
def test_a_clock_that_goes_back_is_said_and_proves_nothing(tmp_path, step, said):
    state = State(tmp_path / "state.db")
    for minutes in (0, step, step + 1):
        time = BEGUN + dt.timedelta(minutes=minutes)
        audit.record(state, {**EVENT, "time": time.isoformat() + "Z"})
    verdict = verified(read_settings(tmp_path), state)
    assert (verdict.ok, verdict.clock_steps) == (True, said)


def test_records_of_other_releases_are_verified_too(tmp_path):
    """One with no time and no count, as nobody writes them now, and one whose last field is not the time."""
    state = State(tmp_path / "state.db")
    previous = audit.START
    with sqlite3.connect(tmp_path / "x.db"):
        pass
    texts = ['{"action":"ask","seq":1,"x":1}', '{"action":"ask","seq":2,"time":"2026-11-24T09:00:00Z","zone":"utc"}']
    with state.writing() as connection:
        for seq, text in enumerate(texts, 1):
            made = hashlib.sha256(f"{previous}{text}".encode()).hexdigest()
            row = {"seq": seq, "record": text, "previous": previous, "hash": made}
            connection.execute(audit.insert(audit.AUDIT).values(row))
            previous = made
    audit.record(state, {**EVENT, "time": "2026-11-24T08:00:00Z"}, ["p"])
    verdict = verified(read_settings(tmp_path), state)
    assert (verdict.ok, verdict.records, verdict.clock_steps) == (True, 3, [3])


def test_a_copy_is_verified_anywhere_and_stays_as_it_is(home, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copy(home / "state.db", folder / "state.db")
    shutil.copytree(home / "heads", folder / "heads")
    before = (folder / "state.db").read_bytes()
    verdict = found(tmp_path / "home", path=folder / "state.db")
    assert (verdict.ok, verdict.records, verdict.heads) == (True, 120, 12)
    assert (folder / "state.db").read_bytes() == before
    assert {one.name for one in folder.iterdir()} == {"state.db", "heads"}


@pytest.mark.parametrize("content", [b"", b"no store" * 1000])
def test_what_is_neither_is_wrong_usage(home, tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(WrongUsage):
        found(home, path=tmp_path / "x")


def test_the_command_answers_and_exits_by_it(home):
    done = drive.run(home, "verify", "--json")
    answer = json.loads(done.out)
    assert (done.code, answer["ok"], answer["first_bad"], answer["reasons"]) == (0, True, None, [])
    with sqlite3.connect(home / "state.db") as connection:
        head = connection.execute("select hash from audit order by seq desc limit 1").fetchone()[0]
    assert (answer["records"], answer["head"]) == (120, head)
    number = tampering.tampered(home, "edit", 3)
    done = drive.run(home, "verify", "--json")
    assert (done.code, json.loads(done.out)["first_bad"]) == (1, number)
    assert "does not fit the chain" in drive.run(home, "verify").out


def test_a_head_names_what_it_signs():
    signer = heads.Signer(bytes(32))
    made = signer.head(3, "a" * 64, BEGUN)
    assert heads.unsigned([made], signer.public_key) == []
    for other in (
        dataclasses.replace(made, count=4),
        dataclasses.replace(made, hash="b" * 64),
        dataclasses.replace(made, time="x"),
    ):
        assert heads.unsigned([other], signer.public_key)
    assert heads.unsigned([made], heads.Signer(bytes([1]) * 32).public_key)
    assert heads.unsigned([made], "no key")
