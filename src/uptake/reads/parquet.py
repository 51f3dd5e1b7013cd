"""Answers as the row groups of one Parquet file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from pyarrow import parquet

from uptake.reads.visit import Answer


class ParquetRows:
    """Writes answers of the same columns, one after the other. `about`: what the file says of itself, as key-value metadata."""

    def __init__(self, about: Mapping[str, str]) -> None:
        self._about = dict(about)

    def begin(self, out: IO[bytes]) -> None:
        self._out: IO[bytes] = out
        self._writer: parquet.ParquetWriter | None = None

    def take(self, answer: Answer) -> None:
        if self._writer is None:
            schema = answer.table.schema.with_metadata(self._about)
            self._writer = parquet.ParquetWriter(self._out, schema, compression="zstd")
        self._writer.write_table(answer.table.replace_schema_metadata(self._about))

    def end(self) -> None:
        if self._writer is not None:
            self._writer.close()
