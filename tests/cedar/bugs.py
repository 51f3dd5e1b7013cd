"""Planted bugs of the policy: each is a decider that is wrong in one way, made by what goes into the right one or by what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.cedar.ways import Decider
from uptake.policy import QUESTIONS, Grant, Policy, Predicate, Viewer, decide
from uptake.policy import predicates as p

EVERYWHERE = frozenset({"NL", "DE", "US"})
ALWAYS = tuple((name, "2020Q1") for name in sorted(EVERYWHERE))


def _given(change: Callable[[Viewer, Policy], tuple[Viewer, Policy]]) -> Decider:
    """The right rules for a wrong viewer or policy."""
    return lambda question, viewer, policy: decide(question, *change(viewer, policy))


def _rows(change: Callable[[Predicate], Predicate]) -> Decider:
    """The right decision with one kind of predicate exchanged, wherever it stands."""

    def walk(predicate: Predicate) -> Predicate:
        if isinstance(predicate, p.Both):
            return p.Both(walk(predicate.first), walk(predicate.second))
        return change(predicate)

    def decider(question: str, viewer: Viewer, policy: Policy) -> Grant:
        grant = decide(question, viewer, policy)
        return replace(grant, predicate=walk(grant.predicate))

    return decider


def _dropped(kind: type) -> Decider:
    return _rows(lambda predicate: p.Everything() if isinstance(predicate, kind) else predicate)


def _swapped(right: str, wrong: str) -> Decider:
    """A purpose that is taken for another one."""
    return _given(lambda v, s: (replace(v, purpose=wrong) if v.purpose == right else v, s))


def _outcomes_under_a_case(question: str, viewer: Viewer, policy: Policy) -> Grant:
    """Assurance reads what is said of one person's outcomes, as it reads all else."""
    if question != "my_outcomes" or (viewer.role, viewer.purpose) != ("compliance", "assurance"):
        return decide(question, viewer, policy)
    return replace(decide("lineage", viewer, policy), columns=QUESTIONS[question].names)


BUGS: Mapping[str, Decider] = {
    "outcomes of a person under a case": _outcomes_under_a_case,
    "manager's depth off by one": _given(lambda v, s: (v, replace(s, manager_depth=s.manager_depth + 1))),
    "depth in the rows off by one": _rows(lambda one: replace(one, depth=one.depth + 1) if isinstance(one, p.Chain) else one),
    "a lead of a line as deep as a manager": _given(lambda v, s: (v, replace(s, lob_lead_depth=s.manager_depth))),
    "wall dropped": _given(lambda v, s: (v, s if s.review_since else replace(s, review_since=ALWAYS))),
    "quarters before the switch": _dropped(p.SinceQuarter),
    "told ignored": _rows(lambda one: p.Entities(one.entities) if isinstance(one, p.Told) else one),
    "notice of the legal entity ignored": _given(lambda v, s: (v, replace(s, noticed_entities=EVERYWHERE))),
    "aggregate-only ignored": _given(lambda v, s: (v, replace(s, aggregate_only=frozenset()))),
    "case not needed": _given(lambda v, s: (replace(v, case_id="C"), s)),
    "own row of others": _dropped(p.OwnRow),
    "line ignored": _dropped(p.SameLine),
    "every seat is a proposal": _dropped(p.SeatProposals),
    "everybody opted in": _dropped(p.OptedIn),
    "lockdown ignored": _given(lambda v, s: (v, replace(s, lockdown=False))),
    "named lists always on": _given(lambda v, s: (v, replace(s, profile="managed") if s.profile == "team-first" and not s.board_bands else s)),
    "works council not needed": _given(lambda v, s: (v, replace(s, board_entities=EVERYWHERE))),
    "training with the columns of support": _swapped("training", "support"),
    "bands shown as the open board": _given(lambda v, s: (v, replace(s, profile="open-board") if s.board == "bands" else s)),
    "an executive as a manager": _given(lambda v, s: (replace(v, role="manager") if v.role == "executive" else v, s)),
    "no purpose is the own purpose": _given(lambda v, s: (replace(v, purpose="self") if v.purpose is None else v, s)),
}  # fmt: skip
