"""The only outbound network: a vendor's interface into files, a whole day at a time. `FETCHERS` holds every one by its name: that of its source, mostly."""

from uptake.fetch import (
    claude_code,
    claude_enterprise,
    codex,
    copilot_billing,
    copilot_seats,
    copilot_users,
    cursor,
    cursor_events,
    windsurf,
)
from uptake.fetch.vendor import Fetcher

FETCHERS: dict[str, Fetcher] = {
    made.name or made.source: made
    for made in (
        copilot_users.FETCHER,
        copilot_seats.FETCHER,
        copilot_billing.FETCHER,
        claude_code.FETCHER,
        claude_enterprise.FETCHER,
        cursor.FETCHER,
        cursor_events.FETCHER,
        codex.FETCHER,
        windsurf.FETCHER,
    )
}
