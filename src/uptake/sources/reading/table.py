"""CSV rows, one line at a time: a damaged line never takes its neighbours with it."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass

from uptake.model.outcome import InputFile, Refused
from uptake.sources.reading.raw import Broken, count_unknown
from uptake.sources.reading.streams import damage

MAX_LINE = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_OTHER_MARKS = {b";": "semicolons", b"\t": "tabs", b"|": "bars"}
"""What spreadsheets put between cells where the comma is the decimal mark, and other exports."""


@dataclass(slots=True)
class CsvRow:
    """One line: stripped cells of the known columns by lower-case header. A column the file lacks is not there."""

    line: int
    cells: dict[str, str]


def csv_rows(file: InputFile, known: tuple[str, ...], required: tuple[str, ...]) -> Iterator[CsvRow | Broken]:
    """The rows of a comma-separated file in UTF-8 (with or without BOM) whose first line names the columns.

    Columns may come in any order; those not in `known` are kept out and counted. No cell may hold a line break: a
    quote left open would else swallow the rows behind it. Blank lines are no rows.
    Raises `Refused` when there is no header or one of the `required` columns is not in it.
    """
    lines = _lines(file)
    header: list[str] = []
    for number, line in lines:
        if header:
            yield _row(number, line, header, known)
        elif isinstance(line, str) or line.strip():
            header = _header(line, file, known, required)
    if not header:
        raise _no_columns(required)
    if reason := damage(file.stream):
        yield Broken(number + 1, reason)


def _lines(file: InputFile) -> Iterator[tuple[int, bytes | str]]:
    """Numbered lines that are not blank; a str stands for a line that cannot be read and says why."""
    number = 0
    while line := file.stream.readline(MAX_LINE):
        number += 1
        if number == 1:  # the mark is no part of the first column name
            line = line.removeprefix(_BOM)
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := file.stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, "line too long"
        elif line.strip():
            yield number, line


def _header(line: bytes | str, file: InputFile, known: tuple[str, ...], required: tuple[str, ...]) -> list[str]:
    cells = line if isinstance(line, str) else _cells(line)
    if isinstance(cells, str):
        raise _no_columns(required, _written(line))
    names = [cell.lower() for cell in cells]
    if missing := [name for name in required if name not in names]:
        raise _no_columns(tuple(missing), _written(line))
    if twice := [name for name in known if names.count(name) > 1]:
        raise Refused(f"columns given twice: {', '.join(twice)}", "Give each column once")
    for name in names:
        if name not in known:
            count_unknown(file.unknown_keys, name)
    return names


def _written(line: bytes | str) -> str:
    """How a first line is written that no comma-separated file in UTF-8 has; empty where that is not why a column is missing."""
    if isinstance(line, str):
        return ""
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "it is written in UTF-16"
    counts = {word: line.count(mark) for mark, word in _OTHER_MARKS.items()}
    word = max(counts, key=lambda one: counts[one])
    return f"it is separated by {word}" if counts[word] > line.count(b",") else ""


def _no_columns(names: tuple[str, ...], why: str = "") -> Refused:
    said = f"the header lacks the columns {', '.join(names)}" if names else "there is no header"
    return Refused(
        f"{said}: {why}" if why else said,
        "Give a comma-separated file in UTF-8 whose first line names the columns",
    )


def _row(number: int, line: bytes | str, header: list[str], known: tuple[str, ...]) -> CsvRow | Broken:
    cells = line if isinstance(line, str) else _cells(line)
    if isinstance(cells, str):
        return Broken(number, cells)
    if len(cells) != len(header):
        return Broken(number, f"ragged line: {len(cells)} cells under {len(header)} columns")
    return CsvRow(number, {name: cell for name, cell in zip(header, cells, strict=True) if name in known})


def _cells(line: bytes) -> list[str] | str:
    """Stripped cells of one line, or why it cannot be read."""
    if b"\0" in line:
        return "NUL byte"
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    try:
        return [cell.strip() for cell in next(csv.reader([text.rstrip("\r\n")], strict=True))]
    except csv.Error:
        return "malformed line"
