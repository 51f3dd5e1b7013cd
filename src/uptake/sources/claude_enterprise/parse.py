"""Claude Enterprise analytics, users (SOURCES.md 5.2): chat, co-work and the like by messages; Claude Code by sessions, without prompts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import msgspec

from uptake.model.folding import folded_name
from uptake.model.outcome import Ignored, InputFile, MoreFollow, Outcome, Refused, Rejected, Taken
from uptake.sources.claude_enterprise.days import BadDayError, Days
from uptake.sources.claude_enterprise.rows import evidence, rows
from uptake.sources.claude_enterprise.shapes import Record, StrictRecord, User
from uptake.sources.reading import Broken, Envelope, RawRecord, decode, json_records
from uptake.sources.reading.checks import joined_key, usable_day

NOBODY = "(no user)"
"""Account of rows whose user is null: kept, and never anybody's (rule R-CE-5)."""
_STRICT, _LENIENT = msgspec.json.Decoder(StrictRecord), msgspec.json.Decoder(Record)
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_EMAIL = re.compile(r"[^\s@]{1,128}@[^\s@]{1,126}")


class _UnusableError(Exception):
    def __init__(self, reason: str, field: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.day = reason, field, day


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per entry of `data`. Raises `Refused` for a range of days and for the look-alike reports of the same vendor."""
    days, held, more_follow, took = Days(file), list[tuple[int, Record]](), False, False
    for item in json_records(file, ("data",)):
        if isinstance(item, Envelope):
            more_follow = _more(item, more_follow)
            _state(days, item)
            continue
        record = item if isinstance(item, Broken) else _decoded(item, file, look=not took)
        if isinstance(record, Broken):
            yield Rejected(record.line, record.reason, record.field, usable_day(record.day, file.fetched_at))
            continue
        outcome = _outcome(item.line, record, days, file)
        if outcome is None:
            held.append((item.line, record))
            continue
        took = took or isinstance(outcome, Taken)
        yield outcome
    for line, record in held:
        yield _outcome(line, record, days, file) or Rejected(line, "required field missing", "date")
    if more_follow:
        yield MoreFollow()


def _decoded(item: RawRecord, file: InputFile, *, look: bool) -> Record | Broken:
    """`look`: nothing was taken yet, so it may be another report."""
    if look:
        _refuse_look_alike(item.raw)
    return decode(item, _STRICT, _LENIENT, file)


def _more(envelope: Envelope, known: bool) -> bool:
    said = [envelope.values[name] for name in ("next_page", "has_more") if name in envelope.values]
    return any(said) if said else known


def _state(days: Days, envelope: Envelope) -> None:
    try:
        days.state(envelope.values)
    except BadDayError as error:
        raise Refused(
            f"the `date` of an answer cannot be used: {error.reason}", "Write the day asked for there"
        ) from None


def _outcome(line: int, record: Record, days: Days, file: InputFile) -> Taken | Ignored | Rejected | None:
    """What is said of a row; None where its day is not yet known."""
    if record.user is None and (record.rbac_group_id or record.distinct_user_count is not None):
        return Ignored(line, "a row of a group: groups overlap and are never added (rule R-CE-4)")
    try:
        day = days.of(record)
        return None if day is None else _taken(line, record, day, file)
    except BadDayError as error:
        return Rejected(line, error.reason, error.field)
    except _UnusableError as error:
        return Rejected(line, error.reason, error.field, error.day)


def _taken(line: int, record: Record, day: dt.date, file: InputFile) -> Taken:
    account, email = _account(record.user, day)
    made = rows(record, account, email, file.account, day)
    if not made:
        raise _UnusableError("no count of a known kind", "", day)
    key = joined_key(file.account, account, day.isoformat())
    more = evidence(record, made)
    return Taken(line, key, [*made, *more], day=day, tenant=file.account, account=account)


def _account(user: User | None, day: dt.date) -> tuple[str, str | None]:
    """The vendor's id, else the e-mail (SOURCES.md section 3); the e-mail leads to the person."""
    if user is None:
        return NOBODY, None
    name = (user.id or "").strip()
    email = folded_name(user.email_address)
    if name and not _ID.fullmatch(name):
        raise _UnusableError("not an id", "user.id", day)
    if email and not _EMAIL.fullmatch(email):
        raise _UnusableError("not an e-mail", "user.email_address", day)
    if not name and not email:
        raise _UnusableError("required field missing", "user.id", day)
    return name or email, email or None


def _refuse_look_alike(raw: bytes) -> None:
    try:
        keys = set(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]))
    except (ValueError, RecursionError):
        return
    if {"actor", "core_metrics"} <= keys:
        raise Refused("the Claude Code report of the Admin interface", "Use source claude-code")
    metrics = {name for name in Record.__struct_fields__ if name.endswith("_metrics")}
    if keys & {"amount", "list_amount", "uncached_input_tokens"} and not keys & metrics:
        raise Refused(
            "a usage or cost report of Claude Enterprise, which is not read", "Give answers of analytics/users"
        )
