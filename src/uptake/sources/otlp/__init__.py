"""Telemetry that clients send by themselves over OTLP: Claude Code, Codex CLI, Gemini CLI (SOURCES.md 5.3, 6 and 7)."""

from uptake.model.outcome import Source
from uptake.sources.otlp.days import rows
from uptake.sources.otlp.parse import parse

SOURCE = Source(
    name="otlp",
    tool=None,
    title="Claude Code, Codex and Gemini CLI over OTLP",
    parse=parse,
    grain="event",
    account_kind="email",
    days=rows,
    holds_prompts=True,
)
