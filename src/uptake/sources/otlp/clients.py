"""One record of a client into one telemetry event: the tables of SOURCES.md 5.3, 7.1 and 7.2, without what the sections drop."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation

from uptake.model import TelemetryEvent
from uptake.sources.otlp.allowed import METRICS, SESSION, account, hashed, text
from uptake.sources.otlp.record import Record, Scalar, Signal
from uptake.sources.reading.models import model_name, tier_name

LIMIT = 10**12
LONGEST_NUMBER = 40
FINEST = Decimal("1e-10")
BY_PERSON = ("user_permanent", "user_temporary", "user_abort", "user_reject", "user")
BY_ITSELF = ("config", "hook")
ASKED = ("write_file", "replace")
"""Tools for which Gemini CLI asks each time, until the approval mode is changed."""
_KINDS = {
    "claude_code": {"user_prompt": "prompt", "api_request": "request", "tool_decision": "decision"},
    "codex": {"codex.user_prompt": "prompt", "codex.sse_event": "request", "codex.tool_decision": "decision", "codex.conversation_starts": "mode"},
    "gemini_cli": {
        "gemini_cli.user_prompt": "prompt", "gemini_cli.api_response": "request", "gemini_cli.tool_call": "decision",
        "gemini_cli.config": "mode", "gemini_cli.approval_mode_switch": "mode",
        "gemini_cli.plan.approval_mode_switch": "mode",
    },
}  # fmt: skip
_DECISIONS = {
    "accept": "accept", "approved": "accept", "approved_for_session": "accept", "approved_with_amendment": "accept",
    "approved_with_network_policy_allow": "accept", "modify": "accept", "auto_accept": "auto",
    "reject": "reject", "denied": "reject", "denied_with_network_policy_deny": "reject", "abort": "reject",
}  # fmt: skip
_TYPES = (
    "added",
    "removed",
    "user",
    "cli",
    "input",
    "output",
    "cacheread",
    "cachecreation",
    "cache",
    "thought",
    "agents_view",
)
_SCOPES = {"claude_code": "com.anthropic.claude_code", "codex": "codex_otel.log_only", "gemini_cli": "gemini-cli"}


class UnusableError(Exception):
    """A record that cannot be taken: a reason and a field name, never a value."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


def tool_of(record: Record) -> str | None:
    """The tool that speaks, by `service.name`; None for one that is not taken."""
    name = text(record.resource.get("service.name"))
    if name in ("claude-code", "claude-code-desktop"):
        return "claude_code"
    return "codex" if name.startswith("codex") else "gemini_cli" if name == "gemini-cli" else None


def event(signal: Signal, record: Record, sender: str = "") -> TelemetryEvent | str:
    """The event of a record, or why it is known and not taken. `sender`: the account that the token of the sender speaks for.

    Raises:
        UnusableError: it is damaged, nobody is named in it, or somebody else than its sender.
    """
    if signal == "traces":
        return "traces"
    tool = tool_of(record)
    if tool is None:
        return "another client"
    if record.damaged:
        raise UnusableError("value of a wrong type", record.damaged)
    if not record.scope.startswith(_SCOPES[tool]) and signal == "logs":
        return "another scope"
    if tool == "claude_code" and signal == "logs":
        # The body has the prefix, the attribute has not; a client may write it in both.
        record.name = record.name.removeprefix("claude_code.")
    kind = METRICS.get(record.name) if signal == "metrics" else _KINDS[tool].get(record.name, "seen")
    if kind is None or (signal == "metrics" and not record.name.startswith(f"{tool}.")):
        return "a metric that is not taken"
    if signal == "logs" and (not record.name or record.name.startswith("gen_ai.")):
        return "an event that is not taken"
    return _event(signal, record, tool, kind, sender)


def _event(signal: Signal, record: Record, tool: str, kind: str, sender: str) -> TelemetryEvent:
    who, email = _who(record, sender)
    at = _time(record, tool)
    found = TelemetryEvent(
        tool=tool, account=who, email=email, surface=_surface(record), happened_at=at, day=at.date(), kind=kind, basis=signal,
        session=_session(record),
    )  # fmt: skip
    if signal == "metrics":
        _fill_point(found, record)
    else:
        _fill_log(found, record)
    return found


