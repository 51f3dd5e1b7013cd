"""The allow-list of GitLab's answers and events. Texts are read in memory as in `github.shapes`, and go no further."""

from __future__ import annotations

from msgspec import Struct

from uptake.sources.github.shapes import Address, Count, Label, Name, Number, Sha, Signature, Text


class User(Struct, gc=False, kw_only=True):
    id: Count | None = None
    username: Name | None = None
    bot: bool | None = None


class References(Struct, gc=False, kw_only=True):
    """`full`: `group/name!12`."""

    full: Name | None = None


class Merge(Struct, gc=False, kw_only=True):
    """A merge request as the interface answers it."""

    iid: Number
    created_at: Name
    updated_at: Name
    state: Name
    project_id: Count | None = None
    references: References | None = None
    web_url: Address | None = None
    author: User | None = None
    merged_at: Name | None = None
    sha: Sha | None = None
    merge_commit_sha: Sha | None = None
    squash_commit_sha: Sha | None = None
    user_notes_count: Count | None = None
    target_branch: Name | None = None
    labels: list[Text] | None = None
    title: Text | None = None
    description: Text | None = None


class Approval(Struct, gc=False, kw_only=True):
    user: User | None = None
    approved_at: Name | None = None


class Approvals(Struct, gc=False, kw_only=True):
    """Who has approved a merge request. It does not say of which commit; and when, only in newer releases."""

    iid: Number
    project_id: Count
    approved_by: list[Approval]
    approvals_required: Count | None = None


class ProtectedBranch(Struct, gc=False, kw_only=True):
    """`name`: of the branch, or a pattern of names; read in memory."""

    name: Name
    code_owner_approval_required: bool | None = None


class RuledBranch(Struct, gc=False, kw_only=True):
    """A protected branch as a rule on approvals names it: what else is said of it there is not read, for the list of branches says it too."""

    name: Name


class ApprovalRule(Struct, gc=False, kw_only=True):
    """A rule of a project on approvals. `rule_type`: regular (by certain people), any_approver, code_owner or report_approver."""

    id: Number
    rule_type: Name
    approvals_required: Count
    applies_to_all_protected_branches: bool | None = None
    protected_branches: list[RuledBranch] | None = None


class RuleState(Struct, gc=False, kw_only=True):
    """A rule of a merge request, and whether it is met. `approved_by`: those of it who have approved."""

    rule_type: Name
    approvals_required: Count
    approved: bool | None = None
    id: Count | None = None
    approved_by: list[User] | None = None


class ApprovalState(Struct, gc=False, kw_only=True):
    rules: list[RuleState]


class Project(Struct, gc=False, kw_only=True):
    path_with_namespace: Name
    id: Count | None = None
    default_branch: Name | None = None


class LastCommit(Struct, gc=False, kw_only=True):
    id: Sha


class Attributes(Struct, gc=False, kw_only=True):
    """What a webhook says of a merge request. The author stands in it by number only."""

    iid: Number
    created_at: Name
    updated_at: Name
    state: Name | None = None
    action: Name | None = None
    author_id: Count | None = None
    merge_commit_sha: Sha | None = None
    squash_commit_sha: Sha | None = None
    last_commit: LastCommit | None = None
    target_branch: Name | None = None
    title: Text | None = None
    description: Text | None = None


class MergeEvent(Struct, gc=False, kw_only=True):
    """`user`: who did what the event is about."""

    project: Project
    object_attributes: Attributes
    user: User | None = None
    labels: list[Label] | None = None


class PushedCommit(Struct, gc=False, kw_only=True):
    id: Sha
    message: Text | None = None
    timestamp: Name | None = None
    author: Signature | None = None


class PushEvent(Struct, gc=False, kw_only=True):
    after: Sha
    project: Project
    commits: list[PushedCommit]


class Pipeline(Struct, gc=False, kw_only=True):
    """A pipeline as the interface lists it; its repository stands in `web_url` only."""

    id: Number
    sha: Sha
    status: Name
    project_id: Count | None = None
    web_url: Address | None = None
    created_at: Name | None = None
    updated_at: Name | None = None


class PipelineAttributes(Struct, gc=False, kw_only=True):
    id: Number
    sha: Sha
    status: Name
    created_at: Name | None = None
    finished_at: Name | None = None


class PipelineEvent(Struct, gc=False, kw_only=True):
    project: Project
    object_attributes: PipelineAttributes
