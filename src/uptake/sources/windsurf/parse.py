"""Windsurf analytics (SOURCES.md section 11): rows by language, model or run, folded into one usage row by user, day, client, feature."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from uptake.model import AUTONOMOUS, PASSIVE, PROACTIVE, Usage
from uptake.model.folding import fold, folded_name
from uptake.model.outcome import Ignored, InputFile, Outcome, Rejected, Taken
from uptake.sources.reading import Broken, RawRecord, decode, json_records
from uptake.sources.reading.checks import joined_key, sum_known, usable_day, usage_day
from uptake.sources.windsurf.shapes import Item, Lists, Number, StrictItem, Wrapped

LISTS = ("queryResults", "responseItems", "cascadeLines", "cascadeRuns", "userTableStats")
LIMIT = 10**12
_STRICT, _LENIENT = msgspec.json.Decoder(StrictItem), msgspec.json.Decoder(Item)
_WRAPPED, _LISTS = msgspec.json.Decoder(Wrapped), msgspec.json.Decoder(Lists)
_EMAIL = re.compile(r"[^\s@]{1,128}@[^\s@]{1,126}")
_IDE = re.compile(r"[a-z0-9._+-]{1,64}")
_DIGITS = re.compile(r"\d{1,13}", re.ASCII)
_CENTS = 2
_COUNTS: dict[str, dict[str, str]] = {
    "autocomplete": {"accept_user": "sum_num_acceptances", "lines_added": "sum_num_lines_accepted"},
    "chat": {"prompts": "sum_num_chats_received", "generations": "sum_num_chats_received"},
    "cascade": {"prompts": "messagesSent", "credits": "promptsUsed"},
    "cascade_lines": {"lines_suggested": "linesSuggested", "lines_agent_added": "linesAccepted"},
}
"""Feature -> field of `Usage` -> the vendor's count. A row is of the first feature of which it has a count. An answer has a question (decision 0033)."""
_CLASSES = {"autocomplete": PASSIVE, "chat": PROACTIVE, "cascade": PROACTIVE, "cascade_lines": AUTONOMOUS}
_NO_ROW = {
    "signupTime": "user page: no use by day",
    "activeDays": "user page: no use by day",
    "percent_code_written": "percent of code written: a figure of the team",
}


