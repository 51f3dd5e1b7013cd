"""An OTLP request as plain records: JSON and protobuf come to the same ones, with nothing in them that is not on the allow-list.

What is dropped here was never an object of ours: it stays in the bytes of the request, which live in memory until the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec

from uptake.sources.otlp.allowed import ALIKE, ATTRIBUTES, METRICS, PROMPT, apart, named, text
from uptake.sources.otlp.record import CUMULATIVE, MOST_NANOSECONDS, Attributes, Record, Scalar, Signal

KINDS = {"metrics": "resourceMetrics", "logs": "resourceLogs", "traces": "resourceSpans"}


class Undecodable(Exception):
    """The body is no OTLP request of that signal (rule R-OT-4: status 400). Carries no text of it."""


def records(signal: Signal, body: bytes, *, protobuf: bool, prompts: bool = False) -> Iterator[Record]:
    """Every record of a request; `prompts`: with what people wrote, which the caller takes out at once. Raises Undecodable."""
    wanted = ATTRIBUTES | {PROMPT} if prompts and signal == "logs" else ATTRIBUTES
    try:
        if protobuf:
            from uptake.sources.otlp import protobuf as binary  # noqa: PLC0415  its library is slow to import

            return iter(binary.records(signal, body, wanted))
        return iter(list(_json(signal, msgspec.json.decode(body), wanted)))
    except (ValueError, RecursionError, TypeError, AttributeError, KeyError):
        raise Undecodable from None


def _json(signal: Signal, document: Any, wanted: frozenset[str]) -> Iterator[Record]:
    if not isinstance(document, dict):
        raise Undecodable
    inner, leaf = {"metrics": ("scopeMetrics", "metrics"), "logs": ("scopeLogs", "logRecords")}.get(
        signal, ("scopeSpans", "spans")
    )
    for group in _list(document, KINDS[signal]):
        said = _list(_dict(group, "resource"), "attributes")
        resource, copied = attributes(said), ALIKE | {str(item.get("key")) for item in said if isinstance(item, dict)}
        for scoped in _list(group, inner):
            scope = text(_dict(scoped, "scope").get("name"))
            for item in _list(scoped, leaf):
                if signal == "metrics" and isinstance(item, dict):
                    yield from _points(resource, scope, item, copied)
                else:
                    yield _json_record(signal, Record(resource, scope, "", {}), item, wanted)


def _json_record(signal: Signal, empty: Record, item: Any, wanted: frozenset[str]) -> Record:
    """`empty`: a record of the same resource and scope that says nothing."""
    if not isinstance(item, dict):
        return replace(empty, damaged="record")
    return _log(empty.resource, empty.scope, item, wanted) if signal == "logs" else empty


def _log(resource: Attributes, scope: str, item: dict[str, Any], wanted: frozenset[str]) -> Record:
    try:
        found = attributes(_list(item, "attributes"), wanted)
        name = text(found.get("event.name")) or text(item.get("eventName")) or _named_in_body(item.get("body"))
        time = nanoseconds(item.get("timeUnixNano")) or nanoseconds(item.get("observedTimeUnixNano"))
    except ValueError as error:
        return Record(resource, scope, "", {}, damaged=str(error))
    return Record(resource, scope, name, found, time)


def _named_in_body(body: Any) -> str:
    return named(body.get("stringValue")) if isinstance(body, dict) else ""


def _points(resource: Attributes, scope: str, item: dict[str, Any], copied: frozenset[str]) -> Iterator[Record]:
    name = text(item.get("name"))
    for kind in ("sum", "gauge", "histogram", "exponentialHistogram", "summary"):
        if kind not in item:
            continue
        try:
            data = _dict(item, kind)
            points = _list(data, "dataPoints")
        except ValueError as error:
            yield Record(resource, scope, name, {}, damaged=str(error))
            continue
        cumulative = data.get("aggregationTemporality") in (CUMULATIVE, "2", "AGGREGATION_TEMPORALITY_CUMULATIVE")
        for point in points:
            counted = kind == "sum" and name in METRICS
            yield _point(Record(resource, scope, name, {}, cumulative=cumulative), point, copied, counted=counted)


def _point(found: Record, point: Any, copied: frozenset[str], *, counted: bool) -> Record:
    try:
        if not isinstance(point, dict):
            raise ValueError("dataPoints")  # noqa: TRY004, TRY301  one way out for every damage
        said = _list(point, "attributes")
        found.attributes = attributes(said)
        found.time, found.start = nanoseconds(point.get("timeUnixNano")), nanoseconds(point.get("startTimeUnixNano"))
        if counted:
            found.value, found.apart = _value(point), apart(_unlisted(said, copied))
    except ValueError as error:
        found.damaged = str(error)
    return found


def _value(point: dict[str, Any]) -> int | float:
    whole = point.get("asInt")
    found = int(whole) if isinstance(whole, str) and whole.lstrip("-").isdigit() and len(whole) < 20 else whole
    found = point.get("asDouble") if found is None else found
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError("value")  # noqa: TRY004  a damage of the record, as all others
    return found


def attributes(items: list[Any], wanted: frozenset[str] = ATTRIBUTES) -> Attributes:
    """The attributes that are wanted, by default those on the allow-list, without empty ones (rule R-OT-7). Text is not yet judged."""
    found: Attributes = {}
    for item in items:
        if not isinstance(item, dict):
            raise ValueError("attributes")  # noqa: TRY004  a damage of the record, as all others
        key, value = item.get("key"), item.get("value")
        if key not in wanted or not isinstance(value, dict):
            continue
        for kind in ("stringValue", "intValue", "doubleValue", "boolValue"):
            if isinstance(value.get(kind), Scalar):
                found[key] = float(value[kind]) if kind == "doubleValue" else value[kind]
                break
    return found


def _unlisted(items: list[Any], copied: frozenset[str]) -> Iterator[tuple[str, object]]:
    """Names and values of attributes that are not on the list, for their hash alone."""
    for item in items:
        key, value = item.get("key"), item.get("value")
        if isinstance(key, str) and key not in ATTRIBUTES and key not in copied and isinstance(value, dict):
            yield key, next(iter(value.values()), "")


def nanoseconds(given: Any) -> int:
    """A time as text or number, never through a float (rule R-OT-6); 0 where it is not said."""
    if given in (None, ""):
        return 0
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 20:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < MOST_NANOSECONDS:
        raise ValueError("timeUnixNano")
    return given


def _list(found: dict[str, Any], key: str) -> list[Any]:
    value = found.get(key) if isinstance(found, dict) else found
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(key)  # noqa: TRY004  a damage of the record, as all others
    return value


def _dict(found: dict[str, Any], key: str) -> dict[str, Any]:
    value = found.get(key) if isinstance(found, dict) else found
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(key)  # noqa: TRY004  a damage of the record, as all others
    return value
