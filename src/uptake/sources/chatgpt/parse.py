"""ChatGPT workspace export (SOURCES.md 8.1): one record per user and period. No days exist in it, and none are made (rule R-CG-1)."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from uptake.model import PeriodUse
from uptake.model.folding import folded_name
from uptake.model.outcome import InputFile, Outcome, Rejected, Taken
from uptake.sources.reading import Broken, csv_rows
from uptake.sources.reading.checks import FIRST_DAY, joined_key, usable_day

LIMIT = 10**12
MAX_MAP = 64 * 1024
"""Characters of a map of counts (rule R-CG-3)."""
LONGEST = 31
"""Days of a period: a month."""
REQUIRED = ("cadence", "period_start", "period_end", "messages")
COUNTS = ("messages", "gpt_messages", "tool_messages", "project_messages")
MAPS = ("model_to_messages", "gpt_to_messages", "tool_to_messages", "project_to_messages")
KNOWN = (
    *REQUIRED[:3],
    *("account_id", "public_id", "email", "user_status", "is_active"),
    *("first_day_active_in_period", "last_day_active_in_period", "credits_used"),
    *COUNTS,
    *MAPS,
)
CADENCES = ("weekly", "monthly")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_EMAIL = re.compile(r"[^\s@]{1,128}@[^\s@]{1,126}")
_COUNT = re.compile(r"(\d{1,13})(?:\.0{1,6})?", re.ASCII)
_CREDITS = re.compile(r"\d{1,12}(?:\.\d{1,10})?", re.ASCII)
_MODEL = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": None}
_INVITED = ("invited", "pending")


class _BadCellError(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per line. Raises `Refused` where the header is that of another file."""
    for row in csv_rows(file, KNOWN, REQUIRED):
        if isinstance(row, Broken):
            yield Rejected(row.line, row.reason, row.field)
            continue
        try:
            yield _taken(row.line, row.cells, file)
        except _BadCellError as error:
            yield Rejected(row.line, error.reason, error.field)


def _taken(line: int, cells: Mapping[str, str], file: InputFile) -> Taken:
    cadence = cells["cadence"].lower()
    if cadence not in CADENCES:
        raise _BadCellError("cadence", "expected weekly or monthly")
    first, last = _period(cells, file.fetched_at)
    account, email = _account(cells)
    tenant = cells.get("account_id", "") or file.account
    if tenant and not _ID.fullmatch(tenant) and tenant != file.account:
        raise _BadCellError("account_id", "not an id")
    used_from = _active_day(cells, "first_day_active_in_period", first, last) or first
    used_to = _active_day(cells, "last_day_active_in_period", first, last) or last
    if used_to < used_from:
        raise _BadCellError("last_day_active_in_period", "last day before first day")
    counts = {name: _count(cells, name) for name in COUNTS}
    row = PeriodUse(
        tool="chatgpt",
        account=account,
        email=email,
        tenant=tenant,
        cadence=cadence,
        first_day=first,
        last_day=last,
        used=_used(cells, counts["messages"]),
        used_from=used_from,
        used_to=used_to,
        invited=cells.get("user_status", "").lower() in _INVITED,
        credits=_credits(cells),
        flags_json=_models(cells),
        **counts,
    )
    key = joined_key(tenant, account, cadence, first.isoformat())
    # Without a day: a period completes none, and no zero may be proven from it.
    return Taken(line, key, [row], tenant=tenant, account=account)


def _period(cells: Mapping[str, str], fetched_at: dt.datetime) -> tuple[dt.date, dt.date]:
    """First and last day, both in it. An open period may end in the future, never begin there."""
    first, last = _day(cells, "period_start"), _day(cells, "period_end")
    if first is None or usable_day(first, fetched_at) is None:
        raise _BadCellError("period_start", "day out of range" if first else "required field missing")
    if last is None:
        raise _BadCellError("period_end", "required field missing")
    if not 0 <= (last - first).days <= LONGEST:
        raise _BadCellError("period_end", "not a week or a month")
    return first, last


def _day(cells: Mapping[str, str], name: str) -> dt.date | None:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        day = dt.datetime.fromisoformat(text).date()
    except ValueError:
        raise _BadCellError(name, "invalid date") from None
    if day < FIRST_DAY:
        raise _BadCellError(name, "day out of range")
    return day


def _active_day(cells: Mapping[str, str], name: str, first: dt.date, last: dt.date) -> dt.date | None:
    day = _day(cells, name)
    if day is not None and not first <= day <= last:
        raise _BadCellError(name, "outside its period")
    return day


def _account(cells: Mapping[str, str]) -> tuple[str, str | None]:
    """The public id, else the e-mail (SOURCES.md section 3); the e-mail leads to the person."""
    email = folded_name(cells.get("email", ""))
    public = cells.get("public_id", "")
    if public and not _ID.fullmatch(public):
        raise _BadCellError("public_id", "not an id")
    if email and not _EMAIL.fullmatch(email):
        raise _BadCellError("email", "not an e-mail")
    if not public and not email:
        raise _BadCellError("public_id", "required field missing")
    return public or email, email or None


def _used(cells: Mapping[str, str], messages: int | None) -> bool:
    """Any sign of use: a message, the vendor's own word, or a first day of use. An invited user has none (rule R-CG-5)."""
    text = cells.get("is_active", "").lower()
    if text not in _TRUTH:
        raise _BadCellError("is_active", "expected true or false")
    return bool(messages or _TRUTH[text] or cells.get("first_day_active_in_period"))


def _count(cells: Mapping[str, str], name: str) -> int | None:
    text = cells.get(name, "")
    if not text:
        return None
    found = _COUNT.fullmatch(text)
    if not found or int(found[1]) > LIMIT:
        raise _BadCellError(name, "invalid count")
    return int(found[1])


def _credits(cells: Mapping[str, str]) -> Decimal | None:
    text = cells.get("credits_used", "")
    if text and not _CREDITS.fullmatch(text):
        raise _BadCellError("credits_used", "invalid number")
    return Decimal(text) if text else None


def _models(cells: Mapping[str, str]) -> str | None:
    """Messages by model. The maps of GPTs, tools and projects hold names that people gave: checked, and not taken."""
    found = {name: counts_of(name, cells.get(name, "")) for name in MAPS}
    models: dict[str, int] = {}
    for name, count in sorted(found["model_to_messages"].items()):
        word = name if _MODEL.fullmatch(name) else "other"
        models[word] = models.get(word, 0) + count
    return msgspec.json.encode({"models": models}).decode() if models else None


def counts_of(field: str, text: str) -> dict[str, int]:
    """A map of counts, written as a Python literal or as JSON (rule R-CG-3); nothing is evaluated."""
    if not text:
        return {}
    if len(text) > MAX_MAP:
        raise _BadCellError(field, "text too long")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise _BadCellError(field, "not a map of counts") from None
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and type(count) is int and 0 <= count <= LIMIT for name, count in value.items()
    ):
        raise _BadCellError(field, "not a map of counts")
    return value
