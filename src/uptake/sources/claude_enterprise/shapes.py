"""The allow-list of the Claude Enterprise users report: every field that is read, with its limits.

All fields may be absent: older payloads lack what the newest schema requires (rule R-CE-3). A field of type `Raw` is known and not
taken: its value is never decoded. `X` is the lenient form, `StrictX` the same with unknown keys refused (the fast path).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct

LIMIT = 10**12
Count = Annotated[int, Meta(ge=0, le=LIMIT)]
Name = Annotated[str, Meta(max_length=255)]
NONE = Raw()


class User(Struct, gc=False, kw_only=True):
    id: Name | None = None
    email_address: Name | None = None
    type: Name | None = None


class StrictUser(User, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Product(Struct, gc=False, kw_only=True):
    """The counts of one product. Which of them it has is the vendor's choice; only messages and sessions are read."""

    message_count: Count | None = None
    distinct_conversation_count: Count | None = None
    distinct_session_count: Count | None = None
    action_count: Raw = NONE
    artifacts_created_count: Raw = NONE
    connectors_used_count: Raw = NONE
    delegation_count: Raw = NONE
    dispatch_turn_count: Raw = NONE
    distinct_artifacts_created_count: Raw = NONE
    distinct_connectors_used_count: Raw = NONE
    distinct_files_uploaded_count: Raw = NONE
    distinct_plugins_used_count: Raw = NONE
    distinct_projects_created_count: Raw = NONE
    distinct_projects_used_count: Raw = NONE
    distinct_shared_artifacts_viewed_count: Raw = NONE
    distinct_skills_used_count: Raw = NONE
    edit_tool_count: Raw = NONE
    file_edit_count: Raw = NONE
    multi_edit_tool_count: Raw = NONE
    notebook_edit_tool_count: Raw = NONE
    plugins_used_count: Raw = NONE
    remote_compute_job_count: Raw = NONE
    sessions_with_file_edits_count: Raw = NONE
    shared_conversations_viewed_count: Raw = NONE
    skills_used_count: Raw = NONE
    thinking_message_count: Raw = NONE
    write_tool_count: Raw = NONE


class StrictProduct(Product, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Unified(Struct, gc=False, kw_only=True):
    """Where chat and co-work are counted once the unified product is on (rule R-CE-2)."""

    chat: Product | None = None
    sessions: Product | None = None


class StrictUnified(Unified, gc=False, kw_only=True, forbid_unknown_fields=True):
    chat: StrictProduct | None = None
    sessions: StrictProduct | None = None


class Office(Struct, gc=False, kw_only=True):
    excel: Product | None = None
    outlook: Product | None = None
    powerpoint: Product | None = None
    word: Product | None = None


class StrictOffice(Office, gc=False, kw_only=True, forbid_unknown_fields=True):
    excel: StrictProduct | None = None
    outlook: StrictProduct | None = None
    powerpoint: StrictProduct | None = None
    word: StrictProduct | None = None


class Tag(Struct, gc=False, kw_only=True):
    active_message_count: Count | None = None
    active_day_count: Raw = NONE


class StrictTag(Tag, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Lines(Struct, gc=False, kw_only=True):
    added_count: Count | None = None
    removed_count: Count | None = None


class StrictLines(Lines, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Core(Struct, gc=False, kw_only=True):
    commit_count: Count | None = None
    pull_request_count: Count | None = None
    distinct_session_count: Count | None = None
    lines_of_code: Lines | None = None
    artifacts_created_count: Raw = NONE


class StrictCore(Core, gc=False, kw_only=True, forbid_unknown_fields=True):
    lines_of_code: StrictLines | None = None


class Decisions(Struct, gc=False, kw_only=True):
    accepted_count: Count | None = None
    rejected_count: Count | None = None


class StrictDecisions(Decisions, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Tools(Struct, gc=False, kw_only=True):
    edit_tool: Decisions | None = None
    multi_edit_tool: Decisions | None = None
    write_tool: Decisions | None = None
    notebook_edit_tool: Decisions | None = None


class StrictTools(Tools, gc=False, kw_only=True, forbid_unknown_fields=True):
    edit_tool: StrictDecisions | None = None
    multi_edit_tool: StrictDecisions | None = None
    write_tool: StrictDecisions | None = None
    notebook_edit_tool: StrictDecisions | None = None


class Code(Struct, gc=False, kw_only=True):
    core_metrics: Core | None = None
    tool_actions: Tools | None = None


class StrictCode(Code, gc=False, kw_only=True, forbid_unknown_fields=True):
    core_metrics: StrictCore | None = None
    tool_actions: StrictTools | None = None


class Record(Struct, gc=False, kw_only=True):
    """One entry of `data`: a user on one UTC day. `date` is no field of the vendor's: whoever fetches may write the day asked for there."""

    user: User | None = None
    date: Name | None = None
    last_activity_date: Name | None = None
    chat_metrics: Product | None = None
    cowork_metrics: Product | None = None
    design_metrics: Product | None = None
    science_metrics: Product | None = None
    office_metrics: Office | None = None
    claude_code_metrics: Code | None = None
    claude_tag_metrics: Tag | None = None
    chat_cowork_unified_metrics: Unified | None = None
    distinct_user_count: Count | None = None
    rbac_group_id: Name | None = None
    rbac_group_name: Raw = NONE
    web_search_count: Raw = NONE


class StrictRecord(Record, gc=False, kw_only=True, forbid_unknown_fields=True):
    user: StrictUser | None = None
    chat_metrics: StrictProduct | None = None
    cowork_metrics: StrictProduct | None = None
    design_metrics: StrictProduct | None = None
    science_metrics: StrictProduct | None = None
    office_metrics: StrictOffice | None = None
    claude_code_metrics: StrictCode | None = None
    claude_tag_metrics: StrictTag | None = None
    chat_cowork_unified_metrics: StrictUnified | None = None