def _who(record: Record, sender: str) -> tuple[str, str | None]:
    """Account key and e-mail, by the order of SOURCES.md section 3; the resource and the record say the same keys."""
    said = {**record.resource, **record.attributes}
    named, sender = account(said.get("enduser.id")), account(sender)
    if "enduser.id" in said and not named:
        raise UnusableError("no account key", "enduser.id")
    if sender and named and named != sender:
        raise UnusableError("another person than the sender's token says", "enduser.id")
    email = account(said.get("user.email"))
    email = email if "@" in email else ""
    for found in (sender, named, email, account(said.get("user.account_uuid"))):
        if found:
            return found, (found if "@" in found else email or None)
    own = said.get("user.id") or said.get("installation.id")
    if not own:
        raise UnusableError("nobody is named", "enduser.id")
    return f"installation:{hashed(own)}", None


def _surface(record: Record) -> str:
    name = text(record.resource.get("service.name"))
    return name if name in ("claude-code", "claude-code-desktop", "codex_exec", "gemini-cli") else "codex"


def _session(record: Record) -> str | None:
    said = {**record.resource, **record.attributes}
    return next((hashed(said[name]) for name in SESSION if said.get(name)), None)


def _time(record: Record, tool: str) -> dt.datetime:
    """The time of an event, UTC; the client's own stamp before the time at which it was handed on (Codex gives no other)."""
    said = record.attributes.get("event.timestamp")
    if tool == "codex" and isinstance(said, str):
        try:
            given = dt.datetime.fromisoformat(said)
            return (given.astimezone(dt.UTC) if given.tzinfo else given).replace(tzinfo=None)
        except (ValueError, OverflowError):
            raise UnusableError("not a time", "event.timestamp") from None
    if not record.time:
        raise UnusableError("required field missing", "timeUnixNano")
    return at_time(record.time)


def at_time(nanoseconds: int) -> dt.datetime:
    """Naive UTC of nanoseconds, whole microseconds, without a float. Raises UnusableError."""
    try:
        return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=nanoseconds // 1000)  # noqa: DTZ001
    except OverflowError:
        raise UnusableError("not a time", "timeUnixNano") from None


def _fill_point(found: TelemetryEvent, record: Record) -> None:
    said = record.attributes
    detail = text(said.get("type") or said.get("start_type")).lower()
    found.detail = _edit_decision(said) if found.kind == "decision" else detail if detail in _TYPES else None
    which = sorted((name, value) for name, value in {**record.resource, **said}.items())
    found.series = hashed(record.name, *which, *([record.apart] if record.apart else []))
    found.started, found.ended, found.cumulative = record.start, record.time, record.cumulative
    if record.value is None:
        raise UnusableError("required field missing", "value")
    found.amount = _decimal(record.value, "value").quantize(FINEST)


def _fill_log(found: TelemetryEvent, record: Record) -> None:
    said = record.attributes
    if found.tool == "codex" and found.kind == "request" and not _codex_request(said):
        found.kind = "seen"
    if found.kind == "prompt":
        found.turn = _id(said, "prompt.id")
        found.detail = "command" if said.get("command_name") else None
    elif found.kind == "request":
        _tokens(found, said)
        found.model, found.tier = model_name(said.get("model")), tier_name(said.get("speed"), said.get("service_tier"))
    elif found.kind == "decision":
        found.detail = _decision(found.tool, said)
    elif found.kind == "mode" and found.tool == "codex":
        found.detail = "aside" if _codex_aside(found, said) else None
    elif found.kind == "mode":
        mode = text(said.get("approval_mode") or said.get("to_mode") or said.get("active_approval_mode"))
        found.detail = "default" if mode == "default" else "other"
    found.turn = found.turn or _id(said, "prompt.id")
    found.series = _key(found, record)


def _id(said: dict[str, Scalar], name: str) -> str | None:
    return hashed(said[name]) if said.get(name) else None


def _key(found: TelemetryEvent, record: Record) -> str:
    """What makes an event one event (rules R-CC-4, R-CX-6): a retry has the same key, whatever post it comes in."""
    said = record.attributes
    if found.tool == "claude_code":
        if found.kind == "request" and said.get("request_id"):
            return hashed("request", said["request_id"])
        if found.session and "event.sequence" in said:
            # The time too: a session that is gone on with keeps its id, and counts its events from 0 again.
            return hashed(found.session, said["event.sequence"], record.name, found.happened_at)
    if found.tool == "codex" and said.get("call_id"):
        return hashed(found.session, said.get("event.timestamp"), record.name, said["call_id"])
    return hashed(found.session, found.happened_at, record.name, *sorted((name, value) for name, value in said.items()))


