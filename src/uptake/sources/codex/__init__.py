"""Codex enterprise usage (SOURCES.md 8.2)."""

from uptake.model.outcome import Source
from uptake.sources.codex.parse import parse

SOURCE = Source(
    name="codex",
    tool="codex",
    title="Codex enterprise usage (analytics API, by user and day)",
    parse=parse,
    grain="day",
    counts_on_server=True,
    account_kind="email",
)
