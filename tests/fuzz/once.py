"""One payload through one reader, without files or a database: what coverage-guided fuzzing calls some thousand times a second."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import get_args

import msgspec
import pyarrow as pa

from uptake.model.outcome import InputFile, Outcome, Refused, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.otlp.parse import encoded, post
from uptake.sources.otlp.wire import Undecodable
from uptake.warehouse.tables import arrow_schema

NOW = dt.datetime(2026, 6, 1, 12)
KNOWN = get_args(Outcome)
LONGEST_WORD = 160
"""Of a reason and its field: the names of all tools fit, a value that somebody wrote soon does not."""
POSTS = ("post-json", "post-protobuf")


def once(name: str, data: bytes) -> None:
    """Read it. Anything but outcomes and a refusal is a fault: an AssertionError, or whatever the reader raised."""
    if name in POSTS:
        _posted(data, protobuf=name == "post-protobuf")
        return
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


def _posted(data: bytes, *, protobuf: bool) -> None:
    for signal in ("metrics", "logs"):
        try:
            made = post(signal, data, NOW, protobuf=protobuf)
        except Undecodable:
            continue
        assert made.records == len(made.taken) + sum(made.ignored.values()) + len(made.refused)
        encoded(made)
