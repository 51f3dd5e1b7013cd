"""Rules of branches: which checks have to pass, and how many and which people have to approve before a merge. Names are kept as digests."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote

from uptake.model.changes import BranchRule
from uptake.model.outcome import Ignored, InputFile, Outcome, Taken
from uptake.sources.github import shapes
from uptake.sources.github.checks import HOST, digest
from uptake.sources.github.words import UnusableError, moment, organisation, repository, repository_of
from uptake.sources.reading.checks import joined_key

NO_RULES = "list of rules without what they ask for"
OF_MANY = "rules of an enterprise: which organisations they hold for is not read"
NOT_OF_BRANCHES = "rules of tags or pushes"
ALL, DEFAULT, BRANCH, PATTERN, NOTHING = "all", "default", "branch", "pattern", "nothing"
REPOSITORY, EXCEPT_REPOSITORY = "repository", "except_repository"
OWNERS, NAMED = "owners", "named"
Value = TypeVar("Value")
Parts = list[tuple[str, str, str | None]]
"""Part, reach and repository."""
_PROTECTION = re.compile(r"/branches/([^?#]+)/protection/?(?:$|[?#])")
_HEADS = "refs/heads/"
_MARKS = set("*?[")
_SPECIAL = {"~ALL": ALL, "~DEFAULT_BRANCH": DEFAULT}
_USUAL = ("main", "master", "develop", "trunk")
"""Names of branches that nearly everybody has: of these it can be told that a pattern does not mean them."""


@dataclass
class Asked:
    """What a rule asks for: checks by name, how many approvals, and whether some of them have to be those of owners or of certain others."""

    checks: list[str] = field(default_factory=list)
    approvals: int | None = None
    approvers: list[str] = field(default_factory=list)


def protection(found: shapes.Protection, line: int, file: InputFile) -> Outcome:
    """The answer about one protected branch. It says no time: it holds from when it was read."""
    own = repository_of(found.url, "url")
    named = _PROTECTION.search(found.url)
    if named is None:
        raise UnusableError("url", "not the address of a protected branch")
    checks = found.required_status_checks or shapes.RequiredChecks()
    reviews = found.required_pull_request_reviews or shapes.RequiredReviews()
    names = [*(one.context for one in checks.checks or []), *(checks.contexts or [])]
    version = Version(HOST, own, of_branch(unquote(named[1])), file.fetched_at)
    owners = [OWNERS] if reviews.require_code_owner_reviews else []
    return version.taken(line, [unquote(named[1])], (), Asked(names, reviews.required_approving_review_count, owners))


def protection_event(found: shapes.ProtectionEvent, line: int, file: InputFile) -> Outcome:
    """A protected branch that was made, changed or taken away."""
    rule = found.rule
    own = repository(found.repository.full_name, "repository.full_name")
    if found.action == "deleted":
        return Version(HOST, own, of_branch(rule.name), file.fetched_at).ended(line)
    version = Version(HOST, own, of_branch(rule.name), _since(rule.updated_at, rule.created_at, file))
    checks = _unless_off(rule.required_status_checks_enforcement_level, rule.required_status_checks)
    approvals = _unless_off(rule.pull_request_reviews_enforcement_level, rule.required_approving_review_count)
    owners = _unless_off(rule.pull_request_reviews_enforcement_level, rule.require_code_owner_review)
    return version.taken(line, [rule.name], (), Asked(checks or [], approvals, [OWNERS] if owners else []))


def ruleset(found: shapes.Ruleset, line: int, file: InputFile) -> Outcome:
    """A set of rules as the interface answers it, alone: of a repository, or of an organisation."""
    return _ruleset(found, found.source, line, file, deleted=False)


def ruleset_event(found: shapes.RulesetEvent, line: int, file: InputFile) -> Outcome:
    """A set of rules that was made, changed or taken away."""
    named = found.repository.full_name if found.repository else found.repository_ruleset.source
    return _ruleset(found.repository_ruleset, named, line, file, deleted=found.action == "deleted")


def _ruleset(found: shapes.Ruleset, named: str | None, line: int, file: InputFile, *, deleted: bool) -> Outcome:
    of_many = found.source_type == "Organization"
    if not of_many and (found.source_type or "Repository") != "Repository":
        return Ignored(line, OF_MANY)
    if (found.target or "branch") != "branch":
        return Ignored(line, NOT_OF_BRANCHES)
    # an event of what is gone says when it was changed last, not when it went: that is when the event came
    since = file.fetched_at if deleted else _since(found.updated_at, found.created_at, file)
    own = f"{organisation(found.source, 'source')}/*" if of_many else repository(named, "source")
    version = Version(HOST, own, f"ruleset:{found.id}", since)
    if deleted or found.enforcement != "active":
        return version.ended(line)
    if found.rules is None:
        return Ignored(line, NO_RULES)
    asked = _asked([rule.parameters for rule in found.rules if rule.parameters is not None])
    refs = found.conditions.ref_name if found.conditions and found.conditions.ref_name else shapes.RefNames()
    if of_many:
        version.repositories = _repositories(own, found.conditions or shapes.Conditions())
    return version.taken(line, refs.include, refs.exclude, asked)


def _asked(given: list[shapes.Parameters]) -> Asked:
    counts = [one.required_approving_review_count for one in given if one.required_approving_review_count is not None]
    teams = [one for rule in given for one in rule.required_reviewers or [] if one.minimum_approvals]
    owners = any(rule.require_code_owner_review for rule in given)
    return Asked(
        [one.context for rule in given for one in rule.required_status_checks or []],
        max(counts, default=None),
        [*([OWNERS] if owners else []), *([NAMED] if teams else [])],
    )


def _repositories(own: str, given: shapes.Conditions) -> Parts:
    """For which repositories an organisation's rule holds, and that it may hold for others where which is not known."""
    others: Parts = [(REPOSITORY, PATTERN, None)]
    if given.repository_property:
        return others
    if given.repository_id:
        return [(REPOSITORY, "number", str(number)) for number in given.repository_id.repository_ids]
    names = given.repository_name or shapes.RefNames()
    if any(set(name) & _MARKS for name in names.exclude):
        return others
    known: Parts = [
        (REPOSITORY, ALL, None) if name == "~ALL" else (REPOSITORY, "name", _named(own, name))
        for name in names.include
        if not set(name) & _MARKS
    ]
    if any(set(name) & _MARKS for name in names.include):
        known += others
    return [*known, *((EXCEPT_REPOSITORY, "name", _named(own, name)) for name in names.exclude)]


