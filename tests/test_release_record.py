"""Each release of figures stands in the audit log: who, under which policy, of which data, and what was done by hand (GOVERNANCE.md section 8)."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest

from tests import demo_home
from tests.attack.drive import run
from uptake import jobs
from uptake.cli.common import os_user
from uptake.errors import Unreachable
from uptake.jobs import State, policy_of, snapshot_of
from uptake.settings import read_settings
from uptake.state import audit, rights

NOW = dt.datetime(2026, 11, 24, 9)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("released") / "home", 60, quarters=1)


@pytest.fixture
def home(made, tmp_path):
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


def releases(state):
    with state.reading() as connection:
        texts = connection.exec_driver_sql("select record from audit order by seq").scalars().all()
        assert audit.verify(connection)[2] is None
    return [record for record in map(json.loads, texts) if record["action"] == "release"]


def scored(home, **more):
    settings = read_settings(home)
    state = State.of(settings)
    as_of = dt.date.fromisoformat(snapshot_of(settings).as_of)
    jobs.score(settings, state, as_of, clock=lambda: NOW, **more)
    return settings, state


def test_the_first_score_of_a_home_is_a_release(home):
    found = releases(State.of(read_settings(home)))
    assert [record["snapshot"] for record in found] == [1]


@pytest.mark.parametrize(
    ("asked", "route", "hand"),
    [
        ({}, "job score", ([], False)),
        ({"rebuild": True}, "job rebuild", ([], False)),
        ({"release": True}, "job score", ([], True)),
        ({"restate": frozenset({"2026Q3"})}, "job score", (["2026Q3"], False)),
    ],
)
def test_a_release_says_who_what_and_by_which_rules(home, asked, route, hand):
    settings, state = scored(home, by="ana", **asked)
    record, snapshot = releases(state)[-1], snapshot_of(settings)
    policy = policy_of(settings, state, NOW.date())
    assert (record["actor"], record["route"], record["result"]) == ("ana", route, "released")
    assert (record["restate"], record["again"]) == hand
    assert (record["policy_version"], record["k"]) == (policy.version, policy.k)
    assert record["roster"] == rights.stamp_of(state)
    for name in ("as_of", "score_version", "version_sha256", "inputs_digest", "scores_digest", "content_sha256"):
        assert record[name] == getattr(snapshot, name), name
    assert (record["snapshot"], record["subject_count"]) == (snapshot.id, 0)


def test_no_record_no_release(home, monkeypatch):
    before = snapshot_of(read_settings(home))
    record = audit.record

    def full(state, event, subjects=()):
        if event["action"] == "release":
            raise Unreachable("The audit log cannot be written")
        return record(state, event, subjects)

    monkeypatch.setattr(audit, "record", full)
    with pytest.raises(Unreachable):
        scored(home)
    assert snapshot_of(read_settings(home)) == before
    assert sorted(file.name for file in (home / "snapshots").glob("*.duckdb")) == [before.file]
    monkeypatch.undo()
    settings, state = scored(home)
    assert snapshot_of(settings).id == before.id + 1 == releases(state)[-1]["snapshot"]


def test_at_the_command_line_it_is_the_user_of_the_system(home):
    settings = read_settings(home)
    assert run(home, "score", "--as-of", snapshot_of(settings).as_of, "--quiet").code == 0
    assert releases(State.of(settings))[-1]["actor"] == os_user()
