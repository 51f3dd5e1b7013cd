"""The policy on people in plain Python, by hand from GOVERNANCE.md sections 2 to 4: managers are walked up one by one, no predicate, no SQL.

It knows the product's two value classes (`Viewer`, `Policy`) and nothing of its rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uptake.policy import Policy, Viewer

ALL = frozenset({"*"})
NONE: frozenset[str] = frozenset()
SEATS = ("seats", "idle_seats")
BOARD = "leaderboard"
OWN_ONLY = ("my_outcomes", "my_months")
"""Effects and quality of one person: to that person alone (MEASUREMENT.md section 10)."""
MASKS: Mapping[tuple[str, str], frozenset[str]] = {
    ("support", "quarter_scores"): frozenset(
        ["quarter", "person_id", "team", "coverage", "segment", "reason", "certainty"]
    ),
    ("support", "not_using"): frozenset(["person_id", "team", "segment", "reason", "suggestion", "offered"]),
    ("training", "quarter_scores"): frozenset(["quarter", "person_id", "breadth"]),
    ("performance_review", "quarter_scores"): frozenset(["quarter", "person_id", "segment", "certainty", "ratio"]),
    ("licence", "idle_seats"): frozenset(
        ["person_id", "tool", "since", "last_seen", "monthly_cost", "decision", "decided", "currency"]
    ),
    ("licence", "seats"): frozenset(["person_id", "tool", "last_seen", "monthly_cost"]),
    ("open", BOARD): frozenset(["rank", "person_id", "score", "change", "weeks", "ratio", "segment"]),
    ("bands", BOARD): frozenset(["band", "pseudonym", "mine"]),
}


@dataclass(frozen=True)
class Someone:
    """A person of the company as the HR file has them; `told` says whether the notice reached them in time."""

    manager: str | None
    line: str | None
    entity: str | None
    told: bool


Company = Mapping[str, Someone]
Row = Mapping[str, Any]


def columns(company: Company, policy: Policy, viewer: Viewer, question: str, row: Row) -> frozenset[str]:
    """The columns of a row that a viewer sees; `ALL` for every one, `NONE` where the row does not exist for them."""
    person = row["person_id"]
    if viewer.role == "self" and viewer.purpose == "self":
        own = viewer.person_id is not None and person == viewer.person_id
        return ALL if own and question != BOARD else NONE
    if policy.lockdown or _silent(company, policy, person):
        return NONE
    ways = {
        ("compliance", "assurance"): _of_assurance,
        ("licence", "licence"): _of_licence,
        ("peer", "self"): _of_peer,
        **{("manager", purpose): _of_manager for purpose in ("support", "training", "performance_review")},
        **{("lob_lead", purpose): _of_manager for purpose in ("support", "training")},
    }
    way = ways.get((viewer.role, viewer.purpose or ""))
    return way(company, policy, viewer, question, row) if way else NONE


def _of_assurance(_company: Company, _policy: Policy, viewer: Viewer, question: str, _row: Row) -> frozenset[str]:
    return ALL if (viewer.case_id or "").strip() and question not in (BOARD, *OWN_ONLY) else NONE


def _of_licence(_company: Company, _policy: Policy, _viewer: Viewer, question: str, row: Row) -> frozenset[str]:
    proven = question == "idle_seats" or row["proposal"] is True
    return MASKS.get(("licence", question), NONE) if proven else NONE


def _silent(company: Company, policy: Policy, person: str | None) -> bool:
    """Nobody but themselves sees people of an aggregate-only legal entity; where there is one, an unknown entity may be it."""
    of = company.get(person or "")
    if of is None or of.entity is None:
        return bool(policy.aggregate_only)
    return of.entity in policy.aggregate_only


def _of_manager(company: Company, policy: Policy, viewer: Viewer, question: str, row: Row) -> frozenset[str]:
    lead = viewer.role == "lob_lead"
    depth = policy.lob_lead_depth if lead else policy.manager_depth
    lists_are_on = policy.profile in ("managed", "open-board")
    steps = _steps(company, row["person_id"], viewer.person_id)
    if not lists_are_on or steps is None or steps > depth or not _named(company, policy, row["person_id"]):
        return NONE
    if viewer.purpose == "performance_review" and not _reviewed(company, policy, row):
        return NONE
    return MASKS.get((str(viewer.purpose), question), NONE)


def _steps(company: Company, person: str | None, manager: str | None) -> int | None:
    """How many steps a person is below a manager; None: not at all."""
    above, steps = company.get(person or ""), 0
    while above is not None and above.manager is not None and manager in company:
        steps += 1
        if above.manager == manager:
            return steps
        above = company.get(above.manager)
    return None


def _named(company: Company, policy: Policy, person: str | None) -> bool:
    of = company.get(person or "")
    return of is not None and of.told and of.entity is not None and of.entity in policy.noticed_entities


def _reviewed(company: Company, policy: Policy, row: Row) -> bool:
    """Switched on for the legal entity, and the quarter began after that."""
    since = dict(policy.review_since).get(company[row["person_id"]].entity or "")
    quarter = row["quarter"]
    if since is None or quarter is None:
        return False
    return (int(quarter[:4]), int(quarter[5:])) >= (int(since[:4]), int(since[5:]))


def _of_peer(company: Company, policy: Policy, viewer: Viewer, question: str, row: Row) -> frozenset[str]:
    mode = "open" if policy.profile == "open-board" else "bands" if policy.board_bands else "off"
    person = row["person_id"]
    if mode == "off" or not viewer.person_id or not _named(company, policy, person):
        return NONE
    me, other = company.get(viewer.person_id), company[person]
    same_line = me is not None and me.line is not None and me.line == other.line
    if mode == "bands":
        listed = row["opted_in"] is True and same_line
    else:
        listed = other.entity in policy.board_entities and (same_line or policy.board_reach == "everyone")
    return MASKS.get((mode, question), NONE) if listed else NONE
