"""Usage events and AI commits: kept one by one, because a person's day is spread over pages and files (rules R-CU-15, R-CU-16)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal

from uptake.model import TelemetryEvent
from uptake.model.outcome import InputFile, Taken
from uptake.sources.cursor.shapes import LIMIT, Commit, Event, Tokens
from uptake.sources.cursor.words import UnusableError, email_of, id_of, moment
from uptake.sources.reading.checks import joined_key
from uptake.sources.reading.models import model_name

SURFACE = "events"
BUGBOT, SERVICE = "bugbot", "service"
_CENTS_PLACES = 2
_FINEST_USD = Decimal("1e-10")
_HASH = re.compile(r"[0-9a-f]{7,64}")


def event(record: Event, line: int, file: InputFile) -> Taken:
    """A call of a model. Raises UnusableError."""
    at = moment(record.timestamp, "timestamp", file.fetched_at)
    email = email_of(record.userEmail, "userEmail")
    service = id_of(record.serviceAccountId, "serviceAccountId") if not email else ""
    if not email and not service:
        raise UnusableError("required field missing", "userEmail")
    account = email or f"service:{service}"
    tokens = record.tokenUsage or Tokens()
    detail = SERVICE if service else BUGBOT if record.isFreeBugbot else None
    found = _event(file, account, email, at, kind="request", detail=detail, amount=Decimal(1))
    found.tokens_in, found.tokens_out = tokens.inputTokens, tokens.outputTokens
    found.tokens_cache_read, found.tokens_cache_write = tokens.cacheReadTokens, tokens.cacheWriteTokens
    found.cost_est_usd = _dollars(tokens.totalCents)
    found.model = model_name(record.model)
    what = (record.model, found.tokens_in, found.tokens_out, found.tokens_cache_read, found.tokens_cache_write)
    found.series = hashlib.sha256(repr(what).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return _taken(found, line, joined_key("event", file.account, account, at.isoformat(), found.series))


def commit(record: Commit, line: int, file: InputFile) -> Taken:
    """A commit; it counts where a line of it is of the AI. One that lies on two branches comes twice. Raises UnusableError."""
    name = record.commitHash.strip().lower()
    if not _HASH.fullmatch(name):
        raise UnusableError("not a commit hash", "commitHash")
    field = "commitTs" if record.commitTs else "createdAt"
    text = record.commitTs or record.createdAt
    if not text:
        raise UnusableError("required field missing", field)
    at = moment(text, field, file.fetched_at)
    email = email_of(record.userEmail, "userEmail")
    account = email or id_of(record.userId, "userId")
    if not account:
        raise UnusableError("required field missing", "userEmail")
    lines = (record.tabLinesAdded, record.tabLinesDeleted, record.composerLinesAdded, record.composerLinesDeleted)
    amount = None if lines == (None,) * len(lines) else Decimal(any(lines))
    found = _event(file, account, email, at, kind="commits", amount=amount)
    found.series = name
    return _taken(found, line, joined_key("commit", file.account, account, name))


def _event(
    file: InputFile,
    account: str,
    email: str | None,
    at: dt.datetime,
    *,
    kind: str,
    amount: Decimal | None,
    detail: str | None = None,
) -> TelemetryEvent:
    return TelemetryEvent(
        tool="cursor",
        account=account,
        email=email,
        tenant=file.account,
        surface=SURFACE,
        happened_at=at,
        day=at.date(),
        kind=kind,
        basis="logs",
        amount=amount,
        detail=detail,
    )


def _taken(found: TelemetryEvent, line: int, key: str) -> Taken:
    """Without a day and of no report: it completes none, mends no damaged one, and no report makes it vanish."""
    return Taken(line, key, [found], tenant=found.tenant, account=found.account, report=0)


def _dollars(cents: Decimal | None) -> Decimal | None:
    """Dollars, to ten places."""
    if cents is None:
        return None
    if not cents.is_finite() or not 0 <= cents <= LIMIT:
        raise UnusableError("value out of range", "tokenUsage.totalCents")
    dollars = cents.scaleb(-_CENTS_PLACES)
    return dollars if dollars == dollars.quantize(_FINEST_USD) else dollars.quantize(_FINEST_USD)
