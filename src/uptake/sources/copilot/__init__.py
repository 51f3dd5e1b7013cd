"""GitHub Copilot: user reports, vendor teams, seat lists and aggregate reports (SOURCES.md section 4)."""

from uptake.model.outcome import Source
from uptake.sources.copilot import aggregate, seats, teams, users

SOURCES: tuple[Source, ...] = (
    Source(
        name="copilot-users",
        tool="copilot",
        title="GitHub Copilot users reports (1-day and 28-day)",
        parse=users.parse,
        grain="day",
        tenants_repeat=True,
        many_days_report=3,
        in_pieces=True,
        names_parts=b"download_links",
        account_kind="login",
    ),
    Source(
        name="copilot-user-teams",
        tool="copilot",
        title="GitHub Copilot user-teams report",
        parse=teams.parse,
    ),
    Source(
        name="copilot-seats",
        tool="copilot",
        title="GitHub Copilot seat list and activity report",
        parse=seats.parse,
    ),
    Source(
        name="copilot-aggregate",
        tool="copilot",
        title="GitHub Copilot organisation and enterprise reports (reconciliation only)",
        parse=aggregate.parse,
    ),
)
