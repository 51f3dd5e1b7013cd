"""The scheduler of `serve`: what is due, one at a time, in a process of its own, ended with the server."""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
import time

import pytest
from starlette.testclient import TestClient

from tests.fetch.answers import KEY, Seen
from tests.fetch.conftest import NOW, Home, ago, claude
from uptake.jobs import State, fetching, schedule
from uptake.settings import read_settings
from uptake.state import runs
from uptake.web import app

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def often(home):
    home.extra = {"claude-code": "every = 6", "cursor": "every = 24", "windsurf": "every = 0"}
    home.write()
    return home


def opened(home: Home):
    settings = read_settings(home.path)
    return settings, State.of(settings)


def ran(state: State, source: str, at: dt.datetime, result: str = "done") -> None:
    runs.end(state, runs.begin(state, fetching.job_of(source), at), result, at)


def test_what_never_ran_is_due_and_then_each_after_its_interval(often):
    settings, state = opened(often)
    assert schedule.next_due(settings, state, NOW, {}) in ("claude-code", "cursor")
    ran(state, "cursor", NOW)
    assert schedule.next_due(settings, state, NOW, {}) == "claude-code"
    ran(state, "claude-code", NOW)
    assert schedule.next_due(settings, state, NOW + 5 * HOUR, {}) is None
    assert schedule.next_due(settings, state, NOW + 6.7 * HOUR, {}) == "claude-code"
    ran(state, "claude-code", NOW + 26 * HOUR)
    assert schedule.next_due(settings, state, NOW + 27 * HOUR, {}) == "cursor"


def test_a_failure_is_tried_again_within_the_hour_or_so(often):
    settings, state = opened(often)
    ran(state, "claude-code", NOW)
    ran(state, "cursor", NOW, "The vendor did not give a whole answer")
    assert schedule.next_due(settings, state, NOW + HOUR / 2, {}) is None
    assert schedule.next_due(settings, state, NOW + 4 * HOUR, {}) == "cursor"
    # What comes to no ledger at all is not started again and again.
    assert schedule.next_due(settings, state, NOW + 4 * HOUR, {"cursor": NOW + 4 * HOUR}) is None


def test_the_pause_is_drawn_once_for_each_home_and_run(often):
    settings, state = opened(often)
    ran(state, "claude-code", NOW)
    found = fetching.outlooks(settings, state, NOW)
    of = {outlook.source: outlook for outlook in found}
    drawn = {schedule._jitter(settings, of["claude-code"]) for _ in range(3)}
    assert len(drawn) == 1
    assert dt.timedelta() <= drawn.pop() <= 0.6 * HOUR
    assert of["windsurf"].due is None


def test_nothing_is_scheduled_where_nothing_is_set_up(home):
    assert not schedule.is_wanted(read_settings(home.path))


def test_a_second_server_which_has_no_warehouse_fetches_nothing(often):
    settings, state = opened(often)
    (often.path / "warehouse" / "warehouse.duckdb").unlink()
    assert schedule.next_due(settings, state, NOW, {}) is None


def test_scoring_is_a_job_like_a_fetch(often, monkeypatch):
    monkeypatch.setenv("UPTAKE_SCORE__EVERY", "12")
    settings, state = opened(often)
    for source in ("claude-code", "cursor"):
        ran(state, source, NOW)
    assert schedule.next_due(settings, state, NOW, {}) == "score"
    assert schedule.command(settings, "score")[3:5] == ["score", "--quiet"]
    runs.end(state, runs.begin(state, "score", NOW), "done", NOW)
    assert schedule.next_due(settings, state, NOW + 5 * HOUR, {}) is None
    ran(state, "claude-code", NOW + 14 * HOUR)
    assert schedule.next_due(settings, state, NOW + 14 * HOUR, {}) == "score"


def test_scoring_alone_is_wanted_too(home, monkeypatch):
    monkeypatch.setenv("UPTAKE_SCORE__EVERY", "1")
    assert schedule.is_wanted(read_settings(home.path))


def test_a_key_is_no_word_of_the_command(often):
    assert KEY not in " ".join(schedule.command(read_settings(often.path), "claude-code"))


def test_a_job_gives_way_to_answers_of_the_server(tmp_path):
    seen = tmp_path / "priority"
    code = "import os, pathlib, sys, time\nfor _ in range(2000):\n  time.sleep(0.01)\n  found = os.getpriority(os.PRIO_PROCESS, 0)\n  if found > int(sys.argv[2]): break\npathlib.Path(sys.argv[1]).write_text(str(found))"
    own = os.getpriority(os.PRIO_PROCESS, 0)
    schedule._run([sys.executable, "-c", code, str(seen), str(own)], threading.Event())
    assert int(seen.read_text()) == min(19, own + schedule.LOWER)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_a_served_home_fetches_by_itself_and_a_fetch_ends_with_the_server(home, vendor, monkeypatch):
    home.extra = {"claude-code": "every = 1\nsince = 2026-11-20"}
    home.limits["read_seconds"] = 30
    home.write()
    vendor.days["claude-code"] = {ago(n): [claude("ana", ago(n))] for n in range(-400, 9)}
    stuck = threading.Event()

    def stall(_seen: Seen) -> None:
        if len(vendor.seen) == 2:
            stuck.set()
            time.sleep(20)

    vendor.once(stall, 10**6)
    monkeypatch.setattr(schedule, "TICK_SECONDS", 0.05)
    settings, state = opened(home)
    begun = time.monotonic()
    with TestClient(app(settings, state)):
        assert stuck.wait(20)
    assert time.monotonic() - begun < 19
    assert home.held("select key, cast(day as varchar) from usage where source = 'claude-code'")
    assert not [name for name in home.files("claude-code") if name.endswith(".ndjson")]
    assert runs.last(state, "fetch claude-code").begun is not None
