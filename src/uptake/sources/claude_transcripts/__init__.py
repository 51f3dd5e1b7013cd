"""Transcripts that Claude Code keeps on the computer of its user (SOURCES.md 5.4)."""

from uptake.model.outcome import Source
from uptake.sources.claude_transcripts.days import rows
from uptake.sources.claude_transcripts.parse import parse

SOURCE = Source(
    name="claude-transcripts",
    tool=None,
    title="Claude Code transcripts of one person (JSONL)",
    parse=parse,
    grain="event",
    account_kind="email",
    account_is_person=True,
    days=rows,
    holds_prompts=True,
)
