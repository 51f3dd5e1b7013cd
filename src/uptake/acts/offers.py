"""Offering help: to people whom a manager sees by name, or blind, to people whom the manager never sees.

Whom an offer reaches is found before it comes here, by the gate: rows that it granted, or `reads.targets`. The act holds it against
the current tree once more: nobody who is not below whoever offers is reached, whatever a caller hands in. An offer of the
same step that still stands is not made again, and whoever offers is told nothing of how many it reached.
"""

from __future__ import annotations

from collections.abc import Mapping

from uptake.errors import NotPermitted
from uptake.policy import Policy, Viewer, allows, decide, may_offer
from uptake.policy.rules import REVIEW
from uptake.state import Act, State, audit, offers, rights

STEPS: Mapping[str, tuple[str, str]] = {
    "set-up clinic, peer champion": ("Set-up clinic, with a peer champion", "seat not used"),
    "ask what got in the way": ("A talk about what got in the way", "used it before and stopped"),
    "repair of the client": ("Repair of the client", "not observed; never counted as not using"),
    "match the account": ("Match of the account", "no account matched; never counted as not using"),
    "offer a seat": ("A seat", "no seat"),
}
"""Suggestion of `not_using` -> what is offered, and for which reason. Other suggestions are nothing that a manager can offer."""

APPRAISAL = (
    "The purpose performance review is off by policy, and while it is off nothing here serves it. Switching it on needs two people, "
    "the hash of the impact assessment, notice delivered and its period elapsed, for each legal entity. "
    "Owner of this policy: the compliance officer. This refusal is recorded."
)


def sees_names(viewer: Viewer, policy: Policy) -> bool:
    """Whether this viewer has the list of people by name; if not, every offer is blind."""
    try:
        decide("not_using", viewer, policy)
    except NotPermitted:
        return False
    return True


def offer(state: State, policy: Policy, viewer: Viewer, step: str, reached: Mapping[str, str], act: Act) -> None:
    """Offer a step to the people reached (person -> reason). It says nothing of how many were new.

    By name, an earlier blind offer does not count as made: left out, it would tell whom it had reached.

    Raises:
        NotPermitted: not a manager for the purpose support, a step that nobody can offer, or somebody who is not below them.
    """
    below = may_offer(viewer, policy)
    tree = {str(row[0]): dict(zip(rights.RIGHTS_COLUMNS, row, strict=True)) for row in rights.read(state)}
    theirs = all(allows(below, {"person_id": who}, tree) for who in reached)
    if step not in STEPS or viewer.person_id is None or not theirs:
        raise NotPermitted("not permitted")
    named = sees_names(viewer, policy)
    expires = (act.now.date() + offers.LASTS).isoformat()
    with state.writing() as connection:
        held = {
            made.person_id
            for made in offers.standing(connection, step, act.now.date())
            if made.named or not named
        }  # fmt: skip
        new = sorted(set(reached) - held)
        made = [
            offers.Offer(who, act.time, expires, viewer.person_id, viewer.unit or "", step, reached[who], "support", int(not named))
            for who in new
        ]  # fmt: skip
        offers.write(connection, made)
        result = f"{'offer' if named else 'blind offer'}: {step}"
        audit.append(connection, state, act.event("offer", policy.version, viewer.role, "support", result), new)


def refuse_appraisal(state: State, policy: Policy, viewer: Viewer, act: Act) -> None:
    """Record that an export for appraisal was asked for and refused: it is always refused.

    Raises:
        NotPermitted: not a manager; to anybody else there is no such thing.
    """
    if viewer.role != "manager":
        raise NotPermitted("not permitted")
    with state.writing() as connection:
        audit.append(connection, state, act.event("export", policy.version, viewer.role, REVIEW, "refused"))
