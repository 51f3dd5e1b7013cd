"""Fuzzing reaches every reader and receiver, and notices what it is there for."""

from __future__ import annotations

import dataclasses
import json
import random

import pytest

from tests import test_routes_gate
from tests.fuzz import content, damage, guided, mutated, payloads, sent, told
from tests.fuzz.once import once
from uptake.model.outcome import Rejected, Taken
from uptake.sources import SOURCES

NAME = "windsurf"


def test_every_reader_is_fuzzed():
    assert set(payloads.everything()) == {*SOURCES, *payloads.RECEIVERS}


def test_every_route_that_programs_post_to_is_fuzzed():
    """The table of the gate names them all: a test holds it against the routes of the app."""
    beginnings = set(payloads.RECEIVERS.values())
    for path in (*test_routes_gate.RECEIVERS, test_routes_gate.DIRECTORY):
        assert any(path.startswith(beginning) for beginning in beginnings), path


def test_every_receiver_has_a_desk_and_a_source_that_drains_it():
    assert set(payloads.RECEIVERS) == set(sent.DESKS) == set(sent.SOURCE_OF)
    assert set(sent.SOURCE_OF.values()) <= set(SOURCES)


@pytest.fixture
def reading(monkeypatch):
    """Puts another function in the place of the reader."""

    def put(parse):
        monkeypatch.setitem(SOURCES, NAME, dataclasses.replace(SOURCES[NAME], parse=parse))

    return put


def test_a_reader_that_raises_is_noticed(reading, tmp_path):
    found = SOURCES[NAME].parse

    def raising(file):
        for outcome in found(file):
            if isinstance(outcome, Rejected):
                raise KeyError("a bug")
            yield outcome

    reading(raising)
    assert any("exit 70" in one for one in mutated.tried(tmp_path, NAME, 10).wrong)
    with pytest.raises(KeyError):
        once(NAME, b'[{"email": 7}]')


def test_a_reader_that_names_a_value_is_noticed(reading, tmp_path):
    def telling(_file):
        yield Rejected(1, content.SENTENCE, "field")

    reading(telling)
    assert "content in quarantine.reason" in mutated.tried(tmp_path, NAME, 2).wrong


def test_a_reader_that_keeps_content_is_noticed(reading, tmp_path):
    found = SOURCES[NAME].parse

    def keeping(file):
        for outcome in found(file):
            for row in outcome.rows if isinstance(outcome, Taken) else ():
                row.flags_json = json.dumps({"said": content.SENTENCE})
            yield outcome

    reading(keeping)
    assert "content in usage.flags_json" in mutated.tried(tmp_path, NAME, 10).wrong


def test_payloads_that_reach_nothing_are_noticed(reading, tmp_path):
    """Files whose names the reader passes over were fuzzed for a month: nothing of them was ever read."""

    def passing(_file):
        yield from ()

    reading(passing)
    assert any("nothing was ever loaded" in one for one in mutated.tried(tmp_path, NAME, 2).wrong)


def test_a_spool_that_loses_a_record_is_noticed(monkeypatch, tmp_path):
    def losing(desk, data, number):
        desk.acknowledged += number == 3
        return found(desk, data, number)

    found = sent.Hooks.send
    assert mutated.tried(tmp_path / "whole", "hook-gitlab", 20).wrong == []
    monkeypatch.setattr(sent.Hooks, "send", losing)
    assert any("acknowledged" in one for one in mutated.tried(tmp_path / "lost", "hook-gitlab", 20).wrong)


@pytest.mark.parametrize("name", [NAME, "copilot-users", "claude-transcripts"])
def test_damage_of_meaning_leaves_the_rest_well_formed(name):
    draw = random.Random(name)
    formed = 0
    for _ in range(100):
        data = damage._meant(draw.choice(payloads.seeds(name)), draw, lambda: b"")
        formed += any(damage._decoded(line) is not None for line in (data, *data.splitlines()))
    assert formed > 60


def test_damage_of_a_request_in_protobuf_is_one_still():
    draw, seeds = random.Random(7), payloads.seeds("post-protobuf")
    changed = {damage._meant(seed, draw, lambda: b"") for seed in seeds for _ in range(100)} - {*seeds}
    assert len(changed) > 20
    for data in changed:
        once("post-protobuf", data)


def test_runs_add_up(monkeypatch, tmp_path):
    monkeypatch.setattr(told, "KEPT", tmp_path)
    told.keep(NAME, mutated.Seen(payloads=10, records=4, loaded=4).added(told.told(NAME, told.Mutated)))
    told.keep(NAME, mutated.Seen(payloads=5, wrong=["x"]).added(told.told(NAME, told.Mutated)))
    told.keep(NAME, told.Guided(seconds=120, runs=9_000, edges=500))
    assert told.told(NAME, told.Mutated) == told.Mutated(payloads=15, records=4, loaded=4, faults=1)
    head, rule, line = told.table([NAME]).splitlines()
    assert head.count("|") == rule.count("|") == line.count("|")
    assert line == f"| {NAME} | 15 | 0 | 4 | 4 | 0 | 0 | 0 | 1 | 120 | 9,000 | 0 | 0 | 500 | 0 |"


def test_what_libfuzzer_says_is_read():
    said = "#2\tINITED cov: 285 ft: 300 corp: 1/1308b\n#512\tNEW    cov: 301 ft: 340\n#2048\tDONE   cov: 301 ft: 350 corp: 9/4kb\n"
    assert guided._reached(said) == 301
    assert guided._last(r"#(\d+)\s", said) == "2048"
    assert guided._reached("a traceback") == 0
