"""Usage -> daily facts. A step is one `.sql` file (its header says its period and grain) or one pure `.py` module."""

from __future__ import annotations

FACTS = (
    "roster",
    "account_keys",
    "account_names",
    "accounts_seen",
    "account_people",
    "source_days",
    "seat_spans",
    "seat_activity",
    "account_rows",
    "account_tenants",
    "complete_days",
    "witness_spans",
    "account_evidence",
    "old_client_spans",
    "first_use",
    "usage_facts",
    "tool_use",
)
