"""Reader `copilot-aggregate`: organisation and enterprise reports, for reconciliation only (SOURCES.md 4.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from uptake.model import VendorTotal
from uptake.model.outcome import Ignored, InputFile, Outcome, Rejected, Taken
from uptake.sources.copilot.context import Context
from uptake.sources.copilot.foreign import AGGREGATE, INVENTED_KEYS, LEGACY_KEYS
from uptake.sources.copilot.shapes import NOTHING, Count, Id, Skipped
from uptake.sources.copilot.walk import Form, walk


class PullRequests(msgspec.Struct, gc=False):
    """`pull_requests`: counts only; its medians of minutes are not taken."""

    total_created: Count | None = None
    total_reviewed: Count | None = None
    total_merged: Count | None = None
    total_suggestions: Count | None = None
    total_applied_suggestions: Count | None = None
    total_created_by_copilot: Count | None = None
    total_reviewed_by_copilot: Count | None = None
    total_merged_created_by_copilot: Count | None = None
    total_merged_reviewed_by_copilot: Count | None = None
    total_copilot_suggestions: Count | None = None
    total_copilot_applied_suggestions: Count | None = None
    median_minutes_to_merge: Skipped = NOTHING
    median_minutes_to_merge_copilot_authored: Skipped = NOTHING
    median_minutes_to_merge_copilot_reviewed: Skipped = NOTHING


class StrictPullRequests(PullRequests, gc=False, forbid_unknown_fields=True):
    pass


class AggregateDay(msgspec.Struct, gc=False, kw_only=True):
    """One entry of `day_totals`. Other cuts of the same numbers are known and skipped."""

    day: dt.date
    enterprise_id: Id | None = None
    organization_id: Id | None = None
    user_initiated_interaction_count: Count | None = None
    code_generation_activity_count: Count | None = None
    code_acceptance_activity_count: Count | None = None
    loc_added_sum: Count | None = None
    daily_active_users: Count | None = None
    weekly_active_users: Count | None = None
    monthly_active_users: Count | None = None
    pull_requests: PullRequests | None = None
    loc_suggested_to_add_sum: Skipped = NOTHING
    loc_suggested_to_delete_sum: Skipped = NOTHING
    loc_deleted_sum: Skipped = NOTHING
    totals_by_ide: Skipped = NOTHING
    totals_by_feature: Skipped = NOTHING
    totals_by_language_feature: Skipped = NOTHING
    totals_by_language_model: Skipped = NOTHING
    totals_by_model_feature: Skipped = NOTHING
    totals_by_cli: Skipped = NOTHING
    totals_by_ai_adoption_phase: Skipped = NOTHING
    daily_active_cli_users: Skipped = NOTHING
    monthly_active_chat_users: Skipped = NOTHING
    monthly_active_agent_users: Skipped = NOTHING
    daily_active_copilot_cloud_agent_users: Skipped = NOTHING
    weekly_active_copilot_cloud_agent_users: Skipped = NOTHING
    monthly_active_copilot_cloud_agent_users: Skipped = NOTHING
    daily_active_copilot_code_review_users: Skipped = NOTHING
    weekly_active_copilot_code_review_users: Skipped = NOTHING
    monthly_active_copilot_code_review_users: Skipped = NOTHING
    daily_passive_copilot_code_review_users: Skipped = NOTHING
    weekly_passive_copilot_code_review_users: Skipped = NOTHING
    monthly_passive_copilot_code_review_users: Skipped = NOTHING
    etl_id: Skipped = NOTHING
    day_partition: Skipped = NOTHING
    entity_id_partition: Skipped = NOTHING


class StrictAggregateDay(AggregateDay, gc=False, kw_only=True, forbid_unknown_fields=True):
    pull_requests: StrictPullRequests | None = None


MEASURES = (
    ("user_initiated_interaction_count", "prompts"),
    ("code_generation_activity_count", "generations"),
    ("code_acceptance_activity_count", "accepts"),
    ("loc_added_sum", "lines_added"),
    ("daily_active_users", "vendor:daily_active_users"),
    ("weekly_active_users", "vendor:weekly_active_users"),
    ("monthly_active_users", "vendor:monthly_active_users"),
)
"""Counter -> measure. The four columns mean what they mean in `users.TOP_LEVEL`."""

PULL_REQUESTS = tuple(name for name in PullRequests.__struct_fields__ if name.startswith("total_"))


def parse(file: InputFile) -> Iterator[Outcome]:
    """One `Taken` per tenant and day, all of it totals of the tenant: an aggregate is never put on people (R-AG-1)."""
    return walk(file, FORM)


def tenant_day(record: AggregateDay, line: int, context: Context, unknown: Sequence[str]) -> Iterator[Outcome]:
    """The known measures of one day; a day without any of them is ignored."""
    del unknown
    if not context.in_range(record.day):
        yield Rejected(line, "day out of range", "day")
        return
    tenant = context.tenant(record.organization_id, record.enterprise_id)
    rows: list[msgspec.Struct] = [
        VendorTotal(tool="copilot", tenant=tenant, day=record.day, measure=measure, value=value)
        for measure, value in _measures(record)
        if value is not None
    ]
    if rows:
        yield Taken(line, f"{tenant}|{record.day}", rows, record.day, tenant)
    else:
        yield Ignored(line, "day without a known measure")


def _measures(record: AggregateDay) -> Iterator[tuple[str, int | None]]:
    for counter, measure in MEASURES:
        yield measure, getattr(record, counter)
    if record.pull_requests is not None:
        for counter in PULL_REQUESTS:
            yield f"vendor:pr_{counter}", getattr(record.pull_requests, counter)


FORM = Form(
    kind=AGGREGATE,
    lists=("day_totals",),
    strict=msgspec.json.Decoder(StrictAggregateDay),
    lenient=msgspec.json.Decoder(AggregateDay, strict=False),
    rows=tenant_day,
    betrayed_by=frozenset({"user_id", "user_login"}) | INVENTED_KEYS | LEGACY_KEYS,
)
