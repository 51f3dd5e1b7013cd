"""The files of one commit: path key -> (object name, runs of owners). A child shares what it does not change with its parent."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.sources.git.lines.runs import Runs

BUCKETS = 512
File = tuple[bytes, Runs]
"""Object name of the content, runs of owners."""


class Tree:
    """A map that is copied in 512 steps, whatever its size; a bucket is copied when it is first written to."""

    __slots__ = ("buckets", "mine")

    def __init__(self) -> None:
        self.buckets: list[dict[bytes, File]] = [{}] * BUCKETS
        self.mine = bytearray(BUCKETS)

    def fork(self) -> Tree:
        """A copy. Neither writes into what both hold."""
        other = Tree()
        other.buckets = self.buckets.copy()
        self.mine = bytearray(BUCKETS)
        return other

    def get(self, path: bytes) -> File | None:
        return self.buckets[bucket(path)].get(path)

    def put(self, path: bytes, file: File) -> None:
        self._own(path)[path] = file

    def remove(self, path: bytes) -> None:
        self._own(path).pop(path, None)

    def files(self) -> Iterator[tuple[bytes, File]]:
        for held in self.buckets:
            yield from held.items()

    def _own(self, path: bytes) -> dict[bytes, File]:
        which = bucket(path)
        if not self.mine[which]:
            self.buckets[which] = self.buckets[which].copy()
            self.mine[which] = 1
        return self.buckets[which]


def bucket(path: bytes) -> int:
    """Path keys are hashes: their first bytes are spread evenly."""
    return int.from_bytes(path[:2], "big") % BUCKETS
