"""Claude Enterprise analytics, users of a day (SOURCES.md 5.2). Its rows do not say their day: it is written into each of them."""

from __future__ import annotations

import datetime as dt

from uptake.fetch.families import ANTHROPIC
from uptake.fetch.rows import by_cursor
from uptake.fetch.vendor import Asking, Rows

PATH = "v1/organizations/analytics/users"
MOST_ROWS = 1000


def _day(asking: Asking, day: dt.date) -> Rows:
    for rows in by_cursor(asking.wire, PATH, {"date": day.isoformat(), "limit": MOST_ROWS}):
        yield [{**row, "date": day.isoformat()} for row in rows]
    return {"date": day.isoformat()}


FETCHER = ANTHROPIC(
    source="claude-enterprise",
    title="Claude Enterprise analytics, users",
    fetch=_day,
    begins=(dt.date(2026, 1, 1),),
    listed="data",
    lag_hours=24,
    known=frozenset(
        {
            "date", "user", "id", "email_address", "type", "organization_id", "last_activity_date", "chat_metrics", "message_count",
            "thinking_message_count", "distinct_conversation_count", "distinct_projects_used_count", "distinct_projects_created_count",
            "distinct_files_uploaded_count", "distinct_artifacts_created_count", "distinct_skills_used_count",
            "distinct_connectors_used_count", "connectors_used_count", "distinct_shared_artifacts_viewed_count",
            "shared_conversations_viewed_count", "claude_code_metrics", "core_metrics", "commit_count", "pull_request_count",
            "distinct_session_count", "lines_of_code", "added_count", "removed_count", "tool_actions", "edit_tool", "multi_edit_tool",
            "write_tool", "notebook_edit_tool", "accepted_count", "rejected_count", "cowork_metrics", "office_metrics", "excel",
            "powerpoint", "word", "outlook", "design_metrics", "science_metrics", "chat_cowork_unified_metrics", "chat", "sessions",
            "claude_tag_metrics", "web_search_count", "rbac_group_id", "action_count", "active_day_count", "active_message_count",
            "artifacts_created_count", "delegation_count", "dispatch_turn_count", "distinct_plugins_used_count", "distinct_user_count",
            "edit_tool_count", "file_edit_count", "multi_edit_tool_count", "notebook_edit_tool_count", "plugins_used_count",
            "remote_compute_job_count", "sessions_with_file_edits_count", "skills_used_count", "write_tool_count",
        }
    ),
)  # fmt: skip
"""The id of a group tells its rows from those of people (rule R-CE-4); its name is a text of the customer and is not kept."""
