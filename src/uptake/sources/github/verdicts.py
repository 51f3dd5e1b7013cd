"""What GitHub itself says of whether a change had the reviews that its rules asked for: no list of owners is read, and none would be kept."""

from __future__ import annotations

from uptake.model.changes import ReviewVerdict
from uptake.model.outcome import Ignored, InputFile, Outcome, Taken
from uptake.sources.github import shapes
from uptake.sources.github.checks import HOST, digest
from uptake.sources.github.words import UnusableError, needed, repository
from uptake.sources.reading.checks import joined_key

NO_RULE = "how rules came out, none of them on reviews"
NO_DECISION = "pull requests whose branch asks for no review"
_ON_REVIEWS = "pull_request"
_TRIED_OUT = "evaluate"
_RESULTS = {"pass": True, "fail": False}
_DECISIONS = {"APPROVED": True, "CHANGES_REQUESTED": False, "REVIEW_REQUIRED": False}


def rule_suite(found: shapes.RuleSuite, line: int, file: InputFile) -> Outcome:
    """How the rules of a branch came out when a merge moved it: of the rules on reviews each has to be met."""
    results = [
        _known(_RESULTS, one.result, "rule_evaluations.result")
        for one in found.rule_evaluations
        if one.rule_type == _ON_REVIEWS and one.enforcement != _TRIED_OUT
    ]
    if not results:
        return Ignored(line, NO_RULE)
    sha = found.after_sha.lower()
    row = ReviewVerdict(
        host=HOST, basis="merge", told_at=needed(found.pushed_at, "pushed_at", file.fetched_at), part="reviews",
        met=found.result == "pass" or all(results), sha=sha, base_id=digest(found.ref.removeprefix("refs/heads/")),
    )  # fmt: skip
    return Taken(line, joined_key("rule_suite", sha, str(found.id)), [row])


def decisions(found: shapes.Decisions, line: int, file: InputFile) -> Outcome:
    """What GitHub says of the reviews of pull requests at the moment that it is asked."""
    own = found.data.repository
    if own is None:
        raise UnusableError("data.repository", "required field missing")
    name = repository(own.name_with_owner, "data.repository.nameWithOwner")
    told = [*([own.pull_request] if own.pull_request else []), *(own.pull_requests.nodes if own.pull_requests else [])]
    rows = [
        ReviewVerdict(
            host=HOST, basis="now", told_at=file.fetched_at, part="reviews", repository=name, number=one.number,
            met=_known(_DECISIONS, one.review_decision, "reviewDecision"),
        )
        for one in told
        if one.review_decision is not None
    ]  # fmt: skip
    if not rows:
        return Ignored(line, NO_DECISION)
    which = digest(",".join(str(row.number) for row in rows))
    return Taken(line, joined_key("decisions", name, which, file.fetched_at.isoformat()), [*rows])


def _known(words: dict[str, bool], word: str | None, field: str) -> bool:
    if word not in words:
        raise UnusableError(field, "unknown word for how a rule came out")
    return words[word]
