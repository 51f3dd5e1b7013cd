"""Cursor's Admin and AI code tracking interfaces (SOURCES.md section 9): daily usage, usage events, AI commits."""

from uptake.model.outcome import Source
from uptake.sources.cursor.days import rows
from uptake.sources.cursor.parse import parse

SOURCE = Source(
    name="cursor",
    tool="cursor",
    title="Cursor: daily usage, usage events, AI commits",
    parse=parse,
    grain="day",
    counts_on_server=True,
    account_kind="email",
    sums_events=True,
    days=rows,
)
