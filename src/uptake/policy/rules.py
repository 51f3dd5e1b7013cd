"""The rules as data, and `decide`: which columns and which rows a viewer gets of a question. Absent means forbidden.

Order: the purpose wall first, because a forbid wins over every permit; then the level of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from uptake.errors import NotPermitted
from uptake.policy import predicates as p
from uptake.policy import questions as q
from uptake.policy.site import Policy, Viewer

ROLES: Mapping[str, str] = {
    "self": "every engineer, about themselves",
    "manager": "leads people in the reporting tree",
    "lob_lead": "leads a line of business",
    "executive": "leads the company",
    "compliance": "compliance officer",
    "administrator": "runs the installation",
    "internal_audit": "internal audit",
    "validator": "validates score versions, never the author",
    "licence": "licence manager",
    "peer": "every engineer, about the board",
}

REVIEW = "performance_review"
ASSURANCE = "assurance"
PURPOSES: Mapping[str, str] = {
    "self": "to know what is held on oneself",
    "support": "to offer help",
    "training": "to offer training",
    "licence": "to propose unused seats for reclaim",
    "investment": "to decide on money",
    "assurance": "to prove control, under a case",
    REVIEW: "to judge a person; off, and a wall while off",
}

NOT_FOR = "Not for individual performance review. A proposal is decided by a named person."
"""What every file says that it is not used for (GOVERNANCE.md section 9)."""

ALL_COLUMNS = ("*",)
Mask = Mapping[str, tuple[str, ...]]
"""Question -> columns; `ALL_COLUMNS` = every column. A question that is not named is forbidden."""

_EVERY_PERSON_QUESTION: Mask = {item.name: ALL_COLUMNS for item in q.QUESTIONS.values() if item.level == q.PERSON}
_OF_NOBODY_ELSE = frozenset({"my_outcomes", "my_months"})
"""What is said of one person's outcomes is for that person alone: no role, purpose or case opens it (MEASUREMENT.md section 10)."""
_UNDER_A_CASE: Mask = {name: columns for name, columns in _EVERY_PERSON_QUESTION.items() if name not in _OF_NOBODY_ELSE}
_SUPPORT: Mask = {
    "quarter_scores": ("quarter", "person_id", "team", "coverage", "segment", "reason", "certainty"),
    "not_using": ("person_id", "team", "segment", "reason", "suggestion", "offered"),
}
# `not_using` is no part of training: to stand on that list is a segment, and this purpose has no segment.
_TRAINING: Mask = {"quarter_scores": ("quarter", "person_id", "breadth")}
# No reason: that somebody was on leave, or works part-time, is nothing to judge them by.
_REVIEW: Mask = {"quarter_scores": ("quarter", "person_id", "segment", "certainty", "ratio")}
_SEATS: Mask = {
    "idle_seats": ("person_id", "tool", "since", "last_seen", "monthly_cost", "decision", "decided", "currency"),
    "seats": ("person_id", "tool", "last_seen", "monthly_cost"),
}
_BOARD: Mask = {"leaderboard": ("rank", "person_id", "score", "change", "weeks", "ratio", "segment")}
_BANDS: Mask = {"leaderboard": ("band", "pseudonym", "mine")}


@dataclass(frozen=True, slots=True)
class Permit:
    """One line of the policy on people: a role, a purpose, the columns, and which rows (a key of `ROWS`)."""

    role: str
    purpose: str
    mask: Mask
    rows: str


PERMITS = (
    Permit("self", "self", _EVERY_PERSON_QUESTION, "own"),
    Permit("manager", "support", _SUPPORT, "chain"),
    Permit("manager", "training", _TRAINING, "chain"),
    Permit("manager", REVIEW, _REVIEW, "reviewed chain"),
    Permit("lob_lead", "support", _SUPPORT, "line chain"),
    Permit("lob_lead", "training", _TRAINING, "line chain"),
    Permit("compliance", "assurance", _UNDER_A_CASE, "any with a case"),
    Permit("licence", "licence", _SEATS, "proposals"),
    Permit("peer", "self", _BOARD, "board"),
)

OWN_LINE, OWN_UNIT, ALL_UNITS = "own line", "own unit", "all units"
GROUP_ROWS: Mapping[str, str] = {
    "self": OWN_LINE,
    "peer": OWN_LINE,
    "lob_lead": OWN_LINE,
    "manager": OWN_UNIT,
    "executive": ALL_UNITS,
    "compliance": ALL_UNITS,
    "administrator": ALL_UNITS,
    "internal_audit": ALL_UNITS,
    "validator": ALL_UNITS,
    "licence": ALL_UNITS,
}
GROUP_MASKS: Mapping[str, Mask] = {
    "licence": {
        "funnel": ("scope", "quarter", "engineers", "provisioned", "accounts"),
        "coverage": ALL_COLUMNS,
        "idle_groups": ALL_COLUMNS,
    }
}
"""A role with an entry sees these group questions only; every other role sees all of them, all columns."""

