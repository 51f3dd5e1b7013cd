"""Standing on the board in bands: everybody's own choice, taken back at any time."""

from __future__ import annotations

from uptake.errors import NotPermitted
from uptake.policy import Policy, Viewer
from uptake.state import Act, State, audit, choices

VALUES = (choices.IN, choices.OUT)


def choose(state: State, policy: Policy, viewer: Viewer, value: str, act: Act) -> None:
    """Stand on the board (`in`) or leave it (`out`); it takes effect at the next read.

    Raises:
        NotPermitted: not a person acting for themselves, a board that is not in bands, or another value.
    """
    own = viewer.person_id if viewer.role in ("self", "peer") and viewer.purpose == "self" else None
    if own is None or policy.board != "bands" or value not in VALUES:
        raise NotPermitted("not permitted")
    with state.writing() as connection:
        choices.write(connection, [own], choices.BOARD, value, act.time)
        audit.append(
            connection, state, act.event("choose", policy.version, viewer.role, "self", f"board {value}"), [own]
        )
