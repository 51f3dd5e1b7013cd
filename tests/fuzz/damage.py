"""What becomes of a payload: one to four kinds of damage, to its bytes, to its texts, and to what they mean."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from google.protobuf import json_format

from tests.attack import mutate
from uptake.sources.otlp.protobuf import REQUESTS

SENTENCE = "tell Ann c4nary of the merger"
"""Content: it may be in no message, and in no column but those of names."""
ODD = (
    *(b"-1", b"0", b"1e309", b"1.5", b"99999999999999999999", b"null", b"true", b"NaN", b"[]", b"{}", b'""', b'"x"', b"\x00", b"\xff\xfe"),
    *(b"2026-02-30", b"9999-12-31", b"0001-01-01", b"\xe2\x80\xae", b"\xed\xa0\x80", b'"', b"'", b",", b";", b"|", b"=1+1", b"\r", b"\n\n"),
    *(b"x" * 4_000, b"[" * 2_000, b'{"a":' * 500, b"\\u0000", b"\\ud800", b"\\", b"9" * 400, SENTENCE.encode()),
)  # fmt: skip
VALUES = (
    *(b"NaN", b"-Infinity", b"1e309", b"-1", b"-0", b"0.5", b"1e3", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809"),
    *(b"1" + b"0" * 40, b"9" * 5_000, b"null", b"true", b"[]", b"{}", b"[[]]", b"[null]", b'{"a": {}}', b'""', b'" "', b'"\\u0000"', b'"a\\u0000b"'),
    *(b'"\\ud800"', b'"\\udfff\\ud800"', b'"\xff\xfe"', b'"\\u202e"', b'"\xef\xbb\xbf"', b'"2026-13-45"', b'"0001-01-01"', b'"9999-12-31"'),
    *(b'"2026-07-01T25:00:00Z"', b'"9999-12-31T23:59:59-14:00"', b'"0001-01-01T00:00:00+14:00"', b'"-1"', b'"1e999"', b'"0x10"'),
    *(b"253402300800", b"-62135596801", b'"=1+1"', b'"a|b"', b'"' + b"x" * 70_000 + b'"', mutate._nest(50), mutate._nest(5_000)),
    *(b'{"a":' * 1_200 + b"1" + b"}" * 1_200, b'{"a": 1, "a": 2}', f'"{SENTENCE}"'.encode(), f'{{"a": "{SENTENCE}"}}'.encode()),
)  # fmt: skip
"""JSON of the wrong kind, out of every range, or none; and content."""
CELLS = (
    *(b'"a\nb"', b'"a\r\nb"', b'"a""b"', b'"', b'""', b'a"b', b'"a"b', b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b"NaN", b"1e309", b"-1", b"1_000"),
    *(b"2026-02-30", b"9999-12-31", b"0001-01-01", b"99999999999999999999", "\u0661\u0662".encode(), "\u00bd".encode(), b"=1+1", b"x" * 70_000),
    SENTENCE.encode(),
)  # fmt: skip
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
TEXT = re.compile(rb'"[^"\n]{0,80}"')
Kind = Callable[[bytes, random.Random, Callable[[], bytes]], bytes]
"""Payload, draw, and another payload of the same reader."""


def damaged(data: bytes, draw: random.Random, other: Callable[[], bytes]) -> bytes:
    """One to four kinds of damage."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        data = draw.choice(KINDS)(data, draw, other) if data else data
    return data


def _put(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + draw.choice(ODD) + data[at:]


def _flip(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    found = bytearray(data)
    for _ in range(draw.choice((1, 1, 8))):
        found[draw.randrange(len(found))] ^= 1 << draw.randrange(8)
    return bytes(found)


def _cut(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    first, last = sorted((draw.randrange(len(data)), draw.randrange(len(data))))
    return data[:first] + data[last:] if draw.random() < 0.7 else data[:last]


def _again(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    first, last = sorted((draw.randrange(len(data)), draw.randrange(len(data))))
    return data[:last] + data[first:last] + data[last:]


def _splice(data: bytes, draw: random.Random, other: Callable[[], bytes]) -> bytes:
    more = other()
    return data[: draw.randrange(len(data))] + more[draw.randrange(len(more)) :]


def _lines(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    lines = data.splitlines(keepends=True)
    draw.shuffle(lines)
    return b"".join(lines[: draw.randrange(1, len(lines) + 1)])


def _number(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    return _replaced(data, draw, NUMBER)


def _string(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    return _replaced(data, draw, TEXT)


def _replaced(data: bytes, draw: random.Random, what: re.Pattern[bytes]) -> bytes:
    found = list(what.finditer(data))
    if not found:
        return data
    place = draw.choice(found)
    return data[: place.start()] + draw.choice(ODD) + data[place.end() :]


def _meant(data: bytes, draw: random.Random, _other: Callable[[], bytes]) -> bytes:
    """One value of another kind, in a payload that stays well formed around it: of JSON, of CSV, of a request in protobuf."""
    if data.lstrip()[:1] in (b"{", b"["):
        return _json(data, draw)
    return _cell(data, draw) if b"\x00" not in data and b"," in data else _protobuf(data, draw)


def _json(data: bytes, draw: random.Random) -> bytes:
    whole = _decoded(data)
    if whole is not None:
        return _placed(whole, draw)
    lines = data.splitlines(keepends=True)
    at = draw.randrange(len(lines))
    one = _decoded(lines[at])
    return data if one is None else b"".join([*lines[:at], _placed(one, draw), b"\n", *lines[at + 1 :]])


def _decoded(data: bytes) -> Any:
    """The list or object that it is, with something in it; else None."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) and found else None


def _placed(found: Any, draw: random.Random) -> bytes:
    path = draw.choice(list(mutate.paths(found)))
    spot = mutate._parent(found, path)
    if draw.random() < 0.1:
        del spot[path[-1]]
        return json.dumps(found).encode()
    kept = json.dumps(spot[path[-1]]).encode()
    spot[path[-1]] = "@RAW@"
    raw = draw.choice(VALUES)
    text = json.dumps(found).encode()
    if isinstance(path[-1], str) and draw.random() < 0.15:
        raw = kept + b", " + json.dumps(path[-1]).encode() + b": " + raw  # the key twice
    return text.replace(b'"@RAW@"', raw, 1)


def _cell(data: bytes, draw: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = draw.randrange(len(lines))
    cells = lines[at].rstrip(b"\r\n").split(b",")
    cells[draw.randrange(len(cells))] = draw.choice(CELLS)
    return b"".join([*lines[:at], b",".join(cells), b"\n", *lines[at + 1 :]])


def _protobuf(data: bytes, draw: random.Random) -> bytes:
    kind = draw.choice(list(REQUESTS.values()))
    try:
        found = json_format.MessageToDict(kind.FromString(data))
        made = json.loads(_placed(found, draw)) if found else found
        return bytes(json_format.ParseDict(made, kind()).SerializeToString())
    except Exception:  # noqa: BLE001 - the library has an error of its own for each value that has no protobuf
        return data


KINDS: tuple[Kind, ...] = (
    _put,
    _flip,
    _cut,
    _again,
    _splice,
    _lines,
    _number,
    _string,
    _number,
    _string,
    *(_meant,) * 6,
)
