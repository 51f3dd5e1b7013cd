"""Points of two series that differ in an attribute which is not on the allow-list, and names of events in both spellings (decision 0112)."""

import datetime as dt
import json

import pytest
from google.protobuf.json_format import ParseDict

from uptake.sources.otlp.days import rows
from uptake.sources.otlp.parse import encoded, key, post
from uptake.sources.otlp.protobuf import REQUESTS

NOW = dt.datetime(2026, 5, 13)
START = int(dt.datetime(2026, 5, 12, 9, tzinfo=dt.UTC).timestamp())
CANARY = "canary/of/a/path"


def told(**said):
    return [{"key": name.replace("__", "."), "value": {"stringValue": value}} for name, value in said.items()]


WHO = told(user__email="a@corp.example", session__id="s")
RESOURCE = {"attributes": told(service__name="claude-code", team="red")}


def point(value, seconds, *more, **said):
    at = {"startTimeUnixNano": str(START * 10**9), "timeUnixNano": str((START + seconds) * 10**9)}
    return {**at, "asDouble": value, "attributes": [*WHO, *more, *told(type="output", model="claude-opus-4-6", **said)]}


def metric(points, temporality):
    made = {
        "name": "claude_code.token.usage",
        "sum": {"aggregationTemporality": temporality, "isMonotonic": True, "dataPoints": points},
    }
    scoped = {"scope": {"name": "com.anthropic.claude_code"}, "metrics": [made]}
    return {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [scoped]}]}


def logs(*names):
    records = [
        {"timeUnixNano": str((START + number) * 10**9), "attributes": [*WHO, *told(event__name=name, event__sequence=str(number), request_id="r", prompt__id="p")]}
        for number, name in enumerate(names)
    ]  # fmt: skip
    scoped = {"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": records}
    return {"resourceLogs": [{"resource": RESOURCE, "scopeLogs": [scoped]}]}


def events(signal, body, *, protobuf):
    raw = ParseDict(body, REQUESTS[signal]()).SerializeToString() if protobuf else json.dumps(body).encode()
    made = post(signal, raw, NOW, protobuf=protobuf)
    assert not made.refused
    assert CANARY.encode() not in encoded(made)
    return {key(event): event for event in made.taken}


def day(found):
    (taken,) = rows(found.values(), dt.date(2026, 1, 1))
    return taken.rows[0]


@pytest.mark.parametrize("protobuf", [False, True])
@pytest.mark.parametrize(
    ("points", "temporality", "wanted"),
    [
        ([point(5, 60, effort="low"), point(7, 60, effort="high")], 1, 12),
        ([point(5, 60, skill__name=CANARY), point(7, 60)], 1, 12),
        ([point(5, 60, {"key": "n", "value": {"intValue": "1"}}), point(7, 60, {"key": "n", "value": {"intValue": "2"}})], 1, 12),
        ([point(9, 60, effort="low"), point(4, 60, effort="high"), point(10, 120, effort="low"), point(5, 120, effort="high")], 2, 15),
        ([point(5, 60, effort="low"), point(5, 60, effort="low")], 1, 5),
    ],
    ids=["delta", "one has none", "numbers", "cumulative", "one point twice"],
)  # fmt: skip
def test_r_ot_5_points_of_two_series_are_two(points, temporality, wanted, protobuf):
    body = metric(points, temporality)
    found = events("metrics", body, protobuf=protobuf)
    found |= events("metrics", body, protobuf=protobuf)
    assert day(found).tokens_out == wanted


@pytest.mark.parametrize("protobuf", [False, True])
def test_what_all_points_of_a_session_say_alike_names_no_series(protobuf):
    """A series has the name that it had before such attributes came: what a client goes on to count is not begun anew."""
    plain = events("metrics", metric([point(5, 60)], 2), protobuf=protobuf)
    more = events(
        "metrics", metric([point(5, 60, team="red", app__version="2", organization__id="o")], 2), protobuf=protobuf
    )
    assert plain.keys() == more.keys()


@pytest.mark.parametrize("protobuf", [False, True])
def test_a_name_of_an_event_may_have_the_prefix_of_the_body(protobuf):
    plain = events("logs", logs("user_prompt", "api_request"), protobuf=protobuf)
    spelt = events("logs", logs("claude_code.user_prompt", "claude_code.api_request"), protobuf=protobuf)
    assert plain == spelt
    assert (day(spelt).prompts, day(spelt).requests) == (1, 1)
