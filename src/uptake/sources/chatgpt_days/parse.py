"""Daily counts of ChatGPT (SOURCES.md 8.1): one line per user and day, counts and nothing else. A column for content refuses the file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from uptake.model import PROACTIVE, Usage
from uptake.model.folding import folded_name
from uptake.model.outcome import InputFile, Outcome, Refused, Rejected, Taken
from uptake.sources.reading import Broken, csv_rows
from uptake.sources.reading.checks import joined_key, usable_day

LIMIT = 10**12
REQUIRED = ("day", "messages")
PARTS = ("gpt_messages", "tool_messages", "project_messages")
"""Messages of a kind, each a part of `messages` (rule R-CG-4)."""
CONTENT = (
    *("answer", "body", "content", "conversation", "conversation_title", "file", "file_name", "filename", "files", "input"),
    *("instructions", "memory", "message", "output", "parts", "prompt", "prompts", "response", "text", "title", "url"),
)  # fmt: skip
"""Columns that hold what people wrote, or names that they gave: the file is then no file of counts."""
KNOWN = (*REQUIRED, *PARTS, "account_id", "public_id", "email", "conversations", "credits_used", *CONTENT)
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_EMAIL = re.compile(r"[^\s@]{1,128}@[^\s@]{1,126}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNT = re.compile(r"\d{1,13}", re.ASCII)
_CREDITS = re.compile(r"\d{1,12}(?:\.\d{1,10})?", re.ASCII)


class _BadCellError(Exception):
    def __init__(self, field: str, reason: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.field, self.reason, self.day = field, reason, day


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per line. Raises `Refused` where the header is that of another file, or has a column for content."""
    for row in csv_rows(file, KNOWN, REQUIRED):
        if isinstance(row, Broken):
            yield Rejected(row.line, row.reason, row.field)
            continue
        if found := [name for name in CONTENT if name in row.cells]:
            raise Refused(
                f"it has columns for content: {', '.join(found)}", "Give counts only: what people wrote is not taken"
            )
        try:
            yield _taken(row.line, row.cells, file)
        except _BadCellError as error:
            yield Rejected(row.line, error.reason, error.field, error.day)


def _taken(line: int, cells: Mapping[str, str], file: InputFile) -> Taken:
    day = _day(cells["day"], file.fetched_at)
    try:
        row = _usage(cells, day, file.account)
    except _BadCellError as error:
        raise _BadCellError(error.field, error.reason, day) from None
    key = joined_key(row.tenant, row.account, day.isoformat())
    return Taken(line, key, [row], day=day, tenant=row.tenant, account=row.account)


def _usage(cells: Mapping[str, str], day: dt.date, tenant: str) -> Usage:
    account, email = _account(cells)
    workspace = cells.get("account_id", "")
    if workspace and not _ID.fullmatch(workspace):
        raise _BadCellError("account_id", "not an id")
    messages = _count(cells, "messages")
    if messages is None:
        raise _BadCellError("messages", "required field missing")
    return Usage(
        tool="chatgpt", account=account, email=email, tenant=workspace or tenant, day=day, surface="unknown", feature="messages",
        feature_class=PROACTIVE, prompts=messages, sessions=_count(cells, "conversations"), credits=_credits(cells),
        flags_json=_flags(cells, messages),
    )  # fmt: skip


def _day(text: str, fetched_at: dt.datetime) -> dt.date:
    """A UTC day. No moment is taken: a stamp of a message would be a row of the log, not a count of a day."""
    if not _DAY.fullmatch(text):
        raise _BadCellError("day", "invalid date" if text else "required field missing")
    try:
        day = usable_day(dt.date.fromisoformat(text), fetched_at)
    except ValueError:
        raise _BadCellError("day", "invalid date") from None
    if day is None:
        raise _BadCellError("day", "day out of range")
    return day


def _account(cells: Mapping[str, str]) -> tuple[str, str | None]:
    """The public id, else the e-mail (SOURCES.md section 3), as in the workspace export."""
    public = cells.get("public_id", "")
    email = folded_name(cells.get("email", ""))
    if public and not _ID.fullmatch(public):
        raise _BadCellError("public_id", "not an id")
    if email and not _EMAIL.fullmatch(email):
        raise _BadCellError("email", "not an e-mail")
    if not public and not email:
        raise _BadCellError("public_id", "required field missing")
    return public or email, email or None


def _flags(cells: Mapping[str, str], messages: int) -> str | None:
    """The parts of the messages; one that is larger than the whole is an error of whoever counted."""
    found = {name: count for name in PARTS if (count := _count(cells, name)) is not None}
    if too_many := [name for name, count in found.items() if count > messages]:
        raise _BadCellError(too_many[0], "a part larger than the whole")
    return msgspec.json.encode(found).decode() if found else None


def _count(cells: Mapping[str, str], name: str) -> int | None:
    text = cells.get(name, "")
    if not text:
        return None
    if not _COUNT.fullmatch(text) or int(text) > LIMIT:
        raise _BadCellError(name, "invalid count")
    return int(text)


def _credits(cells: Mapping[str, str]) -> Decimal | None:
    text = cells.get("credits_used", "")
    if text and not _CREDITS.fullmatch(text):
        raise _BadCellError("credits_used", "invalid number")
    return Decimal(text) if text else None
