"""Windsurf analytics (SOURCES.md section 11)."""

from uptake.model.outcome import Source
from uptake.sources.windsurf.parse import parse

SOURCE = Source(
    name="windsurf",
    tool="windsurf",
    title="Windsurf analytics: autocomplete, chat, Cascade runs and lines",
    parse=parse,
    grain="day",
    account_kind="email",
)
