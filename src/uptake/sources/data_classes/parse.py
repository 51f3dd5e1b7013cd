"""Counts of classes of data, one JSON object a line: what the detector's spool holds, and what a gateway may write (decision 0067)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Annotated

import msgspec

from uptake.model import DATA_CLASSES, TOOLS, ContentClass
from uptake.model.outcome import InputFile, Outcome, Rejected, Taken
from uptake.sources.reading import Broken, RawRecord, decode, json_records
from uptake.sources.reading.checks import joined_key, usable_day

LIMIT = 10**9


class Line(msgspec.Struct, kw_only=True):
    """Prompts of a tool that held a class on a day (UTC). `look` names what was looked at: the same line again is not counted again."""

    look: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    day: dt.date
    tool: Annotated[str, msgspec.Meta(max_length=64)]
    data_class: Annotated[str, msgspec.Meta(max_length=64)]
    prompts: Annotated[int, msgspec.Meta(ge=1, le=LIMIT)]


class _Strict(Line, kw_only=True, forbid_unknown_fields=True):
    pass


_STRICT, _LENIENT = msgspec.json.Decoder(_Strict), msgspec.json.Decoder(Line)


def encoded(lines: list[Line]) -> bytes:
    """Lines as the spool holds them."""
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per line."""
    for item in json_records(file, ()):
        if isinstance(item, Broken):
            yield Rejected(item.line, item.reason, item.field)
        elif isinstance(item, RawRecord):
            found = decode(item, _STRICT, _LENIENT, file)
            yield (
                Rejected(found.line, found.reason, found.field)
                if isinstance(found, Broken)
                else _outcome(found, item.line, file)
            )


def _outcome(found: Line, line: int, file: InputFile) -> Outcome:
    """A word of somebody else's list is no class of ours: it could be anything, so it is not kept."""
    if usable_day(found.day, file.fetched_at) is None:
        return Rejected(line, "day out of range", "day")
    for field, known in (("tool", TOOLS), ("data_class", DATA_CLASSES)):
        if getattr(found, field) not in known:
            return Rejected(line, "not a word of the list", field)
    # The name of a look is hashed: a gateway may have put anything into it.
    key = joined_key(
        hashlib.sha256(found.look.encode()).hexdigest()[:32], found.day.isoformat(), found.tool, found.data_class
    )
    row = ContentClass(tool=found.tool, day=found.day, data_class=found.data_class, prompts=found.prompts)
    # Without a day: counts complete no day of a source, and are no input of a score.
    return Taken(line, key, [row], report=0)
