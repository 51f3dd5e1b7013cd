"""Every accepted form of a JSON file, taken apart into raw records in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Annotated, Any, cast

import msgspec

from uptake.model.outcome import InputFile, Refused
from uptake.sources.reading.decoding import loose_day
from uptake.sources.reading.lines import take_lines, tells_envelopes
from uptake.sources.reading.raw import MAX_RECORD, Broken, Decoded, Envelope, RawRecord
from uptake.sources.reading.resync import skip_damage
from uptake.sources.reading.signs import Signs
from uptake.sources.reading.streams import damage
from uptake.sources.reading.window import NO_BYTE, Window, outline

_BOM = b"\xef\xbb\xbf"
_NESTED_PAGES = 3
_MAX_VALUE = 64 * 1024
_MAX_STRINGS = 1000
_KINDS = {ord('"'): "str", ord("["): "array", ord("n"): "null", ord("t"): "bool", ord("f"): "bool"}
_LATER_JSON = re.compile(rb'\n\s{0,99}(?:\{\s{0,99}["}]|\[\s{0,99}[\[{\]])')
_EMPTY = (b"null", b'""')
_NEXT = re.compile(rb"\s{0,99}(?:[,\]]|\Z)")

_COLON = re.compile(rb"\s{0,99}:")
_TOP_NEXT = (b"", b"\n", b"\r", b"\t", b" ", b"{", b"[")
_ENVELOPE_VALUE = msgspec.json.Decoder(
    str
    | int
    | float
    | bool
    | None
    | Annotated[list[str], msgspec.Meta(max_length=_MAX_STRINGS)]
    | Annotated[dict[str, str | int | float | bool | None], msgspec.Meta(max_length=_MAX_STRINGS)]
)

Piece = RawRecord | Envelope | Broken
Strict = msgspec.json.Decoder[Any]


def decoded_records(file: InputFile, lists: tuple[str, ...], strict: Strict) -> Iterator[Piece | Decoded]:
    """As `json_records`; where records fill a line each, those that `strict` takes come decoded and many at a time.

    `strict` decodes structs that forbid unknown fields, so what it takes needs no second look.
    """
    return _Splitter(file, lists, strict).pieces()


def json_records(file: InputFile, lists: tuple[str, ...]) -> Iterator[Piece]:
    """The records of a JSON file in any accepted form, one at a time.

    `lists` are the keys under which the vendor's envelope holds its records; an object with none of them is a record.
    An empty file, `null`, `""` and `[]` hold no records. Damage gives one `Broken` and the next record goes on.
    Raises `Refused` when the file is not JSON at all.
    """
    return cast("Iterator[Piece]", _Splitter(file, lists).pieces())


class _Splitter:
    def __init__(self, file: InputFile, lists: tuple[str, ...], strict: Strict | None = None) -> None:
        self._file = file
        self._window = Window(file.stream)
        self._lists = frozenset(lists)
        self._marks = tuple(f'"{name}"'.encode() for name in lists)
        self._strict = strict if strict and tells_envelopes(strict, lists) else None
        self._signs = Signs()
        self._fresh = True
        """Nothing of JSON has been seen yet."""
        self._depth = 0
        """Envelopes within envelopes: deeper than any vendor goes, an object is a record."""
        self._lossy = False
        """A damaged piece took brackets with it: those that do not fit any more are not reported again."""
        self._aftermath = False
        """What comes may still be a piece of the damage reported last, until a record begins."""
        self._cut = False
        """The end of the file was reported as too early."""

    def pieces(self) -> Iterator[Piece | Decoded]:
        window = self._window
        while (byte := window.peek()) != NO_BYTE:
            if byte == _BOM[0] and window.buf.startswith(_BOM, window.pos):
                window.pos += len(_BOM)
            elif byte == ord("["):
                yield from self._array(1)
            elif byte == ord("{"):
                if decoded := self._whole_lines():
                    yield decoded
                else:
                    yield from self._object(top=True)
            elif byte == ord(",") and not self._fresh:
                window.pos += 1
            else:
                yield from self._no_object(byte, top=True)
        if damage(self._file.stream):
            yield from self._cut_off()

    def _whole_lines(self) -> Decoded | None:
        if self._strict is None or self._aftermath:
            return None
        return take_lines(self._window, self._signs.last, self._strict)

    def _array(self, depth: int) -> Iterator[Piece]:
        """The elements of the array at `pos`: records, envelopes, or further arrays of them (pages)."""
        self._enter()
        while (byte := self._element()) != NO_BYTE:
            if byte == ord("{"):
                yield from self._object(top=False)
            elif byte == ord("[") and depth < _NESTED_PAGES:
                yield from self._array(depth + 1)
            else:
                yield from self._no_object(byte, top=False)
        yield from self._leave(ord("]"))

    def _listed(self) -> Iterator[Piece]:
        """The elements of the record list at `pos` of an envelope. A `null` list is empty."""
        if self._window.buf.startswith(b"null", self._window.pos):
            self._window.pos += len(b"null")
            return
        self._enter()
        while (byte := self._element()) != NO_BYTE:
            if byte == ord("{"):
                yield from self._object(top=False)
            else:
                yield from self._no_object(byte, top=False)
        yield from self._leave(ord("]"))

    def _enter(self) -> None:
        self._window.pos += 1
        self._fresh = False

    def _element(self) -> int:
        """First byte of the next element; NO_BYTE at the closing bracket and at the end of the file."""
        byte = self._past_commas()
        return NO_BYTE if byte == ord("]") else byte

    def _past_commas(self) -> int:
        while (byte := self._window.peek()) == ord(","):
            self._window.pos += 1
        return byte

    def _leave(self, closer: int) -> Iterator[Piece]:
        window = self._window
        byte = window.peek()
        if byte == closer:
            window.pos += 1
        elif self._lossy:
            return
        elif byte == NO_BYTE or (window.ended and outline(window.buf, window.pos)[1]):
            window.pos = len(window.buf)
            yield from self._cut_off()
        else:
            yield self._broken("malformed JSON")

    def _object(self, *, top: bool) -> Iterator[Piece]:
        """The object at `pos`. It is walked key by key only when it names a list or reaches behind the window."""
        window = self._window
        end = window.value_end(grow=False)
        may_be_envelope = end is None or any(mark in window.buf[window.pos : end] for mark in self._marks)
        if may_be_envelope and self._depth < _NESTED_PAGES:
            self._depth += 1
            is_envelope = yield from self._envelope()
            self._depth -= 1
            if is_envelope:
                return
        if may_be_envelope:
            end = window.value_end()
        if end is None:
            yield from self._damaged(top=top)
        else:
            yield from self._record(window.buf[window.pos : end], top=top)

    def _record(self, raw: bytes, *, top: bool) -> Iterator[Piece]:
        if self._signs.swallowed(raw):
            yield from self._damaged(top=top)
            return
        line = self._window.line()
        self._aftermath = self._aftermath and not self._signs.knows(raw)
        if not self._aftermath:
            self._signs.learn(raw)
        self._fresh = False
        self._window.pos += len(raw)
        yield RawRecord(line, raw)

    def _envelope(self) -> Generator[Piece, None, bool]:
        """Walk the keys of the object at `pos`. True: it was an envelope and is consumed. False: nothing moved."""
        window = self._window
        window.anchor = window.pos
        self._window.pos += 1
        is_envelope, values = False, dict[str, Any]()
        while (key := self._key()) is not None:
            if key in self._lists and window.buf[window.pos : window.pos + 1] in (b"[", b"n"):
                if not is_envelope:
                    self._signs.learn_outer(window.buf[window.anchor or 0 : window.pos])
                yield Envelope(values)
                window.anchor, is_envelope, values = None, True, {}
                yield from self._listed()
            elif not self._value(key, values):
                break
        if not is_envelope:
            window.pos, window.anchor = window.anchor or 0, None
            return False
        if values:
            yield Envelope(values)
        yield from self._leave(ord("}"))
        return True

    def _key(self) -> str | None:
        """The key at `pos`, with the window moved to its value; None where no key and colon stand."""
        window = self._window
        if self._past_commas() != ord('"'):
            return None
        end = window.value_end()
        if end is None:
            return None
        raw = window.buf[window.pos : end]
        if not _COLON.match(window.buf, end):
            return None
        window.pos = end
        window.peek()
        window.pos += 1
        window.peek()
        return raw[1:-1].decode("utf-8", "replace")

    def _value(self, key: str, values: dict[str, Any]) -> bool:
        """Step over a value of an envelope; keep it when it is a scalar, a short list of strings or a small object of scalars."""
        window = self._window
        end = window.value_end()
        if end is None or window.held() > 2 * MAX_RECORD:
            return False
        raw, window.pos = window.buf[window.pos : end], end
        if len(raw) <= _MAX_VALUE:
            try:
                values[key] = _ENVELOPE_VALUE.decode(raw)
            except (ValueError, RecursionError):
                values.pop(key, None)
        return True

    def _no_object(self, byte: int, *, top: bool) -> Iterator[Piece]:
        """What stands where a record should: a scalar, a stray bracket, or no JSON at all."""
        window = self._window
        if byte in b"]}":
            window.pos += 1
            if not self._lossy:
                yield self._broken("stray bracket")
            return
        end = self._scalar_end(top=top)
        if end is None:
            if top and self._fresh and not _LATER_JSON.search(window.buf, window.pos):
                raise _not_json(window.buf[window.pos : window.pos + 1024])
            yield from self._damaged(top=top)
            return
        raw, line = window.buf[window.pos : end], window.line()
        self._fresh, window.pos = False, end
        if not (self._aftermath or (top and raw in _EMPTY)):
            yield Broken(line, f"expected an object, got {_KINDS.get(byte, 'number')}")

    def _scalar_end(self, *, top: bool) -> int | None:
        """Offset behind the value at `pos` if what follows shows that it ends there, else None."""
        window = self._window
        end = window.value_end()
        if end is None:
            return None
        if end == len(window.buf):
            size = end - window.pos
            window.fill()
            end = window.pos + size
        if top:
            return end if window.buf[end : end + 1] in _TOP_NEXT else None
        return end if _NEXT.match(window.buf, end) else None

    def _damaged(self, *, top: bool) -> Iterator[Piece]:
        """Step over a damaged piece: one `Broken`, or none when it is the rest of the damage reported last."""
        window = self._window
        line, large = window.line(), window.held() > MAX_RECORD
        skipped = skip_damage(window, self._signs, top=top)
        rest = self._aftermath and not self._signs.knows(skipped.head)
        if not rest:
            self._signs.learn(skipped.head)
        self._fresh, self._cut = False, self._cut or skipped.cut
        self._lossy, self._aftermath = self._lossy or not skipped.balanced, rest or not skipped.balanced
        if not rest:
            reason = self._end_reason() if skipped.cut else "malformed JSON"
            yield Broken(line, "record larger than 16 MiB" if large else reason, day=loose_day(skipped.head))

    def _end_reason(self) -> str:
        return damage(self._file.stream) or "truncated file"

    def _cut_off(self) -> Iterator[Piece]:
        if not self._cut:
            self._cut = True
            yield self._broken(self._end_reason())

    def _broken(self, reason: str) -> Broken:
        return Broken(self._window.line(), reason)


def _not_json(head: bytes) -> Refused:
    instead = "Give the vendor's JSON: lines, an array, or its own envelope, in UTF-8"
    if head.startswith(b"<"):
        return Refused("an HTML or XML page, not JSON", instead)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Refused("UTF-16 text, not UTF-8", instead)
    if b"\0" in head:
        return Refused("a binary file, not JSON", instead)
    return Refused("text that is not JSON", instead)
