"""Claude Code usage report of the Admin API: one file per day and page (SOURCES.md 5.1)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from uptake.demo import names
from uptake.demo.draws import below, stream
from uptake.demo.seats import CLAUDE
from uptake.demo.telemetry import Use
from uptake.demo.writing import write_gzip

PAGE = 1000
PROMPTS_PER_SESSION, EDITS_PER_PROMPT = 6, 9
SERVICE_KEYS = ("ci-review", "nightly-upgrade", "release-notes")
_ROW = (
    '{"date":"%sT00:00:00Z","actor":%s,"organization_id":"%s","customer_type":"%s",%s"terminal_type":"%s",'
    '"core_metrics":{"num_sessions":%d,"lines_of_code":{"added":%d,"removed":%d},"commits_by_claude_code":%d,'
    '"pull_requests_by_claude_code":%d},"tool_actions":{"edit_tool":{"accepted":%d,"rejected":%d},'
    '"multi_edit_tool":{"accepted":%d,"rejected":0},"write_tool":{"accepted":%d,"rejected":%d}},'
    '"model_breakdown":[{"model":"claude-sonnet-4-6","tokens":{"input":%d,"output":%d,"cache_read":%d,'
    '"cache_creation":%d},"estimated_cost":{"currency":"USD","amount":%d}}]}'
)
_TERMINALS = ("vscode", "iTerm.app", "tmux", "WarpTerminal")
_TWO_TERMINALS = 6
"""Of 32 person-days, so many are split over two terminals."""


def write_claude_day(folder: Path, number: int, day: dt.date, uses: list[Use], seed: int) -> int:
    """The report of one day in pages; answers the number of records. A day without use has an empty list."""
    rows: list[str] = []
    for use in uses:
        if use.seat.tool == CLAUDE:
            rows += _person(use, day)
    draw = stream(seed, 10, number)
    for key in SERVICE_KEYS:
        actor = f'{{"type":"api_actor","api_key_name":"{key}"}}'
        rows.append(_row(day, actor, "api", "non-interactive", (1 + below(draw, 9), 40 + below(draw, 200), 1), 0))
    if rows and draw() < 0.05:
        rows.insert(0, rows[-1])  # the same record on two pages
    pages = [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)] or [[]]
    for place, page in enumerate(pages, 1):
        following = f'"page_{place + 1}"' if place < len(pages) else "null"
        end = f'"has_more":{"true" if place < len(pages) else "false"},"next_page":{following}'
        write_gzip(
            folder / f"claude_code_{day}_{place:02d}.json.gz", '{"data":[' + ",\n".join(page) + "]," + end + "}\n"
        )
    return len(rows)


def _person(use: Use, day: dt.date) -> list[str]:
    """Sessions and edits that grow with the prompts; the report itself holds no prompts."""
    actor = f'{{"type":"user_actor","email_address":"{use.seat.name_on(day)}"}}'
    sessions = 1 + use.prompts // PROMPTS_PER_SESSION
    edits = use.prompts * EDITS_PER_PROMPT + use.spice % 5
    where = use.spice >> 5 & 3
    lines = edits * 7
    if use.spice % 32 < _TWO_TERMINALS and sessions > 1:
        other = _row(
            day, actor, "subscription", _TERMINALS[(where + 1) % 4], (1, edits // 3, use.spice >> 8 & 1), lines
        )
        return [
            _row(day, actor, "subscription", _TERMINALS[where], (sessions - 1, edits - edits // 3, 0), lines),
            other,
        ]
    return [_row(day, actor, "subscription", _TERMINALS[where], (sessions, edits, use.spice >> 8 & 1), lines)]


def _row(day: dt.date, actor: str, customer: str, terminal: str, work: tuple[int, int, int], lines: int) -> str:
    sessions, edits, commits = work
    plan = '"subscription_type":"enterprise",' if customer == "subscription" else ""
    refused = edits // 20
    kept = edits - refused
    writes, several = kept // 5, kept // 10
    tokens = 900 * edits + 400 * sessions
    return _ROW % (
        day, actor, names.ORGANIZATION, customer, plan, terminal, sessions, lines, lines // 4, commits, commits // 2,
        kept - writes - several, refused - refused // 3, several, writes, refused // 3,
        tokens, tokens // 6, tokens * 8, tokens // 3, tokens // 500,
    )  # fmt: skip
