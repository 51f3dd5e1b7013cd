"""The allow-list of OTLP (rule R-OT-12): which attributes and metrics are looked at, and the form in which a text may be kept.

An attribute that is not here is not decoded. Ids are kept as hashes, so that no text of a client reaches the disk in them; words are
kept only where the vendor's list has them; what is left is the account of the person and its e-mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from uptake.model.folding import folded_name

LONGEST = 512
"""Characters of an id or a word; a longer text is neither."""

IDENTITY = ("enduser.id", "user.email", "user.account_uuid", "user.id", "installation.id")
SESSION = ("session.id", "conversation.id")
COUNTS = (
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens", "cost_usd", "cost_usd_micros",
    "input_token_count", "output_token_count", "cached_token_count", "cached_content_token_count", "thoughts_token_count",
)  # fmt: skip
IDS = ("prompt.id", "prompt_id", "request_id", "event.sequence", "call_id", "tool_use_id", "event.timestamp")
WORDS = (
    "service.name", "event.name", "event.kind", "type", "start_type", "decision", "source", "query_source", "approval_mode",
    "active_approval_mode", "to_mode", "approval_policy", "sandbox_policy", "function_name", "speed", "service_tier",
)  # fmt: skip
PRICED = ("model",)
"""Kept of a request where it is a model of a known family; of a point it tells one series from another."""
SERIES = (
    "language",
    "tool_name",
    "terminal.type",
    "token_type",
    "tool_type",
    "success",
    "interactive",
    "auth_type",
)
"""Looked at only to tell one series of points from another: they enter a hash and nothing else."""
ALIKE = frozenset(("app.version", "organization.id", "user.account_id"))
"""Not on the list, and the same on all points of a session: they tell no two series apart."""
PRESENT = ("command_name",)
"""Only whether it is there is kept."""
PROMPT = "prompt"
"""What a person wrote. Looked at where the local detector is on, by it alone, and taken out of the record before an event is made of it."""
ATTRIBUTES = frozenset((*IDENTITY, *SESSION, *COUNTS, *IDS, *WORDS, *PRICED, *SERIES, *PRESENT))

METRICS = {
    "claude_code.session.count": "session",
    "claude_code.lines_of_code.count": "lines",
    "claude_code.commit.count": "commits",
    "claude_code.pull_request.count": "pull_requests",
    "claude_code.token.usage": "tokens",
    "claude_code.cost.usage": "cost",
    "claude_code.code_edit_tool.decision": "decision",
    "claude_code.active_time.total": "active",
    "gemini_cli.session.count": "session",
    "gemini_cli.lines.changed": "lines",
    "gemini_cli.token.usage": "tokens",
}
"""Metric -> what it counts; every other one is known or unknown, and not taken."""

_NAMED = re.compile(r"claude_code\.[a-z_]{1,64}")
_ACCOUNT = re.compile(r"[^\s/\\\x00-\x1f\x7f]{1,200}")


def text(given: Any) -> str:
    """A word or an id as it came, empty for anything else or longer."""
    return given if isinstance(given, str) and len(given) <= LONGEST else ""


def named(body: Any) -> str:
    """The event that a body names. Bodies may hold what people wrote, so nothing but a bare name of Claude Code's is one."""
    return body if isinstance(body, str) and _NAMED.fullmatch(body) else ""


def account(given: Any) -> str:
    """The account key in one spelling, or empty: blanks and slashes are in no account, but in names and paths."""
    said = folded_name(text(given)) if isinstance(given, str) else ""
    return said if _ACCOUNT.fullmatch(said) else ""


def apart(given: Iterable[tuple[str, object]]) -> str:
    """What attributes that are not on the list, names with values, add to the identity of a series: a hash, empty for none (decision 0112)."""
    found = sorted((name, str(value)) for name, value in given)
    return hashed(*(part for pair in found for part in pair)) if found else ""


def hashed(*given: object) -> str:
    """32 hexadecimal digits for ids: equal ids stay equal, and their text is gone."""
    whole = "\0".join(str(part) for part in given)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]
