"""A moving window over a byte stream: enough of it in memory to see the end of the value at hand, and no more."""

from __future__ import annotations

import re
from typing import BinaryIO

import msgspec

from uptake.sources.reading.raw import MAX_RECORD

CHUNK = 256 * 1024
SPACE = re.compile(rb"[ \t\r\n]*")
_SPACES = b" \t\r\n"
_OUTLINE = msgspec.json.Decoder(msgspec.Raw)
_TRAILING = re.compile(r"JSON is malformed: trailing characters \(byte (\d+)\)")
_CUT = "Input data was truncated"
NO_BYTE = -1


class Window:
    """`buf[pos:]` is what has not been read yet; `anchor`, when set, holds back bytes before `pos`."""

    def __init__(self, stream: BinaryIO) -> None:
        self.buf = b""
        self.pos = 0
        self.anchor: int | None = None
        self.ended = False
        self._stream = stream
        self._line, self._counted = 1, 0

    def fill(self, size: int = CHUNK) -> bool:
        """Read on; False at the end of the stream. Offsets into `buf` other than pos and anchor are void after it."""
        more = self._stream.read(size)
        if not more:
            self.ended = True
            return False
        base = self.pos if self.anchor is None else self.anchor
        self._count(base)
        self.buf = self.buf[base:] + more
        self.pos -= base
        self._counted = 0
        if self.anchor is not None:
            self.anchor = 0
        return True

    def line(self) -> int:
        """Line of the file at `pos` (at the anchor, when one is set), from 1."""
        self._count(self.pos if self.anchor is None else self.anchor)
        return self._line

    def _count(self, upto: int) -> None:
        if upto > self._counted:
            self._line += self.buf.count(b"\n", self._counted, upto)
            self._counted = upto

    def peek(self) -> int:
        """Move to the next byte that is not white space and give it; NO_BYTE at the end."""
        while True:
            self.pos = SPACE.match(self.buf, self.pos).end()  # type: ignore[union-attr] # always matches
            if self.pos < len(self.buf):
                return self.buf[self.pos]
            if not self.fill():
                return NO_BYTE

    def held(self) -> int:
        """Bytes of the value at hand that are in memory."""
        return len(self.buf) - (self.pos if self.anchor is None else self.anchor)

    def value_end(self, *, grow: bool = True) -> int | None:
        """Offset behind the JSON value at `pos`; None when it is malformed, too large or cut off.

        With `grow` false a value that goes on behind the window counts as cut off.
        """
        while True:
            end, cut = outline(self.buf, self.pos)
            at_edge = end is not None and end == len(self.buf) and self.buf[self.pos] not in b'{["'
            if end is not None and not (at_edge and grow and not self.ended):
                return end if end - self.pos <= MAX_RECORD else None
            if not (cut or at_edge) or not grow or self.ended or self.held() > MAX_RECORD:
                return None
            self.fill(max(CHUNK, self.held()))


def outline(buf: bytes, pos: int) -> tuple[int | None, bool]:
    """Offset behind the JSON value at `pos`, found in C without building it; and whether the value is cut off.

    msgspec names the byte at which text after a complete value starts; the tests hold it to that wording.
    """
    try:
        _OUTLINE.decode(memoryview(buf)[pos:])
    except msgspec.DecodeError as error:
        found = _TRAILING.fullmatch(str(error))
        if not found:
            return None, str(error) == _CUT
        return _strip_end(buf, pos, pos + int(found[1]) - 1), False
    except RecursionError:
        return None, False
    return _strip_end(buf, pos, len(buf)), False


def _strip_end(buf: bytes, start: int, end: int) -> int:
    while end > start and buf[end - 1] in _SPACES:
        end -= 1
    return end
