"""Payloads: the fixtures of a reader, and what becomes of one. Seeded: the same number gives the same damage again."""

from __future__ import annotations

import functools
import json
import pathlib
import random
import re

from google.protobuf import json_format

from tests.attack import mutate
from uptake.sources import SOURCES
from uptake.sources.otlp.protobuf import REQUESTS

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "src" / "uptake" / "sources"
ODD = (
    *(b"-1", b"0", b"1e309", b"1.5", b"99999999999999999999", b"null", b"true", b"NaN", b"[]", b"{}", b'""', b'"x"', b"\x00", b"\xff\xfe"),
    *(b"2026-02-30", b"9999-12-31", b"0001-01-01", b"\xe2\x80\xae", b"\xed\xa0\x80", b'"', b"'", b",", b";", b"|", b"=1+1", b"\r", b"\n\n"),
    *(b"x" * 4_000, b"[" * 2_000, b'{"a":' * 500, b"\\u0000", b"\\ud800", b"\\", b"9" * 400),
)  # fmt: skip
POSTS = ("post-json", "post-protobuf")
"""The receiver's two encodings: bodies of requests, not files."""
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
TEXT = re.compile(rb'"[^"\n]{0,80}"')


@functools.cache
def seeds(source: str) -> tuple[bytes, ...]:
    """The fixtures of a reader; for `post-json` and `post-protobuf` those of OTLP as bodies of requests."""
    if source in POSTS:
        return tuple(_body(text, protobuf=source == "post-protobuf") for text in seeds("otlp"))
    return tuple(path.read_bytes() for path in sorted(FOLDER.glob(f"*/fixtures/{source}.*.in")))


def _body(text: bytes, *, protobuf: bool) -> bytes:
    document = json.loads(text)
    if not protobuf:
        return json.dumps(document).encode()
    made = REQUESTS["metrics" if "resourceMetrics" in document else "logs"]()
    return bytes(json_format.ParseDict(document, made).SerializeToString())


def mutated(source: str, number: int) -> bytes:
    """Payload `number` of a reader: one of its fixtures with one to four kinds of damage."""
    draw = random.Random(f"{source} {number}")
    data = damaged(draw.choice(seeds(source)), draw, source)
    if draw.random() < 0.03:
        data = draw.choice(list(mutate.FILES.values()))(data.decode("utf-8", "replace").encode())
    return data


def damaged(data: bytes, draw: random.Random, source: str) -> bytes:
    """One to four kinds of damage."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        data = draw.choice(KINDS)(data, draw, source) if data else data
    return data


def _put(data: bytes, draw: random.Random, _source: str) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + draw.choice(ODD) + data[at:]


def _flip(data: bytes, draw: random.Random, _source: str) -> bytes:
    found = bytearray(data)
    for _ in range(draw.choice((1, 1, 8))):
        found[draw.randrange(len(found))] ^= 1 << draw.randrange(8)
    return bytes(found)


def _cut(data: bytes, draw: random.Random, _source: str) -> bytes:
    first, last = sorted((draw.randrange(len(data)), draw.randrange(len(data))))
    return data[:first] + data[last:] if draw.random() < 0.7 else data[:last]


def _again(data: bytes, draw: random.Random, _source: str) -> bytes:
    first, last = sorted((draw.randrange(len(data)), draw.randrange(len(data))))
    return data[:last] + data[first:last] + data[last:]


def _splice(data: bytes, draw: random.Random, source: str) -> bytes:
    other = draw.choice(seeds(source))
    return data[: draw.randrange(len(data))] + other[draw.randrange(len(other)) :]


def _lines(data: bytes, draw: random.Random, _source: str) -> bytes:
    lines = data.splitlines(keepends=True)
    draw.shuffle(lines)
    return b"".join(lines[: draw.randrange(1, len(lines) + 1)])


def _number(data: bytes, draw: random.Random, _source: str) -> bytes:
    return _replaced(data, draw, NUMBER)


def _string(data: bytes, draw: random.Random, _source: str) -> bytes:
    return _replaced(data, draw, TEXT)


def _replaced(data: bytes, draw: random.Random, what: re.Pattern[bytes]) -> bytes:
    found = list(what.finditer(data))
    if not found:
        return data
    place = draw.choice(found)
    return data[: place.start()] + draw.choice(ODD) + data[place.end() :]


KINDS = (_put, _flip, _cut, _again, _splice, _lines, _number, _number, _string, _string)


def named() -> tuple[str, ...]:
    """All readers."""
    return tuple(SOURCES)
