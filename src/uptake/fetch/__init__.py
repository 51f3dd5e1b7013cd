"""The only outbound network: a vendor's interface into files, a whole day at a time. `FETCHERS` holds every one by its source."""

from uptake.fetch import claude_code, claude_enterprise, codex, copilot_seats, copilot_users, cursor, windsurf
from uptake.fetch.vendor import Fetcher

FETCHERS: dict[str, Fetcher] = {
    made.source: made
    for made in (
        copilot_users.FETCHER,
        copilot_seats.FETCHER,
        claude_code.FETCHER,
        claude_enterprise.FETCHER,
        cursor.FETCHER,
        codex.FETCHER,
        windsurf.FETCHER,
    )
}
