"""The reference page "who sees what". It is made of decisions, not of the tables behind them: it shows what the code does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from uptake.errors import NotPermitted
from uptake.policy import predicates as p
from uptake.policy import questions as q
from uptake.policy.rules import PURPOSES, REVIEW, ROLES, Grant, decide
from uptake.policy.site import PROFILES, Policy, Viewer

_ENTITIES = frozenset({"an entity with notice"})
_UNIT = "Line/Department"

_HEAD = """# Who sees what

Made from the policy code by `who_sees_what()`; do not edit. What is not listed is forbidden, and forbidden looks like absent.
Columns are named where a purpose masks some; "all" means every column of the question. Settings beyond the profile stand at
their defaults: managers see one step down, leads of a line see nobody by name, smallest group k = 10.
People are named only in legal entities with an impact assessment, once they were told and the notice period is over.
While the site is locked down, everybody sees their own rows and no other person's.
People of an aggregate-only legal entity are shown by name to nobody but themselves.
Group figures in a person's row (line medians, shares, ratio, percentile, rank) are empty where the group is too small to be shown; assurance reads them.
"""


def who_sees_what() -> str:
    """Return the page as Markdown: roles, purposes, then one table of grants a level."""
    parts = [_HEAD, _words("Roles", "role", ROLES.items()), _words("Purposes", "purpose", PURPOSES.items())]
    return "\n".join([*parts, *(_level(level) for level in q.LEVELS)])


def _words(title: str, word: str, rows: object) -> str:
    lines = [f"| `{name}` | {text} |" for name, text in rows]  # type: ignore[attr-defined]
    return "\n".join([f"## {title}", "", f"| {word} | is |", "|---|---|", *lines, ""])


def _level(level: str) -> str:
    lines = [line for spec in q.QUESTIONS.values() if spec.level == level for line in _question(spec)]
    head = ["| question | role | purpose | rows | columns | profiles |", "|---|---|---|---|---|---|"]
    return "\n".join([f"## Questions of level `{level}`", "", *head, *lines, ""])


def _question(spec: q.Question) -> Iterator[str]:
    seen: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for role in ROLES:
        for purpose in (None, *PURPOSES):
            for (rows, columns), profiles in _grants(spec, role, purpose).items():
                who = seen.setdefault((rows, columns, profiles), {})
                who.setdefault(role, []).append(purpose or "none")
    for (rows, columns, profiles), who in seen.items():
        for roles, purposes in _merged(who).items():
            yield f"| `{spec.name}` | {roles} | {purposes} | {rows} | {columns} | {profiles} |"


def _grants(spec: q.Question, role: str, purpose: str | None) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], list[str]] = {}
    for profile in PROFILES:
        grant = _try(spec.name, role, purpose, profile)
        if grant is not None:
            under_case = "" if _try(spec.name, role, purpose, profile, case_id=None) else ", under a case id"
            found.setdefault((_rows(grant.predicate) + under_case, _columns(spec, grant)), []).append(profile)
    return {key: "all" if len(names) == len(PROFILES) else ", ".join(names) for key, names in found.items()}


def _try(question: str, role: str, purpose: str | None, profile: str, case_id: str | None = "case") -> Grant | None:
    viewer = Viewer(role=role, purpose=purpose, person_id="me", case_id=case_id, unit=_UNIT, lob="Line")
    try:
        return decide(question, viewer, Policy(profile=profile, noticed_entities=_ENTITIES, board_entities=_ENTITIES))
    except NotPermitted:
        return None


@lru_cache(maxsize=8)
def grants(policy: Policy) -> tuple[tuple[str, str, str, str, str, str], ...]:
    """(question, level, role, purpose, rows, columns) of every grant of this policy, by decisions; under assurance with a case.

    They are four thousand decisions, and of nobody: kept by every setting of the policy, as its version is.
    """
    return tuple(_every_grant(policy))


def _every_grant(policy: Policy) -> Iterator[tuple[str, str, str, str, str, str]]:
    for spec in q.QUESTIONS.values():
        for role in ROLES:
            said: dict[tuple[str, str], list[str]] = {}
            for purpose in (None, *PURPOSES):
                found = _granted(spec, role, purpose, policy)
                if found is not None:
                    said.setdefault(found, []).append(purpose or "")
            for (rows, columns), purposes in said.items():
                any_purpose = "" in purposes
                yield spec.name, spec.level, role, "" if any_purpose else ", ".join(purposes), rows, columns


def grants_for(role: str, purpose: str | None, policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    """(question, level, rows, columns) of every grant to a role for one purpose, by decisions; with a case."""
    for spec in q.QUESTIONS.values():
        found = _granted(spec, role, purpose, policy)
        if found is not None:
            yield spec.name, spec.level, *found


def _granted(spec: q.Question, role: str, purpose: str | None, policy: Policy) -> tuple[str, str] | None:
    """Rows and columns in words; None where it is refused."""
    viewer = Viewer(role=role, purpose=purpose, person_id="me", case_id="case", unit=_UNIT, lob="Line")
    try:
        grant = decide(spec.name, viewer, policy)
    except NotPermitted:
        return None
    return _rows(grant.predicate), _columns(spec, grant).replace("`", "")


def _merged(who: dict[str, list[str]]) -> dict[str, str]:
    by_purposes: dict[str, list[str]] = {}
    for role, purposes in who.items():
        by_purposes.setdefault(", ".join(purposes), []).append(role)
    any_purpose = ", ".join(["none", *(name for name in PURPOSES if name != REVIEW)])
    return {
        ", ".join(roles): f"any but `{REVIEW}`, or none" if text == any_purpose else text
        for text, roles in by_purposes.items()
    }


def _columns(spec: q.Question, grant: Grant) -> str:
    if grant.columns == spec.names:
        return "all"
    return ", ".join(f"`{name}`" for name in grant.columns)


def _rows(predicate: p.Predicate) -> str:
    """Which rows, in words. Raises TypeError for what has no words: a page must not say less than the policy does."""
    parts = list(_parts(predicate))
    kinds = {type(part) for part in parts}
    more = ", outside aggregate-only legal entities" if p.OutsideEntities in kinds else ""
    more += ", in quarters that began after the switch and their own notice" if p.SinceQuarter in kinds else ""
    rest = kinds - {p.OutsideEntities, p.SinceQuarter}
    if rest == {p.Chain, p.Told}:
        depth = next(part.depth for part in parts if isinstance(part, p.Chain))
        return f"people up to {depth} step{'s' * (depth > 1)} below them now, who were told{more}"
    if len(parts) == 1 and p.OutsideEntities not in kinds:
        return _alone(predicate)
    words = _OF_KINDS.get(frozenset(rest))
    if words is None:
        raise TypeError("rows without words")
    return words + more


_ON_BOARD = "in legal entities with impact assessment and works council, who were told"
_OF_KINDS = {
    frozenset[type](): "all",
    frozenset({p.SeatProposals}): "seats proposed for reclaim",
    frozenset({p.Told, p.SameLine}): f"people of their line {_ON_BOARD}",
    frozenset({p.OptedIn, p.Told, p.SameLine}): "people of their line who chose it, who were told",
}


def _parts(predicate: p.Predicate) -> Iterator[p.Predicate]:
    if isinstance(predicate, p.Both):
        yield from (*_parts(predicate.first), *_parts(predicate.second))
    else:
        yield predicate


def _alone(predicate: p.Predicate) -> str:  # noqa: PLR0911 - one return a predicate
    match predicate:
        case p.OwnRow():
            return "their own"
        case p.Released() | p.ReleasedRows():
            return "every released row"
        case p.Branch(_, scope) if scope == _UNIT:
            return "released rows of their unit, the units above it and below it"
        case p.Branch():
            return "released rows of their line and the company"
        case p.Line():
            return "the released row of their line"
        case p.SeatProposals():
            return "seats proposed for reclaim"
        case p.Told():
            return f"people {_ON_BOARD}"
        case p.Everything():
            return "all"
        case _:
            raise TypeError("rows without words")
