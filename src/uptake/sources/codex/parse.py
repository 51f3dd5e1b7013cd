"""Codex enterprise usage (SOURCES.md 8.2): one usage row per user and day; a longer bucket is use by period and has no day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from uptake.model import ALL_FEATURES, PROACTIVE, PeriodUse, Usage
from uptake.model.folding import folded_name
from uptake.model.outcome import InputFile, MoreFollow, Outcome, Rejected, Taken
from uptake.sources.codex.shapes import LIMIT, Attribution, Bucket, Commits, Lines, StrictBucket, Totals
from uptake.sources.reading import Broken, Envelope, RawRecord, decode, json_records
from uptake.sources.reading.checks import joined_key, usable_day
from uptake.sources.reading.strangers import Strangers

DAY = 86_400
CLOCK_CHANGES = (0, 1800, 3600)
"""By how many seconds a calendar day of some zone may be shorter or longer than 24 hours."""
LONGEST = 366
"""Days of a period."""
CADENCES = {7: "weekly", 28: "monthly", 29: "monthly", 30: "monthly", 31: "monthly"}
_STRICT, _LENIENT = msgspec.json.Decoder(StrictBucket), msgspec.json.Decoder(Bucket)
_ID = re.compile(r"[A-Za-z0-9._:@|-]{1,128}")
_EMAIL = re.compile(r"[^\s@]{1,128}@[^\s@]{1,126}")
_CLIENT = re.compile(r"[a-z0-9._-]{1,64}")
_START, _END = (re.compile(rb'"%s"\s{0,9}:\s{0,9}(\d{9,11})\b' % name) for name in (b"start_time", b"end_time"))
_FINEST = Decimal("1e-10")


class _UnusableError(Exception):
    def __init__(self, reason: str, field: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.day = reason, field, day


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per bucket of `data`."""
    more_follow = False
    strangers = Strangers("codex", frozenset(Bucket.__struct_fields__))
    for item in json_records(file, ("data",)):
        if isinstance(item, Envelope):
            more_follow = item.values.get("has_more", more_follow) is True
        else:
            outcome = _outcome(item, file)
            strangers.see(item, outcome)
            yield outcome
    strangers.judge()
    if more_follow:
        yield MoreFollow()


def _outcome(item: RawRecord | Broken, file: InputFile) -> Taken | Rejected:
    if isinstance(item, Broken):
        return Rejected(item.line, item.reason, item.field)
    bucket = _decoded(item, file)
    if isinstance(bucket, Broken):
        return Rejected(bucket.line, bucket.reason, bucket.field, usable_day(_loose_day(item.raw), file.fetched_at))
    try:
        return _taken(bucket, item.line, file)
    except _UnusableError as error:
        return Rejected(item.line, error.reason, error.field, error.day)


def _decoded(item: RawRecord, file: InputFile) -> Bucket | Broken:
    return decode(item, _STRICT, _LENIENT, file)


def _taken(bucket: Bucket, line: int, file: InputFile) -> Taken:
    seconds = bucket.end_time - bucket.start_time
    first, last = _day(bucket.start_time), _day(bucket.end_time - 1)
    if usable_day(first, file.fetched_at) is None:
        raise _UnusableError("day out of range", "start_time")
    if not 0 < seconds <= LONGEST * DAY:
        raise _UnusableError("not a day or a period", "end_time")
    is_day = _is_day(bucket.start_time, bucket.end_time)
    day = _calendar_day(bucket.start_time, bucket.end_time)
    account, email = _account(bucket, day)
    if bucket.totals is None and bucket.code_attribution is None:
        # The vendor counts on its side: a row of nothing would be a day without use of somebody whose counts have other names now.
        raise _UnusableError("no count of a known kind", "totals", day if is_day else None)
    if not is_day:
        period = _period(bucket, account, email, (first, last), file.account)
        key = joined_key("period", file.account, account, period.cadence, first.isoformat())
        # Without a day: a period completes none, and no zero may be proven from it.
        return Taken(line, key, [period], tenant=file.account, account=account)
    if abs(seconds - DAY) not in CLOCK_CHANGES and bucket.start_time % DAY:
        # Another part of a day would replace the rest of it.
        raise _UnusableError("part of a day", "start_time", first)
    row = _usage(bucket, account, email, day, file.account)
    key = joined_key("day", file.account, account, row.day.isoformat())
    return Taken(line, key, [row], day=row.day, tenant=file.account, account=account)


