"""Changes of policy as registers list them, and what each alters."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uptake.errors import WrongUsage
from uptake.policy import Policy
from uptake.policy.proposals import NOTICE_DAYS, Document, business_days_after, differences
from uptake.state import Connection, State, changes, notices, rights, switches
from uptake.state.identities import OF_THE_SYSTEM

__all__ = ["OF_THE_SYSTEM", "difference", "documents", "entities", "notified", "proposed", "summary"]


def documents(connection: Connection) -> list[tuple[changes.Change, Document]]:
    """Every proposal with its document, oldest first."""
    return [(one, Document.read(json.loads(one.body))) for one in changes.every(connection, changes.POLICY)]


@dataclass(frozen=True, slots=True)
class Notified:
    """How far the notice of a change is: by legal entity, and people told in however many of them. `people`: of each legal entity now."""

    reached: Mapping[str, notices.Reached]
    told: int
    people: Mapping[str, int]


def notified(state: State, connection: Connection, ref: str) -> Notified:
    """Counted by the store out of everybody's rows, and kept as the reporting tree is: while the stamps of tree and notices stand."""
    held = switches.read(connection)
    stamp = (held.get(rights.STAMP), held.get(switches.STAMP))
    kept = state.kept.get(f"notified {ref}")
    if kept is not None and kept[0] == stamp and stamp[0] is not None and isinstance(kept[1], Notified):
        return kept[1]
    told = notices.people_told(connection, ref)
    made = Notified(notices.reached(connection, ref), told, rights.sizes_of_entities(connection))
    state.kept[f"notified {ref}"] = (stamp, made)
    return made


def summary(one: changes.Change, document: Document, today: dt.date, far: Notified) -> dict[str, Any]:
    """A change as registers list it: who, when, why, its state, and by legal entity the day from which its people may be named."""
    entities = {
        entity: {
            "told": found.told if found else 0,
            "untold": far.people.get(entity, 0) - (found.still_there if found else 0),
            "named_from": _named_from(found) or "",
        }
        for entity, found in ((name, far.reached.get(name)) for name in sorted(document.dpia))
    }
    return {
        "id": one.id, "state": changes.state_on(one, f"{today.isoformat()}T23:59:59Z"), "version": one.body_sha256, "reason": one.reason,
        "maker": one.maker, "made_at": one.made_at, "checker": one.checker or "", "checked_at": one.checked_at or "",
        "effective_on": one.effective_on or "", "people_told": far.told, "entities": entities,
    }  # fmt: skip


def _named_from(found: notices.Reached | None) -> str | None:
    return str(business_days_after(found.first, NOTICE_DAYS)) if found else None


def difference(connection: Connection, number: int | None) -> tuple[changes.Change, list[tuple[str, str, str]]]:
    """A change (the newest unless given) against the newest approved one before it, else against the default policy.

    Raises:
        WrongUsage: there is no such change, or none at all.
    """
    found = documents(connection)
    place = next(
        (at for at, (one, _) in enumerate(found) if one.id == number), len(found) - 1 if number is None else -1
    )
    if place < 0:
        raise WrongUsage("There is no such change", next_step="See `uptake policy show`")
    before = [document for one, document in found[:place] if one.state == changes.APPROVED]
    return found[place][0], differences(before[-1] if before else Document(), found[place][1])


def entities(state: State, connection: Connection, policy: Policy) -> list[dict[str, Any]]:
    """Every legal entity that has people or that the newest approved change names: how far its notice is, and what is on there."""
    approved = [(one, document) for one, document in documents(connection) if changes.sound(one)]
    newest, document = approved[-1] if approved else (None, Document())
    far = (
        notified(state, connection, str(newest.id)) if newest else Notified({}, 0, rights.sizes_of_entities(connection))
    )
    reached, people = far.reached, far.people
    since = dict(policy.review_since)
    return [
        {
            "legal_entity": name, "people": people.get(name, 0), "change": newest.id if newest else None,
            "assessment": document.dpia.get(name), "told": reached[name].still_there if name in reached else 0,
            "named_from": _named_from(reached.get(name)),
            "named": name in policy.noticed_entities - policy.aggregate_only, "board": name in policy.board_entities,
            "review_from": since.get(name), "aggregate_only": name in policy.aggregate_only,
        }
        for name in sorted({*people, *document.dpia, *policy.aggregate_only})
    ]  # fmt: skip


def proposed(connection: Connection, number: int) -> Document:
    """The document of a change. Raises WrongUsage when there is none."""
    found = next((document for one, document in documents(connection) if one.id == number), None)
    if found is None:
        raise WrongUsage("There is no such change", next_step="See `uptake policy show`")
    return found
