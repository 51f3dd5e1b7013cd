"""Find the end of a damaged piece of JSON, so that its neighbours survive.

Two signs end it, whichever comes first: its brackets balance, or the text looks like the start of another record.
Both work window by window, so a damaged piece of any size costs no memory.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from uptake.sources.reading.window import CHUNK, SPACE, Window, outline

HEAD = 64 * 1024
_OVERLAP = 512
_STEP = 4 * 1024
_MAX_DEPTH = 1_000_000
_MAX_KEYS = 8
_BRACKET = re.compile(rb'["\[\]{}]')
_STRING_STOP = re.compile(rb'["\\\n]')
_FIRST_KEY = re.compile(rb'\{\s{0,99}"([^"\\\n]{1,64})"\s{0,99}:')
_ANY_ITEM = re.compile(rb'[,\n]\s{0,99}(\{\s{0,99}")')
_TOP_START = re.compile(rb'\n(\{\s{0,99}")')


class Balance:
    """Follows brackets outside strings over several windows. A raw newline ends a string: JSON allows none in one."""

    def __init__(self) -> None:
        self._open = bytearray()
        self._in_string = False
        self._escaped = False

    def feed(self, buf: bytes, start: int, stop: int) -> int | None:
        """Offset at which the piece ends, or None when it goes on behind `stop`."""
        at = start
        while at < stop and len(self._open) < _MAX_DEPTH:
            if self._in_string:
                at = self._string(buf, at, stop)
                continue
            found = _BRACKET.search(buf, at, stop)
            if found is None:
                return None
            at = found.end()
            end = self._bracket(found[0], found.start())
            if end is not None:
                return end
        return None

    def _string(self, buf: bytes, at: int, stop: int) -> int:
        if self._escaped:
            self._escaped = False
            return at + 1
        found = _STRING_STOP.search(buf, at, stop)
        if found is None:
            return stop
        self._escaped = found[0] == b"\\"
        self._in_string = self._escaped
        return found.end()

    def _bracket(self, char: bytes, at: int) -> int | None:
        if char == b'"':
            self._in_string = True
        elif char in b"{[":
            self._open += char
        else:
            match = self._open.rfind(b"{" if char == b"}" else b"[")
            if match < 0:
                return at + 1 if char == b"}" else at
            del self._open[match:]
            if not self._open:
                return at + 1
        return None


class Signs:
    """The keys with which good records of this file began: by them the next record is known."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []
        self._last = b""

    def learn(self, raw: bytes) -> None:
        if self._last and raw.startswith(self._last):
            return
        found = _FIRST_KEY.match(raw)
        if found:
            self._last = found[0]
            if found[1] not in self._keys and len(self._keys) < _MAX_KEYS:
                self._keys.append(found[1])

    def swallowed(self, raw: bytes) -> bool:
        """True when a record that parses holds its neighbours.

        A record cut off inside one of its lists goes on with the records behind it, and the brackets at the end of the
        file close it. What shows it: a list that begins with something else holds objects that begin like the record.
        """
        found = self._last if self._last and raw.startswith(self._last) else _first(raw)
        if not found or raw.find(found, 1) < 0:
            return False
        try:
            key = msgspec.json.decode(found[found.index(b'"') : -1].rstrip(), type=str)
            return _mixed(msgspec.json.decode(raw), key)
        except (ValueError, RecursionError):
            return False

    def next_start(self, buf: bytes, start: int, stop: int, head: bytes, *, top: bool) -> int | None:
        """Offset in `start .. stop` at which another record seems to begin."""
        own = _FIRST_KEY.match(head)
        keys = {*self._keys, *([own[1]] if own else [])}
        starts = [_by_key(buf, start, stop, keys) if keys else _by_outline(buf, start, stop)]
        if top:
            found = _TOP_START.search(buf, start, stop)
            starts.append(found.start(1) if found else None)
        return min((at for at in starts if at is not None), default=None)


def _first(raw: bytes) -> bytes:
    found = _FIRST_KEY.match(raw)
    return found[0] if found else b""


def _mixed(value: Any, key: str) -> bool:
    """Whether a list in `value` begins with something else and holds objects whose first key is `key`."""
    if isinstance(value, list):
        alike = [isinstance(part, dict) and next(iter(part), None) == key for part in value]
        return (any(alike) and not alike[0]) or any(_mixed(part, key) for part in value)
    return isinstance(value, dict) and any(_mixed(part, key) for part in value.values())


def _by_key(buf: bytes, start: int, stop: int, keys: set[bytes]) -> int | None:
    names = b"|".join(re.escape(key) for key in sorted(keys))
    pattern = re.compile(rb'[,}\n]\s{0,99}(\{\s{0,99}"(?:' + names + rb')"\s{0,99}:)')
    found = pattern.search(buf, start, stop)
    return found.start(1) if found else None


def _by_outline(buf: bytes, start: int, stop: int) -> int | None:
    for found in _ANY_ITEM.finditer(buf, start, stop):
        if outline(buf, found.start(1))[0] is not None:
            return found.start(1)
    return None


def skip_damage(window: Window, signs: Signs, *, top: bool) -> tuple[bytes, bool]:
    """Move the window behind the damaged piece at `pos`. Gives its first bytes, and whether the file ended in it."""
    while window.held() < HEAD and window.fill():
        pass
    head = window.buf[window.pos : window.pos + HEAD]
    line_end = _whole_line(window) if top else None
    if line_end is None:
        size, cut = _skip_open(window, signs, head, top=top)
        return head[:size], cut
    start = signs.next_start(window.buf, window.pos + 1, line_end, head, top=False)
    size = (line_end if start is None else start) - window.pos
    window.pos += size
    return head[:size], False


def _skip_open(window: Window, signs: Signs, head: bytes, *, top: bool) -> tuple[int, bool]:
    """Bytes skipped, and whether the file ended first. Looks on in growing steps: many small damages stay cheap."""
    balance, scanned, search, step = Balance(), window.pos, window.pos + 1, _STEP
    origin = window.pos
    while True:
        stop = min(len(window.buf), scanned + step)
        start = signs.next_start(window.buf, search, stop, head, top=top)
        end = balance.feed(window.buf, scanned, stop if start is None else start)
        end = start if end is None else end
        if end is not None:
            window.pos = end
            return end - origin, False
        search, step, scanned = max(search, stop - _OVERLAP), min(2 * step, CHUNK), stop
        if stop == len(window.buf):
            window.pos = search
            if not window.fill():
                window.pos = stop
                return stop - origin, True
            origin, scanned, search = origin - search, stop - search, 0


def _whole_line(window: Window) -> int | None:
    """End of the line at `pos` when the next line starts afresh: then the damage is one line of NDJSON."""
    buf, pos = window.buf, window.pos
    newline = buf.find(b"\n", pos, pos + HEAD)
    if newline < 0:
        return None
    if buf[pos] not in b"{[":
        return newline
    after = SPACE.match(buf, newline).end()  # type: ignore[union-attr] # always matches
    fresh = buf[after] in b"{[" if after < len(buf) else window.ended
    return newline if fresh else None
