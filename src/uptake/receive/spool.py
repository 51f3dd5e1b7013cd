"""The spool: accepted posts, one line each, on disk before they are acknowledged; `ingest otlp` drains it.

Writers of any number of processes append to `current.spool` under a lock of the file. A drain renames it, so that later posts go to a
new one, and waits for the lock once. A kill leaves at most one line that is cut off; it was never acknowledged, and the next writer
takes it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uptake import disk

CURRENT = "current.spool"
DRAIN = "drain.lock"
TAIL = 64 * 2**20


class SpoolFullError(Exception):
    """The disk refused a post: nothing of it is kept, and the client sends it again."""


@dataclass(slots=True)
class _Waiting:
    line: bytes
    done: bool = False
    failed: bool = False


@dataclass(slots=True)
class Spool:
    """The spool of a home. Posts of several threads that wait for the disk are forced to it together."""

    folder: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _waiting: list[_Waiting] = field(default_factory=list)

    def append(self, line: bytes) -> None:
        """Put a post, one line, on the disk; it is there when this returns.

        Raises:
            SpoolFullError: the disk refused it.
        """
        mine = _Waiting(line)
        with self._lock:
            self._waiting.append(mine)
        with self._writing:
            if not mine.done:
                with self._lock:
                    taken, self._waiting = self._waiting, []
                self._write(taken)
        if mine.failed:
            raise SpoolFullError

    def _write(self, taken: Sequence[_Waiting]) -> None:
        try:
            self._put(b"".join(one.line for one in taken))
        except OSError:
            for one in taken:
                one.failed = True
        finally:
            for one in taken:
                one.done = True

    def _put(self, lines: bytes) -> None:
        file = self._opened()
        try:
            size = _whole(file)
            try:
                _write_all(file, lines)
                os.fsync(file)
            except OSError:
                os.ftruncate(file, size)
                raise
        finally:
            os.close(file)

    def _opened(self) -> int:
        """The current segment, locked; made and its folder forced to disk when there is none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / CURRENT
        while True:
            made = not path.exists()
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                same = path.stat().st_ino == os.fstat(file).st_ino
            except FileNotFoundError:
                same = False  # a drain took it meanwhile
            if same:
                if made or not os.fstat(file).st_size:
                    disk.sync(self.folder)
                return file
            os.close(file)

    @contextlib.contextmanager
    def draining(self) -> Iterator[None]:
        """While one drain lists, loads and deletes, another one waits."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self.folder / DRAIN, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def holds(self) -> bool:
        """True if there is anything to drain."""
        return any(self.folder.glob("*.spool"))

    def taken(self) -> list[Path]:
        """Whole segments for a drain, those of a drain that was cut off first; nobody writes to them any more."""
        current = self.folder / CURRENT
        if current.exists():
            number = 1 + max(map(_number, self._segments()), default=0)
            segment = self.folder / f"taken-{number:08}-{secrets.token_hex(4)}.spool"
            current.rename(segment)
            disk.sync(self.folder)
        found = self._segments()
        for path in found:
            with contextlib.suppress(OSError):  # one that cannot be opened is nobody's either
                _wait_for_writers(path)
        return found

    def _segments(self) -> list[Path]:
        return sorted(self.folder.glob("taken-*.spool")) if self.folder.exists() else []


def put_file(path: Path, content: bytes) -> None:
    """A small file of its own, on the disk when this returns."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        _write_all(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    disk.sync(path.parent)


def _number(segment: Path) -> int:
    """The number in the name of a segment; 0 where somebody else named it."""
    number = segment.stem.split("-")[1]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _wait_for_writers(segment: Path) -> None:
    file = os.open(segment, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    finally:
        os.close(file)


def _whole(file: int) -> int:
    """Take away a last line that is cut off; answers the size."""
    size = os.fstat(file).st_size
    if not size or os.pread(file, 1, size - 1) == b"\n":
        return size
    start = max(0, size - TAIL)
    size = start + os.pread(file, size - start, start).rfind(b"\n") + 1
    os.ftruncate(file, size)
    return size


def _write_all(file: int, lines: bytes) -> None:
    left = memoryview(lines)
    while left:
        left = left[os.write(file, left) :]
