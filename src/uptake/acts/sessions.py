"""Signing in and out, a change of purpose, and in a demo a change of profile: each is written down, or it does not hold."""

from __future__ import annotations

from uptake.state import Act, State, audit

ACTIONS = ("sign_in", "sign_out", "purpose", "profile")


def note(state: State, policy_version: str, action: str, who: tuple[str, str | None], act: Act) -> None:
    """Write the record. `who`: role and purpose after it.

    Raises:
        Unreachable: it could not be written; then nothing may change.
    """
    if action not in ACTIONS:
        raise ValueError("action: not one of this module")
    role, purpose = who
    audit.record(state, act.event(action, policy_version, role, purpose or "", "done"))
