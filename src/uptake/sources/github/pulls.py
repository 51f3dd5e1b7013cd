"""Pull requests and their reviews, out of answers and events."""

from __future__ import annotations

import datetime as dt

import msgspec

from uptake.model.changes import ChangeMark, CodeChange, CodeReview
from uptake.model.outcome import Ignored, InputFile, Outcome, Taken
from uptake.sources.github import marks, shapes
from uptake.sources.github.checks import digest
from uptake.sources.github.words import (
    UnusableError,
    login,
    moment,
    needed,
    pull_of,
    repository,
    repository_of,
    reverts,
    task_type,
)
from uptake.sources.reading.checks import joined_key

HOST = "github"
_STATES = {
    "approved": "approved",
    "changes_requested": "changes_requested",
    "commented": "commented",
    "dismissed": "dismissed",
}


def pull(found: shapes.Pull, line: int, file: InputFile) -> Outcome:
    """A pull request as the interface answers it, alone or in a list."""
    return _taken(line, _change(found, None, file), _marks(found, None, file))


def event(found: shapes.Event, line: int, file: InputFile) -> Outcome:
    """An event of a pull request, or of a comment on it: what it shows of the pull request."""
    return _taken(
        line, _change(found.pull_request, found.repository, file), _marks(found.pull_request, found.repository, file)
    )


def review_event(found: shapes.Event, line: int, file: InputFile) -> Outcome:
    """An event of a review: the review, and what it shows of the pull request."""
    change = _change(found.pull_request, found.repository, file)
    marked = _marks(found.pull_request, found.repository, file)
    if found.review is None:
        raise UnusableError("review", "required field missing")
    review_row = _review(found.review, change.repository, change.number, file, dismissed=found.action == "dismissed")
    if review_row is None:
        return _taken(line, change, marked)
    return Taken(line, joined_key(_review_key(review_row), _change_key(change)), [review_row, change, *marked])


def review(found: shapes.Review, line: int, file: InputFile) -> Outcome:
    """A review as the interface lists it."""
    name, number = pull_of(found.pull_request_url, "pull_request_url")
    row = _review(found, name, number, file, dismissed=False)
    if row is None:
        return Ignored(line, "review that was not handed in yet")
    return Taken(line, _review_key(row), [row])


def found(result: shapes.Found, line: int, file: InputFile) -> Outcome:
    """A pull request as a search finds it."""
    name = repository_of(result.repository_url, "repository_url")
    pull_request = shapes.Pull(
        number=result.number,
        created_at=result.created_at,
        updated_at=result.updated_at,
        state=result.state,
        user=result.user,
        merged_at=result.pull_request.merged_at,
        labels=result.labels,
        title=result.title,
        body=result.body,
    )
    given = shapes.Repository(full_name=name)
    return _taken(line, _change(pull_request, given, file), _marks(pull_request, given, file))


def account_of(user: shapes.User | None) -> tuple[str | None, bool]:
    """Login in lower case, and whether it is no person."""
    if user is None or not user.login:
        return None, False
    name = login(user.login, "user.login")
    return name, name.endswith("[bot]") or (user.type or "User") != "User"


def _own(found: shapes.Pull, given: shapes.Repository | None) -> str:
    """The repository that a pull request would go into."""
    base = found.base.repo if found.base and found.base.repo else given
    named = base.full_name if base else None
    return repository(named, "base.repo.full_name") if named else repository_of(found.url, "url")


def _marks(found: shapes.Pull, given: shapes.Repository | None, file: InputFile) -> list[ChangeMark]:
    own = _own(found, given)
    place = marks.Place(HOST, own, change=f"{own}#{found.number}")
    author = (found.user.id, found.user.login) if found.user else (None, None)
    day = needed(found.updated_at, "updated_at", file.fetched_at).date()
    return marks.of_change(place, author, found.body, day, file)


def _change(found: shapes.Pull, given: shapes.Repository | None, file: InputFile) -> CodeChange:
    own = _own(found, given)
    account, bot = account_of(found.user)
    opened = needed(found.created_at, "created_at", file.fetched_at)
    merged = moment(found.merged_at, "merged_at", file.fetched_at)
    if merged and merged < opened:
        raise UnusableError("merged_at", "merged before it was opened")
    taken_back = reverts(found.body, own, "#")
    into = _into(found, given)
    return CodeChange(
        host=HOST,
        repository=own,
        number=found.number,
        change=f"{own}#{found.number}",
        updated_at=needed(found.updated_at, "updated_at", file.fetched_at),
        opened_at=opened,
        state="merged" if merged else "closed" if found.state == "closed" else "open",
        account=account,
        bot=bot,
        merged_at=merged,
        merge_sha=_lower(found.merge_commit_sha) if merged else None,
        head_sha=_lower(found.head.sha) if found.head else None,
        lines_added=found.additions,
        lines_deleted=found.deletions,
        files=found.changed_files,
        commits=found.commits,
        comments=found.review_comments,
        task_type=task_type(found.title, [label.name for label in found.labels or [] if label.name]),
        reverts_change=taken_back[0],
        reverts_sha=taken_back[1],
        base_id=into[0],
        base_default=into[1],
        project=into[2],
    )


def _into(found: shapes.Pull, given: shapes.Repository | None) -> tuple[str | None, bool | None, str | None]:
    """The digest of the branch that it goes into, whether that is the main one, and the host's number of the repository."""
    name = found.base.ref if found.base else None
    repo = (found.base.repo if found.base else None) or given
    main = repo.default_branch if repo else None
    number = None if repo is None or repo.id is None else str(repo.id)
    return digest(name) if name else None, name == main if name and main else None, number


def _taken(line: int, change: CodeChange, marked: list[ChangeMark]) -> Taken:
    return Taken(line, _change_key(change), [change, *marked], rank=_known(change))


def _change_key(change: CodeChange) -> str:
    """A version: payloads of one moment that show different parts of it stand side by side."""
    shown = "whole" if change.lines_added is not None else "part"
    return joined_key("change", change.change, change.updated_at.isoformat(), change.state, shown)


def _known(change: CodeChange) -> str:
    """Of two payloads of one moment the one that says more holds."""
    return f"{sum(value is not None for value in msgspec.structs.astuple(change)):03}"


def _review(found: shapes.Review, name: str, number: int, file: InputFile, *, dismissed: bool) -> CodeReview | None:
    """None: a review that is still being written."""
    state = "dismissed" if dismissed else found.state.strip().lower()
    if state == "pending":
        return None
    if state not in _STATES:
        raise UnusableError("state", "unknown state of a review")
    account, bot = account_of(found.user)
    submitted: dt.datetime | None = moment(found.submitted_at, "submitted_at", file.fetched_at)
    return CodeReview(
        host=HOST,
        number=number,
        review=str(found.id),
        state=_STATES[state],
        repository=name,
        change=f"{name}#{number}",
        account=account,
        bot=bot,
        submitted_at=submitted,
        commit_sha=_lower(found.commit_id),
    )


def _review_key(row: CodeReview) -> str:
    """One key a state: a review that was dismissed stays so, whatever arrives after."""
    return joined_key("review", str(row.change), row.review, row.state)


def _lower(sha: str | None) -> str | None:
    return sha.lower() if sha else None
