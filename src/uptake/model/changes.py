"""The words of changes to code: pull and merge requests, their reviews, commits and checks, and what went wrong after (SOURCES.md section 13).

A row says what one payload told. Nothing of it is content: no title, text, branch, path, address or name of a check.
Times are UTC without zone; NULL = the source cannot say.
"""

from __future__ import annotations

import datetime as dt

import msgspec


class CodeChange(msgspec.Struct, gc=False, kw_only=True):
    """One version of a pull or merge request, as one payload shows it. Which version counts is judged later: the newest `updated_at`."""

    host: str
    repository: str
    """`owner/name`, or `group/name`, in lower case."""
    number: int
    change: str
    """`owner/name#12`; of GitLab `group/name!12`."""
    updated_at: dt.datetime
    opened_at: dt.datetime
    state: str
    """`open`, `closed` or `merged`."""
    project: str | None = None
    """The host's own number of the repository, where an answer about approvals knows only that."""
    account: str | None = None
    """Login of the author in lower case; None: the account is deleted or was never linked (rule R-VC-2)."""
    bot: bool = False
    """The author is no person: type Bot, or a login that ends in `[bot]`."""
    merged_at: dt.datetime | None = None
    merge_sha: str | None = None
    """The commit that it became, of a merged one only (rule R-VC-5)."""
    squash_sha: str | None = None
    head_sha: str | None = None
    lines_added: int | None = None
    lines_deleted: int | None = None
    files: int | None = None
    commits: int | None = None
    comments: int | None = None
    """Comments of reviews, counted by the host."""
    task_type: str | None = None
    """`fix`, `feature`, `docs`, `test`, `refactor`, `build` or `dependencies`, by labels and the first word of the title, read in memory."""
    reverts_change: str | None = None
    """The change that it says it takes back."""
    reverts_sha: str | None = None
    base_id: str | None = None
    """Digest of the name of the branch that it goes into: enough to know which rules hold for it."""
    base_default: bool | None = None
    """That branch is the main one of its repository."""


class CodeReview(msgspec.Struct, gc=False, kw_only=True):
    """One state of one review. A dismissed one stays dismissed."""

    host: str
    number: int
    review: str
    """The host's id of it."""
    state: str
    """`approved`, `changes_requested`, `commented`, `dismissed` or `withdrawn`."""
    repository: str | None = None
    change: str | None = None
    project: str | None = None
    account: str | None = None
    """Login of the reviewer in lower case; None: the account is deleted."""
    bot: bool = False
    """The reviewer is no person: anything but type User (rule R-VC-4)."""
    submitted_at: dt.datetime | None = None
    commit_sha: str | None = None
    """The commit that was reviewed."""


class CodeCheck(msgspec.Struct, gc=False, kw_only=True):
    """One finished run of an automatic check on a commit."""

    host: str
    repository: str
    sha: str
    check_id: str
    """Digest of its name: enough to know it again."""
    kind: str
    """`check_run`, `check_suite`, `workflow_run` or `status`; `pipeline` of GitLab."""
    finished_at: dt.datetime
    outcome: str
    """`passed`, `failed` or `neutral` (skipped, neutral, cancelled by a newer run)."""
    started_at: dt.datetime | None = None


class BranchRule(msgspec.Struct, gc=False, kw_only=True):
    """A part of one version of a rule about merging, of a repository or of an organisation: where it holds, where not, or what it asks for.

    A version is all rows of one `rule` and `holds_from`. The newest one before a merge held for it.
    """

    host: str
    repository: str
    """Of a rule of an organisation `owner/*`; where an answer knows only the host's number of it, that."""
    rule: str
    """The host's id of it; of a protected branch the digest of its name."""
    holds_from: dt.datetime
    """When the host says that it was made or changed; where it says nothing, when it was read."""
    part: str
    """`reach`, `except`, `check`, `owners` (an owner of the code has to approve) or `named` (certain others have to); of an organisation's rule
    `repository` and `except_repository` too."""
    reach: str = ""
    """Of `reach`: `branch`, `default`, `all`, `pattern` (which branches is not known) or `nothing` (switched off, or taken away).
    Of `repository`: `all`, `name`, `number` or `pattern` (which others too is not known)."""
    branch_id: str | None = None
    """Of `reach` branch and of `except`: digest of its name."""
    check_id: str | None = None
    """Of `check`: digest of its name, as of `CodeCheck`."""
    approvals: int | None = None
    """Of `reach`: how many people have to approve."""
    of_repository: str | None = None
    """Of `repository` and `except_repository`: its name, or the host's number of it."""


