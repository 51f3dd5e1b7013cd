"""Transcripts of Claude Code (SOURCES.md 5.4): prompts and calls to a model as events, without a text, a path or a name.

Each line is a record. A call is repeated in several lines; all of them are kept, and `days.py` counts the last one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from uptake.model import TelemetryEvent
from uptake.model.outcome import Ignored, InputFile, Outcome, Refused, Rejected, Taken
from uptake.sources.claude_transcripts.shapes import LIMIT, Block, Kind, Row, StrictRow
from uptake.sources.data_classes.tally import origin_of
from uptake.sources.otlp.allowed import account, hashed
from uptake.sources.otlp.parse import key
from uptake.sources.reading import Broken, RawRecord, decode, json_records
from uptake.sources.reading.checks import usable_day
from uptake.sources.reading.models import model_name, tier_name

TOOL = "claude_code"
SURFACE = "claude-code"
SYNTHETIC = "<synthetic>"
"""Model of rows that the client wrote itself, such as an error: no model was called."""
FINEST = Decimal("1e-10")
WRITTEN_BY_CLIENT = (b'"<local-command-', b'"<bash-', b'"[Request interrupted', b'"Caveat: ')
COMMAND = (b'"<command-',)
_STRICT, _LENIENT = msgspec.json.Decoder(StrictRow), msgspec.json.Decoder(Row)
_KIND, _CONTENT = msgspec.json.Decoder(Kind), msgspec.json.Decoder(list[Block])
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - all our times are UTC without zone


class _UnusableError(Exception):
    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per line. Raises `Refused` without the account of the person."""
    who = account(file.account)
    if not who:
        raise Refused("a transcript does not say whose it is", "Name the person's account: --account E-MAIL")
    seen = Counter[str]()
    for item in json_records(file, ()):
        if isinstance(item, Broken):
            yield Rejected(item.line, item.reason, item.field)
        elif isinstance(item, RawRecord):
            yield _outcome(item, file, who, seen)


def _outcome(item: RawRecord, file: InputFile, who: str, seen: Counter[str]) -> Outcome:
    try:
        row = _row(item, file)
        found = row if isinstance(row, str) else _event(row, file, who, seen)
    except _UnusableError as error:
        return Rejected(item.line, error.reason, error.field)
    if isinstance(found, str):
        return Ignored(item.line, found)
    if file.sees and found.kind == "prompt" and isinstance(row, Row):
        file.sees.see(_typed(row), origin_of(item.raw), TOOL, found.day)
    # Without a day: the files of one person complete no day, and prove nobody's zero. Of no report: they tell nothing of other people's.
    return Taken(item.line, key(found), [found], account=who, report=0, rank=f"{found.tokens_out or 0:013}")


def _row(item: RawRecord, file: InputFile) -> Row | str:
    """A row of a person or of the model, or why a row of another kind is not taken."""
    try:
        kind = _KIND.decode(item.raw)
    except (ValueError, RecursionError):
        raise _UnusableError("no row of a transcript", "type") from None
    if bytes(kind.payload):
        return "a row of a Codex transcript"
    if kind.type not in {None, "user", "assistant"}:
        return "a row that is neither a person's nor the model's"
    if not bytes(kind.message):
        raise _UnusableError("required field missing", "message")
    row = decode(item, _STRICT, _LENIENT, file)
    if isinstance(row, Broken):
        raise _UnusableError(row.reason, row.field)
    return row


def _event(row: Row, file: InputFile, who: str, seen: Counter[str]) -> TelemetryEvent | str:
    """The event of a row, or why it is none."""
    kind, detail = _kind(row)
    if not kind:
        return detail
    at = _time(row, file)
    if file.days and not file.days[0] <= at.date() <= file.days[1]:
        return "outside --from and --to"
    found = TelemetryEvent(
        tool=TOOL, account=who, email=who if "@" in who else None, surface=SURFACE, happened_at=at, day=at.date(), kind=kind,
        basis="logs", detail=detail or None, session=hashed(row.sessionId) if row.sessionId else None,
        ended=(at - _EPOCH) // dt.timedelta(microseconds=1) * 1000,
    )  # fmt: skip
    if kind == "request":
        _fill(found, row)
    found.series = _series(found, row)
    if found.series:
        found.started = seen[found.series]  # which of several rows of one call it is, when they have one time
        seen[found.series] += 1
    else:
        found.series = _by_itself(found, seen)
    return found


