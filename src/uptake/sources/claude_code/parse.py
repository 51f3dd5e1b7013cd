"""Claude Code usage report of the Admin API (SOURCES.md 5.1): one usage row per record, sessions and no prompts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from uptake.model import ALL_FEATURES, PROACTIVE, Usage
from uptake.model.folding import folded_name
from uptake.model.outcome import InputFile, MoreFollow, Outcome, Refused, Rejected, Taken
from uptake.sources.claude_code.shapes import LIMIT, Actor, Cost, Decisions, Model, Record, StrictRecord
from uptake.sources.reading import Broken, Envelope, RawRecord, decode, json_records
from uptake.sources.reading.checks import joined_key, sum_known, usable_day, usage_day
from uptake.sources.reading.strangers import Strangers

_STRICT = msgspec.json.Decoder(StrictRecord)
_LENIENT = msgspec.json.Decoder(Record)
_USD = "USD"
_CENTS_PLACES = 2
_FINEST_USD = Decimal("1e-10")
_UNKNOWN = "unknown"
_OTHER = "other"
_PLAIN = re.compile(r"[A-Za-z0-9._+/-]{1,64}")
"""A vendor's own word; anything else could be free text and is stored as `other` (GOVERNANCE.md section 11)."""


class _UnusableError(Exception):
    def __init__(self, reason: str, field: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.day = reason, field, day


@dataclass(slots=True)
class _Account:
    key: str
    email: str | None = None
    service: bool = False


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per record of `data`. Raises `Refused` for the look-alike reports of the same vendor."""
    took = False
    more_follow = False
    strangers = Strangers("claude-code", frozenset(Record.__struct_fields__))
    for item in json_records(file, ("data",)):
        if isinstance(item, Envelope):
            more_follow = item.values.get("has_more", more_follow) is True
            continue
        outcome = _outcome(item, file)
        if isinstance(outcome, Rejected) and isinstance(item, RawRecord) and not took:
            _refuse_look_alike(item.raw)
        took = took or isinstance(outcome, Taken)
        strangers.see(item, outcome)
        yield outcome
    strangers.judge()
    if more_follow:
        yield MoreFollow()


def _outcome(item: RawRecord | Broken, file: InputFile) -> Taken | Rejected:
    record: Record | Broken = item if isinstance(item, Broken) else _decoded(item, file)
    if isinstance(record, Broken):
        return Rejected(record.line, record.reason, record.field, usable_day(record.day, file.fetched_at))
    try:
        return _taken(record, item.line, file)
    except _UnusableError as error:
        return Rejected(item.line, error.reason, error.field, error.day)


def _decoded(item: RawRecord, file: InputFile) -> Record | Broken:
    return decode(item, _STRICT, _LENIENT, file)


def _taken(record: Record, line: int, file: InputFile) -> Taken:
    day = usage_day(record.date, file.fetched_at)
    if isinstance(day, str):
        raise _UnusableError(day, "date")
    account = _account(record.actor, day)
    if record.core_metrics is None and record.tool_actions is None and record.model_breakdown is None:
        # The vendor counts on its side: a row of nothing would be a day without use of somebody whose counts have other names now.
        raise _UnusableError("no count of a known kind", "", day)
    tenant = (record.organization_id or "").strip() or file.account
    surface = f"{_plain(record.terminal_type) or _UNKNOWN}/{_plain(record.customer_type) or _UNKNOWN}"
    row = _usage(record, day, account, tenant, surface)
    key = joined_key(tenant, account.key, day.isoformat(), surface)
    return Taken(line, key, [row], day=day, tenant=tenant, account=account.key)


def _plain(word: str | None) -> str | None:
    return word if not word or _PLAIN.fullmatch(word) else _OTHER


def _account(actor: Actor, day: dt.date) -> _Account:
    """E-mail of a person, or the name of an API key, which is a service account (rule R-ID-3)."""
    email = folded_name(actor.email_address)
    name = (actor.api_key_name or "").strip()
    if email and actor.type != "api_actor":
        return _Account(email, email=email)
    if name:
        return _Account(f"api_key:{name}", service=True)
    raise _UnusableError("required field missing", "actor.api_key_name" if email else "actor.email_address", day)


def _usage(record: Record, day: dt.date, account: _Account, tenant: str, surface: str) -> Usage:
    core, tools, models = record.core_metrics, _decisions(record), record.model_breakdown or ()
    lines = core.lines_of_code if core else None
    cost, foreign = _cost_usd(models, day)
    return Usage(
        tool="claude_code",
        account=account.key,
        email=account.email,
        service=account.service,
        tenant=tenant,
        day=day,
        surface=surface,
        feature=ALL_FEATURES,
        feature_class=PROACTIVE,
        sessions=core.num_sessions if core else None,
        commits=core.commits_by_claude_code if core else None,
        pull_requests=core.pull_requests_by_claude_code if core else None,
        lines_agent_added=lines.added if lines else None,
        lines_agent_deleted=lines.removed if lines else None,
        accept_unsplit=sum_known(tool.accepted for tool in tools),
        reject_user=sum_known(tool.rejected for tool in tools),
        tokens_in=sum_known(model.tokens.input for model in models if model.tokens),
        tokens_out=sum_known(model.tokens.output for model in models if model.tokens),
        tokens_cache_read=sum_known(model.tokens.cache_read for model in models if model.tokens),
        tokens_cache_write=sum_known(model.tokens.cache_creation for model in models if model.tokens),
        cost_est_usd=cost,
        flags_json=_flags(record, foreign),
    )


def _decisions(record: Record) -> list[Decisions]:
    tools = record.tool_actions
    if tools is None:
        return []
    every = (tools.edit_tool, tools.multi_edit_tool, tools.write_tool, tools.notebook_edit_tool)
    return [tool for tool in every if tool is not None]


def _cost_usd(models: Iterable[Model], day: dt.date) -> tuple[Decimal | None, int]:
    """Dollars of all models (rule R-CA-1), and how many costs are not stated in USD: one such makes the sum unknown."""
    costs = [
        model.estimated_cost for model in models if model.estimated_cost and model.estimated_cost.amount is not None
    ]
    foreign = sum(cost.currency != _USD for cost in costs)
    dollars = [_dollars(cost, day) for cost in costs]
    return (None if foreign else sum_known(dollars)), foreign


def _dollars(cost: Cost, day: dt.date) -> Decimal:
    amount = cost.amount
    if amount is None or not amount.is_finite() or not 0 <= amount <= LIMIT:
        raise _UnusableError("value out of range", "model_breakdown[].estimated_cost.amount", day)
    dollars = amount.scaleb(-_CENTS_PLACES)
    return dollars if dollars == dollars.quantize(_FINEST_USD) else dollars.quantize(_FINEST_USD)


def _flags(record: Record, foreign: int) -> str | None:
    flags: dict[str, str | int] = {}
    if foreign:
        flags["cost_not_usd"] = foreign
    if subscription := _plain(record.subscription_type):
        flags["subscription_type"] = subscription
    return msgspec.json.encode(flags).decode() if flags else None


def _refuse_look_alike(raw: bytes) -> None:
    try:
        keys = set(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]))
    except (ValueError, RecursionError):
        return
    if keys & {"chat_metrics", "claude_code_metrics", "cowork_metrics"}:
        raise Refused(
            "the Claude Enterprise analytics report, not the Claude Code report", "Use source claude-enterprise"
        )
    if {"starting_at", "results"} <= keys:
        raise Refused(
            "a messages usage or cost report: the same tokens again (rule R-CA-6)",
            "Export usage_report/claude_code instead",
        )
