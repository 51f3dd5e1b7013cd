"""GitLab (SOURCES.md section 13): which shape a record has, and what is taken of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from uptake.model.changes import ChangeCommit, ChangeMark, ChangeRequirement, CodeChange, CodeCheck, CodeReview
from uptake.model.outcome import Ignored, InputFile, Outcome, Rejected, Taken
from uptake.sources.git.raw import Signature
from uptake.sources.github import marks
from uptake.sources.github.checks import NOT_FINISHED, digest
from uptake.sources.github.deliveries import unwrapped
from uptake.sources.github.parse import of_spool
from uptake.sources.github.shapes import Signature as Signed
from uptake.sources.github.spooled import SUFFIX
from uptake.sources.github.words import UnusableError, moment, needed, reverts, task_type
from uptake.sources.gitlab import answers, shapes
from uptake.sources.gitlab.names import HOST, account_of, project
from uptake.sources.reading import Broken, RawRecord, json_records
from uptake.sources.reading.checks import joined_key
from uptake.sources.reading.decoding import explain

Make = Callable[[Any, int, InputFile], Outcome]
_ADDRESS = re.compile(r"^https?://[^/\s]+/(.+?)/-/", re.ASCII)
_PIPELINES = {"success": "passed", "failed": "failed", "canceled": "neutral", "skipped": "neutral"}


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per payload: an answer, a list, a webhook body, or one wrapped with its headers."""
    for item in json_records(file, ()):
        if isinstance(item, Broken):
            yield Rejected(item.line, item.reason, item.field)
        elif isinstance(item, RawRecord):
            yield (of_spool if file.name.endswith(SUFFIX) else payload)(item.raw, item.line, file)


def payload(raw: bytes, line: int, file: InputFile) -> Outcome:
    """What is said of one payload."""
    try:
        body, keys = unwrapped(raw)
        return _outcome(body, keys, line, file)
    except UnusableError as error:
        return Rejected(line, error.reason, error.field)
    except (ValueError, RecursionError) as error:
        return Rejected(line, *explain(error))


def _outcome(raw: bytes, keys: dict[str, msgspec.Raw], line: int, file: InputFile) -> Outcome:
    if keys.keys() == answers.KEYS:
        return answers.answer(keys, line, file)
    if "object_kind" in keys:
        kind = msgspec.json.decode(keys["object_kind"], type=str)
        if kind not in _EVENTS:
            return Ignored(line, "event that tells of no change to code")
        shape, make = _EVENTS[kind]
        return make(msgspec.json.decode(raw, type=shape), line, file)
    for needed_keys, shape, make in _ANSWERS:
        if needed_keys <= keys.keys():
            return make(msgspec.json.decode(raw, type=shape), line, file)
    if answers.is_bare(keys):
        return Rejected(line, answers.BARE)
    return Rejected(line, "no known shape of a merge request, approval or pipeline")


def _merge(found: shapes.Merge, line: int, file: InputFile) -> Outcome:
    own = _project_of(found)
    account, bot = account_of(found.author)
    merged = moment(found.merged_at, "merged_at", file.fetched_at)
    change = _change(own, found, file, merged=bool(merged))
    change.account, change.bot, change.merged_at = account, bot, merged
    change.project = None if found.project_id is None else str(found.project_id)
    change.state = "merged" if merged else "open" if found.state == "opened" else "closed"
    change.head_sha = _lower(found.sha)
    change.base_id = digest(found.target_branch) if found.target_branch else None
    change.comments = found.user_notes_count
    change.task_type = task_type(found.title, found.labels or [])
    if merged and not change.merge_sha:
        # Merged without a commit of its own: the last commit of the branch stands in the line of history.
        change.merge_sha = change.squash_sha or change.head_sha
    return Taken(line, _key(change), [change, *_marks(change, found.description, file)])


def _merge_event(found: shapes.MergeEvent, line: int, file: InputFile) -> Outcome:
    """An event tells of the merge request, and an approval of who approved which commit and when."""
    told = found.object_attributes
    own = project(found.project.path_with_namespace, "project.path_with_namespace")
    merged = told.state == "merged"
    change = _change(own, told, file, merged=merged)
    change.project = None if found.project.id is None else str(found.project.id)
    change.state = "merged" if merged else "closed" if told.state == "closed" else "open"
    change.head_sha = _lower(told.last_commit.id) if told.last_commit else None
    if told.target_branch:
        change.base_id = digest(told.target_branch)
        change.base_default = (
            told.target_branch == found.project.default_branch if found.project.default_branch else None
        )
    change.task_type = task_type(told.title, [label.name for label in found.labels or [] if label.name])
    if found.user and told.author_id is not None and found.user.id == told.author_id:
        change.account, change.bot = account_of(found.user)
    if told.action == "merge" and merged:
        change.merged_at = change.updated_at
        change.merge_sha = change.merge_sha or change.squash_sha or change.head_sha
    rows: list[msgspec.Struct] = [change, *_marks(change, told.description, file)]
    key = _key(change)
    if told.action in ("approved", "approval", "unapproved", "unapproval"):
        account, bot = account_of(found.user)
        review = CodeReview(
            host=HOST, number=told.iid, review=f"{_number(found.user)}:{change.updated_at.isoformat()}",
            state="approved" if told.action.startswith("app") else "withdrawn", repository=own, change=change.change,
            project=change.project, account=account, bot=bot, submitted_at=change.updated_at, commit_sha=change.head_sha,
        )  # fmt: skip
        rows.append(review)
        key = joined_key("review", key, review.review, review.state)
    return Taken(line, key, rows)


