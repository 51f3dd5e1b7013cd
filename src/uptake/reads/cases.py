"""One contest for the compliance officer who reads under it, with what is proposed; nobody else, and no other case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from uptake.errors import NotPermitted
from uptake.policy import Policy, Viewer, decide
from uptake.state import State, changes, contests, notices
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


def case(state: State, policy: Policy, viewer: Viewer, number: int, time: str) -> Case:
    """The case of a number; a proposal that has waited for seven days by `time` (ISO text, UTC) is none.

    Raises:
        NotPermitted: not under this case, or there is none; the words are the same.
    """
    decide("my_contests", viewer, policy)
    with state.reading() as connection:
        found = contests.one(connection, number)
        if viewer.role != "compliance" or found is None or viewer.case_id != found.case_id:
            raise NotPermitted("not permitted")
        made = changes.one(connection, found.change_id) if found.change_id else None
        told = notices.count(connection, notices.RESTATED, str(number))
    return Case(found, made if made and changes.state_on(made, time) != changes.EXPIRED else None, told)
