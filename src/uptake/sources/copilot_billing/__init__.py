"""GitHub Copilot bills (SOURCES.md section 4.6): money, and that use was billed."""

from uptake.model.outcome import Source
from uptake.sources.copilot_billing.parse import parse

SOURCE = Source(
    name="copilot-billing",
    tool="copilot",
    title="GitHub Copilot bills (CSV, or JSON of the billing interface)",
    parse=parse,
)
