"""The guaranteed columns of every question, as the public contract lists them."""

CONTRACT = {
    "usage_days": "person_id, day, tool, surface, feature, prompts, agent_slots, accept_user, accept_auto, accept_unsplit, "
    "reject_user, generations, plans, review_requests, agent_requests, lines_suggested, lines_added, lines_deleted, "
    "lines_agent_added, lines_agent_deleted, sessions, active_seconds, requests, tokens_in, tokens_out, "
    "tokens_cache_read, tokens_cache_write, cost_usd, commits, pull_requests",
    "day_scores": "person_id, day, tool, state, proactive, passive, score_micro",
    "quarter_scores": "quarter, person_id, lob, team, score_micro, expected_days, observed_days, coverage, engaged_share, "
    "segment, reason, certainty, minutes, breadth, estimated_days, lob_people, lob_zero_share, lob_median_micro, "
    "lob_active_median_micro, comparison, ratio, percentile, robust_z, lob_rank, score_version",
    "funnel": "scope, quarter, engineers, provisioned, active, regular, heavy, effective, accounts, active_accounts",
    "segments": "quarter, scope, segment, reason, people, share",
    "adoption_days": "scope, tool, day, people, active, active_share",
    "adoption_weeks": "scope, tool, week, people, active, active_share",
    "lob_compare": "quarter, lob, people, eligible, zero_share, median_micro, active_median_micro, p25_micro, p75_micro",
    "not_using": "person_id, team, segment, reason, seats, since, suggestion",
    "idle_seats": "person_id, tool, since, last_seen, monthly_cost, decision, decided, currency",
    "coverage": "source, day, expected_accounts, reporting_accounts, state",
    "unmatched_accounts": "source, account, first_day, last_day, records",
    "quarantine": "source, file, line, reason, field",
    "reconciliation": "source, tenant, day, measure, ours, vendor, difference, explanation",
    "definitions": "term, text, formula, score_version",
    "seats": "person_id, tool, account, first_day, last_day, last_seen, granted_by, monthly_cost",
    "idle_groups": "quarter, scope, tool, seats, idle, never_used, not_observed, monthly_cost, bound, currency",
    "my_offers": "person_id, made, step, expires, state",
    "my_contests": "person_id, id, opened, due, category, quarter, day, tool, state",
    "who_looked": "person_id, day, role, purpose, question, columns, times",
    "score_bins": "quarter, lob, low_micro, high_micro, people, of, bound",
    "audit_trail": "seq, day, time, actor, role, purpose, case_id, action, route, question, subjects, rows, columns, policy_version, snapshot, result",
    "policy_changes": "id, state, maker, made_at, checker, checked_at, effective_on, reason, differences, told, untold, named_from, version",
    "alerts": "kind, subject, detail, since, seen, told",
    "job_runs": "job, runs, begun, result, last_done",
    "policy_entities": "legal_entity, people, change, assessment, told, named_from, named, board, review_from, aggregate_only",
    "data_egress": "tool, vendor, product, region, data_allowed, data_seen, prompts, state, contract, retention, terms_of, accounts, first_use, last_use, reviewed",
    "decisions": "id, kind, ref, subject, decision, reason, decided_by, decided_at, shown",
    "contest_cases": "id, state, category, quarter, opened, due, overdue, reviewer, decision, closed",
    "lineage": "person_id, quarter, snapshot, as_of, published_at, score_version, version_sha256, inputs_digest, scores_digest, "
    "policy_version, roster, engine, days",
    "my_notices": "person_id, id, kind, ref, delivered, read",
    "who_sees_what": "question, level, role, purpose, rows, columns",
    "my_outcomes": "person_id, quarter, changes, assisted, use, outcome, low, high, corner, reason",
    "my_months": "person_id, quarter, month, changes, marked, in_weeks_of_use, lead_minutes, review_rounds, review_minutes, reviewed, checked, first_checks_passed, "
    "reverted, hotfixes, defects, incidents, lines_added, lines_deleted, reviews_given",
    "outcome_months": "quarter, scope, month, changes, lines_added, lines_deleted, lead_minutes, review_minutes, review_rounds, first_checks, reverted, hotfixes, "
    "defects, incidents",
    "quadrant": "unit, use, outcome, low, high, corner, changes, attribution",
    "quality": "quarter, scope, week, kind, changes, lines_added, retained, rework, reverted, review_minutes, first_checks, incidents, "
    "by_line, by_change, attribution",
    "value": "scope, cost, cost_per_active, cost_per_change, cost_per_retained_line, break_even_p5, break_even_p50, break_even_p95, p_net_positive",
    "spend": "scope, tool, month, estimate, billed, credits, unpriced_requests, unpriced_tokens, seats, seats_cost, seats_unpriced, billed_seats",
    "value_assumptions": "name, low, mid, high, unit, origin, about",
    "task_types": "quarter, scope, tool, task_type, people, acts, share, coverage, bound, classifier",
    "not_observed": "tool, reason, number, records, since",
    "period_use": "person_id, tool, source, cadence, first_day, last_day, used, used_from, used_to, messages, credits, counted",
    "unit_medians": "scope, quarter, people, eligible, median_micro, low_micro, high_micro, active_median_micro, bound",
    "change_register": "change, repository, exposure, tool, status, missing_item, reviewed_at, risk_tier",
    "verification": "repository, risk_tier, exposure, changes, verified, partly, missing, verified_share",
    "error_propagation": "scope, effect, basis, confidence, days, changes, followed, share, low, high, other_changes, other_share, "
    "other_low, other_high, bound",
    "my_changes": "person_id, day, change, repository, part, review, exposure, tool",
    "ai_marks": "repository, tool, class, commits, marked_commits, commits_total",
    "code_volume": "repository, month, commits, lines_added, lines_deleted, marked_lines_added, mark_coverage",
    "code_rework": "repository, month, marked, commits, lines, corrective, reverted, adaptive, corrective_share, adaptive_share",
    "code_survival": "repository, since, marked, horizon_days, at_risk, alive, share, low, high",
}
