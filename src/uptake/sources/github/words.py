"""What is read out of names and texts in memory, and never kept: the repository in an address, the kind of task, what is taken back."""

from __future__ import annotations

import datetime as dt
import re

_REPOSITORY = re.compile(r"[a-z0-9_.\-]{1,100}/[a-z0-9_.\-]{1,100}", re.ASCII)
_LOGIN = re.compile(r"[a-z0-9_.\-]{1,100}(?:\[bot\])?", re.ASCII)
_ADDRESS = re.compile(r"/repos/([^/\s?#]+/[^/\s?#]+)(?:/|$)", re.ASCII)
_PULL = re.compile(r"/repos/([^/\s?#]+/[^/\s?#]+)/pulls/(\d{1,12})(?:$|[/?#])", re.ASCII)
_COMMIT = re.compile(r"/(?:statuses|commits)/([0-9a-fA-F]{40})(?:$|[/?#])", re.ASCII)
_REVERTS_CHANGE = re.compile(
    r"^\s{0,3}(?:this )?reverts\s+(?:(?:merge|pull) request |pr )?([a-z0-9_.\-]+/[a-z0-9_.\-/]+)?([#!])(\d{1,12})\b",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
_REVERTS_SHA = re.compile(r"^this reverts commit ([0-9a-f]{40})\b", re.IGNORECASE | re.MULTILINE | re.ASCII)
_PREFIX = re.compile(r"\s{0,9}([A-Za-z]{2,12})(?:\([^)]{0,80}\))?!?:")
FIRST = dt.datetime(1990, 1, 1)  # noqa: DTZ001 - all our times are UTC without zone

TASKS = {
    "fix": "fix", "bug": "fix", "bugfix": "fix", "hotfix": "fix", "defect": "fix",
    "feat": "feature", "feature": "feature", "enhancement": "feature",
    "docs": "docs", "doc": "docs", "documentation": "docs",
    "test": "test", "tests": "test",
    "refactor": "refactor", "refactoring": "refactor", "perf": "refactor", "cleanup": "refactor",
    "build": "build", "ci": "build", "chore": "build",
    "dependencies": "dependencies", "deps": "dependencies",
}  # fmt: skip
"""First word of a title (`fix:`), or a label, to a kind of task. Any other word says nothing."""


class UnusableError(Exception):
    """A payload that cannot be used. Names the field and why, never the value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def login(name: str, field: str) -> str:
    """A login in lower case. Raises UnusableError where it is none: a sentence is no login."""
    text = name.strip().lower()
    if not _LOGIN.fullmatch(text):
        raise UnusableError(field, "not a login")
    return text


def repository(name: str | None, field: str) -> str:
    """`owner/name` in lower case. Raises UnusableError where it is none."""
    text = (name or "").strip().lower()
    if not text:
        raise UnusableError(field, "required field missing")
    if not _REPOSITORY.fullmatch(text):
        raise UnusableError(field, "not the name of a repository")
    return text


def organisation(name: str | None, field: str) -> str:
    """The owner of repositories, in lower case. Raises UnusableError where it is none."""
    return repository(f"{name or ''}/x", field).removesuffix("/x")


def repository_of(address: str | None, field: str) -> str:
    """The repository in an address of the interface."""
    found = _ADDRESS.search(address or "")
    return repository(found[1] if found else None, field)


def pull_of(address: str | None, field: str) -> tuple[str, int]:
    """The repository and number in the address of a pull request."""
    found = _PULL.search(address or "")
    if not found:
        raise UnusableError(field, "not the address of a pull request")
    return repository(found[1], field), int(found[2])


def commit_of(address: str | None) -> str | None:
    """The commit in an address."""
    found = _COMMIT.search(address or "")
    return found[1].lower() if found else None


def moment(text: str | None, field: str, fetched_at: dt.datetime) -> dt.datetime | None:
    """A time, UTC without zone. Raises UnusableError where it is none, or lies more than 24 hours after `fetched_at`."""
    if not text:
        return None
    try:
        time = dt.datetime.fromisoformat(text.strip().replace(" UTC", "+00:00"))
        time = time.astimezone(dt.UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        raise UnusableError(field, "invalid date") from None
    if not FIRST <= time <= fetched_at + dt.timedelta(days=1):
        raise UnusableError(field, "date out of range")
    return time


def needed(text: str | None, field: str, fetched_at: dt.datetime) -> dt.datetime:
    """As `moment`, of a field that must be there."""
    found = moment(text, field, fetched_at)
    if found is None:
        raise UnusableError(field, "required field missing")
    return found


def task_type(title: str | None, labels: list[str]) -> str | None:
    """The kind of task by the first label that names one, else by the first word of the title."""
    for label in labels:
        if kind := TASKS.get(label.strip().lower().rpartition("/")[2].rpartition(":")[2].strip()):
            return kind
    found = _PREFIX.match(title or "")
    return TASKS.get(found[1].lower()) if found else None


def reverts(text: str | None, own: str, sign: str) -> tuple[str | None, str | None]:
    """The change and the commit that a text says it takes back; quoted lines say nothing. `sign`: `#` or `!`."""
    lines = text or ""
    change, sha = _REVERTS_CHANGE.search(lines), _REVERTS_SHA.search(lines)
    named = None
    if change and change[2] == sign:
        named = f"{(change[1] or own).lower()}{sign}{change[3]}"
    return named, sha[1].lower() if sha else None
