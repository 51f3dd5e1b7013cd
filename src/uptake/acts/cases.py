"""Deciding a contest: one compliance officer takes it and proposes, another one decides, never the person (GOVERNANCE.md section 6).

Both act under the case. What was upheld is a correction of an input; the next score run applies it, and only then a figure moves.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uptake.errors import NotPermitted, WrongUsage
from uptake.model import TOOLS
from uptake.policy import Policy, Viewer
from uptake.state import Act, Connection, State, audit, changes, contests, decisions, identities, notices

FIELDS: Mapping[str, tuple[str, ...]] = {
    "hr-absences": ("first_day", "last_day", "kind"),
    "hr-people": ("effective_from", "fte", "team", "department", "lob"),
    "accounts": ("source", "account", "person_id", "second_person_id"),
    "vendor-gaps": ("tool", "first_day", "last_day"),
}
"""What a correction may set, by the source of ours that it is a row of."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "hr-absences": FIELDS["hr-absences"], "hr-people": ("effective_from",), "accounts": ("source", "account", "person_id"),
    "vendor-gaps": FIELDS["vendor-gaps"],
}  # fmt: skip
KINDS = ("leave", "long_leave", "training")
OF_CATEGORY: Mapping[str, str] = {
    "leave": "hr-absences", "vendor_gap": "vendor-gaps", "part_time": "hr-people", "wrong_team": "hr-people",
    "shared_account": "accounts", "wrong_identity": "accounts",
}  # fmt: skip
_TEXT = re.compile(r"[^\x00-\x1f]{0,200}")


@dataclass(frozen=True, slots=True)
class Correction:
    """A row of one of our own sources; empty fields stand as they are."""

    source: str
    fields: Mapping[str, str]


def take(state: State, policy: Policy, viewer: Viewer, number: int, act: Act) -> None:
    """Take a case under review.

    Raises:
        NotPermitted: not a compliance officer under this case, or the person themselves.
        WrongUsage: somebody took it already, or it was decided.
    """
    with state.writing() as connection:
        case = _case(connection, policy, viewer, number, act)
        if case.state != contests.RESTRICTED:
            raise WrongUsage(
                f"Case {number} is {case.state.replace('_', ' ')}", next_step="Open the list of cases again"
            )
        contests.change(connection, number, state=contests.UNDER_REVIEW, reviewer=act.identity)
        _record(connection, state, policy, viewer, act, ("case_take", f"case {number}", case.person_id))


def propose(
    state: State,
    policy: Policy,
    viewer: Viewer,
    number: int,
    outcome: tuple[str, Correction | None],
    reason: str,
    act: Act,
) -> int:
    """Propose how a case ends: (`upheld`, a correction) or (`rejected`, None), with a reason. Answers the number of the change.

    Raises:
        NotPermitted: not a compliance officer under this case, or the person themselves.
        WrongUsage: not under review, something proposed already, a correction that cannot be, no reason.
    """
    decision, correction = outcome
    with state.writing() as connection:
        case = _case(connection, policy, viewer, number, act)
        if case.state != contests.UNDER_REVIEW or _stands(connection, case, act):
            raise WrongUsage(
                f"Case {number} cannot be decided now", next_step="Take it first, or wait for the second person"
            )
        _check(case, decision, correction)
        fields = dict(correction.fields) if correction else {}
        body: dict[str, Any] = {
            "contest": number,
            "decision": decision,
            "source": correction.source if correction else "",
            "fields": fields,
        }
        made = changes.propose(
            connection, changes.CORRECTION, decisions.canonical(body), reason, act.identity, act.time
        )
        contests.change(connection, number, change_id=made.id)
        _record(connection, state, policy, viewer, act, ("case_propose", f"case {number} {decision}", case.person_id))
        return made.id


def decide(
    state: State,
    policy: Policy,
    viewer: Viewer,
    number: int,
    shown: Mapping[str, object],
    act: Act,
    *,
    change: int,
    approve: bool,
) -> str:
    """Decide as a second person what was proposed. `shown`: the figures that stood before who decides; `change`: the proposal that did.

    Answers the state of the case.

    Raises:
        NotPermitted: whoever proposed it, the person, a second one of the person's own chain, or not under this case.
        WrongUsage: nothing is proposed, or it has waited for more than seven days.
    """
    with state.writing() as connection:
        case = _case(connection, policy, viewer, number, act)
        _check_second(connection, case, change, act)
        made = changes.decide(connection, change, act.identity, act.time, approve=approve)
        decision = str(json.loads(made.body)["decision"]) if approve else "sent back"
        kept = decisions.Decision(
            "contest", str(number), case.person_id, decision, made.reason, act.identity, act.time, decisions.canonical(shown)
        )  # fmt: skip
        decisions.write(connection, kept)
        if approve:
            _decided(connection, case, decision, shown, act)
        else:
            contests.change(connection, number, change_id=None)
        _record(connection, state, policy, viewer, act, ("case_decide", f"case {number} {decision}", case.person_id))
        if decision == contests.UPHELD:
            return contests.DECIDED
        return contests.CLOSED if approve else contests.UNDER_REVIEW


