"""Long files: written to a file without a name while the gate reads, then sent in small parts. Memory holds one part of the rows.

The audit record stands before the first byte leaves, and a failure in the middle is an answer and no torn file.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Mapping
from typing import IO, Protocol

from starlette.responses import Response, StreamingResponse

from uptake.reads import Answer, Filters, Visit
from uptake.reads.parquet import ParquetRows
from uptake.tabular import envelope, safe

CHUNK = 64 * 1024


class Writer(Protocol):
    """Takes answers of the same columns and writes their rows, one after the other."""

    def begin(self, out: IO[bytes]) -> None: ...
    def take(self, answer: Answer) -> None: ...
    def end(self) -> None: ...


class CsvRows:
    """CSV with a header, as `tabular.as_csv`. `marked`: it begins with what it says of itself, in lines that start with `#`."""

    def __init__(self, *, marked: bool = False) -> None:
        self._marked = marked

    def begin(self, out: IO[bytes]) -> None:
        self._out, self._begun = out, False

    def take(self, answer: Answer) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self._begun:
            text.writelines(envelope(answer.about) if self._marked else ())
            writer.writerow(answer.columns)
            self._begun = True
        columns = [[safe(value) for value in column] for column in answer.values()]
        writer.writerows(zip(*columns, strict=True))
        self._out.write(text.getvalue().encode())

    def end(self) -> None:
        """Nothing is held back."""


def writer(form: str, *, marked: bool = False) -> Writer:
    """The writer of `csv` or `parquet`. `marked`: a CSV says of itself what it is; Parquet does so always."""
    return CsvRows(marked=marked) if form == "csv" else ParquetRows()


def streamed(visit: Visit, asked: tuple[str, Filters], into: Writer, headers: Mapping[str, str], kind: str) -> Response:
    """A response that sends all rows of a question from a file that no folder names, and closes it. The visit ends in here."""
    with contextlib.ExitStack() as kept:
        body = kept.enter_context(tempfile.TemporaryFile())
        with visit:
            into.begin(body)
            visit.each(*asked, into.take)
            into.end()
        size = body.seek(0, io.SEEK_END)
        body.seek(0)
        kept.pop_all()
    return StreamingResponse(_chunks(body), 200, {**headers, "Content-Length": str(size)}, kind)


async def _chunks(body: IO[bytes]) -> AsyncIterator[bytes]:
    with body:
        while chunk := await asyncio.to_thread(body.read, CHUNK):
            yield chunk
