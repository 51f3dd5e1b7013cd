"""Reader `copilot-user-teams`: the vendor's teams of an account on one day (SOURCES.md 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from uptake.model import TeamMembership
from uptake.model.outcome import InputFile, Outcome, Rejected, Taken
from uptake.sources.copilot.context import Context, text_of
from uptake.sources.copilot.foreign import TEAMS
from uptake.sources.copilot.shapes import StrictTeamDay, TeamDay
from uptake.sources.copilot.walk import Form, walk


def parse(file: InputFile) -> Iterator[Outcome]:
    """One `Taken` per account, day and team. Teams of fewer than 5 seats are left out by the vendor (rule R-UT-2)."""
    return walk(file, FORM)


def membership(record: TeamDay, line: int, context: Context, unknown: Sequence[str]) -> Iterator[Outcome]:
    """One membership; it holds on its own day only and is joined on account, day and tenant (rule R-UT-1)."""
    del unknown
    if not context.in_range(record.day):
        yield Rejected(line, "day out of range", "day")
        return
    tenant = context.tenant(record.organization_id, record.enterprise_id)
    account, team = str(record.user_id), text_of(record.team_id)
    row = TeamMembership(
        tool="copilot",
        tenant=tenant,
        day=record.day,
        account=account,
        team=(record.slug or "").strip() or team,
        login=record.user_login.strip(),
    )
    yield Taken(line, f"{tenant}|{record.day}|{account}|{team}", [row], record.day, tenant, account)


FORM = Form(
    kind=TEAMS,
    lists=("day_totals",),
    strict=msgspec.json.Decoder(StrictTeamDay),
    lenient=msgspec.json.Decoder(TeamDay, strict=False),
    rows=membership,
)
