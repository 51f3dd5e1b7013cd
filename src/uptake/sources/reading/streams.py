"""Open a file or standard input as bytes, gzip seen through by its magic bytes."""

from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MAGIC = b"\x1f\x8b"
_READ = 256 * 1024
_BOMB_BYTES = 1024 * 1024 * 1024
_BOMB_RATIO = 500
"""Usage rows shrink by 10 to 60 times; deflate ends at about 1,030 times."""


class Unpacked(io.RawIOBase):
    """Bytes of `raw`, gunzipped if they are gzip. A damaged gzip ends early and says so in `damage`."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._head = self._magic()
        self._inflate: Any = zlib.decompressobj(wbits=31) if self._head == _MAGIC else None
        self._taken = self._given = 0
        self._ended = False
        self.damage = ""

    def _magic(self) -> bytes:
        head = b""
        while len(head) < len(_MAGIC) and (more := self._raw.read(len(_MAGIC) - len(head))):
            head += more
        return head

    def readable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer, /) -> int:
        view = memoryview(target).cast("B")
        data = self._packed(len(view)) if self._inflate is None else self._gunzipped(len(view))
        view[: len(data)] = data
        return len(data)

    def position(self) -> int:
        """Bytes of the file that were read so far, as they lie on the disk; 0 where that is not known."""
        try:
            return self._raw.tell()
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        if not self.closed and self._raw is not sys.stdin.buffer:
            self._raw.close()
        super().close()

    def _packed(self, size: int) -> bytes:
        if self._head:
            head, self._head = self._head[:size], self._head[size:]
            return head
        return self._raw.read(size)

    def _gunzipped(self, size: int) -> bytes:
        data = b""
        try:
            while not data and not self._ended:
                data = self._step(size)
        except zlib.error:
            self._stop("corrupt gzip")
        self._given += len(data)
        if self._given > _BOMB_BYTES and self._given > _BOMB_RATIO * self._taken:
            self._stop("gzip expands too far")
        return data

    def _step(self, size: int) -> bytes:
        inflate = self._inflate
        if inflate.eof:
            return self._next_member(inflate.unused_data)
        packed = inflate.unconsumed_tail or self._packed(_READ)
        if not packed:
            self._stop("truncated gzip")
            return b""
        self._taken += 0 if inflate.unconsumed_tail else len(packed)
        data: bytes = inflate.decompress(packed, size)
        return data

    def _next_member(self, rest: bytes) -> bytes:
        """Members may follow each other, and zero bytes may follow the last one (RFC 1952, 2.2)."""
        rest = rest.lstrip(b"\0")
        while len(rest) < len(_MAGIC) and (more := self._packed(_READ)):
            rest = (rest + more).lstrip(b"\0")
        if rest.startswith(_MAGIC):
            self._head, self._inflate = rest, zlib.decompressobj(wbits=31)
        else:
            self._stop("corrupt gzip" if rest else "")
        return b""

    def _stop(self, damage: str) -> None:
        self._ended, self.damage = True, self.damage or damage


def open_binary(path: str | Path) -> BinaryIO:
    """The bytes of the file at `path`, or of standard input for `-`, gunzipped if they are gzip.

    A truncated or corrupt gzip gives what it can; the record functions then report it as one `Broken`.
    Raises OSError when the file cannot be opened.
    """
    raw = sys.stdin.buffer if str(path) == "-" else Path(path).open("rb")  # noqa: SIM115 - the caller closes it
    return io.BufferedReader(Unpacked(raw), buffer_size=_READ)


def damage(stream: BinaryIO) -> str:
    """Why a stream of `open_binary` ended early; empty when it did not."""
    return str(getattr(getattr(stream, "raw", None), "damage", ""))


def position(stream: BinaryIO) -> int:
    """How many bytes of its file a stream of `open_binary` has read, packed bytes where the file is packed."""
    raw = getattr(stream, "raw", None)
    return raw.position() if isinstance(raw, Unpacked) else 0