def _approvals(found: shapes.Approvals, line: int, file: InputFile) -> Outcome:
    project = str(found.project_id)
    rows: list[msgspec.Struct] = []
    if found.approvals_required is not None:
        rows.append(ChangeRequirement(host=HOST, project=project, number=found.iid, approvals=found.approvals_required))
    for one in found.approved_by:
        account, bot = account_of(one.user)
        rows.append(
            CodeReview(
                host=HOST,
                number=found.iid,
                review=f"{_number(one.user)}:approvals",
                state="approved",
                project=project,
                account=account,
                bot=bot,
                submitted_at=moment(one.approved_at, "approved_by.approved_at", file.fetched_at),
            )
        )
    if not rows:
        return Ignored(line, "nobody has approved, and nothing says who has to")
    return Taken(line, joined_key("approvals", project, str(found.iid)), rows)


def _push(found: shapes.PushEvent, line: int, file: InputFile) -> Outcome:
    own = project(found.project.path_with_namespace, "project.path_with_namespace")
    head = found.after.lower()
    rows = [
        ChangeCommit(
            host=HOST,
            repository=own,
            sha=one.id.lower(),
            head_sha=head,
            reverts=reverts(one.message, own, "!")[1],
            committed_at=moment(one.timestamp, "commits.timestamp", file.fetched_at),
        )
        for one in found.commits
    ]
    if not rows:
        return Ignored(line, "push without commits")
    marked = [
        mark
        for one in found.commits
        for mark in marks.of_commit(
            marks.Place(HOST, own, sha=one.id.lower()),
            (_who(one.author), _who(None)),
            one.message,
            file.fetched_at.date(),
            file,
        )
    ]
    return Taken(line, joined_key("push", own, head), [*rows, *marked])


def _pipeline(found: shapes.Pipeline, line: int, file: InputFile) -> Outcome:
    own = project(_path_of(found.web_url), "web_url")
    return _check(own, found.id, found.sha, found.status, found.updated_at, found.created_at, line, file)


def _pipeline_event(found: shapes.PipelineEvent, line: int, file: InputFile) -> Outcome:
    own = project(found.project.path_with_namespace, "project.path_with_namespace")
    told = found.object_attributes
    return _check(own, told.id, told.sha, told.status, told.finished_at, told.created_at, line, file)


def _check(
    own: str, number: int, sha: str, status: str, ended: str | None, began: str | None, line: int, file: InputFile
) -> Outcome:
    outcome = _PIPELINES.get(status)
    if outcome is None:
        return Ignored(line, NOT_FINISHED)
    finished = needed(ended, "finished_at", file.fetched_at)
    row = CodeCheck(
        host=HOST, repository=own, sha=sha.lower(), check_id=digest("pipeline"), kind="pipeline", finished_at=finished,
        outcome=outcome, started_at=moment(began, "created_at", file.fetched_at),
    )  # fmt: skip
    return Taken(line, joined_key("pipeline", own, str(number), finished.isoformat()), [row])


def _change(own: str, found: shapes.Merge | shapes.Attributes, file: InputFile, *, merged: bool) -> CodeChange:
    taken_back = reverts(found.description, own, "!")
    return CodeChange(
        host=HOST, repository=own, number=found.iid, change=f"{own}!{found.iid}", state="open",
        updated_at=needed(found.updated_at, "updated_at", file.fetched_at),
        opened_at=needed(found.created_at, "created_at", file.fetched_at),
        merge_sha=_lower(found.merge_commit_sha) if merged else None,
        squash_sha=_lower(found.squash_commit_sha) if merged else None,
        reverts_change=taken_back[0], reverts_sha=taken_back[1],
    )  # fmt: skip


def _marks(change: CodeChange, text: str | None, file: InputFile) -> list[ChangeMark]:
    place = marks.Place(HOST, change.repository, change=change.change)
    return marks.of_change(place, (None, None), text, change.updated_at.date(), file)


def _who(said: Signed | None) -> Signature:
    return Signature((said.name if said else "") or "", (said.email if said else "") or "", None)


def _key(change: CodeChange) -> str:
    shown = "answer" if change.comments is not None or change.merged_at else "event"
    return joined_key("change", change.change, change.updated_at.isoformat(), change.state, shown)


def _project_of(found: shapes.Merge) -> str:
    full = found.references.full if found.references else None
    named = full.rpartition("!")[0] if full else _path_of(found.web_url)
    return project(named, "references.full")


def _path_of(address: str | None) -> str | None:
    found = _ADDRESS.match(address or "")
    return found[1] if found else None


def _number(user: shapes.User | None) -> str:
    return str(user.id) if user and user.id is not None else "nobody"


def _lower(sha: str | None) -> str | None:
    return sha.lower() if sha else None


_EVENTS: dict[str, tuple[type[msgspec.Struct], Make]] = {
    "merge_request": (shapes.MergeEvent, _merge_event),
    "push": (shapes.PushEvent, _push),
    "pipeline": (shapes.PipelineEvent, _pipeline_event),
}
_ANSWERS: tuple[tuple[frozenset[str], type[msgspec.Struct], Make], ...] = (
    (frozenset({"approved_by", "iid"}), shapes.Approvals, _approvals),
    (frozenset({"iid", "created_at", "state"}), shapes.Merge, _merge),
    (frozenset({"id", "sha", "status", "web_url"}), shapes.Pipeline, _pipeline),
)
