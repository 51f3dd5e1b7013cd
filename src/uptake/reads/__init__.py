"""`ask` is the only door to results: gate, filter, run, record. A `Visit` is the same door for the questions of one response.

Learn it in this order: `visit` (the door), `query` (gate and columns round the SQL of a question), `parts` (long lists), `lend` (what a
question reads of the state store).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from uptake.errors import NotPermitted
from uptake.policy import PURPOSES, QUESTIONS, ROLES, Policy, Viewer
from uptake.reads import nothing, viewers
from uptake.reads.caller import Caller
from uptake.reads.parts import Part
from uptake.reads.query import Filters, Order, Tally, checked
from uptake.reads.visit import Answer, Visit
from uptake.settings import Settings
from uptake.snapshot import Snapshot
from uptake.state import State, audit

__all__ = ["Answer", "Asked", "Caller", "Filters", "Order", "Part", "Tally", "Visit", "answer", "ask", "checked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller says of itself at the command line: a role or person, a purpose, a case; or a token, which says all of it."""

    who: str | None = None
    purpose: str | None = None
    case: str | None = None
    token: str | None = None


def answer(
    settings: Settings, state: State, policy: Policy, question: str, asked: Asked, filters: Filters, caller: Caller
) -> Answer:
    """Answer a question of the local operator or, in a demo home, of an invented person. Refusals are recorded too.

    Raises: as `ask`.
    """
    viewer = Viewer(
        role=asked.who if asked.who and asked.who in ROLES else "unknown", purpose=asked.purpose, case_id=asked.case
    )
    try:
        if asked.token:
            said = Viewer(role="", purpose=asked.purpose, person_id=asked.who, case_id=asked.case)
            viewer = viewers.of_token(settings, state, asked.token, said, caller.now)
        else:
            viewer = viewers.of(settings, state, question, asked.who, asked.purpose, asked.case)
        with Visit(settings, state, policy, viewer, caller, None) as visit:
            found = visit.ask(question, filters)
            return found if found.table.num_rows else replace(found, nothing=nothing.why(visit, question, filters))
    except NotPermitted:
        _record_refusal(state, policy, viewer, caller, question)
        raise


def ask(
    settings: Settings,
    state: State,
    policy: Policy,
    question: str,
    viewer: Viewer,
    filters: Filters,
    caller: Caller,
    snapshot: Snapshot | None = None,
) -> Answer:
    """Answer a question as `viewer` may see it, and record it when it speaks of people. `snapshot`: the current one unless given.

    Raises:
        NotPermitted: policy does not grant it; the words are the same whatever the cause.
        WrongUsage: a filter that the question does not have.
        Unreachable: the audit record could not be written; then no row is answered.
    """
    with Visit(settings, state, policy, viewer, caller, snapshot) as visit:
        return visit.ask(question, filters)


def _record_refusal(state: State, policy: Policy, viewer: Viewer, caller: Caller, question: str) -> None:
    event = {
        "time": caller.now.isoformat(timespec="seconds") + "Z",
        "actor": caller.actor,
        "action": "ask",
        "route": caller.route,
        "question": question if question in QUESTIONS else "unknown",
        "role": viewer.role,
        "purpose": viewer.purpose if viewer.purpose in PURPOSES else "",
        "case_id": viewer.case_id or "",
        "rows": 0,
        "policy_version": policy.version,
        "result": "refused",
    }
    audit.record(state, event)