def _named(own: str, name: str) -> str:
    return repository(own.removesuffix("*") + name, "conditions.repository_name")


class Version:
    """One version of a rule. A later answer with the same time is the same version and replaces its rows."""

    def __init__(self, host: str, own: str, rule: str, holds_from: dt.datetime) -> None:
        self._host, self._own, self._rule, self._from = host, own, rule, holds_from
        self.repositories: Parts = []

    def taken(self, line: int, include: Iterable[str], exclude: Iterable[str], asked: Asked) -> Taken:
        return self._record(line, self.rows(include, exclude, asked))

    def rows(self, include: Iterable[str], exclude: Iterable[str], asked: Asked) -> list[BranchRule]:
        include, approvals = list(include), asked.approvals
        reaches = [
            self._row("reach", reach=kind, branch_id=ident, approvals=approvals) for kind, ident in map(_reach, include)
        ]
        left_out = [_reach(name) for name in exclude]
        if any(kind != BRANCH for kind, _ in left_out):
            reaches = [self._row("reach", reach=PATTERN, approvals=approvals)]
        out = [ident for kind, ident in left_out if kind == BRANCH] + _not_meant(include)
        excepts = [self._row("except", branch_id=ident) for ident in dict.fromkeys(out)]
        checks = [self._row("check", check_id=name) for name in sorted({digest(name) for name in asked.checks})]
        approvers = [self._row(part) for part in asked.approvers]
        parts = [self._row(part, reach=kind, of_repository=name) for part, kind, name in self.repositories]
        return [*(reaches or [self._row("reach", reach=NOTHING)]), *excepts, *parts, *checks, *approvers]

    def ended(self, line: int) -> Taken:
        return self._record(line, [self._row("reach", reach=NOTHING)])

    def _record(self, line: int, rows: list[BranchRule]) -> Taken:
        return Taken(line, joined_key("rule", self._own, self._rule, self._from.isoformat()), [*rows])

    def _row(
        self, part: str, *, reach: str = "", branch_id: str | None = None, check_id: str | None = None,
        approvals: int | None = None, of_repository: str | None = None,
    ) -> BranchRule:  # fmt: skip
        return BranchRule(
            host=self._host, repository=self._own, rule=self._rule, holds_from=self._from, part=part, reach=reach,
            branch_id=branch_id, check_id=check_id, approvals=approvals, of_repository=of_repository,
        )  # fmt: skip


def of_branch(name: str) -> str:
    return f"branch:{digest(name)}"


def _reach(name: str) -> tuple[str, str | None]:
    """Which branches a name means. A pattern is compared with nothing: the names of branches are not kept."""
    if name in _SPECIAL:
        return _SPECIAL[name], None
    plain = name.removeprefix(_HEADS)
    return (PATTERN, None) if set(plain) & _MARKS else (BRANCH, digest(plain))


def _not_meant(include: list[str]) -> list[str]:
    """Digests of the usual names that no name of a rule means, where one is a pattern: it may reach a branch that is not known, but not these."""
    kinds = {_reach(name)[0] for name in include}
    if PATTERN not in kinds or kinds & {ALL, DEFAULT}:
        return []
    plain = [name.removeprefix(_HEADS) for name in include]
    return [digest(name) for name in _USUAL if not any(fnmatch.fnmatchcase(name, one) for one in plain)]


def _since(updated: str | None, created: str | None, file: InputFile) -> dt.datetime:
    return moment(updated or created, "updated_at", file.fetched_at) or file.fetched_at


def _unless_off(level: str | None, value: Value | None) -> Value | None:
    return None if level == "off" else value
