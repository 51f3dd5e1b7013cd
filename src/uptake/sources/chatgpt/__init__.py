"""ChatGPT workspace export (SOURCES.md 8.1): use by week or month."""

from uptake.model.outcome import Source
from uptake.sources.chatgpt.parse import parse

SOURCE = Source(
    name="chatgpt",
    tool="chatgpt",
    title="ChatGPT workspace export by week or month (CSV, evidence of use only)",
    parse=parse,
    counts_on_server=True,
    account_kind="email",
)