def _day(seconds: int) -> dt.date:
    return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).date()  # noqa: DTZ001 - all our times are UTC


def _loose_day(raw: bytes) -> dt.date | None:
    """The day in the bytes of a bad bucket of one day: that day alone is then not complete. A longer one says nothing of a day."""
    start, end = _START.search(raw), _END.search(raw)
    if not start or not end or not _is_day(int(start[1]), int(end[1])):
        return None
    return _calendar_day(int(start[1]), int(end[1]))


def _is_day(start: int, end: int) -> bool:
    """Whether a bucket is of one day or of a part of it. Longer than 24 hours is only the day on which clocks go back."""
    return end - start <= DAY or end - start - DAY in CLOCK_CHANGES


def _calendar_day(start: int, end: int) -> dt.date:
    """The day of the middle of a whole day, which is the workspace's own day whatever its zone, also where clocks change.
    A shorter one is the day that still runs.
    """
    return _day((start + end) // 2 if abs(end - start - DAY) in CLOCK_CHANGES else start)


def _account(bucket: Bucket, day: dt.date) -> tuple[str, str | None]:
    """The user's id, else the e-mail (SOURCES.md section 3)."""
    text = bucket.actor.email if bucket.actor else None
    email = folded_name(text)
    user = (bucket.user_id or "").strip()
    if email and not _EMAIL.fullmatch(email):
        raise _UnusableError("not an e-mail", "actor.email", day)
    if user and not _ID.fullmatch(user):
        raise _UnusableError("not an id", "user_id", day)
    if not user and not email:
        raise _UnusableError("required field missing", "user_id", day)
    return user or email, email or None


def _usage(bucket: Bucket, account: str, email: str | None, day: dt.date, tenant: str) -> Usage:
    totals, code = bucket.totals or Totals(), bucket.code_attribution or Attribution()
    lines, commits = code.lines_of_code or Lines(), code.commits or Commits()
    return Usage(
        tool="codex",
        account=account,
        email=email,
        tenant=tenant,
        day=day,
        surface=_surface(bucket),
        feature=ALL_FEATURES,
        feature_class=PROACTIVE,
        prompts=totals.turns,
        sessions=totals.threads,
        tokens_in=totals.uncached_text_input_tokens,
        tokens_cache_read=totals.cached_text_input_tokens,
        tokens_out=totals.text_output_tokens,
        credits=_credits(totals, day),
        lines_agent_added=lines.added,
        lines_agent_deleted=lines.removed,
        commits=commits.with_codex_contribution,
        flags_json=_flags(totals, lines),
    )


def _period(bucket: Bucket, account: str, email: str | None, days: tuple[dt.date, dt.date], tenant: str) -> PeriodUse:
    totals, (first, last) = bucket.totals or Totals(), days
    used = any((totals.turns, totals.threads, totals.text_output_tokens, totals.credits))
    length = -(-(bucket.end_time - bucket.start_time) // DAY)
    return PeriodUse(
        tool="codex",
        account=account,
        email=email,
        tenant=tenant,
        cadence=CADENCES.get(length, f"{length} days"),
        first_day=first,
        last_day=last,
        used=used,
        used_from=first,
        used_to=last,
        messages=totals.turns,
        credits=_credits(totals, None),
        flags_json=_flags(totals, Lines()),
    )


def _surface(bucket: Bucket) -> str:
    """The one client of the row, in lower case. The totals are of all clients together (rule R-CU-2)."""
    words = {(client.client_id or "").strip().lower() for client in bucket.clients or ()}
    if len(words) != 1:
        return "several" if words else "unknown"
    (word,) = words
    return word if _CLIENT.fullmatch(word) else "other" if word else "unknown"


def _credits(totals: Totals, day: dt.date | None) -> Decimal | None:
    found = totals.credits
    if found is None:
        return None
    if not found.is_finite() or not 0 <= found <= LIMIT:
        raise _UnusableError("value out of range", "totals.credits", day)
    return found if found == found.quantize(_FINEST) else found.quantize(_FINEST)


def _flags(totals: Totals, lines: Lines) -> str | None:
    flags: dict[str, bool | int] = {}
    if totals.turns is not None:
        flags["turns_as_prompts"] = True
    if lines.committed is not None:
        flags["lines_committed"] = lines.committed
    return msgspec.json.encode(flags).decode() if flags else None
