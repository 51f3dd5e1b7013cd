"""Find the end of a damaged piece of JSON, so that its neighbours survive.

Two signs end it, whichever comes first: its brackets balance, or the text looks like the start of another record.
Both work window by window, so a damaged piece of any size costs no memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from uptake.sources.reading.signs import Signs
from uptake.sources.reading.window import CHUNK, SPACE, Window

_LOOK_AHEAD = 64 * 1024
_HEAD = 8 * 1024
_OVERLAP = 512
_STEP = 4 * 1024
_SLACK = 512
"""Bytes kept unread at the edge of the window, so that what follows an end can be seen."""
_MAX_DEPTH = 1_000_000
_BRACKET = re.compile(rb'["\[\]{}]')
_STRING_STOP = re.compile(rb'["\\\n]')
_FITS_LIST = re.compile(rb"\s{0,99}(?:,\s{0,99}[\[{\]]|\]|\Z)")
_FITS_TOP = re.compile(rb"\s{0,99},?\s{0,99}(?:[\[{]|\Z)")


class Balance:
    """Follows brackets outside strings over several windows. A raw newline ends a string: JSON allows none in one."""

    def __init__(self) -> None:
        self.closed = False
        """The piece ended with the bracket that matches its first one."""
        self._open = bytearray()
        self._in_string = False
        self._escaped = False

    def ends(self, buf: bytes, start: int, stop: int) -> Iterator[int]:
        """Offsets in `start .. stop` at which the piece may end: its brackets close, or one closes what is around it."""
        at = start
        while at < stop and len(self._open) < _MAX_DEPTH:
            if self._in_string:
                at = self._string(buf, at, stop)
                continue
            found = _BRACKET.search(buf, at, stop)
            if found is None:
                return
            at = found.end()
            end = self._bracket(found[0], found.start())
            if end is not None:
                yield end

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
                self.closed = False
                return at + 1 if char == b"}" else at
            del self._open[match:]
            self.closed = not self._open
            return at + 1 if self.closed else None
        return None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A damaged piece that was stepped over."""

    head: bytes
    """Its first bytes, 8 KiB at most."""
    cut: bool
    """The file ended in it."""
    balanced: bool
    """Its brackets closed; else those around it may not fit any more, and what follows may be a piece of it."""


def skip_damage(window: Window, signs: Signs, *, top: bool) -> Skipped:
    """Move the window behind the damaged piece at `pos`."""
    while window.held() < _LOOK_AHEAD and window.fill():
        pass
    head = window.buf[window.pos : window.pos + _HEAD]
    line_end = _whole_line(window) if top else None
    if line_end is None:
        return _Skip(window, signs, head, top=top).run()
    start = signs.next_start(window.buf, window.pos + 1, line_end, head, top=True)
    size = (line_end if start is None else start) - window.pos
    window.pos += size
    return Skipped(head[:size], cut=False, balanced=True)


class _Skip:
    """Looks on in growing steps, so that many small damages stay cheap. Offsets follow the window as it moves."""

    def __init__(self, window: Window, signs: Signs, head: bytes, *, top: bool) -> None:
        self._window, self._signs, self._head, self._top = window, signs, head, top
        self._origin = self._scanned = window.pos
        self._search = window.pos + 1
        self._step = _STEP
        self._balance = Balance()

    def run(self) -> Skipped:
        window = self._window
        while True:
            stop = min(len(window.buf) - (0 if window.ended else _SLACK), self._scanned + self._step)
            if stop > self._scanned:
                if (skipped := self._look(stop)) is not None:
                    return skipped
            elif window.ended:
                return self._end(len(window.buf), cut=True, balanced=False)
            else:
                self._move()

    def _look(self, stop: int) -> Skipped | None:
        buf = self._window.buf
        start = self._signs.next_start(buf, self._search, stop, self._head, top=self._top)
        fits = _FITS_TOP if self._top else _FITS_LIST
        for end in self._balance.ends(buf, self._scanned, stop if start is None else start):
            if fits.match(buf, end):
                return self._end(end, cut=False, balanced=self._balance.closed)
        if start is not None:
            return self._end(start, cut=False, balanced=False)
        self._search, self._scanned = max(self._search, stop - _OVERLAP), stop
        self._step = min(2 * self._step, CHUNK)
        return None

    def _move(self) -> None:
        base = self._window.pos = max(self._window.pos, min(self._search, self._scanned))
        if self._window.fill():
            self._origin, self._scanned, self._search = self._origin - base, self._scanned - base, self._search - base

    def _end(self, at: int, *, cut: bool, balanced: bool) -> Skipped:
        self._window.pos = at
        return Skipped(self._head[: at - self._origin], cut=cut, balanced=balanced)


def _whole_line(window: Window) -> int | None:
    """End of the line at `pos` when the next line starts afresh: then the damage is one line of NDJSON."""
    buf, pos = window.buf, window.pos
    newline = buf.find(b"\n", pos, pos + _LOOK_AHEAD)
    if newline < 0:
        return None
    if buf[pos] not in b"{[":
        return newline
    after = SPACE.match(buf, newline).end()  # type: ignore[union-attr] # always matches
    fresh = buf[after] in b"{[" if after < len(buf) else window.ended
    return newline if fresh else None
