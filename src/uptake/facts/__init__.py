"""Usage -> daily facts. A step is one `.sql` file (its header says its period and grain) or one pure `.py` module."""

from __future__ import annotations

FACTS = (
    "roster",
    "usage_days",
    "reporting_days",
    "account_months",
    "account_keys",
    "account_rows",
    "witness_months",
    "listed_accounts",
    "account_names",
    "period_use",
    "accounts_seen",
    "account_people",
    "source_days",
    "seat_spans",
    "seat_activity",
    "account_tenants",
    "complete_days",
    "listed_spans",
    "witness_spans",
    "account_evidence",
    "old_client_spans",
    "first_use",
    "seat_holders",
    "usage_facts",
    "tool_use",
    "slot_use",
    "author_people",
    "commit_facts",
)
