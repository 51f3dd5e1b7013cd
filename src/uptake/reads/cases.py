"""One contest for the compliance officer who reads under it, with what is proposed; nobody else, and no other case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from uptake.errors import NotPermitted
from uptake.policy import Policy, Viewer, decide
from uptake.reads.caller import Caller
from uptake.state import State, audit, changes, contests, notices, rights
from uptake.state.contests import Contest

__all__ = ["Case", "Contest", "case"]


@dataclass(frozen=True, slots=True)
class Case:
    """The case, the proposal that waits for a second person (None: nothing is proposed), and how many viewers were told of the new value."""

    contest: Contest
    proposal: changes.Change | None
    told: int = 0

    @property
    def outcome(self) -> dict[str, Any]:
        """What is proposed: decision, source, fields."""
        return dict(json.loads(self.proposal.body)) if self.proposal else {}


def case(state: State, policy: Policy, viewer: Viewer, number: int, by: Caller) -> Case:
    """The case of a number; a proposal that has waited for seven days is none. The reading is recorded, and shown to the person.

    Raises:
        NotPermitted: not under this case, there is none, or its person is computed by name for nobody; the words are the same.
        Unreachable: it could not be written down; then nothing is answered.
    """
    columns = decide("my_contests", viewer, policy).columns
    time = f"{by.now.isoformat(timespec='seconds')}Z"
    with state.reading() as connection:
        found = contests.one(connection, number)
        if viewer.role != "compliance" or found is None or viewer.case_id != found.case_id:
            raise NotPermitted("not permitted")
        made = changes.one(connection, found.change_id) if found.change_id else None
        told = notices.count(connection, notices.RESTATED, str(number))
    held = rights.of_person(state, found.person_id)
    if held is not None and held["legal_entity"] in policy.aggregate_only:
        raise NotPermitted("not permitted")
    event = {
        "time": time, "actor": by.actor, "action": "ask", "route": by.route, "question": "my_contests", "role": viewer.role,
        "purpose": viewer.purpose or "", "case_id": viewer.case_id, "rows": 1, "columns": list(columns), "policy_version": policy.version,
        "result": "answered",
    }  # fmt: skip
    audit.record(state, event, [found.person_id])
    return Case(found, made if made and changes.state_on(made, time) != changes.EXPIRED else None, told)
