"""Who has moved in the reporting tree since cells were cut."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("rights", sa.Column("moved", sa.Integer, nullable=False, server_default="0"))
