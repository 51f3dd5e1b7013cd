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

AUDIT_SUBJECTS = Table(
    "audit_subjects",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("subject", String, primary_key=True, index=True),
)
"""The people of a record, as keyed pseudonyms: a record of more than 50 holds their digest, and this table the list."""

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

CONTESTS = Table(
    "contests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", String, nullable=False, index=True),
    Column("opened_at", String, nullable=False),
    Column("due", String, nullable=False),
    Column("category", String, nullable=False),
    Column("quarter", String, nullable=False),
    Column("day", String),
    Column("tool", String),
    Column("state", String, nullable=False),
)
"""One row a contest. It holds what is contested in our own words (category, quarter, day, tool), and no free text."""

OFFERS = Table(
    "offers",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", String, nullable=False, index=True),
    Column("made_at", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("by_person", String, nullable=False, index=True),
    Column("unit", String, nullable=False),
    Column("step", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("blind", Integer, nullable=False),
    Column("state", String, nullable=False),
)
"""One row a person to whom help was offered. `blind` 1: whoever offered it saw a count and no name."""

CHOICES = Table(
    "choices",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("chosen_at", String, nullable=False),
)
"""What a person chose for themselves, such as to stand on a board in bands."""
