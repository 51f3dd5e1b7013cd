"""Records in every form a file may have, and short ways to read them; used by the test_reading_* files."""

import io
import json

from uptake.model.outcome import InputFile
from uptake.sources.reading import Broken, RawRecord, json_records

LISTS = ("data",)


def pieces(data: bytes, lists: tuple[str, ...] = LISTS) -> list:
    return list(json_records(InputFile("f", io.BytesIO(data)), lists))


def records(data: bytes) -> list:
    """The records only, decoded; a `Broken` stands as its reason."""
    told = [piece for piece in pieces(data) if isinstance(piece, RawRecord | Broken)]
    return [_content(piece.raw) if isinstance(piece, RawRecord) else piece.reason for piece in told]


def _content(raw: bytes):
    """The record as decoded; its bytes where the outline is right and the content is not, such as bad UTF-8."""
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def array(parts: list[bytes]) -> bytes:
    return b"[" + b",".join(parts) + b"]"


def lines(parts: list[bytes]) -> bytes:
    return b"".join(part + b"\n" for part in parts)


def envelope(parts: list[bytes]) -> bytes:
    return b'{"total":3,"data":' + array(parts) + b',"has_more":false}'


def spread_array(parts: list[bytes]) -> bytes:
    return b"[\n  " + b",\n  ".join(parts) + b"\n]\n"


def spread_envelope(parts: list[bytes]) -> bytes:
    return b'{\n "data": [\n  ' + b",\n  ".join(parts) + b'\n ],\n "has_more": false\n}\n'


def envelope_lines(parts: list[bytes]) -> bytes:
    half = len(parts) // 2
    return lines([envelope(parts[:half]), envelope(parts[half:])])


def envelope_array(parts: list[bytes]) -> bytes:
    half = len(parts) // 2
    return array([envelope(parts[:half]), envelope(parts[half:])])


def pages(parts: list[bytes]) -> bytes:
    half = len(parts) // 2
    return array([array(parts[:half]), array(parts[half:])])


FORMS = {
    "lines": lines,
    "lines with BOM": lambda parts: b"\xef\xbb\xbf" + lines(parts),
    "lines with CRLF": lambda parts: b"".join(part + b"\r\n\r\n" for part in parts),
    "concatenated": b"".join,
    "array": array,
    "array over lines": spread_array,
    "envelope": envelope,
    "envelope over lines": spread_envelope,
    "lines of envelopes": envelope_lines,
    "array of envelopes": envelope_array,
    "array of pages": pages,
}
