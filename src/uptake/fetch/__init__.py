"""The only outbound network: a vendor's interface into files, a whole day at a time. `FETCHERS` holds every one by its name: that of its source, mostly."""

from uptake.fetch import (
    chatgpt_days,
    claude_code,
    claude_enterprise,
    codex,
    copilot_billing,
    copilot_billing_users,
    copilot_seats,
    copilot_users,
    cursor,
    cursor_events,
    github_identities,
    scim,
    windsurf,
)
from uptake.fetch.vendor import Fetcher

FETCHERS: dict[str, Fetcher] = {
    made.called: made
    for made in (
        scim.FETCHER,
        github_identities.FETCHER,
        copilot_users.FETCHER,
        copilot_seats.FETCHER,
        copilot_billing.FETCHER,
        copilot_billing_users.FETCHER,
        claude_code.FETCHER,
        claude_enterprise.FETCHER,
        cursor.FETCHER,
        cursor_events.FETCHER,
        codex.FETCHER,
        chatgpt_days.FETCHER,
        windsurf.FETCHER,
    )
}
