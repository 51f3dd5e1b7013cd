"""Amazon Q Developer user activity reports (SOURCES.md section 10)."""

from uptake.model.outcome import Source
from uptake.sources.amazon_q.parse import parse

SOURCE = Source(
    name="amazon-q",
    tool="amazon_q",
    title="Amazon Q Developer user activity and user reports (CSV)",
    parse=parse,
    grain="day",
    counts_on_server=True,
    tenants_repeat=True,
)
