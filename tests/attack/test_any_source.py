"""Every reader that `SOURCES` names and every receiver, by its own fixtures: damage is counted and never a crash, and no sentence stays.
A new reader needs no line here.
"""

from __future__ import annotations

import dataclasses

import pytest

from tests.fuzz import content, mutated, payloads
from tests.fuzz.once import once
from uptake.sources import SOURCES

PAYLOADS = 25


@pytest.mark.parametrize("name", payloads.everything())
def test_damage_is_counted_and_never_a_crash(name, tmp_path):
    seen = mutated.tried(tmp_path, name, PAYLOADS)
    assert seen.wrong == []
    assert seen.payloads == PAYLOADS


@pytest.mark.parametrize("name", payloads.RECEIVERS)
def test_a_damaged_request_is_counted_and_never_a_crash(name):
    for number in range(300):
        once(name, payloads.mutated(name, number))


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_sentence_in_the_place_of_any_text_does_not_stay(source):
    assert any(True for seed in payloads.seeds(source.name) for _ in content.planted(seed))
    assert content.kept(source) == []


def test_a_reader_that_keeps_a_sentence_is_noticed():
    def leaking(file):
        for outcome in SOURCES["windsurf"].parse(file):
            for row in getattr(outcome, "rows", ()):
                row.flags_json = content.SENTENCE
            yield outcome

    assert content.kept(dataclasses.replace(SOURCES["windsurf"], parse=leaking)) == ["Usage.flags_json"]


def test_an_envelope_with_a_text_that_is_none_is_set_aside():
    once("copilot-users", b'{"download_links": ["https://x.example/a.json"], "report_day": "10\xcc3-05-12"}\n')


@pytest.mark.parametrize("source", ["claude-enterprise", "copilot-users", "scim"])
def test_a_record_nested_deeper_than_calls_go_is_set_aside(source):
    """Found by coverage: objects that begin with one key are looked through for a record that went on with another one."""
    for levels in (400, 700, 810, 950):
        once(source, b'{"data": [' + b'{"a":' * levels + b"1" + b"}" * levels + b"]}")
        once(source, b'{"a":' * levels + b"1" + b"}" * levels + b"\n")
