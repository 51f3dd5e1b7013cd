"""Claude Code usage report of the Admin API (SOURCES.md 5.1)."""

from uptake.model.outcome import Source
from uptake.sources.claude_code.parse import parse

SOURCE = Source(
    name="claude-code",
    tool="claude_code",
    title="Claude Code usage report (Admin API)",
    parse=parse,
    grain="session",
    counts_on_server=True,
    account_kind="email",
    in_pieces=True,
)
