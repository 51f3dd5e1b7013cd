"""The words of version control: what a commit did, in counts, and which tool left a mark on it.

No message, path, name or branch is in them: a path is a class and a language, a message what was found in it (GOVERNANCE.md 11).
Times are UTC without zone. `day` is the UTC day on which the commit was made (committer time), as git's own `--since` counts.
"""

from __future__ import annotations

import datetime as dt

import msgspec

GIT = "git"
"""The tool name of accounts that are e-mail addresses of authors."""

AUTHORSHIP = "authorship"
REVIEW_SUGGESTION = "review_suggestion"
WEAK = "weak"
MARK_CLASSES = (AUTHORSHIP, REVIEW_SUGGESTION, WEAK)
"""What a mark says: a tool wrote part of it; a suggestion of a review was applied; a bare name without address (R-GT-3), never counted."""

CODE, TEST, DOCS, CONFIG, GENERATED, OTHER = "code", "test", "docs", "config", "generated", "other"
PATH_CLASSES = (CODE, TEST, DOCS, CONFIG, GENERATED, OTHER)


class Commit(msgspec.Struct, gc=False, kw_only=True):
    """One commit that the chosen refs reach. Lines as `git log --numstat --no-renames` counts; those of a merge are 0: git shows none."""

    repository: str
    sha: str
    day: dt.date
    authored_at: dt.datetime
    committed_at: dt.datetime
    account: str
    """E-mail of the author in lower case; where it is none, `author:` and a hash, so that two such authors stay two."""
    login: str | None = None
    """Of GitHub, from a noreply address."""
    bot: bool = False
    """The author is a program: an agent, or a robot such as those that update dependencies."""
    person_account: str | None = None
    """Where an agent is the author: the one other co-author, whose commit it is (SOURCES.md 14)."""
    person_login: str | None = None
    merge: bool = False
    lines_added: int = 0
    lines_deleted: int = 0
    files: int = 0
    binary_files: int = 0
    """Of `files`, those without lines."""
    reverts: str | None = None
    """The commit that this one says to revert, as it is written there: it may be cut short."""


class CommitMark(msgspec.Struct, gc=False, kw_only=True):
    """A mark of an AI tool on a commit: at most one for a tool, class and basis. None at all means unknown, not human (R-GT-6)."""

    repository: str
    sha: str
    day: dt.date
    tool: str
    mark_class: str
    basis: str
    """`trailer`, `author`, `committer`, `line` (of the message) or `note` (of git-ai)."""
    model: str | None = None


class CommitFiles(msgspec.Struct, gc=False, kw_only=True):
    """The files of one commit of one class and language, and their lines. None of a merge."""

    repository: str
    sha: str
    day: dt.date
    path_class: str
    language: str
    """Empty where it is not known."""
    files: int
    lines_added: int
    lines_deleted: int


class LineMarks(msgspec.Struct, gc=False, kw_only=True):
    """Lines of one commit that a git-ai note attributes (R-GA). What no key stands for is in no row: unknown, not human."""

    repository: str
    sha: str
    day: dt.date
    kind: str
    """`ai`, `human`, or `unknown` for a key of which the note says nothing."""
    tool: str | None = None
    model: str | None = None
    lines: int = 0
    """Lines of the ranges."""
    accepted: int | None = None
    overridden: int | None = None
    additions: int | None = None
    """As legacy notes state them (R-GA-7); NULL: not stated."""


class CommitLineage(msgspec.Struct, gc=False, kw_only=True):
    """Where one commit stands on the branch that is followed: before which commit, and by which merge it came (decision 0079)."""

    repository: str
    sha: str
    day: dt.date
    parent_sha: str | None = None
    """Its first parent."""
    merge_sha: str | None = None
    """The merge that brought it to the next branch, which may be a side branch itself; NULL on the branch's own line of first parents."""
    side_sha: str | None = None
    """The newest commit of the side branch: the parent of that merge that brought it."""


ADDED, CHANGED, DELETED, RESTORED = "added", "changed", "deleted", "restored"
CORRECTIVE, REVERT, ADAPTIVE = "corrective", "revert", "adaptive"


class LineFate(msgspec.Struct, gc=False, kw_only=True):
    """Lines that were born in one commit and what became of them with another one, on the branch that is followed (decision 0053).

    A row without `died_sha` says how many lines the commit added; the others what was lost of them. Lines of a commit alive at a time are
    the first less those that died up to then.
    """

    repository: str
    sha: str
    """The commit in which the lines were born."""
    day: dt.date
    """Of the birth, or of the death."""
    born_at: dt.datetime
    """Committer time, UTC, as all times here."""
    merge: bool = False
    """Born in a merge, which no parent has."""
    cause: str
    """`added`, or how they died: `changed` where other lines stand in their place, else `deleted`; `restored`: a merge brought lines back
    that had died, and `lines` is negative."""
    lines: int
    died_sha: str | None = None
    """The commit that took them out."""
    died_at: dt.datetime | None = None
    """When the branch had it: for a commit that came with a merge, the time of the merge."""
    age: int | None = None
    """Seconds from birth to death; below 0 where a clock was wrong."""
    purpose: str | None = None
    """Of the commit that took them out, by its message: `corrective`, `revert`, or `adaptive`, which is every other one."""


class LineState(msgspec.Struct, gc=False, kw_only=True):
    """Whose the lines of one commit are, so that the next load goes on from there: numbers alone, no path and no text."""

    repository: str
    day: dt.date
    place: int
    """0: the newest commit that was followed. Older ones serve branches that left before it."""
    commit: str
    state: str
    """Packed; its form belongs to the reader."""
