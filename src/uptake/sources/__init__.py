"""Vendor bytes in, canonical records out: no database, no clock, no network. `SOURCES` holds every reader by name."""

from uptake.model.outcome import Source
from uptake.sources.amazon_q import SOURCE as AMAZON_Q
from uptake.sources.chatgpt import SOURCE as CHATGPT
from uptake.sources.chatgpt_days import SOURCE as CHATGPT_DAYS
from uptake.sources.claude_code import SOURCE as CLAUDE_CODE
from uptake.sources.claude_enterprise import SOURCE as CLAUDE_ENTERPRISE
from uptake.sources.claude_transcripts import SOURCE as CLAUDE_TRANSCRIPTS
from uptake.sources.codex import SOURCE as CODEX
from uptake.sources.copilot import SOURCES as COPILOT_SOURCES
from uptake.sources.copilot_billing import SOURCE as COPILOT_BILLING
from uptake.sources.cursor import SOURCE as CURSOR
from uptake.sources.data_classes import SOURCE as DATA_CLASSES
from uptake.sources.git import SOURCE as GIT
from uptake.sources.github import SOURCE as GITHUB
from uptake.sources.github_identities import SOURCE as GITHUB_IDENTITIES
from uptake.sources.gitlab import SOURCE as GITLAB
from uptake.sources.hr_csv import SOURCES as HR_SOURCES
from uptake.sources.otlp import SOURCE as OTLP
from uptake.sources.scim import SOURCE as SCIM
from uptake.sources.windsurf import SOURCE as WINDSURF

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        *(*HR_SOURCES, SCIM, GITHUB_IDENTITIES, *COPILOT_SOURCES, COPILOT_BILLING),
        *(CODEX, OTLP, CLAUDE_CODE, CLAUDE_ENTERPRISE, CLAUDE_TRANSCRIPTS),
        *(CURSOR, AMAZON_Q, CHATGPT, CHATGPT_DAYS, WINDSURF),
        *(GIT, GITHUB, GITLAB, DATA_CLASSES),
    )
}
"""In run order: who people are before what they did. Of two that tell of the same use, the earlier one counts (rule C8)."""
