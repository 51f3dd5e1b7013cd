"""The allow-list of the Copilot reports: every field that is read, with its limits. What is not named here is not decoded.

`X` is the lenient form, `StrictX` the same with unknown keys refused (the fast path of the readers). `Skipped` fields
are known and not taken. Counters are whole, at least 0 and at most 10**12; null and absent both mean unknown (rule C1).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Raw, Struct

LIMIT = 10**12

Count = Annotated[int, Meta(ge=0, le=LIMIT)]
Id = Annotated[int, Meta(ge=0)] | Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{0,64}$")]
UserId = Annotated[int, Meta(ge=1)] | Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,19}$")]
Login = Annotated[str, Meta(pattern=r"^\s*[^\s|]+\s*$", max_length=255)]
Skipped = Raw

NOTHING = Raw()


class FeatureTotals(Struct, gc=False):
    """One entry of `totals_by_feature`."""

    feature: str
    user_initiated_interaction_count: Count | None = None
    code_generation_activity_count: Count | None = None
    code_acceptance_activity_count: Count | None = None
    loc_suggested_to_add_sum: Count | None = None
    loc_suggested_to_delete_sum: Skipped = NOTHING
    loc_added_sum: Count | None = None
    loc_deleted_sum: Count | None = None


class StrictFeatureTotals(FeatureTotals, gc=False, forbid_unknown_fields=True):
    pass


class IdeVersion(Struct, gc=False):
    ide_version: str | None = None
    sampled_at: Skipped = NOTHING


class StrictIdeVersion(IdeVersion, gc=False, forbid_unknown_fields=True):
    pass


class PluginVersion(Struct, gc=False):
    plugin: str | None = None
    plugin_version: str | None = None
    sampled_at: Skipped = NOTHING


class StrictPluginVersion(PluginVersion, gc=False, forbid_unknown_fields=True):
    pass


class IdeTotals(Struct, gc=False, kw_only=True):
    """One entry of `totals_by_ide`: only the versions are read, its counters are another cut of the same numbers."""

    ide: str = ""
    last_known_ide_version: IdeVersion | None = None
    last_known_plugin_version: PluginVersion | None = None
    user_initiated_interaction_count: Skipped = NOTHING
    code_generation_activity_count: Skipped = NOTHING
    code_acceptance_activity_count: Skipped = NOTHING
    loc_suggested_to_add_sum: Skipped = NOTHING
    loc_suggested_to_delete_sum: Skipped = NOTHING
    loc_added_sum: Skipped = NOTHING
    loc_deleted_sum: Skipped = NOTHING


class StrictIdeTotals(IdeTotals, gc=False, kw_only=True, forbid_unknown_fields=True):
    last_known_ide_version: StrictIdeVersion | None = None
    last_known_plugin_version: StrictPluginVersion | None = None


class TokenUsage(Struct, gc=False):
    output_tokens_sum: Count | None = None
    prompt_tokens_sum: Count | None = None
    avg_tokens_per_request: Skipped = NOTHING


class StrictTokenUsage(TokenUsage, gc=False, forbid_unknown_fields=True):
    pass


class CliVersion(Struct, gc=False):
    cli_version: str | None = None
    sampled_at: Skipped = NOTHING


class StrictCliVersion(CliVersion, gc=False, forbid_unknown_fields=True):
    pass


class ClientTotals(Struct, gc=False):
    """`totals_by_cli` and `totals_by_copilot_app`: what is given per person-day only (rule C4)."""

    session_count: Count | None = None
    request_count: Count | None = None
    prompt_count: Count | None = None
    token_usage: TokenUsage | None = None
    last_known_cli_version: CliVersion | None = None


class StrictClientTotals(ClientTotals, gc=False, forbid_unknown_fields=True):
    token_usage: StrictTokenUsage | None = None
    last_known_cli_version: StrictCliVersion | None = None


class Phase(Struct, gc=False):
    """`ai_adoption_phase`: GitHub's own class of a person; kept in flags only."""

    phase_number: Count | None = None
    phase: str | None = None
    version: str | None = None


class StrictPhase(Phase, gc=False, forbid_unknown_fields=True):
    pass


class UserDay(Struct, gc=False, kw_only=True):
    """One row of users-1-day or users-28-day (SOURCES.md section 4.2)."""

    user_id: UserId
    user_login: Login
    day: dt.date
    report_start_day: dt.date | None = None
    report_end_day: dt.date | None = None
    enterprise_id: Id | None = None
    organization_id: Id | None = None
    user_initiated_interaction_count: Count | None = None
    code_generation_activity_count: Count | None = None
    code_acceptance_activity_count: Count | None = None
    loc_suggested_to_add_sum: Count | None = None
    loc_suggested_to_delete_sum: Skipped = NOTHING
    loc_added_sum: Count | None = None
    loc_deleted_sum: Count | None = None
    used_agent: bool | None = None
    used_chat: bool | None = None
    used_cli: bool | None = None
    used_copilot_coding_agent: bool | None = None
    used_copilot_cloud_agent: bool | None = None
    used_copilot_code_review_active: bool | None = None
    used_copilot_code_review_passive: bool | None = None
    ai_adoption_phase: Phase | None = None
    ai_credits_used: Decimal | None = None
    totals_by_feature: tuple[FeatureTotals, ...] | None = None
    totals_by_ide: tuple[IdeTotals, ...] | None = None
    totals_by_cli: ClientTotals | None = None
    totals_by_copilot_app: ClientTotals | None = None
    totals_by_language_feature: Skipped = NOTHING
    totals_by_language_model: Skipped = NOTHING
    totals_by_model_feature: Skipped = NOTHING
    etl_id: Skipped = NOTHING
    day_partition: Skipped = NOTHING
    entity_id_partition: Skipped = NOTHING


class StrictUserDay(UserDay, gc=False, kw_only=True, forbid_unknown_fields=True):
    ai_adoption_phase: StrictPhase | None = None
    totals_by_feature: tuple[StrictFeatureTotals, ...] | None = None
    totals_by_ide: tuple[StrictIdeTotals, ...] | None = None
    totals_by_cli: StrictClientTotals | None = None
    totals_by_copilot_app: StrictClientTotals | None = None


class TeamDay(Struct, gc=False, kw_only=True):
    """One row of user-teams-1-day (SOURCES.md section 4.3)."""

    user_id: UserId
    user_login: Login
    day: dt.date
    team_id: Id
    slug: Annotated[str, Meta(max_length=255)] | None = None
    enterprise_id: Id | None = None
    organization_id: Id | None = None
    etl_id: Skipped = NOTHING
    day_partition: Skipped = NOTHING
    entity_id_partition: Skipped = NOTHING


class StrictTeamDay(TeamDay, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass
