"""The register of human decisions: what was decided, by whom, why, and what stood before them (GOVERNANCE.md section 12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import rfc8785
from sqlalchemy import Connection, insert, select

from uptake.state.tables import DECISIONS

KINDS = ("policy", "contest", "correction", "seat")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `subject`: the person it is about, or None. `shown`: canonical JSON. Times as ISO text, UTC."""

    kind: str
    ref: str
    subject: str | None
    decision: str
    reason: str
    decided_by: str
    decided_at: str
    shown: str


def canonical(values: Mapping[str, object]) -> str:
    """Canonical JSON (RFC 8785) of what is kept as text; what JSON does not know, such as days, as its text."""
    return rfc8785.dumps(json.loads(json.dumps(dict(values), default=str))).decode()


VERSIONS = ("snapshot", "policy_version", "score_version", "sha256")


def about_nobody(made: Decision) -> tuple[str | None, str]:
    """Reason and what was shown as a register lists them: of a decision about a person only the versions, which say nothing of them."""
    if made.subject is None:
        return made.reason, made.shown
    shown = json.loads(made.shown)
    return None, canonical({name: shown[name] for name in VERSIONS if name in shown})


def write(connection: Connection, made: Decision) -> int:
    """Write a decision inside a write transaction that is open; answers its number."""
    key = connection.execute(insert(DECISIONS).values(**asdict(made))).inserted_primary_key
    return int(key[0]) if key else 0


def every(connection: Connection) -> list[tuple[int, Decision]]:
    """All decisions with their numbers, oldest first."""
    return [(int(row[0]), Decision(*row[1:])) for row in connection.execute(select(DECISIONS).order_by(DECISIONS.c.id))]
