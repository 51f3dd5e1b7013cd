"""A policy in force, for tests: two invented people decide it and everybody is told, long before the day of the test."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from uptake.acts import policies
from uptake.jobs import State, policy_of
from uptake.policy import Policy
from uptake.settings import Settings
from uptake.state import Act, changes, rights

MAKER, CHECKER = "os:maker", "os:checker"
REASON = "a policy for a test, decided by two people"
LONG_BEFORE = dt.timedelta(days=60)


def assessments(state: State, name: str = "first") -> dict[str, str]:
    """Legal entity -> hash of its invented impact assessment, for every entity of the reporting tree."""
    return {entity: hashlib.sha256(f"{name} {entity}".encode()).hexdigest() for entity in entities(state)}


def entities(state: State) -> list[str]:
    """The legal entities of the reporting tree."""
    place = rights.RIGHTS_COLUMNS.index("legal_entity")
    return sorted({str(row[place]) for row in rights.read(state) if row[place] is not None})


def decided(state: State, day: dt.date, *, tell: bool = True, **document: object) -> int:
    """Propose and approve on a day, and tell the people; answers the number of the change."""
    now = dt.datetime.combine(day, dt.time(9))
    maker, checker = (Act("test", "test", now, identity) for identity in (MAKER, CHECKER))
    made = policies.propose(state, "", "administrator", document, REASON, maker)
    policies.decide(state, "", "compliance", made.id, checker, approve=True)
    if tell:
        policies.notify(state, "", "compliance", made.id, maker)
    return made.id


def detecting(state: State, *classes: str) -> int:
    """The newest approved document with the local detector on, decided now: nothing else changes."""
    with state.reading() as connection:
        held = [one for one in changes.every(connection, changes.POLICY) if one.state == changes.APPROVED]
    document = json.loads(held[-1].body) if held else {}
    now = dt.datetime.now(dt.UTC).date()
    return decided(state, now, **{**document, "detector": list(classes), "effective_from": None})


def in_force(settings: Settings, state: State, today: dt.date, **document: object) -> Policy:
    """As `decided`, two months before `today`, for every legal entity; the policy that then holds today."""
    given = dict(document)
    if given.get("profile", "team-first") != "team-first" or given.get("board_bands"):
        day = (today - LONG_BEFORE).isoformat()
        given.setdefault("dpia", assessments(state, f"{day} {sorted(document.items())}"))
    if given.get("profile") == "open-board":
        given.setdefault("works_council", dict.fromkeys(assessments(state), "agreement 1"))
    decided(state, today - LONG_BEFORE, **given)
    return policy_of(settings, state, today)


def settings_of(state: State) -> Settings:
    """The settings of a home that names nothing, around a store."""
    return Settings(home=state.file.parent)


def in_force_on(settings: Settings, state: State, day: dt.date) -> Policy:
    """The policy that holds on a day."""
    return policy_of(settings, state, day)
