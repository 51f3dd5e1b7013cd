"""Tables of releases before there were migrations: such a store has them already, a new one gets them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from uptake.state.engines import TEXT

revision = "0001"
down_revision = None

_TEXT, _COUNT = TEXT, sa.Integer
TABLES = {
    "audit": (("seq", _COUNT, "key"), ("record", _TEXT, ""), ("previous", _TEXT, ""), ("hash", _TEXT, "")),
    "audit_subjects": (("seq", _COUNT, "key"), ("subject", _TEXT, "key")),
    "rights": (
        ("person_id", _TEXT, "key"), ("manager_id", _TEXT, "null"), ("lft", _COUNT, ""), ("rgt", _COUNT, ""), ("depth", _COUNT, ""),
        ("lob", _TEXT, "null"), ("department", _TEXT, "null"), ("team", _TEXT, "null"), ("legal_entity", _TEXT, "null"),
    ),
    "runs": (
        ("id", _COUNT, "key"), ("job", _TEXT, ""), ("started_at", _TEXT, ""), ("ended_at", _TEXT, "null"), ("result", _TEXT, "null"),
    ),
    "contests": (
        ("id", _COUNT, "key"), ("person_id", _TEXT, ""), ("opened_at", _TEXT, ""), ("due", _TEXT, ""), ("category", _TEXT, ""),
        ("quarter", _TEXT, ""), ("day", _TEXT, "null"), ("tool", _TEXT, "null"), ("state", _TEXT, ""),
    ),
    "offers": (
        ("id", _COUNT, "key"), ("person_id", _TEXT, ""), ("made_at", _TEXT, ""), ("expires", _TEXT, ""), ("by_person", _TEXT, ""),
        ("unit", _TEXT, ""), ("step", _TEXT, ""), ("reason", _TEXT, ""), ("purpose", _TEXT, ""), ("blind", _COUNT, ""), ("state", _TEXT, ""),
    ),
    "choices": (("person_id", _TEXT, "key"), ("name", _TEXT, "key"), ("value", _TEXT, ""), ("chosen_at", _TEXT, "")),
}  # fmt: skip
INDEXES = (
    ("audit_subjects", "subject"), ("contests", "person_id"), ("offers", "person_id"), ("offers", "by_person"),
)  # fmt: skip


def upgrade() -> None:
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name, columns in TABLES.items():
        if name not in there:
            made = [
                sa.Column(column, kind, primary_key=how == "key", nullable=how == "null")
                for column, kind, how in columns
            ]
            op.create_table(name, *made)
    for table, column in INDEXES:
        if table not in there:
            op.create_index(f"ix_{table}_{column}", table, [column])