OUTCOME_READERS = frozenset(
    {"executive", "lob_lead", "manager", "compliance", "administrator", "internal_audit", "validator"}
)
GROUP_READERS: Mapping[str, frozenset[str]] = dict.fromkeys(
    ("quadrant", "quality", "outcome_months", "code_rework"), OUTCOME_READERS
)
"""A group question with an entry is for these roles only: what is said of units below a line is no business of every engineer."""

OPERATORS = frozenset({"administrator", "compliance", "internal_audit"})
LOADERS = frozenset({"administrator"})
UNRELEASED_READERS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("ai_marks", "code_volume"), OPERATORS),
    **dict.fromkeys(("code_survival", "code_rework"), LOADERS),
}
"""Who sees rows of repositories of few authors: what was loaded is checked by operators; how long lines last may be a figure of one person, so
that whoever loads the repository alone can hold it against `git blame` (decisions 0050 and 0077)."""
AUDITORS = frozenset({"compliance", "internal_audit", "validator"})
"""Who reads the audit log and the registers: pseudonyms, roles and acts; a person's rows only under a case."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What is granted: the columns, in the order of the question, and the rows."""

    columns: tuple[str, ...]
    predicate: p.Predicate
    guarded: bool = True
    """Whether group figures in a person's row are shown only where the group may be shown; not for assurance."""
    listed: bool = False
    """Whether the rows are a list of people to others: those with an open contest are left out of it (GOVERNANCE.md section 6)."""
    reviewed: bool = False
    """Whether a quarter must have begun after the person's own notice: who came or moved later brings no older quarter along."""


def decide(question: str, viewer: Viewer, policy: Policy) -> Grant:
    """Return what `viewer` may see of `question`. Raises NotPermitted, in the same words whatever the cause."""
    spec = q.QUESTIONS.get(question)
    known = spec is not None and viewer.role in ROLES and (viewer.purpose is None or viewer.purpose in PURPOSES)
    if spec is None or not known or _behind_wall(viewer, policy) or _locked(spec, viewer, policy):
        raise _refusal()
    return _BY_LEVEL[spec.level](spec, viewer, policy)


def may_offer(viewer: Viewer, policy: Policy) -> p.Predicate:
    """The people to whom a manager may offer help without seeing who they are: those below, whatever the profile.

    Where no depth is set it is one step. These rows reach no page: they are for the act of offering alone. Raises NotPermitted.
    """
    if (viewer.role, viewer.purpose) != ("manager", "support") or not viewer.person_id or policy.lockdown:
        raise _refusal()
    return _named(p.Chain(viewer.person_id, max(1, policy.manager_depth)), policy)


def _refusal() -> NotPermitted:
    return NotPermitted("not permitted", next_step="The page on who sees what lists what each role may ask")


def _behind_wall(viewer: Viewer, policy: Policy) -> bool:
    return viewer.purpose == REVIEW and not policy.review_enabled


def _locked(spec: q.Question, viewer: Viewer, policy: Policy) -> bool:
    """The kill switch stops every view of people; it leaves everybody their own rows."""
    own = (viewer.role, viewer.purpose) == ("self", "self")
    return policy.lockdown and spec.level in (q.PERSON, q.BY_POLICY) and not own


def _public(spec: q.Question, _viewer: Viewer, _policy: Policy) -> Grant:
    return Grant(spec.names, p.Everything())


def _operator(spec: q.Question, viewer: Viewer, _policy: Policy) -> Grant:
    if viewer.role not in OPERATORS:
        raise _refusal()
    return Grant(spec.names, p.Everything())


def _register(spec: q.Question, viewer: Viewer, _policy: Policy) -> Grant:
    if viewer.role not in AUDITORS:
        raise _refusal()
    return Grant(spec.names, p.Everything())


def _group(spec: q.Question, viewer: Viewer, _policy: Policy) -> Grant:
    if viewer.role not in GROUP_READERS.get(spec.name, ROLES):
        raise _refusal()
    mask = GROUP_MASKS.get(viewer.role)
    columns = ALL_COLUMNS if mask is None else mask.get(spec.name, ())
    return Grant(_masked(spec, columns), _group_rows(spec, viewer), guarded=viewer.role not in OPERATORS)


