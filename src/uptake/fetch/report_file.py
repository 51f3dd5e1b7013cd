"""A report file as it comes: an object a line, an array, or one object with `day_totals` (rule R-GH-5), gzipped or not.

Rows lose what no reader knows while they come, so that nothing else ever lies on a disk, and memory stays small.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import msgspec

from uptake.fetch.problems import NotFetched
from uptake.fetch.rows import NOTHING, REPORT, Row, decoded, encoded

IN_MEMORY = 16 * 1024 * 1024
ONE_VALUE = 128 * 1024 * 1024
ROWS_AT_ONCE = 1000
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


def _itself(row: Row) -> Row:
    return row


class ReportFile:
    """One file of a report, as a sink of `Wire.into`. `reduce`: what a row comes to, or None where it counts for nothing; it raises NotFetched."""

    def __init__(self, known: frozenset[str], largest: int, reduce: Callable[[Row], Row | None] = _itself) -> None:
        self._known, self._largest, self._reduce = known, largest, reduce
        self._rows = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - lives as long as this object
        self.begin()

    def begin(self) -> None:
        self._rows.seek(0)
        self._rows.truncate()
        self._head, self._rest = b"", bytearray()
        self._inflate: Any = None
        self._taken = 0
        self._begun = self._at_end = self._seen = False
        """`_at_end`: the file is one value, which is looked at when all of it is there."""

    def write(self, piece: bytes) -> None:
        if not self._begun:
            self._head += piece
            if len(self._head) < len(_GZIP):
                return
            self._start()
            return
        self._unpacked(piece)

    def _start(self) -> None:
        piece, self._head, self._begun = self._head, b"", True
        if piece.startswith(_GZIP):
            self._inflate = zlib.decompressobj(wbits=31)
        self._unpacked(piece)

    def _unpacked(self, piece: bytes) -> None:
        if self._inflate is None:
            self._lines(piece)
            return
        while piece:
            try:
                data = self._inflate.decompress(piece, IN_MEMORY)
            except zlib.error:
                raise ValueError from None
            self._lines(data)
            piece = self._inflate.unconsumed_tail
            if self._inflate.eof:
                piece = self._inflate.unused_data.lstrip(b"\0")
                if piece:  # members may follow each other, and zero bytes the last one
                    self._inflate = zlib.decompressobj(wbits=31)

    def _lines(self, data: bytes) -> None:
        self._taken += len(data)
        if self._taken > self._largest:
            raise NotFetched(
                "A report file of the vendor is too large", next_step="Raise fetch.max_mb if that can be right"
            )
        if len(self._rest) + len(data) > ONE_VALUE:
            raise NotFetched("A report file of the vendor is one value that is too large", next_step=REPORT)
        self._rest += data
        if self._at_end or b"\n" not in data:
            return
        *whole, last = bytes(self._rest).split(b"\n")
        for number, line in enumerate(whole):
            if not self._line(line):
                # The first line is no row: the file is one value over many lines.
                self._at_end = True
                self._rest = bytearray(b"\n".join([*whole[number:], last]))
                return
        self._rest = bytearray(last)

    def _line(self, line: bytes) -> bool:
        text = line.strip().removeprefix(_BOM).strip()
        first = not self._seen
        if not text:
            return True
        if first and text.startswith(b"["):
            return False
        try:
            value = decoded(text)
        except ValueError:
            if first:
                return False
            raise
        self._seen = True
        self._keep(value)
        return True

    def end(self) -> None:
        if self._head:
            self._start()
        if self._inflate is not None and not self._inflate.eof:
            raise ValueError
        text = bytes(self._rest).removeprefix(_BOM).strip()
        self._rest.clear()
        if text:
            self._keep(decoded(text))

    def _keep(self, value: Any) -> None:
        if value in NOTHING:
            return
        rows = value.get("day_totals", [value]) if isinstance(value, dict) else value
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError
        for row in rows:
            if (made := self._reduce(row)) is not None:
                self._rows.write(encoded(made, self._known) + b"\n")

    def batches(self) -> Iterator[list[msgspec.Raw]]:
        """The rows, some at a time."""
        self._rows.seek(0)
        while rows := [msgspec.Raw(line.rstrip(b"\n")) for line in islice(self._rows, ROWS_AT_ONCE)]:
            yield rows

    def close(self) -> None:
        self._rows.close()
