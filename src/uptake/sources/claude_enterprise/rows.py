"""One entry of the report as usage rows: a row by product of Claude, and one of Claude Code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from uptake.model import ALL_FEATURES, PROACTIVE, PeriodUse, Usage
from uptake.sources.claude_enterprise.shapes import Code, Product, Record
from uptake.sources.reading.checks import sum_known

SITE = "claude.ai"
"""Surface of what has no client of its own in the report."""
UNKNOWN = "unknown"
"""Surface of Claude Code: the report does not say the terminal."""
WITNESS = "chat"
"""Feature whose zeros are kept: they show that the vendor reports the account (rule C5)."""


def rows(record: Record, account: str, email: str | None, tenant: str, day: dt.date) -> list[Usage]:
    """The rows of one entry. A product without any use makes no row of zeros beside that of chat.

    Least of all Claude Code: it may be used outside the organisation, and a zero of this report must not stand before what a transcript tells.
    """
    parts = (*_products(record), *_code(record.claude_code_metrics))
    known = [part for part in parts if any(value is not None for value in part[3].values())]
    used = [part for part in known if part[2] == WITNESS or any(part[3].values())]
    return [
        Usage(
            tool=tool, account=account, email=email, tenant=tenant, day=day, surface=surface, feature=feature,
            feature_class=PROACTIVE, **counts,  # type: ignore[arg-type] # fields of Usage; the tests walk all of them
        )
        for tool, surface, feature, counts in used or known
    ]  # fmt: skip


def evidence(record: Record, made: list[Usage]) -> list[PeriodUse]:
    """A row of the day on which the vendor last saw the user active, none of whose counts we know: nobody may say that it was no use (decision 0110).

    What was used may be a product that is newer than this reader.
    """
    if record.last_activity_date is None or any(row.prompts or row.sessions or row.accept_unsplit for row in made):
        return []
    day, first = made[0].day, made[0]
    return [
        PeriodUse(
            tool="claude", account=first.account, email=first.email, tenant=first.tenant, cadence="day", first_day=day, last_day=day,
            used=True, used_from=day, used_to=day,
        )
    ]  # fmt: skip


Part = tuple[str, str, str, dict[str, int | None]]
"""Tool, surface, feature, counts."""


def _products(record: Record) -> Iterator[Part]:
    """Messages and conversations. Chat and co-work move to the unified counts when that product is on: both together are the use (R-CE-2)."""
    unified, office = record.chat_cowork_unified_metrics, record.office_metrics
    yield _product(SITE, "chat", record.chat_metrics, unified.chat if unified else None)
    yield _product(SITE, "cowork", record.cowork_metrics, unified.sessions if unified else None)
    yield _product(SITE, "design", record.design_metrics)
    yield _product(SITE, "science", record.science_metrics)
    for name in ("excel", "outlook", "powerpoint", "word"):
        yield _product(name, "office", getattr(office, name) if office else None)
    tag = record.claude_tag_metrics
    yield "claude", SITE, "tag", {"prompts": tag.active_message_count if tag else None}


def _product(surface: str, feature: str, *parts: Product | None) -> Part:
    known = [part for part in parts if part is not None]
    counts = {
        "prompts": sum_known(part.message_count for part in known),
        "sessions": sum_known(
            part.distinct_session_count
            if part.distinct_conversation_count is None
            else part.distinct_conversation_count
            for part in known
        ),
    }
    return "claude", surface, feature, counts


def _code(code: Code | None) -> Iterator[Part]:
    """Claude Code: sessions and edits, no prompts; who accepted an edit is not told (rule R-CE-7)."""
    core, tools = (code.core_metrics, code.tool_actions) if code else (None, None)
    lines = core.lines_of_code if core else None
    every = (tools.edit_tool, tools.multi_edit_tool, tools.write_tool, tools.notebook_edit_tool) if tools else ()
    known = [tool for tool in every if tool is not None]
    counts = {
        "sessions": core.distinct_session_count if core else None,
        "commits": core.commit_count if core else None,
        "pull_requests": core.pull_request_count if core else None,
        "lines_agent_added": lines.added_count if lines else None,
        "lines_agent_deleted": lines.removed_count if lines else None,
        "accept_unsplit": sum_known(tool.accepted_count for tool in known),
        "reject_user": sum_known(tool.rejected_count for tool in known),
    }
    yield "claude_code", UNKNOWN, ALL_FEATURES, counts