class ChangeRequirement(msgspec.Struct, gc=False, kw_only=True):
    """How many people had to approve a merge request of GitLab, as the answer about its approvals says."""

    host: str
    project: str
    number: int
    approvals: int


class ReviewVerdict(msgspec.Struct, gc=False, kw_only=True):
    """What the host itself says of whether a change had the approvals that its rules asked for; of one that names who approved, a row for each.

    Who has to approve hangs on paths and on members of teams, of which nothing is kept: the host knows both.
    """

    host: str
    basis: str
    """`merge`: told of the merge itself; `kept`: of a change as it was merged, whenever it is read; `now`: as it was when it was read."""
    told_at: dt.datetime
    part: str
    """Of which rules: `reviews` (all on reviews), `owners` (of the code), `named` (other people or teams) or `any` (how many, whoever)."""
    met: bool
    repository: str | None = None
    project: str | None = None
    number: int | None = None
    sha: str | None = None
    """The commit that the change became, where nothing else tells which change it is."""
    base_id: str | None = None
    """Digest of the branch that this commit came to, as of `CodeChange`."""
    rule: str = ""
    """The host's id of the one rule that it speaks of."""
    approvals: int | None = None
    """How many have to approve by that rule; None: the host names nobody."""
    account: str | None = None
    """Login of one who did, in lower case."""
    bot: bool = False


class ChangeCommit(msgspec.Struct, gc=False, kw_only=True):
    """A commit that a host tells of: which push brought it, or which commits stand before it. No line counts."""

    host: str
    repository: str
    sha: str
    head_sha: str | None = None
    """The last commit of the push that brought it."""
    parent_sha: str | None = None
    """Its first parent."""
    committed_at: dt.datetime | None = None
    reverts: str | None = None
    """The commit that its message says it takes back."""


class ChangeMark(msgspec.Struct, gc=False, kw_only=True):
    """A mark of an AI tool that a host tells of: on a change, by its author or its text, or on a commit (SOURCES.md section 14)."""

    host: str
    repository: str
    tool: str
    mark_class: str
    """As of `CommitMark`."""
    basis: str
    """`author`, `committer`, `trailer` or `line`."""
    change: str | None = None
    sha: str | None = None
    model: str | None = None


class Incident(msgspec.Struct, gc=False, kw_only=True):
    """Something that went wrong, from our own `incidents` file. `kind`: incident, defect, hotfix."""

    incident: str
    kind: str
    day: dt.date
    repository: str | None = None
    change: str | None = None
    """The change that is named as its cause."""
    sha: str | None = None
    """The commit that is named as its cause."""
    fixed_by: str | None = None
    """The change or commit that mended it."""


class RepositoryTier(msgspec.Struct, gc=False, kw_only=True):
    """How much harm a fault in a repository can do, as the site says: `critical`, `high`, `medium` or `low`."""

    repository: str
    risk_tier: str


TABLES: dict[type[msgspec.Struct], str] = {
    CodeChange: "code_changes",
    CodeReview: "code_reviews",
    CodeCheck: "code_checks",
    BranchRule: "branch_rules",
    ChangeRequirement: "change_requirements",
    ReviewVerdict: "review_verdicts",
    ChangeCommit: "change_commits",
    ChangeMark: "change_marks",
    Incident: "incidents",
    RepositoryTier: "repository_tiers",
}
