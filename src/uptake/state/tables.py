"""Tables of the state store."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table

METADATA = MetaData()

AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("record", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

RIGHTS = Table(
    "rights",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("manager_id", String),
    Column("lft", Integer, nullable=False),
    Column("rgt", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("lob", String),
    Column("department", String),
    Column("team", String),
    Column("legal_entity", String),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("job", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("ended_at", String),
    Column("result", String),
)
