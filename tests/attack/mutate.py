"""Damage to vendor records and files. Seeded: a failure prints the seed, and the seed gives the same damage again."""

from __future__ import annotations

import copy
import functools
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

Draw = random.Random
VALUES: tuple[Any, ...] = (
    *(None, True, "", "x", 0, -1, 10**12 + 1, 10**30, -(10**30), 1.5, 1e308, "1e999", [], {}, [[]], [None], {"a": {}}),
    *(
        "2026-13-45",
        "0001-01-01",
        "9999-12-31",
        "2026-07-01T25:00:00Z",
        "-5",
        " ",
        "\u0000",
        "\ud800",
        "\u202e",
        "'; drop",
    ),
    *("=1+1", '"', "a|b", "%7C", "x" * 300, "x" * 70_000),
)
RAW = (
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"1e99999",
    b"01",
    b"+1",
    b"0x10",
    b"undefined",
    b'"\xff\xfe"',
    b'"\x01"',
    b"'x'",
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a decoded record."""
    items: list[tuple[Any, Any]] = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, inner in items:
        yield (*here, key)
        yield from paths(inner, (*here, key))


def _parent(found: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        found = found[key]
    return found


def record(good: dict[str, Any], draw: Draw) -> bytes:
    """The bytes of one damaged record, on one line."""
    found = copy.deepcopy(good)
    path = draw.choice(list(paths(found)))
    spot = _parent(found, path)
    kind = draw.randrange(9)
    if kind == 0:
        del spot[path[-1]]
    elif kind <= 3:
        spot[path[-1]] = draw.choice(VALUES)
    elif kind == 4:
        spot[path[-1]] = "@RAW@"
        return json.dumps(found).encode().replace(b'"@RAW@"', draw.choice(RAW))
    elif kind == 5:
        return _twice(found, draw)
    elif kind == 6:
        spot[path[-1]] = _deep(draw.choice((50, 1200, 5000)))
        return spot_text(found)
    text = json.dumps(found).encode()
    return _text(text, draw) if kind >= 7 else text


def spot_text(found: dict[str, Any]) -> bytes:
    """JSON of a record that holds a text already encoded as a deep nest."""
    text = json.dumps({key: value for key, value in found.items() if not _is_deep(value)})
    return text[:-1].encode() + b', "deep": ' + _nest(1200) + b"}"


def _is_deep(value: Any) -> bool:
    return "@DEEP@" in json.dumps(value)


def _deep(levels: int) -> str:
    return f"@DEEP@{levels}"


def _nest(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def _twice(found: dict[str, Any], draw: Draw) -> bytes:
    key = draw.choice(list(found))
    again = json.dumps({key: draw.choice(VALUES)})[1:-1].encode()
    return json.dumps(found).encode()[:-1] + b", " + again + b"}"


def _text(text: bytes, draw: Draw) -> bytes:
    """Damage below JSON: cut, swapped bracket, lost quote, odd bytes. Never a line break, never a whole other record."""
    at = draw.randrange(1, len(text) - 1)
    kind = draw.randrange(6)
    if kind == 0:
        return text[:at]
    if kind == 1:
        return text[:at] + draw.choice((b"\xff", b"\x00", b"\x1f", b"\xed\xa0\x80", b"\\u12")) + text[at:]
    if kind == 2:
        return text.replace(*draw.choice(((b"{", b"["), (b"]", b"}"), (b"}", b"]"))), 1)
    if kind == 3:
        return text[:at] + text[at + 1 :]
    if kind == 4:
        return text[: text.rindex(b'"')] + text[text.rindex(b'"') + 1 :]
    return text[:at] + text[at:][::-1]


def csv_line(line: bytes, draw: Draw) -> bytes:
    cells = line.split(b",")
    at = draw.randrange(len(cells))
    odd = (
        *(b"", b"x", b"-1", b"1e9", b"NaN", b"2026-02-30", b"=1+1", b'"', b'""', b'"a', b"\xff", b"\x00", b"x" * 300),
        *(b"x" * 2_000_000, b"999999999999999999", b"\xe2\x80\xae", b"'; drop table usage; --", b"true", b"0001-01-01"),
    )
    kind = draw.randrange(4)
    if kind == 0:
        return b",".join(cells[:at])
    if kind == 1:
        return b",".join([*cells, b"extra"])
    return b",".join([*cells[:at], draw.choice(odd), *cells[at + 1 :]])


@functools.cache
def _bomb(piece: bytes) -> bytes:
    """Thirty million bytes, packed."""
    return gzip.compress(piece * (30_000_000 // len(piece)))


def _zip(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("a.json", data)
    return file.getvalue()


FILES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _data: b"",
    "one space": lambda _data: b" ",
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "gzip": gzip.compress,
    "gzip of gzip": lambda data: gzip.compress(gzip.compress(data)),
    "truncated gzip": lambda data: gzip.compress(data)[:-20],
    "gzip head only": lambda data: gzip.compress(data)[:11],
    "gzip with a flipped byte": lambda data: (
        g := bytearray(gzip.compress(data)),
        g.__setitem__(min(30, len(g) - 1), g[min(30, len(g) - 1)] ^ 255),
    )[0],
    "gzip of two members": lambda data: gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :]),
    "gzip with a rest behind it": lambda data: gzip.compress(data) + b"rest",
    "gzip with a second member cut": lambda data: gzip.compress(data) + gzip.compress(data)[:15],
    "gzip bomb": lambda _data: _bomb(b" "),
    "gzip bomb of one text": lambda _data: _bomb(b'["' + b"x" * 1000),
    "truncated": lambda data: data[: len(data) * 2 // 3],
    "last byte lost": lambda data: data.rstrip()[:-1],
    "two byte order marks": lambda data: b"\xef\xbb\xbf" * 2 + data,
    "byte order mark in each line": lambda data: data.replace(b"\n", b"\n\xef\xbb\xbf"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without its mark": lambda data: data.decode().encode("utf-16-le"),
    "UTF-32": lambda data: data.decode().encode("utf-32"),
    "Latin-1": lambda data: data.replace(b"good", "g\u00f6\u00f6d".encode("latin-1")),
    "web page": lambda _data: b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
    "error object": lambda _data: b'{"message": "Bad credentials", "documentation_url": "u", "status": "401"}',
    "error text": lambda _data: b'"Service unavailable"',
    "zip": _zip,
    "zero bytes": lambda _data: b"\0" * 5000,
    "random bytes": lambda _data: random.Random(5).randbytes(20_000),
    "open brackets": lambda _data: b"[" * 200_000,
    "open objects": lambda _data: b'{"a":' * 100_000,
    "long string": lambda _data: b'{"day": "' + b"x" * 10_000_000 + b'"}',
    "quotes": lambda _data: b'"' * 5001,
    "twice": lambda data: data + data,
    "NUL inside": lambda data: data.replace(b"good", b"go\0d", 1),
    "no line end": lambda data: data.rstrip(b"\n"),
    "null": lambda _data: b"null",
}
"""Name of the damage -> what becomes of a good file."""
