"""Claude Code usage report of Anthropic's Admin interface: one UTC day a call, pages by cursor (SOURCES.md 5.1)."""

from __future__ import annotations

import datetime as dt

from uptake.fetch.families import ANTHROPIC
from uptake.fetch.rows import by_cursor
from uptake.fetch.vendor import Asking, Rows, pages_of

PATH = "v1/organizations/usage_report/claude_code"
MOST_ROWS = 1000


def _day(asking: Asking, day: dt.date) -> Rows:
    return pages_of(by_cursor(asking.wire, PATH, {"starting_at": day.isoformat(), "limit": MOST_ROWS}))


FETCHER = ANTHROPIC(
    source="claude-code",
    title="Claude Code usage report (Anthropic Admin API)",
    fetch=_day,
    window=2,
    lag_hours=2,
    known=frozenset(
        {
            "date", "actor", "type", "email_address", "api_key_name", "organization_id", "customer_type", "subscription_type",
            "terminal_type", "core_metrics", "num_sessions", "lines_of_code", "added", "removed", "commits_by_claude_code",
            "pull_requests_by_claude_code", "tool_actions", "edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool",
            "accepted", "rejected", "model_breakdown", "model", "tokens", "input", "output", "cache_read", "cache_creation",
            "estimated_cost", "currency", "amount",
        }
    ),
)  # fmt: skip
