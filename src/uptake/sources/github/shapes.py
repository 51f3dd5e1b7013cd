"""The allow-list of GitHub's answers and events: every field that is read. null and absent both mean that the host does not say.

What is not named here is not decoded. `title`, `body` and `message` are read in memory for marks, kind of task and what is taken back, and
go no further; labels likewise.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

Name = Annotated[str, Meta(max_length=255)]
Sha = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{40}([0-9a-fA-F]{24})?$")]
Count = Annotated[int, Meta(ge=0, le=10**12)]
Number = Annotated[int, Meta(ge=1, le=10**12)]
Text = str
Address = Annotated[str, Meta(max_length=2048)]


class User(Struct, gc=False, kw_only=True):
    """`type`: User, Bot or Organization."""

    login: Name | None = None
    id: Count | None = None
    type: Name | None = None


class Repository(Struct, gc=False, kw_only=True):
    full_name: Name | None = None
    id: Count | None = None
    default_branch: Name | None = None


class Branch(Struct, gc=False, kw_only=True):
    """An end of a pull request: the commit and whose it is. `ref` is read in memory, of the end that it goes into, to know the rules that hold there."""

    sha: Sha | None = None
    ref: Name | None = None
    repo: Repository | None = None


class Label(Struct, gc=False, kw_only=True):
    name: Text | None = None


class Pull(Struct, gc=False, kw_only=True):
    """A pull request, whole or as a list or another event shows it."""

    number: Number
    created_at: Name
    updated_at: Name
    state: Name | None = None
    user: User | None = None
    merged_at: Name | None = None
    merge_commit_sha: Sha | None = None
    head: Branch | None = None
    base: Branch | None = None
    additions: Count | None = None
    deletions: Count | None = None
    changed_files: Count | None = None
    commits: Count | None = None
    review_comments: Count | None = None
    labels: list[Label] | None = None
    title: Text | None = None
    body: Text | None = None
    url: Address | None = None


class Review(Struct, gc=False, kw_only=True):
    id: Number
    state: Name
    user: User | None = None
    submitted_at: Name | None = None
    commit_id: Sha | None = None
    pull_request_url: Address | None = None


class Event(Struct, gc=False, kw_only=True):
    """A webhook body about a pull request, a review of it, or a comment on it."""

    pull_request: Pull
    action: Name | None = None
    repository: Repository | None = None
    review: Review | None = None


class Signature(Struct, gc=False, kw_only=True):
    """Who wrote a commit, as git says it."""

    email: Text | None = None
    name: Text | None = None
    date: Name | None = None


class PushedCommit(Struct, gc=False, kw_only=True):
    id: Sha
    distinct: bool = True
    """False: an earlier push had brought it, such as one of the main line that was merged into the branch."""
    message: Text | None = None
    timestamp: Name | None = None
    author: Signature | None = None
    committer: Signature | None = None


class Push(Struct, gc=False, kw_only=True):
    after: Sha
    commits: list[PushedCommit]
    repository: Repository


class GitCommit(Struct, gc=False, kw_only=True):
    message: Text | None = None
    author: Signature | None = None
    committer: Signature | None = None


class Parent(Struct, gc=False, kw_only=True):
    sha: Sha


class Commit(Struct, gc=False, kw_only=True):
    """A commit as the interface lists it, for a pull request or for a repository."""

    sha: Sha
    commit: GitCommit
    url: Address
    parents: list[Parent] = field(default_factory=list)


class Check(Struct, gc=False, kw_only=True):
    """A check run, a check suite or a run of a workflow: they share the fields that are read."""

    id: Number
    head_sha: Sha
    status: Name | None = None
    conclusion: Name | None = None
    name: Text | None = None
    workflow_id: Count | None = None
    run_attempt: Count | None = None
    started_at: Name | None = None
    run_started_at: Name | None = None
    completed_at: Name | None = None
    updated_at: Name | None = None
    created_at: Name | None = None
    app: Repository | None = None
    repository: Repository | None = None
    url: Address | None = None


class CheckEvent(Struct, gc=False, kw_only=True):
    repository: Repository
    check_run: Check | None = None
    check_suite: Check | None = None
    workflow_run: Check | None = None


class Status(Struct, gc=False, kw_only=True):
    """A commit status; in an answer the commit stands in `url` only."""

    id: Number
    context: Text
    state: Name
    updated_at: Name | None = None
    created_at: Name | None = None
    sha: Sha | None = None
    url: Address | None = None
    repository: Repository | None = None


class Found(Struct, gc=False, kw_only=True):
    """What a search found: it knows no commits, so of a pull request it says only who, when and whether it was merged."""

    class Merge(Struct, gc=False, kw_only=True):
        merged_at: Name | None = None

    number: Number
    created_at: Name
    updated_at: Name
    repository_url: Address
    pull_request: Merge
    state: Name | None = None
    user: User | None = None
    labels: list[Label] | None = None
    title: Text | None = None
    body: Text | None = None


class RequiredCheck(Struct, gc=False, kw_only=True):
    context: Name


class RequiredChecks(Struct, gc=False, kw_only=True):
    """`checks` says the same as `contexts`, which older answers have alone."""

    contexts: list[Name] | None = None
    checks: list[RequiredCheck] | None = None


class RequiredReviews(Struct, gc=False, kw_only=True):
    required_approving_review_count: Count | None = None
    require_code_owner_reviews: bool | None = None


class Protection(Struct, gc=False, kw_only=True):
    """The rules of one protected branch, whole; its name stands in `url` only."""

    url: Address
    required_status_checks: RequiredChecks | None = None
    required_pull_request_reviews: RequiredReviews | None = None


class ProtectionRule(Struct, gc=False, kw_only=True):
    """A protected branch as an event tells of it. `name`: of the branch, or a pattern of names. A level `off` switches a part off."""

    name: Name
    required_status_checks: list[Name] | None = None
    required_status_checks_enforcement_level: Name | None = None
    pull_request_reviews_enforcement_level: Name | None = None
    required_approving_review_count: Count | None = None
    require_code_owner_review: bool | None = None
    created_at: Name | None = None
    updated_at: Name | None = None


class ProtectionEvent(Struct, gc=False, kw_only=True):
    rule: ProtectionRule
    repository: Repository
    action: Name | None = None


class RefNames(Struct, gc=False, kw_only=True):
    include: list[Name] = field(default_factory=list)
    exclude: list[Name] = field(default_factory=list)


class RepositoryNumbers(Struct, gc=False, kw_only=True):
    repository_ids: list[Count] = field(default_factory=list)


class RepositoryProperties(Struct, gc=False, kw_only=True):
    """Nothing of them is read: that they are there says that the repositories are not known."""


class Conditions(Struct, gc=False, kw_only=True):
    """Which branches; of an organisation's rules which repositories too, in one of three ways."""

    ref_name: RefNames | None = None
    repository_name: RefNames | None = None
    repository_id: RepositoryNumbers | None = None
    repository_property: RepositoryProperties | None = None


