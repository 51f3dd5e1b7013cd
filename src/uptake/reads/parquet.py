"""Answers as the row groups of one Parquet file."""

from __future__ import annotations

from typing import IO

from pyarrow import parquet

from uptake.reads.visit import Answer


class ParquetRows:
    """Writes answers of the same columns, one after the other. What the first one says of itself is the file's key-value metadata."""

    def begin(self, out: IO[bytes]) -> None:
        self._out: IO[bytes] = out
        self._writer: parquet.ParquetWriter | None = None

    def take(self, answer: Answer) -> None:
        if self._writer is None:
            self._about = dict(answer.about)
            schema = answer.table.schema.with_metadata(self._about)
            self._writer = parquet.ParquetWriter(self._out, schema, compression="zstd")
        self._writer.write_table(answer.table.replace_schema_metadata(self._about))

    def end(self) -> None:
        if self._writer is not None:
            self._writer.close()