def _kind(row: Row) -> tuple[str, str]:
    """What the row tells of, and a detail; without the first, the second is the reason why it is not taken."""
    role = row.type or row.message.role
    if role == "assistant":
        if row.message.usage is None:
            return "", "an answer without counts"
        if row.isApiErrorMessage or row.message.model == SYNTHETIC:
            return "", "written by the client itself"
        return "request", ""
    if role != "user":
        raise _UnusableError("no row of a transcript", "message.role")
    if row.isSidechain:
        return "", "said by an agent to its helper"
    if row.isMeta or row.isCompactSummary:
        return "", "written by the client itself"
    return _prompt(row)


def _prompt(row: Row) -> tuple[str, str]:
    """A prompt is a text of a person (rule R-TR-2): no result of a tool, nothing that the client wrote; a slash command is told apart."""
    content = bytes(row.message.content)
    texts = [content]
    if not content.startswith(b'"'):
        try:
            blocks = _CONTENT.decode(content)
        except (ValueError, RecursionError):
            raise _UnusableError("invalid value", "message.content") from None
        if any(block.type == "tool_result" for block in blocks):
            return "", "a result of a tool"
        texts = [bytes(block.text) for block in blocks if block.type == "text"]
    texts = [text for text in texts if text.strip(b'" ')]
    if not texts:
        return "", "no text"
    if texts[0].startswith(WRITTEN_BY_CLIENT):
        return "", "written by the client itself"
    return "prompt", "command" if texts[0].startswith(COMMAND) else ""


def _typed(row: Row) -> str:
    """The text of a prompt, for the local detector alone; empty where it is damaged."""
    content = bytes(row.message.content)
    try:
        parts = [content] if content.startswith(b'"') else [bytes(one.text) for one in _CONTENT.decode(content)]
        return "\n".join(msgspec.json.decode(part, type=str) for part in parts if part)
    except (ValueError, RecursionError):
        return ""


def _series(found: TelemetryEvent, row: Row) -> str:
    """What makes rows one prompt or one call (rule R-TR-1); empty for a row without ids."""
    if found.kind == "request" and (row.message.id or row.requestId):
        return hashed("request", row.message.id, row.requestId)
    return hashed(found.kind, row.uuid) if row.uuid else ""


def _by_itself(found: TelemetryEvent, seen: Counter[str]) -> str:
    """A row without ids counts by itself; the same row in a second file is still the same."""
    tokens = (found.tokens_in, found.tokens_out, found.tokens_cache_read, found.tokens_cache_write)
    alike = hashed(found.kind, found.session, found.ended, *tokens)
    seen[alike] += 1
    return hashed(alike, seen[alike])


def _time(row: Row, file: InputFile) -> dt.datetime:
    if row.timestamp is None:
        raise _UnusableError("required field missing", "timestamp")
    try:
        given = dt.datetime.fromisoformat(row.timestamp)
        at = (given.astimezone(dt.UTC) if given.tzinfo else given).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise _UnusableError("not a time", "timestamp") from None
    if usable_day(at.date(), file.fetched_at) is None:
        raise _UnusableError("day out of range", "timestamp")
    return at


def _fill(found: TelemetryEvent, row: Row) -> None:
    usage = row.message.usage
    if usage is None:
        return
    found.tokens_in, found.tokens_out = usage.input_tokens, usage.output_tokens
    found.tokens_cache_read, found.tokens_cache_write = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    found.model, found.tier = model_name(row.message.model), tier_name(usage.speed, usage.service_tier)
    if row.costUSD is not None:
        if not row.costUSD.is_finite() or not 0 <= row.costUSD <= LIMIT:
            raise _UnusableError("value out of range", "costUSD")
        found.cost_est_usd = row.costUSD.quantize(FINEST)
