"""Finished runs of automatic checks on commits."""

from __future__ import annotations

import hashlib

from uptake.model.changes import CodeCheck
from uptake.model.outcome import Ignored, InputFile, Outcome, Taken
from uptake.sources.github import shapes
from uptake.sources.github.words import UnusableError, commit_of, moment, needed, repository, repository_of
from uptake.sources.reading.checks import joined_key

HOST = "github"
_OUTCOMES = {
    "success": "passed",
    "failure": "failed", "timed_out": "failed", "action_required": "failed", "startup_failure": "failed", "error": "failed",
    "neutral": "neutral", "skipped": "neutral", "cancelled": "neutral", "stale": "neutral",
}  # fmt: skip
NOT_FINISHED = "check that has not finished"


def event(found: shapes.CheckEvent, line: int, file: InputFile) -> Outcome:
    """An event of a check run, a check suite or a run of a workflow."""
    for kind, run in (
        ("check_run", found.check_run),
        ("check_suite", found.check_suite),
        ("workflow_run", found.workflow_run),
    ):
        if run is not None:
            return _run(run, kind, repository(found.repository.full_name, "repository.full_name"), line, file)
    raise UnusableError("check_run", "required field missing")


def check(found: shapes.Check, line: int, file: InputFile) -> Outcome:
    """A run as the interface lists it: which kind it is shows in what it has."""
    kind = "workflow_run" if found.workflow_id is not None else "check_run" if found.name else "check_suite"
    named = found.repository.full_name if found.repository else None
    own = repository(named, "repository.full_name") if named else repository_of(found.url, "url")
    return _run(found, kind, own, line, file)


def status(found: shapes.Status, line: int, file: InputFile) -> Outcome:
    """A status of a commit."""
    named = found.repository.full_name if found.repository else None
    own = repository(named, "repository.full_name") if named else repository_of(found.url, "url")
    sha = found.sha or commit_of(found.url)
    if sha is None:
        raise UnusableError("sha", "required field missing")
    outcome = _OUTCOMES.get(found.state.lower())
    if outcome is None:
        return Ignored(line, NOT_FINISHED)
    finished = needed(found.updated_at or found.created_at, "updated_at", file.fetched_at)
    row = CodeCheck(
        host=HOST, repository=own, sha=sha.lower(), check_id=digest(found.context), kind="status",
        finished_at=finished, outcome=outcome, started_at=moment(found.created_at, "created_at", file.fetched_at),
    )  # fmt: skip
    return _taken(line, row, str(found.id))


def digest(name: str) -> str:
    """By which a check is known again: its name is the site's own words, and may be anything."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _run(found: shapes.Check, kind: str, own: str, line: int, file: InputFile) -> Outcome:
    if found.conclusion is None:
        return Ignored(line, NOT_FINISHED)
    outcome = _OUTCOMES.get(found.conclusion.lower())
    if outcome is None:
        raise UnusableError("conclusion", "unknown outcome of a check")
    name = found.name or (str(found.app.id) if found.app else "")
    started = found.started_at or found.run_started_at or found.created_at
    row = CodeCheck(
        host=HOST,
        repository=own,
        sha=found.head_sha.lower(),
        check_id=digest(name if kind != "workflow_run" else str(found.workflow_id)),
        kind=kind,
        finished_at=needed(found.completed_at or found.updated_at, "completed_at", file.fetched_at),
        outcome=outcome,
        started_at=moment(started, "started_at", file.fetched_at),
    )
    return _taken(line, row, f"{found.id}.{found.run_attempt or 1}")


def _taken(line: int, row: CodeCheck, run: str) -> Taken:
    """One key a run and the time it ended: a suite that ran again is told of twice under one id."""
    return Taken(line, joined_key(row.kind, row.repository, run, row.finished_at.isoformat()), [row])
