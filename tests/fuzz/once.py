"""One payload through one reader or receiver, without files or a database: what coverage-guided fuzzing calls some thousand times a second."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable
from typing import Any, get_args

import msgspec
import pyarrow as pa

from tests.fuzz.payloads import DIRECTORY, HOOKS, POSTS
from uptake.model.outcome import Ignored, InputFile, Listed, Outcome, Refused, Rejected, Repository, SeatTotal, Taken
from uptake.receive.deliveries import HOSTS
from uptake.receive.scim import change
from uptake.receive.scim.problem import ScimError
from uptake.receive.scim.query import projected, query_of
from uptake.receive.scim.resource import GROUP, USER
from uptake.sources import SOURCES
from uptake.sources.github import spooled
from uptake.sources.otlp.parse import encoded, post
from uptake.sources.otlp.record import Signal
from uptake.sources.otlp.wire import Undecodable
from uptake.warehouse.tables import arrow_schema

NOW = dt.datetime(2026, 6, 1, 12)
KNOWN = get_args(Outcome)
LONGEST_WORD = 160
"""Of a reason and its field: the names of all tools fit, a value that somebody wrote soon does not."""
SIGNALS: tuple[Signal, ...] = ("metrics", "logs")
HELD = {
    USER: {
        "userName": "a",
        "emails": [{"value": "a@b.example", "type": "work"}, {"value": "c@b.example", "primary": True}],
    },
    GROUP: {"displayName": "g", "members": [{"value": "a"}, {"value": "b"}]},
}


def once(name: str, data: bytes) -> None:
    """Read it. Anything but outcomes and a refusal is a fault: an AssertionError, or whatever was raised."""
    if name in POSTS:
        posted(data, protobuf=POSTS[name])
    elif name in HOOKS:
        delivered(HOOKS[name], data)
    elif name == DIRECTORY:
        _provisioned(data)
    else:
        _read(name, data)


def _read(name: str, data: bytes) -> None:
    file = InputFile("payload", io.BytesIO(data), account="tenant", fetched_at=NOW)
    try:
        _checked(SOURCES[name].parse(file))
    except Refused as refused:
        if not (refused.reason and refused.instead):
            raise AssertionError("a refusal that does not say what to do") from None


def _checked(outcomes: Iterable[Outcome]) -> None:
    rows: dict[type[msgspec.Struct], list[tuple[object, ...]]] = {}
    for outcome in outcomes:
        assert isinstance(outcome, KNOWN)
        if isinstance(outcome, SeatTotal | Listed):
            assert 0 <= outcome.total < 2**63
        if isinstance(outcome, Rejected):
            assert len(outcome.reason) + len(outcome.field) <= LONGEST_WORD
        if isinstance(outcome, Taken):
            assert outcome.key
            for row in outcome.rows:
                rows.setdefault(type(row), []).append(msgspec.structs.astuple(row))
    for kind, found in rows.items():
        _columns(kind, found)


def _columns(kind: type[msgspec.Struct], found: list[tuple[object, ...]]) -> None:
    """As the loader does it: a count beyond 64 bits or a text that is none would end the whole call."""
    schema = arrow_schema(kind)
    wanted = [field for field in schema if field.name != "rec"]
    for values, field in zip(zip(*found, strict=True), wanted, strict=True):
        pa.array(values, type=field.type)


def posted(data: bytes, *, protobuf: bool) -> dict[Signal, int]:
    """Records of a body by the signal that it is taken for; a body that is no request of it is in none. Each is counted once."""
    counted: dict[Signal, int] = {}
    for signal in SIGNALS:
        try:
            made = post(signal, data, NOW, protobuf=protobuf)
        except Undecodable:
            continue
        assert made.records == len(made.taken) + sum(made.ignored.values()) + len(made.refused)
        _checked(Taken(1, "key", [row]) for row in made.taken)
        encoded(made)
        counted[signal] = made.records
    return counted


def delivered(host: str, data: bytes) -> bool:
    """Whether a delivery leaves a line in the spool, which says what was said of it."""
    found = HOSTS[host].payload(data, 1, InputFile("delivery", io.BytesIO(), fetched_at=NOW, repository=Repository("")))
    _checked([found])
    if isinstance(found, Ignored):
        return False
    assert isinstance(found, Taken | Rejected)
    again = spooled.decoded(spooled.encoded(found), 1)
    if isinstance(found, Taken):
        assert isinstance(again, Taken)
        assert (again.key, again.rank) == (found.key, found.rank)
        assert sorted(map(repr, again.rows)) == sorted(map(repr, found.rows))
    return True


def _provisioned(data: bytes) -> None:
    """Sent whole, sent as a change, and as the words of a search."""
    try:
        body: Any = json.loads(data)
    except (ValueError, RecursionError):
        return
    for kind, held in HELD.items():
        for make in (change.whole, lambda kind, body, held=held: change.changed(kind, held, body)):
            try:
                made = make(kind, body)
            except ScimError as error:
                _refused(error)
                continue
            assert json.loads(json.dumps(made).encode()) == made
            assert str(made).encode()
    if isinstance(body, dict):
        words = {str(key): str(value) for key, value in body.items()}
        try:
            query_of(words).holds(HELD[USER])
            projected(HELD[USER], words)
        except ScimError as error:
            _refused(error)


def _refused(error: ScimError) -> None:
    assert error.status == 400
    assert len(error.why) <= LONGEST_WORD
