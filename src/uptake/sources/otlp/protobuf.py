"""OTLP in protobuf, by the message types that the OpenTelemetry project publishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from uptake.sources.otlp.allowed import ALIKE, ATTRIBUTES, METRICS, apart, named, text
from uptake.sources.otlp.record import CUMULATIVE, MOST_NANOSECONDS, Attributes, Record, Signal

REQUESTS: dict[str, Any] = {
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
    "traces": ExportTraceServiceRequest,
}
ANSWERS: dict[str, tuple[Any, str]] = {
    "logs": (ExportLogsServiceResponse, "rejected_log_records"),
    "metrics": (ExportMetricsServiceResponse, "rejected_data_points"),
    "traces": (ExportTraceServiceResponse, "rejected_spans"),
}


def answer(signal: Signal, rejected: int, why: str) -> bytes:
    """The body of an answer of status 200: empty, or a partial success."""
    kind, field = ANSWERS[signal]
    made = kind()
    if rejected:
        setattr(made.partial_success, field, rejected)
        made.partial_success.error_message = why
    return bytes(made.SerializeToString())


def status(message: str) -> bytes:
    """`google.rpc.Status` with a message alone: field 2, a text. Its own package would be one more dependency for ten bytes."""
    said = message.encode()[:127]
    return bytes([0x12, len(said)]) + said


def records(signal: Signal, body: bytes, wanted: frozenset[str] = ATTRIBUTES) -> list[Record]:
    """Every record of a request; of a log record the attributes that are wanted. Raises ValueError for bytes that are none."""
    request = REQUESTS[signal]()
    try:
        request.ParseFromString(body)
    except DecodeError:
        raise ValueError("protobuf") from None
    found: list[Record] = []
    for group in getattr(
        request, {"logs": "resource_logs", "metrics": "resource_metrics"}.get(signal, "resource_spans")
    ):
        resource = _attributes(group.resource.attributes)
        copied = ALIKE | {item.key for item in group.resource.attributes}
        for scoped in getattr(group, {"logs": "scope_logs", "metrics": "scope_metrics"}.get(signal, "scope_spans")):
            scope = text(scoped.scope.name)
            if signal == "logs":
                found += [_log(resource, scope, item, wanted) for item in scoped.log_records]
            elif signal == "metrics":
                found += [point for item in scoped.metrics for point in _points(resource, scope, item, copied)]
            else:
                found += [Record(resource, scope, "", {}) for _ in scoped.spans]
    return found


def _log(resource: Attributes, scope: str, item: Any, wanted: frozenset[str]) -> Record:
    attributes = _attributes(item.attributes, wanted)
    name = text(attributes.get("event.name")) or text(getattr(item, "event_name", "")) or named(item.body.string_value)
    return _timed(Record(resource, scope, name, attributes), item.time_unix_nano or item.observed_time_unix_nano, 0)


def _points(resource: Attributes, scope: str, item: Any, copied: frozenset[str]) -> Iterable[Record]:
    name, kind = text(item.name), item.WhichOneof("data")
    if kind is None:
        return
    data = getattr(item, kind)
    cumulative = getattr(data, "aggregation_temporality", 0) == CUMULATIVE
    for point in data.data_points:
        found = Record(resource, scope, name, _attributes(point.attributes), cumulative=cumulative)
        if kind == "sum" and name in METRICS:
            which = point.WhichOneof("value")
            found.value = getattr(point, which) if which else None
            found.damaged = "" if which else "value"
            found.apart = apart(_unlisted(point.attributes, copied))
        yield _timed(found, point.time_unix_nano, point.start_time_unix_nano)


def _unlisted(items: Iterable[Any], copied: frozenset[str]) -> Iterable[tuple[str, object]]:
    """Names and values of attributes that are not on the list, for their hash alone."""
    for item in items:
        if item.key not in ATTRIBUTES and item.key not in copied:
            kind = item.value.WhichOneof("value")
            yield item.key, getattr(item.value, kind) if kind else ""


def _timed(found: Record, time: int, start: int) -> Record:
    if max(time, start) >= MOST_NANOSECONDS:
        found.damaged = "timeUnixNano"
    found.time, found.start = time, start
    return found


def _attributes(items: Iterable[Any], wanted: frozenset[str] = ATTRIBUTES) -> Attributes:
    found: Attributes = {}
    for item in items:
        if item.key in wanted:
            kind = item.value.WhichOneof("value")
            if kind in ("string_value", "int_value", "double_value", "bool_value"):
                found[item.key] = getattr(item.value, kind)
    return found
