"""The lake: a folder of Parquet files (zstd) that this machine and the cluster both reach; all rows go there and come back through it."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import fs

from uptake.errors import InputRefused, WrongUsage

Columns = tuple[tuple[str, str], ...]
"""Names and types of DuckDB, in order."""

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
_OF_PYTHON = {str: "VARCHAR", int: "BIGINT", bool: "BOOLEAN", dt.date: "DATE", Decimal: "DECIMAL(18,2)"}
RUN = "uptake-run"
MANY = 100_000
"""Folders of one table: tools times months of all years."""


def columns_of_module(columns: dict[str, type]) -> Columns:
    """Columns of a step in Python, as DuckDB has them."""
    return tuple((name, _OF_PYTHON[kind]) for name, kind in columns.items())


def arrow_schema(columns: Columns) -> pa.Schema:
    """The same columns in Arrow."""
    return pa.schema([(name, _arrow(kind)) for name, kind in columns])


def _arrow(kind: str) -> pa.DataType:
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind)
    return pa.decimal128(int(decimal[1]), int(decimal[2])) if decimal else _ARROW[kind]


def table_of(columns: Columns, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """Rows of Python as an Arrow table."""
    schema = arrow_schema(columns)
    by_column = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, type=part.type) for values, part in zip(by_column, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


class Lake:
    """One run's folder. `place` is how this machine names the lake, `on_cluster` how the cluster does."""

    def __init__(self, place: str, on_cluster: str = "") -> None:
        try:
            self.files, root = fs.FileSystem.from_uri(place)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
            raise WrongUsage(
                "Setting `spark.lake` cannot be used",
                why="it is neither a full path nor a URL of a known kind",
                next_step="See the settings page",
            ) from None
        self.runs = f"{root.rstrip('/')}/{RUN}"
        # A folder of its own: work of a run that was killed may still end on the cluster, and write, while the next one runs.
        own = uuid.uuid4().hex
        self.root = f"{self.runs}/{own}"
        local = f"file://{root}" if isinstance(self.files, fs.LocalFileSystem) else place
        self.base = f"{(on_cluster or local).rstrip('/')}/{RUN}/{own}"

    def empty(self) -> None:
        """Remove all files of all runs: what a killed one left is of no use to the next."""
        with _clear_errors():
            if self.files.get_file_info(self.runs).type == fs.FileType.Directory:
                self.files.delete_dir(self.runs)

    def url(self, name: str) -> str:
        """How the cluster names a folder of the run."""
        return f"{self.base}/{name}"

    def write(self, name: str, rows: pa.Table | pa.RecordBatchReader, parts: tuple[str, ...] = ()) -> int:
        """Write rows below a folder, one inner folder for each value of the columns `parts`; answers how many rows."""
        counted = _Counted(rows)
        options = ds.ParquetFileFormat().make_write_options(compression="zstd")
        with _clear_errors():
            ds.write_dataset(
                pa.RecordBatchReader.from_batches(rows.schema, counted.batches()),
                f"{self.root}/{name}",
                filesystem=self.files,
                format="parquet",
                file_options=options,
                partitioning=list(parts) or None,
                partitioning_flavor="hive" if parts else None,
                max_partitions=MANY,
                existing_data_behavior="overwrite_or_ignore",
            )
        return counted.rows

    def read(self, names: Iterable[str], columns: Columns) -> Iterator[pa.RecordBatch]:
        """All rows of some folders that the cluster wrote, in the order of the files."""
        wanted = [name for name, _ in columns]
        with _clear_errors():
            for name in names:
                found = ds.dataset(f"{self.root}/{name}", schema=arrow_schema(columns), filesystem=self.files)
                yield from found.to_batches(columns=wanted)


class _Counted:
    """Counts rows on their way."""

    def __init__(self, rows: pa.Table | pa.RecordBatchReader) -> None:
        self.source = rows.to_batches() if isinstance(rows, pa.Table) else rows
        self.rows = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self.source:
            self.rows += batch.num_rows
            yield batch


@contextlib.contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise InputRefused(
            "The lake cannot be read or written",
            why=type(error).__name__,
            next_step="Check the setting `spark.lake`, its rights and its free space",
        ) from error
