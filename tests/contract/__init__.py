"""The public contract as data: what other systems rely on is written here once more, apart from the code that gives it."""

from __future__ import annotations

COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "usage_days": """person_id day tool surface feature prompts agent_slots accept_user accept_auto accept_unsplit
            reject_user generations plans review_requests agent_requests lines_suggested lines_added lines_deleted
            lines_agent_added lines_agent_deleted sessions active_seconds requests tokens_in tokens_out
            tokens_cache_read tokens_cache_write cost_usd commits pull_requests""",
        "day_scores": "person_id day tool state proactive passive score_micro",
        "quarter_scores": """quarter person_id lob team score_micro expected_days observed_days coverage engaged_share
            segment reason certainty minutes breadth estimated_days lob_people lob_zero_share lob_median_micro
            lob_active_median_micro comparison ratio percentile robust_z lob_rank score_version""",
        "funnel": "scope quarter engineers provisioned active regular heavy effective accounts active_accounts",
        "segments": "quarter scope segment reason people share",
        "adoption_days": "scope tool day people active active_share",
        "adoption_weeks": "scope tool week people active active_share",
        "lob_compare": "quarter lob people eligible zero_share median_micro active_median_micro p25_micro p75_micro",
        "leaderboard": "rank person_id score change weeks",
        "not_using": "person_id team segment reason seats since suggestion",
        "idle_seats": "person_id tool since last_seen monthly_cost",
        "coverage": "source day expected_accounts reporting_accounts state",
        "unmatched_accounts": "source account first_day last_day records",
        "quarantine": "source file line reason field",
        "reconciliation": "source tenant day measure ours vendor difference explanation",
        "definitions": "term text formula score_version",
        "value": """scope cost cost_per_active cost_per_change cost_per_retained_line break_even_p5 break_even_p50
            break_even_p95 p_net_positive""",
        "quadrant": "unit use outcome low high corner changes attribution",
        "change_register": "change repository exposure tool status missing_item reviewed_at risk_tier",
        "ai_marks": "repository tool class commits marked_commits commits_total",
        "code_volume": "repository month commits lines_added lines_deleted marked_lines_added mark_coverage",
        "code_survival": "repository since marked horizon_days at_risk alive share low high",
    }.items()
}
"""Question -> guaranteed columns, in order. More may follow."""

BEYOND = (
    "quality", "outcome_months", "code_rework", "my_outcomes", "my_months",
    "idle_groups", "my_contests", "my_offers", "seats", "score_bins", "unit_medians", "who_looked", "audit_trail", "contest_cases",
    "decisions", "data_egress", "spend", "value_assumptions", "alerts", "error_propagation", "job_runs", "lineage", "my_changes", "verification", "my_notices", "not_observed", "period_use",
    "task_types", "policy_changes", "policy_entities", "who_sees_what",
)  # fmt: skip
"""Questions that are no part of the contract."""
REGISTERS = (
    "audit_trail",
    "change_register",
    "contest_cases",
    "data_egress",
    "decisions",
    "error_propagation",
    "verification",
)
"""Questions for compliance, internal audit and validators: pseudonyms, no person."""
NEED_A_CASE = (
    "period_use",
    "my_changes",
    "my_notices",
    "lineage",
    "my_contests",
    "my_offers",
    "who_looked",
    "usage_days",
    "day_scores",
    "quarter_scores",
    "not_using",
    "idle_seats",
    "seats",
)
OWN_ONLY = ("my_outcomes", "my_months")
"""Questions that nobody but the person is answered, under no case either."""

SEGMENTS = {"heavy", "light", "lapsed", "non_adopter", "non_user", "insufficient", "excluded"}
STATES = {"active", "zero", "not_observed", "no_seat"}
COMPARISONS = {"median", "active_median", "adoption_only", "rolled_up"}
TOOLS = {"copilot", "claude_code", "claude", "chatgpt", "codex", "cursor", "gemini_cli", "amazon_q", "windsurf", "all"}
