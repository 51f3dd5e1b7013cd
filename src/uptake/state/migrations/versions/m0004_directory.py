"""The users and groups that a directory sends, and what of it the loader has not seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from uptake.state.engines import TEXT

revision = "0004"
down_revision = "0003"

_TEXT, _COUNT = TEXT, sa.Integer
TABLES = {
    "directory": (
        ("number", _COUNT, "key"), ("id", _TEXT, "unique"), ("kind", _TEXT, "index"), ("name", _TEXT, "null index"), ("body", _TEXT, "null"),
        ("settled", _TEXT, "null"), ("version", _COUNT, ""), ("created_at", _TEXT, ""), ("changed_at", _TEXT, ""),
    ),
    "directory_changes": (("seq", _COUNT, "key"), ("at", _TEXT, ""), ("id", _TEXT, ""), ("body", _TEXT, "null")),
}  # fmt: skip


def upgrade() -> None:
    for name, columns in TABLES.items():
        made = [
            sa.Column(column, kind, primary_key="key" in how, nullable="null" in how, unique=how == "unique" or None)
            for column, kind, how in columns
        ]
        op.create_table(name, *made)
        for column, _kind, how in columns:
            if "index" in how:
                op.create_index(f"ix_{name}_{column}", name, [column])