def _group_rows(spec: q.Question, viewer: Viewer) -> p.Predicate:
    if spec.released_column is not None:
        every = viewer.role in UNRELEASED_READERS.get(spec.name, ())
        return p.Everything() if every else p.ReleasedRows(spec.released_column)
    if spec.unit_column is None or GROUP_ROWS[viewer.role] == ALL_UNITS:
        return p.Released()
    if spec.unit_kind == "line":
        return p.Line(spec.unit_column, viewer.lob) if viewer.lob else p.Nothing()
    if not viewer.unit or viewer.unit == p.COMPANY:
        return p.Nothing()
    whole_line = GROUP_ROWS[viewer.role] == OWN_LINE
    return p.Branch(spec.unit_column, viewer.unit.split("/")[0] if whole_line else viewer.unit)


def _person(spec: q.Question, viewer: Viewer, policy: Policy) -> Grant:
    permit = next((item for item in PERMITS if (item.role, item.purpose) == (viewer.role, viewer.purpose)), None)
    if permit is None:
        raise _refusal()
    mask = _BANDS if permit.rows == "board" and policy.board == "bands" else permit.mask
    columns = _masked(spec, mask.get(spec.name, ()))
    rows = ROWS[permit.rows](spec, viewer, policy)
    assured = permit.purpose == ASSURANCE
    return Grant(
        columns,
        rows,
        guarded=not assured,
        listed=permit.rows != "own" and not assured,
        reviewed=permit.purpose == REVIEW,
    )


def _masked(spec: q.Question, columns: tuple[str, ...]) -> tuple[str, ...]:
    if columns == ALL_COLUMNS:
        return spec.names
    granted = tuple(name for name in spec.names if name in columns)
    if not granted:
        raise _refusal()
    return granted


def _own(_spec: q.Question, viewer: Viewer, _policy: Policy) -> p.Predicate:
    if not viewer.person_id:
        raise _refusal()
    return p.OwnRow(viewer.person_id)


def _chain(viewer: Viewer, policy: Policy, depth: int) -> p.Predicate:
    if not policy.named_lists or depth < 1 or not viewer.person_id:
        raise _refusal()
    return p.Both(p.Chain(viewer.person_id, depth), _told(policy))


def _told(policy: Policy) -> p.Predicate:
    """People who were told that they may be named, outside the aggregate-only entities. Raises NotPermitted when there are none."""
    entities = tuple(sorted(policy.noticed_entities - policy.aggregate_only))
    if not entities:
        raise _refusal()
    return p.Told(entities)


def _manager_chain(_spec: q.Question, viewer: Viewer, policy: Policy) -> p.Predicate:
    return _chain(viewer, policy, policy.manager_depth)


def _line_chain(_spec: q.Question, viewer: Viewer, policy: Policy) -> p.Predicate:
    return _chain(viewer, policy, policy.lob_lead_depth)


def _reviewed_chain(spec: q.Question, viewer: Viewer, policy: Policy) -> p.Predicate:
    since = tuple(sorted(pair for pair in policy.review_since if pair[0] in policy.noticed_entities))
    return p.Both(_manager_chain(spec, viewer, policy), p.SinceQuarter(since))


def _any_with_case(_spec: q.Question, viewer: Viewer, policy: Policy) -> p.Predicate:
    if not (viewer.case_id or "").strip():
        raise _refusal()
    return _named(p.Everything(), policy)


def _proposals(spec: q.Question, _viewer: Viewer, policy: Policy) -> p.Predicate:
    every_row_is_one = spec.name == "idle_seats"
    return _named(p.Everything() if every_row_is_one else p.SeatProposals(), policy)


def _board(_spec: q.Question, viewer: Viewer, policy: Policy) -> p.Predicate:
    if policy.board == "off" or not viewer.person_id:
        raise _refusal()
    if policy.board == "bands":
        return p.Both(p.Both(p.OptedIn(), p.SameLine(viewer.person_id)), _told(policy))
    listed = _told(replace(policy, noticed_entities=policy.noticed_entities & policy.board_entities))
    return listed if policy.board_reach == "everyone" else p.Both(listed, p.SameLine(viewer.person_id))


def _named(rows: p.Predicate, policy: Policy) -> p.Predicate:
    """Take the people of aggregate-only legal entities out: nobody but themselves sees them by name."""
    if not policy.aggregate_only:
        return rows
    outside = p.OutsideEntities(tuple(sorted(policy.aggregate_only)))
    return outside if rows == p.Everything() else p.Both(rows, outside)


_Rows = Callable[[q.Question, Viewer, Policy], p.Predicate]
ROWS: Mapping[str, _Rows] = {
    "own": _own,
    "chain": _manager_chain,
    "line chain": _line_chain,
    "reviewed chain": _reviewed_chain,
    "any with a case": _any_with_case,
    "proposals": _proposals,
    "board": _board,
}

_BY_LEVEL: Mapping[str, Callable[[q.Question, Viewer, Policy], Grant]] = {
    q.PUBLIC: _public,
    q.OPERATOR: _operator,
    q.REGISTER: _register,
    q.GROUP: _group,
    q.PERSON: _person,
    q.BY_POLICY: _person,
}
