"""Rendered pages in memory, keyed by what they may show, never by who looks: (scope of policy, URL, snapshot, policy version)."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MOST_BYTES = 64_000_000
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body that may be sent again, with its entity tag, and further headers where there are any."""

    body: bytes
    tag: str
    headers: tuple[tuple[str, str], ...] = ()


def rendered(body: bytes, headers: Iterable[tuple[str, str]] = ()) -> Rendered:
    """A body with the tag that its bytes give."""
    return Rendered(body, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"', tuple(headers))


class Cache:
    """The bodies used last, up to a number of bytes; safe for several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._held: OrderedDict[Key, Rendered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Rendered | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def made(self, key: Key, make: Callable[[], Rendered]) -> Rendered:
        """What is held under a key; made and put there when nothing is."""
        found = self.get(key) or make()
        self.put(key, found)
        return found

    def put(self, key: Key, made: Rendered) -> None:
        with self._lock:
            old = self._held.pop(key, None)
            self._size += len(made.body) - (len(old.body) if old else 0)
            self._held[key] = made
            while self._size > self._most and self._held:
                _, gone = self._held.popitem(last=False)
                self._size -= len(gone.body)
