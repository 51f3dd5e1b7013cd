"""Reader `copilot-users`: users-1-day and users-28-day reports, one object per account and day (SOURCES.md 4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy as copied
from decimal import Decimal
from operator import attrgetter

import msgspec

from uptake.model import ALL_FEATURES, PROACTIVE, Usage, VendorTotal
from uptake.model.outcome import InputFile, Outcome, Rejected, Taken
from uptake.sources.copilot.clients import any_below_minimum
from uptake.sources.copilot.context import Context
from uptake.sources.copilot.features import AUTO, CLI, CLI_FEATURE, FEATURES, IDE, USER, feature_of, safe_name
from uptake.sources.copilot.flags import clients_of, flags_json
from uptake.sources.copilot.foreign import INVENTED_KEYS, USERS
from uptake.sources.copilot.person_day import copy, person_day_rows
from uptake.sources.copilot.shapes import LIMIT, FeatureTotals, StrictUserDay, UserDay
from uptake.sources.copilot.walk import Form, walk

TOOL = "copilot"

ENTERPRISE_DAY = 1
ORGANIZATION_DAY = 2
MONTH = 3
"""28-day report: the days as they were known at one later time, worse than any 1-day report (rule R-CP-9)."""

TOP_LEVEL = (
    ("prompts", "user_initiated_interaction_count"),
    ("generations", "code_generation_activity_count"),
    ("accepts", "code_acceptance_activity_count"),
    ("lines_added", "loc_added_sum"),
)
"""Measure of the vendor total -> counter. `prompts` includes plans, `accepts` both kinds, `lines_added` the agent's."""


def parse(file: InputFile) -> Iterator[Outcome]:
    """One `Taken` per account-day: its feature rows, its person-day rows, and vendor totals that differ (R-CP-1)."""
    return walk(file, FORM)


def account_day(record: UserDay, line: int, context: Context, unknown: Sequence[str]) -> Iterator[Outcome]:
    """Canonical rows of one vendor record. Rejected when its day or its credits cannot be true."""
    if not context.in_range(record.day):
        yield Rejected(line, "day out of range", "day")
        return
    if not _credible(record.ai_credits_used):
        yield Rejected(line, "not a number from 0 to 10**12", "ai_credits_used", record.day)
        return
    tenant = context.tenant(record.organization_id, record.enterprise_id)
    if record.report_start_day is not None:
        yield from context.span(record.report_start_day, record.report_end_day, tenant)
    clients = clients_of(record.totals_by_ide)
    witness = Usage(
        tool=TOOL,
        account=str(record.user_id),
        day=record.day,
        surface=IDE,
        feature=ALL_FEATURES,
        feature_class=PROACTIVE,
        tenant=tenant,
        login=record.user_login.strip(),
        precedence=_precedence(record, context),
        below_minimum=any_below_minimum(clients),
    )
    features = _distinct(record.totals_by_feature or ())
    rows = _feature_rows(witness, features)
    rows += _cli_prompts(witness, record, rows)
    marked = person_day_rows(witness, record)
    if not rows and not marked:
        marked = [witness]  # a row of nothing is still a sign that the client reports (C5, R-CP-5)
    (marked or rows)[0].flags_json = flags_json(record, clients, unknown)
    key = f"{witness.precedence}|{tenant}|{witness.account}|{record.day.isoformat()}"
    totals = _differing_totals(witness, record, features)
    yield Taken(line, key, [*rows, *marked, *totals], record.day, tenant, witness.account)


def _credible(credits_used: Decimal | None) -> bool:
    return credits_used is None or (credits_used.is_finite() and 0 <= credits_used <= LIMIT)


def _precedence(record: UserDay, context: Context) -> int:
    first = record.report_start_day or context.first
    last = record.report_end_day or context.last
    if first is not None and last is not None and first < last:
        return MONTH
    return ORGANIZATION_DAY if context.has_organization(record.organization_id) else ENTERPRISE_DAY


def _distinct(entries: Sequence[FeatureTotals]) -> Sequence[FeatureTotals]:
    """Entries with storable names, one per feature; the vendor gives one each, a repeated one is summed."""
    names = {entry.feature for entry in entries}
    if len(names) == len(entries) and names <= FEATURES.keys():
        return entries
    merged: dict[str, FeatureTotals] = {}
    for entry in entries:
        name = safe_name(entry.feature)
        before = merged.get(name)
        merged[name] = _renamed(entry, name) if before is None else _sum(before, entry)
    return list(merged.values())


