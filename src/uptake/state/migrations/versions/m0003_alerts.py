"""Alerts, and what was told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from uptake.state.engines import TEXT

revision = "0003"
down_revision = "0002"

_TEXT, _COUNT = TEXT, sa.Integer
TABLES = {
    "alerts": (
        ("id", _COUNT, "key"), ("kind", _TEXT, ""), ("subject", _TEXT, ""), ("detail", _TEXT, ""), ("opened_at", _TEXT, ""),
        ("seen_at", _TEXT, ""), ("resolved_at", _TEXT, "null"),
    ),
    "alert_messages": (
        ("id", _COUNT, "key"), ("alert_id", _COUNT, "index"), ("channel", _TEXT, ""), ("event", _TEXT, ""), ("made_at", _TEXT, ""),
        ("tries", _COUNT, ""), ("next_try", _TEXT, ""), ("failure", _TEXT, "null"), ("sent_at", _TEXT, "null"),
    ),
}  # fmt: skip


def upgrade() -> None:
    for name, columns in TABLES.items():
        made = [
            sa.Column(column, kind, primary_key=how == "key", nullable=how == "null") for column, kind, how in columns
        ]
        op.create_table(name, *made)
        for column, _kind, how in columns:
            if how == "index":
                op.create_index(f"ix_{name}_{column}", name, [column])