class RequiredReviewers(Struct, gc=False, kw_only=True):
    """A team that has to approve what touches certain paths. Neither is read: who approved is the host's to say."""

    minimum_approvals: Count | None = None


class Parameters(Struct, gc=False, kw_only=True):
    required_status_checks: list[RequiredCheck] | None = None
    required_approving_review_count: Count | None = None
    require_code_owner_review: bool | None = None
    required_reviewers: list[RequiredReviewers] | None = None


class Rule(Struct, gc=False, kw_only=True):
    type: Name
    parameters: Parameters | None = None


class Ruleset(Struct, gc=False, kw_only=True):
    """A set of rules of a repository or of an organisation. `enforcement`: active, evaluate or disabled. `target`: branch, tag or push."""

    id: Number
    enforcement: Name
    rules: list[Rule] | None = None
    target: Name | None = None
    source_type: Name | None = None
    source: Name | None = None
    conditions: Conditions | None = None
    created_at: Name | None = None
    updated_at: Name | None = None


class RulesetEvent(Struct, gc=False, kw_only=True):
    repository_ruleset: Ruleset
    repository: Repository | None = None
    action: Name | None = None


class Evaluation(Struct, gc=False, kw_only=True):
    """How one rule came out. `enforcement`: active, evaluate (tried out, stops nothing) or deleted ruleset. `result`: pass or fail."""

    rule_type: Name | None = None
    result: Name | None = None
    enforcement: Name | None = None


class RuleSuite(Struct, gc=False, kw_only=True):
    """How all rules of a branch came out when it was moved, as by a merge. `after_sha`: the commit that it came to. `ref`: of the branch, read in memory.
    `result`: pass, fail or bypass, of the rules that were active then; each by itself may be of a set of rules that is gone.
    """

    id: Number
    after_sha: Sha
    ref: Name
    pushed_at: Name
    rule_evaluations: list[Evaluation]
    result: Name | None = None


class Decided(Struct, gc=False, kw_only=True, rename="camel"):
    """`reviewDecision`: APPROVED, CHANGES_REQUESTED, REVIEW_REQUIRED, or null where the branch asks for no review."""

    number: Number
    review_decision: Name | None = None


class DecidedList(Struct, gc=False, kw_only=True):
    nodes: list[Decided] = field(default_factory=list)


class DecidedRepository(Struct, gc=False, kw_only=True, rename="camel"):
    name_with_owner: Name | None = None
    pull_request: Decided | None = None
    pull_requests: DecidedList | None = None


class DecidedData(Struct, gc=False, kw_only=True):
    repository: DecidedRepository | None = None


class Decisions(Struct, gc=False, kw_only=True):
    """An answer of the GraphQL interface, of one pull request or of many of one repository."""

    data: DecidedData
