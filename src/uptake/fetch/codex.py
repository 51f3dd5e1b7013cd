"""Codex enterprise usage of a workspace: one UTC day a call, pages by cursor (SOURCES.md 8.2)."""

from __future__ import annotations

import datetime as dt

from uptake.errors import WrongUsage
from uptake.fetch.families import OPENAI
from uptake.fetch.rows import by_cursor
from uptake.fetch.vendor import Asking, Rows, pages_of
from uptake.settings.fetching import Workspace

MOST_ROWS = 100
DAY_SECONDS = 86_400


def _day(asking: Asking, day: dt.date) -> Rows:
    if not isinstance(asking.vendor, Workspace):
        raise WrongUsage("Codex is read by workspace")
    start = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    span = {"start_time": start, "end_time": start + DAY_SECONDS, "limit": MOST_ROWS}
    return pages_of(by_cursor(asking.wire, f"v1/analytics/codex/workspaces/{asking.vendor.workspace}/usage", span))


FETCHER = OPENAI(
    source="codex",
    title="Codex enterprise usage",
    fetch=_day,
    lag_hours=6,
    needs=("workspace",),
    known=frozenset(
        {
            "start_time", "end_time", "user_id", "actor", "email", "totals", "threads", "turns", "credits",
            "uncached_text_input_tokens", "cached_text_input_tokens", "text_output_tokens", "text_total_tokens", "clients",
            "client_id", "models", "model", "code_attribution", "lines_of_code", "added", "removed", "committed", "commits",
            "with_codex_contribution", "workspace_id", "object",
        }
    ),
)  # fmt: skip