def _check_second(connection: Connection, case: contests.Contest, change: int, act: Act) -> None:
    """Whether who decides has read what is proposed now, and not both of the two are above the person."""
    if case.state != contests.UNDER_REVIEW or case.change_id is None:
        raise WrongUsage(f"Nothing is proposed in case {case.id}", next_step="Take it, and propose how it ends")
    if case.change_id != change:
        raise WrongUsage(
            f"Another end of case {case.id} is proposed by now", next_step="Open the case again, and read what it says"
        )
    above = contests.above(connection, case.person_id)
    if all(above & identities.of(connection, one) for one in (act.identity, changes.one(connection, change).maker)):
        raise NotPermitted("not permitted")


def _decided(
    connection: Connection, case: contests.Contest, decision: str, shown: Mapping[str, object], act: Act
) -> None:
    """Upheld: it waits for the recompute, and the figures of now are kept. Rejected: closed, and the person is in lists again."""
    values: dict[str, Any] = {
        "decision": decision,
        "decided_by": act.identity,
        "decided_at": act.time,
        "state": contests.DECIDED,
    }
    if decision == contests.UPHELD:
        values["before"] = decisions.canonical({name: shown[name] for name in contests.FIGURES if name in shown})
    told = [notices.DECIDED]
    if decision == contests.REJECTED:
        values |= {"state": contests.CLOSED, "closed_at": act.time}
        told.append(notices.CLOSED)
    contests.change(connection, case.id, **values)
    for kind in told:
        notices.deliver(connection, kind, str(case.id), [(case.person_id, None)], act.time)


def read_notices(state: State, policy: Policy, viewer: Viewer, act: Act) -> None:
    """A person says that they have read what they were told.

    Raises:
        NotPermitted: not a person acting for themselves.
    """
    if (viewer.role, viewer.purpose) != ("self", "self") or not viewer.person_id:
        raise NotPermitted("not permitted")
    with state.writing() as connection:
        notices.read(connection, viewer.person_id, act.time)
        audit.append(
            connection, state, act.event("notices_read", policy.version, "self", "self", "done"), [viewer.person_id]
        )


def _case(connection: Connection, policy: Policy, viewer: Viewer, number: int, act: Act) -> contests.Contest:
    """The case that somebody may work on: a compliance officer, under it, who is not its person."""
    found = contests.one(connection, number)
    who = identities.of(connection, act.identity) | {f"person:{viewer.person_id}"}
    own = found is not None and f"person:{found.person_id}" in who
    under = (viewer.role, viewer.purpose, viewer.case_id) == ("compliance", "assurance", f"contest-{number}")
    if found is None or own or not under or not act.identity or policy.lockdown:
        raise NotPermitted("not permitted")
    return found


def _stands(connection: Connection, case: contests.Contest, act: Act) -> bool:
    """Whether something is proposed and can still be decided on; after seven days somebody may propose again."""
    if case.change_id is None:
        return False
    return changes.state_on(changes.one(connection, case.change_id), act.time) == changes.PROPOSED


def _check(case: contests.Contest, decision: str, correction: Correction | None) -> None:
    _need(
        "decision",
        decision in (contests.UPHELD, contests.REJECTED) and (correction is None) == (decision == contests.REJECTED),
    )
    if correction is None:
        return
    wanted = OF_CATEGORY.get(case.category)
    _need("source", correction.source in FIELDS and wanted in (None, correction.source))
    given = {name: value.strip() for name, value in correction.fields.items()}
    fits = set(given) <= set(FIELDS[correction.source]) and all(_TEXT.fullmatch(value) for value in given.values())
    # Names in brackets are ours: a line called (company) would be taken for all of it.
    fits = fits and not any(given.get(name, "").startswith("(") for name in ("lob", "department", "team"))
    _need("fields", fits)
    for name in NEEDED[correction.source]:
        _need(name, given.get(name))
    for name in ("first_day", "last_day", "effective_from"):
        _need(name, not given.get(name) or _is_day(given[name]))
    _need("last_day", given.get("first_day", "") <= given.get("last_day", ""))
    _need("kind", correction.source != "hr-absences" or given["kind"] in KINDS)
    tool = {"vendor-gaps": "tool", "accounts": "source"}.get(correction.source)
    _need("tool", tool is None or given[tool].lower() in TOOLS)
    _need("fte", not given.get("fte") or re.fullmatch(r"0(\.\d{1,2})?|1(\.0{1,2})?", given["fte"]))
    _need("effective_from", correction.source != "hr-people" or set(given) > {"effective_from"})


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _need(name: str, held: object) -> None:
    if not held:
        raise WrongUsage(f"`{name}` cannot be used", next_step="Fill in the form again")


def _record(
    connection: Connection, state: State, policy: Policy, viewer: Viewer, act: Act, what: Sequence[str]
) -> None:
    action, result, person = what
    event = act.event(action, policy.version, viewer.role, viewer.purpose or "", result)
    audit.append(connection, state, {**event, "case_id": viewer.case_id or ""}, [person])
