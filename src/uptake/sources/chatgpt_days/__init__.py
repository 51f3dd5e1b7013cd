"""Daily counts of ChatGPT, as they are derived from the compliance log of a workspace (SOURCES.md 8.1)."""

from uptake.model.outcome import Source
from uptake.sources.chatgpt_days.parse import parse

SOURCE = Source(
    name="chatgpt-days",
    tool="chatgpt",
    title="ChatGPT messages by user and day (CSV of counts, derived from compliance logs)",
    parse=parse,
    grain="day",
    counts_on_server=True,
    account_kind="email",
)