def _codex_request(said: dict[str, Scalar]) -> bool:
    """The one of two completions that counts (rule R-CX-1)."""
    return said.get("event.kind") == "response.completed" and "input_token_count" in said


def _codex_aside(found: TelemetryEvent, said: dict[str, Scalar]) -> bool:
    """Whether a conversation begins as the client begins those that it holds with itself, such as for a title: it may write nothing.

    Whom it may ask says nothing: `never` with 0.171, with 0.169 the `on-request` of the conversation that it belongs to.
    """
    return said.get("sandbox_policy") == "read-only" and found.surface != "codex_exec"


def _tokens(found: TelemetryEvent, said: dict[str, Scalar]) -> None:
    if found.tool == "claude_code":
        found.tokens_in, found.tokens_out = _count(said, "input_tokens"), _count(said, "output_tokens")
        found.tokens_cache_read, found.tokens_cache_write = (
            _count(said, "cache_read_tokens"), _count(said, "cache_creation_tokens"),
        )  # fmt: skip
        found.cost_est_usd = _cost(said)
        found.detail = "sdk" if said.get("query_source") == "sdk" else None
        return
    whole = _count(said, "input_token_count")
    cached = _count(said, "cached_token_count" if found.tool == "codex" else "cached_content_token_count")
    if whole is not None and (cached or 0) > whole:
        raise UnusableError("more cached than whole", "input_token_count")
    found.tokens_in, found.tokens_cache_read = None if whole is None else whole - (cached or 0), cached
    found.tokens_out = _count(said, "output_token_count")
    if found.tool == "gemini_cli" and found.tokens_out is not None:
        found.tokens_out += _count(said, "thoughts_token_count") or 0


def _cost(said: dict[str, Scalar]) -> Decimal | None:
    """Dollars, of whole micro-dollars where they are there (rule R-CC-7)."""
    micros = _count(said, "cost_usd_micros")
    if micros is not None:
        return Decimal(micros).scaleb(-6)
    return None if said.get("cost_usd") is None else _decimal(said["cost_usd"], "cost_usd").quantize(FINEST)


def _decision(tool: str, said: dict[str, Scalar]) -> str | None:
    """Who decided (rules R-CC-3, R-CX-4): `accept` or `reject` by a person, `auto`, or `blocked` by a rule; None where it is not told.

    Gemini CLI says `accept` also of a tool that asks nobody: that of an edit alone is a person's, while nothing is approved beforehand.
    """
    decision = _DECISIONS.get(text(said.get("decision")).lower())
    source = text(said.get("source")).lower()
    if tool == "gemini_cli" and said.get("decision") == "accept" and said.get("function_name") not in ASKED:
        return "unsure"
    if decision is None or tool == "gemini_cli":
        return decision
    if source in BY_ITSELF:
        return "auto" if decision == "accept" else "blocked"
    return decision if source in BY_PERSON else None


def _edit_decision(said: dict[str, Scalar]) -> str | None:
    """Of points of edits: as of events, but of an acceptance that no rule gave it is not told who gave it, for that takes the events of its session."""
    decision = _DECISIONS.get(text(said.get("decision")).lower())
    if text(said.get("source")).lower() in BY_ITSELF:
        return "auto" if decision == "accept" else "blocked"
    return "unsure" if decision == "accept" else decision


def _count(said: dict[str, Scalar], name: str) -> int | None:
    """A count in any of the spellings of rule R-CC-6; NULL where it is absent."""
    if name not in said or said[name] == "":
        return None
    found = _decimal(said[name], name)
    if found != found.to_integral_value():
        raise UnusableError("not a whole number", name)
    return int(found)


def _decimal(given: Scalar, field: str) -> Decimal:
    try:
        found = Decimal("nan") if isinstance(given, bool) or len(str(given)) > LONGEST_NUMBER else Decimal(str(given))
    except InvalidOperation:
        raise UnusableError("not a number", field) from None
    if not found.is_finite() or not 0 <= found <= LIMIT:
        raise UnusableError("value out of range", field)
    return found