class _UnusableError(Exception):
    def __init__(self, reason: str, name: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.day = reason, name, day


Key = tuple[str, dt.date, str, str]
"""Account, day, surface, feature."""


@dataclass(slots=True)
class _Fold:
    """The rows of one key: their lines, and what each counts."""

    lines: list[int] = field(default_factory=list)
    counts: list[dict[str, int | None]] = field(default_factory=list)
    runs: set[str] = field(default_factory=set)


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per row. The first row of a user, day, client and feature brings the sum of all of them."""
    folds: dict[Key, _Fold] = {}
    for piece in json_records(file, LISTS):
        if isinstance(piece, RawRecord):
            for record in _unwrapped(piece):
                outcome = _outcome(record, file, folds)
                if outcome is not None:
                    yield outcome
        elif isinstance(piece, Broken):
            yield Rejected(piece.line, piece.reason, piece.field, usable_day(piece.day, file.fetched_at))
    for key, whole in folds.items():
        yield from _taken(key, whole)


def _unwrapped(record: RawRecord) -> Iterator[RawRecord]:
    """The rows that a piece holds; a piece that is no wrapper is a row itself."""
    try:
        outer = _WRAPPED.decode(record.raw)
        if bytes(outer.item):
            yield RawRecord(record.line, bytes(outer.item))
            return
        inner = [_LISTS.decode(raw) for raw in (outer.cascadeLines, outer.cascadeRuns) if bytes(raw)]
    except (ValueError, RecursionError):
        yield record  # its own decoding says what is wrong with it
        return
    if not inner:
        yield record
    for lists in inner:
        for raw in (*lists.cascadeLines, *lists.cascadeRuns):
            yield RawRecord(record.line, bytes(raw))


def _outcome(record: RawRecord, file: InputFile, folds: dict[Key, _Fold]) -> Outcome | None:
    """What is said of a row at once; None where it was folded."""
    item: Item | Broken = decode(record, _STRICT, _LENIENT, file)
    if isinstance(item, Broken):
        return Rejected(record.line, item.reason, item.field, usable_day(item.day, file.fetched_at))
    feature = next((name for name, counts in _COUNTS.items() if _has(item, counts)), "")
    if not feature:
        if why := _no_row(record):
            return Ignored(record.line, why)
        return Rejected(record.line, "no count of a known kind")
    try:
        _fold(item, feature, record.line, file, folds)
    except _UnusableError as error:
        return Rejected(record.line, error.reason, error.field, error.day)
    return None


def _has(item: Item, counts: dict[str, str]) -> bool:
    return any(getattr(item, name) is not None for name in counts.values())


def _no_row(record: RawRecord) -> str:
    names = msgspec.json.decode(record.raw, type=dict[str, msgspec.Raw])
    return next((why for name, why in _NO_ROW.items() if name in names), "")


def _fold(item: Item, feature: str, line: int, file: InputFile, folds: dict[Key, _Fold]) -> None:
    day = _day(item, file.fetched_at)
    account = _account(item, file, day)
    counts = {name: _count(getattr(item, vendor), vendor, day) for name, vendor in _COUNTS[feature].items()}
    fold = folds.setdefault((account, day, _surface(item.ide), feature), _Fold())
    fold.lines.append(line)
    fold.counts.append(counts)
    if item.cascadeId:
        fold.runs.add(item.cascadeId)


def _day(item: Item, fetched_at: dt.datetime) -> dt.date:
    name = "day" if item.day is not None else "date"
    text = item.day if item.day is not None else item.date
    if text is None:
        raise _UnusableError("required field missing", name)
    day = usage_day(text, fetched_at)
    if isinstance(day, str):
        raise _UnusableError(day, name)
    return day


def _account(item: Item, file: InputFile, day: dt.date) -> str:
    """The e-mail of the row, else that of the query, given with `--account` (rule R-WS-1). Never the key of the row."""
    email = folded_name(item.email)
    if not email and _EMAIL.fullmatch(file.account):
        email = fold(file.account)
    if not _EMAIL.fullmatch(email):
        raise _UnusableError("not an e-mail" if email else "required field missing", "email", day)
    return email


def _count(value: Number | None, name: str, day: dt.date) -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not _DIGITS.fullmatch(text) or int(text) > LIMIT:
        raise _UnusableError("invalid count", name, day)
    return int(text)


def _surface(ide: str | None) -> str:
    word = (ide or "").strip().lower()
    return word if _IDE.fullmatch(word) else "other" if word else "unknown"


def _taken(key: Key, fold: _Fold) -> Iterator[Taken]:
    """Without a day: a query speaks of one user, so its days say nothing of others; `--from` and `--to` state more."""
    account, day, surface, feature = key
    sums = {name: sum_known(counts[name] for counts in fold.counts) for name in fold.counts[0]}
    cents = sums.pop("credits", None)
    row = Usage(
        tool="windsurf",
        account=account,
        email=account,
        tenant="",
        day=day,
        surface=surface,
        feature=feature,
        feature_class=_CLASSES[feature],
        sessions=len(fold.runs) if fold.runs else None,
        credits=None if cents is None else Decimal(cents).scaleb(-_CENTS),
        flags_json='{"answers_as_prompts":true}' if feature == "chat" else None,
        **sums,  # type: ignore[arg-type] # fields of Usage; the tests walk all of them
    )
    name = joined_key(account, day.isoformat(), surface, feature)
    for number, line in enumerate(fold.lines):
        yield Taken(line, f"{name}|{number}" if number else name, [] if number else [row], account=account)
