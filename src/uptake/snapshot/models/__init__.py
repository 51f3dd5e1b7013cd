"""The read models, in order: one query each over facts and scores, written into the snapshot file sorted by its order."""

from __future__ import annotations

MODELS = (
    "person_usage_days",
    "person_day_scores",
    "person_quarter_scores",
    "person_restatements",
    "person_not_using",
    "person_seats",
    "person_period_use",
    "person_leaderboard",
    "coverage",
    "unmatched_accounts",
    "not_observed",
    "quarantined",
    "reconciliation",
    "loads",
    "change_register",
    "verification",
    "person_changes",
    "person_months",
)
