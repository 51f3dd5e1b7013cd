"""One good record of every source in the vendor's own shape, and the files they make. No value here is anybody's."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

JSON_SOURCES = (
    *("copilot-users", "copilot-user-teams", "copilot-seats", "copilot-aggregate", "claude-code", "claude-enterprise"),
    *("claude-transcripts", "windsurf", "codex", "cursor"),
)
CSV_SOURCES = (
    "hr-people",
    "hr-absences",
    "hr-calendar",
    "accounts",
    "seats",
    "vendor-gaps",
    "amazon-q",
    "chatgpt",
    "chatgpt-days",
    "copilot-billing",
)
LISTS = {
    "copilot-users": "day_totals",
    "copilot-aggregate": "day_totals",
    "copilot-seats": "seats",
    "claude-code": "data",
    "claude-enterprise": "data",
    "windsurf": "responseItems",
    "codex": "data",
    "cursor": "data",
}
MORE = {
    "copilot-seats": ["--account", "corp"],
    "claude-code": ["--account", "corp"],
    "claude-enterprise": ["--account", "corp"],
    "claude-transcripts": ["--account", "ana@corp.example"],
    "otlp": ["--fetched-at", "2026-06-01T12:00:00Z"],
}


def record(source: str, number: int) -> dict[str, Any]:
    """A good record; each number is another key."""
    return {**JSON_RECORDS, **CSV_RECORDS}[source](number)


def _users(number: int) -> dict[str, Any]:
    counters = {
        "user_initiated_interaction_count": 3, "code_generation_activity_count": 5, "code_acceptance_activity_count": 2,
        "loc_suggested_to_add_sum": 9, "loc_suggested_to_delete_sum": 0, "loc_added_sum": 4, "loc_deleted_sum": 1,
    }  # fmt: skip
    client = {
        "ide": "vscode", **counters, "last_known_ide_version": {"ide_version": "1.110.0", "sampled_at": "2026-07-01T00:00:00Z"},
        "last_known_plugin_version": {"plugin": "copilot-chat", "plugin_version": "0.40.0", "sampled_at": "2026-07-01T00:00:00Z"},
    }  # fmt: skip
    cli = {
        "session_count": 1, "request_count": 4, "prompt_count": 2, "last_known_cli_version": {"cli_version": "1.0.2"},
        "token_usage": {"output_tokens_sum": 10, "prompt_tokens_sum": 20, "avg_tokens_per_request": 7.5},
    }  # fmt: skip
    return {
        "day": "2026-07-01", "user_id": 500_000 + number, "user_login": f"good-{number}", "enterprise_id": "77",
        "organization_id": "88", **counters, "used_agent": True, "used_chat": False, "used_cli": None,
        "used_copilot_code_review_active": True, "used_copilot_cloud_agent": False, "ai_credits_used": 1.25,
        "ai_adoption_phase": {"phase_number": 2, "phase": "Phase 2", "version": "v1"},
        "totals_by_feature": [{"feature": "code_completion", **counters}, {"feature": "agent_edit", **counters}],
        "totals_by_ide": [client], "totals_by_cli": cli,
        "totals_by_language_model": [{"language": "python", "model": "m", "loc_added_sum": 4}], "etl_id": "x",
    }  # fmt: skip


def _teams(number: int) -> dict[str, Any]:
    return {
        "user_id": 500_000 + number, "user_login": f"good-{number}", "day": "2026-07-01", "organization_id": "88", "team_id": 5,
        "slug": "platform",
    }  # fmt: skip


def _seats(number: int) -> dict[str, Any]:
    return {
        "created_at": "2026-03-01T08:00:00Z", "updated_at": "2026-03-01T08:00:00Z", "pending_cancellation_date": None,
        "assignee": {"login": f"good-{number}", "id": 500_000 + number, "type": "User", "node_id": "n"},
        "assigning_team": {"id": 5, "slug": "platform", "name": "Platform", "description": "d"},
        "organization": {"login": "corp", "id": 9, "url": "u"}, "plan_type": "business", "last_activity_editor": "vscode/1/x/2",
        "last_activity_at": "2026-06-30T08:00:00-06:00", "last_authenticated_at": "2026-06-30T08:00:00Z",
    }  # fmt: skip


def _aggregate(number: int) -> dict[str, Any]:
    return {
        "day": "2026-07-01", "enterprise_id": str(30_000 + number), "daily_active_users": 5, "weekly_active_users": 6,
        "monthly_active_users": 7, "user_initiated_interaction_count": 9, "code_generation_activity_count": 4,
        "pull_requests": {"total_created": 1, "total_reviewed": 2, "median_minutes_to_merge": 3.5},
        "totals_by_ide": [{"ide": "vscode"}],
    }  # fmt: skip


def _claude(number: int) -> dict[str, Any]:
    return {
        "date": "2026-07-01T00:00:00Z", "actor": {"type": "user_actor", "email_address": f"good-{number}@corp.example"},
        "organization_id": "88", "customer_type": "subscription", "subscription_type": "team", "terminal_type": "vscode",
        "core_metrics": {
            "num_sessions": 3, "lines_of_code": {"added": 9, "removed": 1}, "commits_by_claude_code": 1,
            "pull_requests_by_claude_code": 0,
        },
        "tool_actions": {"edit_tool": {"accepted": 4, "rejected": 1}, "write_tool": {"accepted": 1, "rejected": 0}},
        "model_breakdown": [
            {"model": "m-1", "tokens": {"input": 5, "output": 6, "cache_read": 7, "cache_creation": 8},
             "estimated_cost": {"currency": "USD", "amount": 125}},
        ],
    }  # fmt: skip


def _enterprise(number: int) -> dict[str, Any]:
    chat = {
        "message_count": 4,
        "thinking_message_count": 1,
        "distinct_conversation_count": 2,
        "connectors_used_count": 0,
    }
    return {
        "user": {"id": f"user_good{number}", "email_address": f"good-{number}@corp.example", "type": "user"}, "date": "2026-07-01",
        "chat_metrics": chat, "cowork_metrics": {"message_count": 1, "action_count": 7, "distinct_session_count": 1},
        "claude_code_metrics": {
            "core_metrics": {"commit_count": 1, "pull_request_count": 0, "distinct_session_count": 2, "artifacts_created_count": 0,
                             "lines_of_code": {"added_count": 9, "removed_count": 1}},
            "tool_actions": {"edit_tool": {"accepted_count": 4, "rejected_count": 1}},
        },
        "office_metrics": {"excel": {"message_count": 2}}, "design_metrics": {"message_count": 0}, "web_search_count": 3,
        "chat_cowork_unified_metrics": {"chat": {"message_count": 2}, "sessions": {"message_count": 1}},
        "rbac_group_id": "rbac_group_1", "rbac_group_name": "a group",
    }  # fmt: skip


def _transcript(number: int) -> dict[str, Any]:
    usage = {
        "input_tokens": 30_000 + number,
        "output_tokens": 9,
        "cache_read_input_tokens": 7,
        "cache_creation_input_tokens": 5,
    }
    content = [
        {"type": "text", "text": "a text"},
        {"type": "tool_use", "name": "Edit", "input": {"file_path": "a/path"}},
    ]
    return {
        "timestamp": "2026-07-01T09:00:00.000Z", "type": "assistant", "uuid": f"good-{number}", "sessionId": "s-1",
        "requestId": f"req-good-{number}", "cwd": "work/merger", "gitBranch": "merger", "isSidechain": False, "costUSD": 0.25,
        "message": {"id": f"msg-good-{number}", "role": "assistant", "model": "m-1", "usage": usage, "content": content},
        "toolUseResult": {"filePath": "a/path", "content": "a text"},
    }  # fmt: skip


def _windsurf(number: int) -> dict[str, Any]:
    return {
        "email": f"good-{number}@corp.example", "date": "2026-07-01", "sum_num_acceptances": "45", "sum_num_lines_accepted": "280",
        "language": "typescript", "ide": "vscode",
    }  # fmt: skip


def _codex(number: int) -> dict[str, Any]:
    return {
        "object": "workspace.usage.result", "start_time": 1_782_864_000, "end_time": 1_782_950_400, "user_id": f"good-{number}",
        "actor": {"type": "user", "email": f"good-{number}@corp.example"},
        "totals": {
            "threads": 3, "turns": 14, "credits": 12.5, "uncached_text_input_tokens": 110, "cached_text_input_tokens": 220,
            "text_output_tokens": 55, "text_total_tokens": 385,
        },
        "clients": [{"client_id": "CODEX_CLI", "turns": 14}], "models": [{"model": "m"}],
        "code_attribution": {"lines_of_code": {"added": 40, "removed": 7, "committed": 30}, "commits": {"with_codex_contribution": 2}},
    }  # fmt: skip


def _cursor(number: int) -> dict[str, Any]:
    counts = (
        "totalLinesAdded", "totalLinesDeleted", "acceptedLinesAdded", "acceptedLinesDeleted", "totalApplies", "totalAccepts",
        "totalRejects", "totalTabsShown", "totalTabsAccepted", "composerRequests", "chatRequests", "agentRequests", "cmdkUsages",
        "bugbotUsages", "subscriptionIncludedReqs", "apiKeyReqs", "usageBasedReqs",
    )  # fmt: skip
    return {
        "userId": f"good-{number}", "day": "2026-07-01", "email": f"good-{number}@corp.example", "isActive": True,
        **dict.fromkeys(counts, 4), "mostUsedModel": "m", "tabMostUsedExtension": ".ts", "clientVersion": "0.25.1",
    }  # fmt: skip


def _people(number: int) -> dict[str, str]:
    return {
        "person_id": f"good-{number}", "email": f"good-{number}@corp.example", "github_login": f"good-{number}",
        "manager_id": "", "team": "t", "department": "d", "lob": "l", "site": "s", "country": "c", "legal_entity": "e",
        "job_family": "j", "engineer": "true", "fte": "0.5", "start_date": "2020-01-01", "end_date": "", "effective_from": "",
    }  # fmt: skip


JSON_RECORDS = {
    "copilot-users": _users,
    "copilot-user-teams": _teams,
    "copilot-seats": _seats,
    "copilot-aggregate": _aggregate,
    "claude-code": _claude,
    "claude-enterprise": _enterprise,
    "claude-transcripts": _transcript,
    "windsurf": _windsurf,
    "codex": _codex,
    "cursor": _cursor,
}
CSV_RECORDS = {
    "hr-people": _people,
    "hr-absences": lambda number: {
        "person_id": f"good-{number}", "first_day": "2026-07-01", "last_day": "2026-07-05", "kind": "leave",
    },
    "hr-calendar": lambda number: {"site": f"good-{number}", "day": "2026-07-03", "kind": "holiday"},
    "accounts": lambda number: {"source": "copilot", "account": f"good-{number}", "person_id": "p"},
    "seats": lambda number: {
        "tool": "cursor", "account": f"good-{number}", "person_id": "", "first_day": "2026-07-01", "last_day": "",
        "monthly_cost": "19.00", "currency": "USD",
    },
    "vendor-gaps": lambda number: {
        "tool": "copilot", "person_id": f"good-{number}", "first_day": "2026-07-01", "last_day": "2026-07-05",
    },
    "chatgpt": lambda number: {
        "cadence": "weekly", "period_start": "2026-06-01", "period_end": "2026-06-07", "public_id": f"good-{number}",
        "email": f"good-{number}@corp.example", "is_active": "True", "messages": "9", "model_to_messages": "{'m-1': 9}",
    },
    "chatgpt-days": lambda number: {
        "day": "2026-07-01", "public_id": f"good-{number}", "email": f"days-{number}@corp.example", "account_id": "ws-1",
        "messages": "9", "conversations": "2", "tool_messages": "1", "credits_used": "1.5",
    },
    "amazon-q": lambda number: {
        "UserId": f"good-{number}", "Date": "2026-07-01", "Chat_MessagesSent": "8", "Inline_SuggestionsCount": "9",
        "Inline_AcceptanceCount": "3", "Inline_AICodeLines": "7",
    },
    "copilot-billing": lambda number: {
        "date": "2026-07-01", "username": f"good-{number}", "product": "copilot", "sku": "copilot_ai_credit", "model": "m-1",
        "quantity": "0.30000000000000004", "unit_type": "ai-credits", "gross_amount": "0.003", "discount_amount": "0",
        "net_amount": "0.003", "organization": "corp",
    },
}  # fmt: skip
GOOD_ROWS = {
    "copilot-users": "select count(distinct login) from usage where login like 'good-%'",
    "copilot-user-teams": "select count(distinct login) from team_memberships where login like 'good-%'",
    "copilot-seats": "select count(distinct login) from seat_listings where login like 'good-%'",
    "copilot-aggregate": "select count(distinct tenant) from vendor_totals where tenant between '30000' and '30999'",
    "claude-code": "select count(distinct email) from usage where email like 'good-%'",
    "claude-enterprise": "select count(distinct email) from usage where email like 'good-%'",
    "claude-transcripts": "select count(distinct tokens_in) from telemetry_events where tokens_in between 30000 and 30099",
    "windsurf": "select count(distinct email) from usage where email like 'good-%'",
    "cursor": "select count(distinct account) from usage where tool = 'cursor' and account like 'good-%'",
    "codex": "select count(distinct account) from usage where tool = 'codex' and account like 'good-%'",
    "hr-people": "select count(distinct person_id) from people where person_id like 'good-%'",
    "hr-absences": "select count(distinct person_id) from absences where person_id like 'good-%'",
    "hr-calendar": "select count(distinct site) from site_days where site like 'good-%'",
    "accounts": "select count(distinct account) from account_links where account like 'good-%'",
    "seats": "select count(distinct account) from seat_grants where account like 'good-%'",
    "chatgpt": "select count(distinct account) from period_uses where account like 'good-%'",
    "chatgpt-days": "select count(distinct account) from usage where source = 'chatgpt-days' and account like 'good-%'",
    "amazon-q": "select count(distinct account) from usage where account like 'good-%'",
    "copilot-billing": "select count(distinct account) from spends where account like 'good-%'",
    "vendor-gaps": "select count(distinct person_id) from vendor_gaps where person_id like 'good-%'",
}


def json_file(source: str, texts: list[bytes], form: str) -> bytes:
    """Records as NDJSON, as an array, or in the vendor's envelope."""
    if form == "lines":
        return b"\n".join(texts) + b"\n"
    body = b"[" + b",\n".join(texts) + b"]"
    name = LISTS.get(source)
    if form == "array" or name is None:
        return body
    head = b'"total_seats": 1000, ' if source == "copilot-seats" else b""
    return b"{" + head + b'"' + name.encode() + b'": ' + body + b"}"


def as_text(found: dict[str, Any]) -> bytes:
    return json.dumps(found).encode()


def csv_line(source: str, cells: dict[str, str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cells[name] for name in record(source, 0)])
    return text.getvalue().encode()


def csv_file(source: str, lines: list[bytes], *, more_columns: str = "") -> bytes:
    header = ",".join(record(source, 0)) + more_columns
    return b"\n".join([header.encode(), *lines]) + b"\n"
