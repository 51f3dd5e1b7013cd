"""By what the start of a record is known: the keys with which records of this file begin."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from uptake.sources.reading.window import outline

_MAX_KEYS = 8
_FIRST_KEY = re.compile(rb'\{\s{0,99}"([^"\\\n]{1,64})"\s{0,99}:')
_ANY_ITEM = re.compile(rb'[,\n]\s{0,99}(?:\[\s{0,99})?(\{\s{0,99}")')
_TOP_START = re.compile(rb'\n(\{\s{0,99}")')
_BEFORE_ITEM = rb"(?:[,}\n]|[,\n\[]\s{0,99}\[)\s{0,99}"
"""A neighbour follows a comma, a lost closing, a new line, or opens the next page of an array of arrays."""
_BEFORE_TORN = rb"|[^\[:\s]"
"""Outside every array a record may follow a torn one without any sign between; a nested one follows `[` or `:`."""


class Signs:
    """The keys with which good records of this file began: by them the next record is known."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []
        self._outer: list[bytes] = []
        """First keys of envelopes: they end a damaged record too, and say nothing of how a record begins."""
        self._last = b""

    @property
    def last(self) -> bytes:
        """How the last good record began: bracket, first key and colon. Empty before there is one."""
        return self._last

    def learn(self, raw: bytes) -> None:
        """Take note of the first key of a record."""
        if self._last and raw.startswith(self._last):
            return
        found = _FIRST_KEY.match(raw)
        if found:
            self._last = found[0]
            _add(self._keys, found[1])

    def learn_outer(self, raw: bytes) -> None:
        """Take note of the first key of an envelope."""
        found = _FIRST_KEY.match(raw)
        if found:
            _add(self._outer, found[1])

    def knows(self, head: bytes) -> bool:
        """Whether `head` begins as a record of this file does."""
        found = _FIRST_KEY.match(head)
        return found is not None and found[1] in self._keys

    def swallowed(self, raw: bytes) -> bool:
        """True when a record that parses holds its neighbours.

        A record cut off inside one of its lists goes on with the records behind it, and the brackets at the end of the
        file close it. What shows it: a list that begins with something else holds objects that have all the keys of
        the record, in its order, up to the key of that list.
        """
        start = self._last if self._last and raw.startswith(self._last) else _first(raw)
        if not start or raw.find(start, 1) < 0:
            return False
        try:
            record = msgspec.json.decode(raw, type=dict[str, Any])
        except (ValueError, RecursionError):
            return False
        keys = list(record)
        return any(_mixed(record[key], keys[: place + 1]) for place, key in enumerate(keys))

    def next_start(self, buf: bytes, start: int, stop: int, head: bytes, *, top: bool) -> int | None:
        """Offset in `start .. stop` at which another record seems to begin."""
        own = _FIRST_KEY.match(head)
        records = {*self._keys, *([own[1]] if own else [])}
        starts = [_by_key(buf, start, stop, records | set(self._outer), top=top)]
        if not records:
            starts.append(_by_outline(buf, start, stop))
        if top:
            found = _TOP_START.search(buf, start, stop)
            starts.append(found.start(1) if found else None)
        return min((at for at in starts if at is not None), default=None)


def _add(keys: list[bytes], key: bytes) -> None:
    if key not in keys and len(keys) < _MAX_KEYS:
        keys.append(key)


def _first(raw: bytes) -> bytes:
    found = _FIRST_KEY.match(raw)
    return found[0] if found else b""


def _mixed(value: Any, keys: list[str]) -> bool:
    """Whether a list in `value` begins with something else and holds an object that begins with these keys."""
    waiting = [value]  # no recursion: the decoder takes what is nested deeper than calls of Python go
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            alike = [isinstance(part, dict) and list(part)[: len(keys)] == keys for part in found]
            if any(alike) and not alike[0]:
                return True
            waiting += found
        elif isinstance(found, dict):
            waiting += found.values()
    return False


def _by_key(buf: bytes, start: int, stop: int, keys: set[bytes], *, top: bool) -> int | None:
    if not keys:
        return None
    found = _starts_with(frozenset(keys), top=top).search(buf, start, stop)
    return found.start(1) if found else None


@lru_cache(maxsize=64)
def _starts_with(keys: frozenset[bytes], *, top: bool) -> re.Pattern[bytes]:
    names = b"|".join(re.escape(key) for key in sorted(keys))
    before = rb"(?:" + _BEFORE_ITEM + (_BEFORE_TORN if top else b"") + rb")"
    return re.compile(before + rb'(\{\s{0,99}"(?:' + names + rb')"\s{0,99}:)')


def _by_outline(buf: bytes, start: int, stop: int) -> int | None:
    for found in _ANY_ITEM.finditer(buf, start, stop):
        if outline(buf, found.start(1))[0] is not None:
            return found.start(1)
    return None
