"""What the reading layer hands to a reader: a raw record, what stood beside a record list, or a broken piece."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

MAX_RECORD = 16 * 1024 * 1024
"""Bytes of one record. A larger one is broken, never memory."""

_MAX_NAMES = 200
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-\[\]]{0,63}")
"""Without spaces: a key of several words may be a sentence, and a sentence is content."""


@dataclass(slots=True)
class RawRecord:
    """One vendor record: the bytes of one JSON object, not yet checked beyond its outline."""

    line: int
    """Line of the file in which the record starts, from 1."""
    raw: bytes


@dataclass(slots=True)
class Decoded:
    """Records of consecutive lines that the reader's strict decoder took, as its structs."""

    line: int
    """Line of the first one; each fills one line."""
    values: list[Any]


@dataclass(slots=True)
class Envelope:
    """What stands beside the record list in an envelope object: scalars, short lists of strings and small objects of scalars only.

    Comes once before the records of the list, and once more after them when something stands behind the list.
    """

    values: dict[str, Any]


@dataclass(slots=True)
class Broken:
    """Something that is not a usable record. Holds names and a reason, never a value."""

    line: int
    reason: str
    field: str = ""
    day: dt.date | None = None


def count_unknown(counts: dict[str, int], name: str) -> None:
    """Count an unknown key by name. A name that could itself be content is counted without being kept."""
    if not _PLAIN_NAME.fullmatch(name):
        name = "(not a plain name)"
    if name not in counts and len(counts) >= _MAX_NAMES:
        name = "(further names)"
    counts[name] = counts.get(name, 0) + 1
