"""Commits as a push or the interface tells of them: which there are and in what order. Their lines are known to git alone."""

from __future__ import annotations

from uptake.model.changes import ChangeCommit, ChangeMark
from uptake.model.outcome import Ignored, InputFile, Outcome, Taken
from uptake.sources.git.raw import Signature
from uptake.sources.github import marks, shapes
from uptake.sources.github.words import moment, repository, repository_of, reverts
from uptake.sources.reading.checks import joined_key

HOST = "github"


def push(found: shapes.Push, line: int, file: InputFile) -> Outcome:
    """All commits of a push; its last one is the head that a pull request names."""
    own = repository(found.repository.full_name, "repository.full_name")
    new = [one for one in found.commits if one.distinct]
    if not new:
        return Ignored(line, "push without new commits")
    head = found.after.lower()
    rows = [
        ChangeCommit(
            host=HOST,
            repository=own,
            sha=one.id.lower(),
            head_sha=head,
            reverts=reverts(one.message, own, "#")[1],
            committed_at=moment(one.timestamp, "commits.timestamp", file.fetched_at),
        )
        for one in new
    ]
    marked = [
        mark for one in new for mark in _marks(own, one.id, one.author, one.committer, one.message, one.timestamp, file)
    ]
    return Taken(line, joined_key("push", own, head), [*rows, *marked])


def commit(found: shapes.Commit, line: int, file: InputFile) -> Outcome:
    """One commit of a list."""
    committer = found.commit.committer
    own = repository_of(found.url, "url")
    row = ChangeCommit(
        host=HOST,
        repository=own,
        sha=found.sha.lower(),
        parent_sha=found.parents[0].sha.lower() if found.parents else None,
        reverts=reverts(found.commit.message, own, "#")[1],
        committed_at=moment(committer.date, "commit.committer.date", file.fetched_at) if committer else None,
    )
    told = found.commit
    marked = _marks(
        own, row.sha, told.author, told.committer, told.message, committer.date if committer else None, file
    )
    return Taken(line, joined_key("commit", own, row.sha), [row, *marked])


def _marks(
    own: str,
    sha: str,
    author: shapes.Signature | None,
    committer: shapes.Signature | None,
    message: str | None,
    at: str | None,
    file: InputFile,
) -> list[ChangeMark]:
    time = moment(at, "timestamp", file.fetched_at) or file.fetched_at
    return marks.of_commit(
        marks.Place(HOST, own, sha=sha.lower()), (_who(author), _who(committer)), message, time.date(), file
    )


def _who(said: shapes.Signature | None) -> Signature:
    return Signature((said.name if said else "") or "", (said.email if said else "") or "", None)
