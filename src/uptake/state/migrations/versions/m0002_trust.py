"""Sessions, tokens, changes by two people, notices, decisions; contests to their end; an audit log that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from uptake.state.engines import TEXT

revision = "0002"
down_revision = "0001"

_TEXT, _COUNT = TEXT, sa.Integer
TABLES = {
    "sessions": (
        ("key_hash", _TEXT, "key"), ("identity", _TEXT, "index"), ("person_id", _TEXT, "null"), ("roles", _TEXT, ""), ("role", _TEXT, ""),
        ("purpose", _TEXT, "null"), ("case_id", _TEXT, "null"), ("started_at", _TEXT, ""), ("ends_at", _TEXT, ""), ("revoked_at", _TEXT, "null"),
    ),
    "tokens": (
        ("id", _COUNT, "key"), ("token_hash", _TEXT, "unique"), ("label", _TEXT, ""), ("identity", _TEXT, ""), ("person_id", _TEXT, "null"),
        ("role", _TEXT, ""), ("purpose", _TEXT, "null"), ("case_id", _TEXT, "null"), ("made_by", _TEXT, ""), ("made_at", _TEXT, ""),
        ("expires_at", _TEXT, ""), ("revoked_at", _TEXT, "null"),
    ),
    "changes": (
        ("id", _COUNT, "key"), ("kind", _TEXT, ""), ("body", _TEXT, ""), ("body_sha256", _TEXT, ""), ("reason", _TEXT, ""), ("maker", _TEXT, ""),
        ("made_at", _TEXT, ""), ("checker", _TEXT, "null"), ("checked_at", _TEXT, "null"), ("state", _TEXT, ""), ("effective_on", _TEXT, "null"),
    ),
    "notices": (
        ("id", _COUNT, "key"), ("person_id", _TEXT, "index"), ("kind", _TEXT, "index"), ("ref", _TEXT, "index"), ("legal_entity", _TEXT, "null"),
        ("made_at", _TEXT, ""), ("delivered_at", _TEXT, ""), ("read_at", _TEXT, "null"),
    ),
    "decisions": (
        ("id", _COUNT, "key"), ("kind", _TEXT, ""), ("ref", _TEXT, ""), ("subject", _TEXT, "null index"), ("decision", _TEXT, ""),
        ("reason", _TEXT, ""), ("decided_by", _TEXT, ""), ("decided_at", _TEXT, ""), ("shown", _TEXT, ""),
    ),
    "identities": (("subject", _TEXT, "key"), ("identity", _TEXT, "key index")),
    "switches": (("name", _TEXT, "key"), ("value", _TEXT, ""), ("set_at", _TEXT, ""), ("set_by", _TEXT, "")),
}  # fmt: skip
OF_CONTESTS = (
    ("reviewer", _TEXT), ("decided_by", _TEXT), ("decided_at", _TEXT), ("decision", _TEXT), ("before", _TEXT), ("after", _TEXT),
    ("change_id", _COUNT), ("closed_at", _TEXT),
)  # fmt: skip

ONLY_GROWS = ("audit", "audit_subjects")


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
    for column, kind in OF_CONTESTS:
        op.add_column("contests", sa.Column(column, kind))
    op.add_column("rights", sa.Column("email_key", TEXT))
    op.create_index("ix_rights_email_key", "rights", ["email_key"])
    _only_grows(op.get_bind().dialect.name)


def _only_grows(dialect: str) -> None:
    """Rows of the audit log are neither changed nor deleted by whoever speaks to the store; the chain finds who went around it."""
    if dialect == "postgresql":
        op.execute(
            "create function audit_only_grows() returns trigger language plpgsql as "
            "$$ begin raise exception 'the audit log only grows'; end $$"
        )
        for table in ONLY_GROWS:
            op.execute(
                f"create trigger {table}_only_grows before update or delete or truncate on {table} "
                "for each statement execute function audit_only_grows()"
            )
        return
    for table in ONLY_GROWS:
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{verb} before {verb} on {table} begin select raise(abort, 'the audit log only grows'); end"
            )
