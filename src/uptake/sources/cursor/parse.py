"""Cursor (SOURCES.md section 9): which report a record is of, and what follows the page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from uptake.model.outcome import Ignored, InputFile, MoreFollow, Outcome, Rejected, Taken
from uptake.sources.cursor import daily, events
from uptake.sources.cursor.shapes import (
    Commit,
    Daily,
    Event,
    StrictCommit,
    StrictDaily,
    StrictEvent,
)
from uptake.sources.cursor.words import UnusableError
from uptake.sources.reading import Broken, Envelope, RawRecord, decode, json_records
from uptake.sources.reading.checks import usable_day
from uptake.sources.reading.strangers import Strangers

LISTS = ("data", "usageEvents", "usageEventsDisplay", "items", "teamMembers", "teamMemberSpend")
_NO_USE = {"spendCents": "spend of a billing cycle: the check of the usage events", "role": "team member: no use"}
_DATE = re.compile(rb'"date"\s{0,9}:\s{0,9}"?(\d{12,14})\b')
_DAILY = (msgspec.json.Decoder(StrictDaily), msgspec.json.Decoder(Daily))
_EVENT = (msgspec.json.Decoder(StrictEvent), msgspec.json.Decoder(Event))
_COMMIT = (msgspec.json.Decoder(StrictCommit), msgspec.json.Decoder(Commit))
_OWN = frozenset({*Daily.__struct_fields__, *Event.__struct_fields__, *Commit.__struct_fields__})
_PAGE, _PAGES = ("page", "currentPage"), ("numPages", "totalPages")


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per record. Only a file of daily usage, with its last page, completes a day: events and commits say nothing of those who
    have none.
    """
    more_follow = other_report = False
    strangers = Strangers("cursor", _OWN)
    for item in json_records(file, LISTS):
        if isinstance(item, Envelope):
            more_follow = _more_follow(item.values, before=more_follow)
            other_report = other_report or "totalUsageEventsCount" in item.values
        elif isinstance(item, Broken):
            bad = Rejected(item.line, item.reason, item.field, usable_day(item.day, file.fetched_at))
            strangers.see(item, bad)
            yield bad
        else:
            outcome, is_daily = _outcome(item, file)
            other_report = other_report or not is_daily
            strangers.see(item, outcome)
            yield outcome
    strangers.judge()
    if more_follow or other_report:
        yield MoreFollow()


def _more_follow(values: dict[str, Any], *, before: bool) -> bool:
    """Whether a page says that others come (rule R-CU-14); what stands behind the list counts as well as what stands before it."""
    nested = values.get("pagination")
    told = {**values, **(nested if isinstance(nested, dict) else {})}
    if isinstance(told.get("hasNextPage"), bool):
        return told["hasNextPage"] is True
    page, pages = (
        next((told[name] for name in names if type(told.get(name)) is int), None) for names in (_PAGE, _PAGES)
    )
    return before if page is None or pages is None else page < pages


def _outcome(record: RawRecord, file: InputFile) -> tuple[Outcome, bool]:
    """What is said of a record, and whether it is one of daily usage or may be."""
    try:
        keys = msgspec.json.decode(record.raw, type=dict[str, msgspec.Raw]).keys()
    except (ValueError, RecursionError):
        keys = {}.keys()
    if "commitHash" in keys:
        return _read(record, file, _COMMIT, events.commit), False
    if "timestamp" in keys and "isActive" not in keys:
        return _read(record, file, _EVENT, events.event), False
    if not keys & {"day", "date", "isActive"} and (
        why := next((_NO_USE[name] for name in _NO_USE if name in keys), "")
    ):
        return Ignored(record.line, why), False
    return _read(record, file, _DAILY, daily.taken), True


def _read(
    record: RawRecord,
    file: InputFile,
    decoders: tuple[msgspec.json.Decoder[Any], msgspec.json.Decoder[Any]],
    make: Callable[[Any, int, InputFile], Taken],
) -> Taken | Rejected:
    found = decode(record, *decoders, file)
    if isinstance(found, Broken):
        day = usable_day(found.day or _loose_day(record.raw), file.fetched_at)
        return Rejected(found.line, found.reason, found.field, day if decoders is _DAILY else None)
    try:
        return make(found, record.line, file)
    except UnusableError as error:
        return Rejected(record.line, error.reason, error.field, error.day)


def _loose_day(raw: bytes) -> dt.date | None:
    found = _DATE.search(raw)
    return (dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=int(found[1]))).date() if found else None  # noqa: DTZ001
