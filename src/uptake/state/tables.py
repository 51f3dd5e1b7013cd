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
    Column("email_key", String, index=True),
    Column("moved", Integer, nullable=False, server_default="0"),
)
"""One row a person employed now. `moved`: how many steps above them, at the least, somebody else stands than when cells were cut last; 0: none. `email_key`: keyed hash of the e-mail, by which a sign-in finds the person; never the e-mail."""

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
    Column("reviewer", String),
    Column("decided_by", String),
    Column("decided_at", String),
    Column("decision", String),
    Column("before", String),
    Column("after", String),
    Column("change_id", Integer),
    Column("closed_at", String),
)
"""One row a contest. It holds what is contested in our own words (category, quarter, day, tool), and no free text.

`reviewer`, `decided_by`: identities (see SESSIONS). `before`, `after`: canonical JSON of the contested figures as they stood
when it was decided and after the recompute. `change_id`: the correction in CHANGES.
"""

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

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("key_hash", String, primary_key=True),
    Column("identity", String, nullable=False, index=True),
    Column("person_id", String),
    Column("roles", String, nullable=False),
    Column("role", String, nullable=False),
    Column("purpose", String),
    Column("case_id", String),
    Column("started_at", String, nullable=False),
    Column("ends_at", String, nullable=False),
    Column("revoked_at", String),
)
"""One row a signed-in session. `key_hash`: SHA-256 (hex) of the id in the cookie, which is stored nowhere. `identity`: who it is, as
`person:<id>`, `officer:<subject of the provider>`, `demo:<role>-<n>` or `os:<user>`: two people are two identities. `roles`:
all that the provider granted, comma-separated; `role`, `purpose`, `case_id`: the one hat that is worn.
"""

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("label", String, nullable=False),
    Column("identity", String, nullable=False),
    Column("person_id", String),
    Column("role", String, nullable=False),
    Column("purpose", String),
    Column("case_id", String),
    Column("made_by", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("revoked_at", String),
)
"""One row an API token: one role, one purpose, an end. `token_hash`: SHA-256 (hex) of 256 random bits."""

CHANGES = Table(
    "changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", String, nullable=False),
    Column("body_sha256", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("maker", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("checker", String),
    Column("checked_at", String),
    Column("state", String, nullable=False),
    Column("effective_on", String),
)
"""What needs two people (GOVERNANCE.md section 9). `kind`: policy, correction. `body`: canonical JSON (RFC 8785) of what is proposed.
`maker`, `checker`: identities, never equal. `state`: proposed, approved, refused, expired.
"""

NOTICES = Table(
    "notices",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False, index=True),
    Column("ref", String, nullable=False, index=True),
    Column("legal_entity", String),
    Column("made_at", String, nullable=False),
    Column("delivered_at", String, nullable=False),
    Column("read_at", String),
)
"""One row a notice to a person. `kind`: policy (ref = id of the change), decided, recomputed, closed (ref = id of the contest),
restated (ref = id of the contest; to those who were shown the old value).
"""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("subject", String, index=True),
    Column("decision", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", String, nullable=False),
    Column("shown", String, nullable=False),
)
"""The register of human decisions. `kind`: contest, seat, policy, correction. `shown`: canonical JSON of what stood before the person who
decided (score version, snapshot, certainty, coverage).
"""

IDENTITIES = Table(
    "identities",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("identity", String, primary_key=True, index=True),
)
"""Under which identities a subject of the identity provider has signed in; `subject`: a hash of issuer and subject."""

SWITCHES = Table(
    "switches",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("set_at", String, nullable=False),
    Column("set_by", String, nullable=False),
)
"""Switches of the whole site: `lockdown` is on or off."""

ALERTS = Table(
    "alerts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("seen_at", String, nullable=False),
    Column("resolved_at", String),
)
"""One row a fact that was wrong for some time; at most one open row of a kind and subject. Our own words and counts, no name and no id."""

ALERT_MESSAGES = Table(
    "alert_messages",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("alert_id", Integer, nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("event", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", String, nullable=False),
    Column("failure", String),
    Column("sent_at", String),
)
"""What was told of an alert, or waits to be. `channel`: mail, webhook. `event`: opened, again, resolved."""

DIRECTORY = Table(
    "directory",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False, index=True),
    Column("name", String, index=True),
    Column("body", String),
    Column("settled", String),
    Column("version", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
)
"""One row a user or group that a directory sent (SCIM). `body`: the kept attributes as JSON; NULL once it was deleted, until the loader has
seen that. `name`: the user name in lower case, of users. `settled`: the body of a user as the loader last saw it.
"""

DIRECTORY_CHANGES = Table(
    "directory_changes",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("id", String, nullable=False),
    Column("body", String),
)
"""What a directory said of users and the loader has not seen: written in one transaction with DIRECTORY, before the answer. NULL: deleted."""
