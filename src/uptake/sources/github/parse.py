"""GitHub (SOURCES.md section 13): which shape a record has, and what is taken of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from uptake.model.outcome import Ignored, InputFile, Outcome, Rejected
from uptake.sources.github import checks, commits, pulls, rules, shapes, verdicts
from uptake.sources.github.deliveries import Keys, unwrapped
from uptake.sources.github.spooled import SUFFIX, decoded
from uptake.sources.github.words import UnusableError
from uptake.sources.reading import Broken, RawRecord, json_records
from uptake.sources.reading.decoding import explain

LISTS = ("items", "check_runs", "check_suites", "workflow_runs", "statuses")
"""Keys under which the interface lists what it found. `commits` is none of them: a push has it too, and is one record."""
Make = Callable[[Any, int, InputFile], Outcome]

_EVENTS: tuple[tuple[frozenset[str], type[msgspec.Struct], Make], ...] = tuple(
    (frozenset(keys.split()), shape, make)
    for keys, shape, make in (
        ("pull_request review", shapes.Event, pulls.review_event),
        ("pull_request comment", shapes.Event, pulls.event),
        ("pull_request repository_url number", shapes.Found, pulls.found),
        ("pull_request number action", shapes.Event, pulls.event),
        ("pull_request action repository", shapes.Event, pulls.event),
        ("check_run repository", shapes.CheckEvent, checks.event),
        ("check_suite repository", shapes.CheckEvent, checks.event),
        ("workflow_run repository", shapes.CheckEvent, checks.event),
        ("rule action repository", shapes.ProtectionEvent, rules.protection_event),
        ("repository_ruleset action", shapes.RulesetEvent, rules.ruleset_event),
        ("after commits repository", shapes.Push, commits.push),
        ("context state", shapes.Status, checks.status),
        ("number head base", shapes.Pull, pulls.pull),
        ("sha commit url", shapes.Commit, commits.commit),
        ("pull_request_url state", shapes.Review, pulls.review),
        ("head_sha id", shapes.Check, checks.check),
        ("url enforce_admins", shapes.Protection, rules.protection),
        ("id enforcement", shapes.Ruleset, rules.ruleset),
        ("after_sha rule_evaluations", shapes.RuleSuite, verdicts.rule_suite),
        ("data", shapes.Decisions, verdicts.decisions),
    )
)
"""Keys that a shape has, and what is made of it; the first that fits."""

_KNOWN: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(keys.split()), why)
    for keys, why in (
        ("pull_request_review_id diff_hunk", "comment of a review: the pull request counts it"),
        ("comment repository", "comment on a commit or an issue"),
        ("issue repository", "issue"),
        ("merged message sha", "answer to a merge: the pull request tells it"),
        ("users teams", "reviewers that were asked for"),
        ("required_approving_review_count", "a part of the rules of a branch: their whole answer is taken"),
        ("ruleset_id type", "rules of a branch that is not named: the ruleset itself is taken"),
        (
            "after_sha evaluation_result",
            "how rules came out, in a list that does not say which: each by itself is taken",
        ),
        ("login id type", "account"),
        ("version change_status committed_at", "commit of a gist"),
        ("zen hook", "event of a hook"),
        ("action sender", "event that tells of no change to code"),
        ("action organization", "event that tells of no change to code"),
        ("sender repository", "event that tells of no change to code"),
    )
)
_DECODERS = {shape: msgspec.json.Decoder(shape) for _, shape, _ in _EVENTS}


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per payload, whatever the form of the file: an answer, a list, an envelope, a webhook body, or one wrapped with its headers."""
    for item in json_records(file, LISTS):
        if isinstance(item, Broken):
            yield Rejected(item.line, item.reason, item.field)
        elif isinstance(item, RawRecord):
            yield (of_spool if file.name.endswith(SUFFIX) else payload)(item.raw, item.line, file)


def of_spool(raw: bytes, line: int, file: InputFile) -> Outcome:
    """What the receiver had made of a delivery."""
    del file
    try:
        return decoded(raw, line)
    except (ValueError, RecursionError) as error:
        return Rejected(line, *explain(error))


def payload(raw: bytes, line: int, file: InputFile) -> Outcome:
    """What is said of one payload."""
    try:
        body, keys = unwrapped(raw)
        return _outcome(body, keys, line, file)
    except UnusableError as error:
        return Rejected(line, error.reason, error.field)
    except (ValueError, RecursionError) as error:
        return Rejected(line, *explain(error))


def _outcome(raw: bytes, keys: Keys, line: int, file: InputFile) -> Outcome:
    present = {key for key, value in keys.items() if bytes(value).strip() != b"null"}
    for needed, shape, make in _EVENTS:
        if needed <= present and "diff_hunk" not in present:
            return make(_DECODERS[shape].decode(raw), line, file)
    for needed, why in _KNOWN:
        if needed <= keys.keys():
            return Ignored(line, why)
    return Rejected(line, "no known shape of a pull request, review, commit or check")
