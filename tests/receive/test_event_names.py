"""Where a client names its events: in an attribute, in the event name of the record, or in its body (SOURCES.md 5.3)."""

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from tests.receive.test_telemetry import NOW, drained, log, request, usage
from uptake.sources.otlp.parse import post


def _attribute(record, name):
    record["attributes"].append({"key": "event.name", "value": {"stringValue": name}})


NAMED = {
    "its attribute": _attribute,
    "its EventName": lambda record, name: record.update(eventName=f"claude_code.{name}"),
    "its body": lambda record, name: record.update(body={"stringValue": f"claude_code.{name}"}),
}


@pytest.mark.parametrize("protobuf", [False, True], ids=["JSON", "protobuf"])
@pytest.mark.parametrize("way", NAMED)
def test_an_event_of_claude_code_may_be_named_in_its_attribute_its_event_name_or_its_body(way, protobuf, tmp_path):
    records = [log(1, "", command="x"), log(2, "", request_id="r-1", input_tokens=28)]
    for record, name in zip(records, ("user_prompt", "api_request"), strict=True):
        record["attributes"] = [one for one in record["attributes"] if one["key"] != "event.name"]
        NAMED[way](record, name)
    body = request(*records)
    if protobuf:
        body = json_format.Parse(body, ExportLogsServiceRequest()).SerializeToString()
    drained(tmp_path, [post("logs", body, NOW, protobuf=protobuf)])
    assert [row[:4] for row in usage(tmp_path)] == [(1, 1, 1, 28)]


@pytest.mark.parametrize("body", [
    "please mend claude_code.user_prompt", "claude_code.", "claude_code.user prompt", "claude_code." + "a" * 99,
    "gemini_cli.user_prompt", 5, None, ["claude_code.user_prompt"],
])  # fmt: skip
def test_a_body_that_is_no_bare_name_of_an_event_names_none_and_is_not_kept(body):
    record = log(1, "") | {"body": {"stringValue": body}}
    made = post("logs", request(record), NOW, protobuf=False)
    assert (made.taken, made.refused, made.records) == ([], [], 1)
