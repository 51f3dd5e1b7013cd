"""The allow-list of the Claude Code usage report: every field that is read, with its limits.

What is not named here is not decoded. `X` is the lenient form, `StrictX` the same with unknown keys refused (the fast
path). null and absent both mean that the vendor does not say (rules C1, R-CA-3).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

LIMIT = 10**12
Count = Annotated[int, Meta(ge=0, le=LIMIT)]
Name = Annotated[str, Meta(max_length=255)]


class Actor(Struct, gc=False, kw_only=True):
    type: Name | None = None
    email_address: Name | None = None
    api_key_name: Name | None = None


class StrictActor(Actor, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Lines(Struct, gc=False, kw_only=True):
    added: Count | None = None
    removed: Count | None = None


class StrictLines(Lines, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Core(Struct, gc=False, kw_only=True):
    num_sessions: Count | None = None
    lines_of_code: Lines | None = None
    commits_by_claude_code: Count | None = None
    pull_requests_by_claude_code: Count | None = None


class StrictCore(Core, gc=False, kw_only=True, forbid_unknown_fields=True):
    lines_of_code: StrictLines | None = None


class Decisions(Struct, gc=False, kw_only=True):
    accepted: Count | None = None
    rejected: Count | None = None


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


class Tokens(Struct, gc=False, kw_only=True):
    input: Count | None = None
    output: Count | None = None
    cache_read: Count | None = None
    cache_creation: Count | None = None


class StrictTokens(Tokens, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Cost(Struct, gc=False, kw_only=True):
    """`amount` is in cents and may have a fraction (rule R-CA-1)."""

    amount: Decimal | None = None
    currency: Name | None = None


class StrictCost(Cost, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


class Model(Struct, gc=False, kw_only=True):
    """One entry of `model_breakdown`; which model it was is known and not taken."""

    model: Name | None = None
    tokens: Tokens | None = None
    estimated_cost: Cost | None = None


class StrictModel(Model, gc=False, kw_only=True, forbid_unknown_fields=True):
    tokens: StrictTokens | None = None
    estimated_cost: StrictCost | None = None


class Record(Struct, gc=False, kw_only=True):
    """One entry of `data`: an actor on one UTC day in one terminal as one kind of customer."""

    date: Name
    actor: Actor
    organization_id: Name | None = None
    customer_type: Name | None = None
    subscription_type: Name | None = None
    terminal_type: Name | None = None
    core_metrics: Core | None = None
    tool_actions: Tools | None = None
    model_breakdown: tuple[Model, ...] | None = None


class StrictRecord(Record, gc=False, kw_only=True, forbid_unknown_fields=True):
    actor: StrictActor
    core_metrics: StrictCore | None = None
    tool_actions: StrictTools | None = None
    model_breakdown: tuple[StrictModel, ...] | None = None