def _renamed(entry: FeatureTotals, name: str) -> FeatureTotals:
    changed = copied(entry)
    changed.feature = name
    return changed


def _sum(left: FeatureTotals, right: FeatureTotals) -> FeatureTotals:
    total = copied(left)
    for counter in COUNTERS:
        a, b = getattr(left, counter), getattr(right, counter)
        setattr(total, counter, a if b is None else b if a is None else a + b)
    return total


COUNTERS = (
    "user_initiated_interaction_count",
    "code_generation_activity_count",
    "code_acceptance_activity_count",
    "loc_suggested_to_add_sum",
    "loc_added_sum",
    "loc_deleted_sum",
)


def _feature_rows(witness: Usage, features: Sequence[FeatureTotals]) -> list[Usage]:
    """One row per feature (rules R-CP-1, R-CP-3, R-CP-4)."""
    rows: list[Usage] = []
    for entry in features:
        feature = feature_of(entry.feature)
        row = copy(witness)
        row.surface = feature.surface
        row.feature = entry.feature
        row.feature_class = feature.feature_class
        row.generations = entry.code_generation_activity_count
        row.lines_suggested = entry.loc_suggested_to_add_sum
        if feature.plan:
            row.plans = entry.user_initiated_interaction_count
        else:
            row.prompts = entry.user_initiated_interaction_count
        if feature.accepts is USER:
            row.accept_user = entry.code_acceptance_activity_count
        elif feature.accepts is AUTO:
            row.accept_auto = entry.code_acceptance_activity_count
        else:
            row.accept_unsplit = entry.code_acceptance_activity_count
        if feature.agent_lines:
            row.lines_agent_added, row.lines_agent_deleted = entry.loc_added_sum, entry.loc_deleted_sum
            if entry.feature == CLI_FEATURE and entry.loc_added_sum == 0:
                row.lines_added = 0  # none were added at all, so the person added none either
        else:
            row.lines_added, row.lines_deleted = entry.loc_added_sum, entry.loc_deleted_sum
        rows.append(row)
    return rows


def _cli_prompts(witness: Usage, record: UserDay, rows: Sequence[Usage]) -> list[Usage]:
    """Prompts of the command line when the features do not hold it (rule R-CP-2)."""
    cli = record.totals_by_cli
    if cli is None or cli.prompt_count is None:
        return []
    if any(row.feature == CLI_FEATURE for row in rows):
        return []
    row = copy(witness)
    row.surface, row.feature, row.prompts = CLI, CLI_FEATURE, cli.prompt_count
    return [row]


def _differing_totals(witness: Usage, record: UserDay, features: Sequence[FeatureTotals]) -> list[VendorTotal]:
    """The vendor's top-level counters that are not the sum over its features: logged, never a failure (rule R-CP-1)."""
    stated_totals = _top_level(record)
    sums = _sums(features)
    if stated_totals == sums:
        return []
    return [
        VendorTotal(
            tool=TOOL,
            tenant=witness.tenant,
            day=witness.day,
            measure=measure,
            value=stated,
            scope="account",
            account=witness.account,
        )
        for (measure, _), stated, total in zip(TOP_LEVEL, stated_totals, sums, strict=True)
        if stated is not None and stated != total
    ]


_top_level = attrgetter(*(counter for _, counter in TOP_LEVEL))


def _sums(features: Sequence[FeatureTotals]) -> tuple[int, int, int, int]:
    """Sums over the features of the counters of `TOP_LEVEL`."""
    prompts = generations = accepts = added = 0
    for one, two, three, four in map(_top_level, features):
        prompts, generations, accepts, added = (
            prompts + (one or 0),
            generations + (two or 0),
            accepts + (three or 0),
            added + (four or 0),
        )
    return prompts, generations, accepts, added


FORM = Form(
    kind=USERS,
    lists=("day_totals",),
    strict=msgspec.json.Decoder(StrictUserDay),
    lenient=msgspec.json.Decoder(UserDay, strict=False),
    rows=account_day,
    betrayed_by=frozenset({"team_id"}) | INVENTED_KEYS,
)
