"""Claude Enterprise analytics by user and day (SOURCES.md 5.2)."""

from uptake.model.outcome import Source
from uptake.sources.claude_enterprise.parse import parse

SOURCE = Source(
    name="claude-enterprise",
    tool="claude",
    session_tool="claude_code",
    title="Claude Enterprise analytics: chat, co-work and Claude Code by user",
    parse=parse,
    grain="day",
    counts_on_server=True,
    account_kind="email",
)
