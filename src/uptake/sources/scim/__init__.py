"""SCIM 2.0 users as a directory of people (SOURCES.md section 12)."""

from uptake.model.outcome import Source
from uptake.sources.scim.parse import parse

SOURCE = Source(
    name="scim",
    tool=None,
    title="People of a SCIM 2.0 directory, a snapshot a day",
    parse=parse,
    holds_people=True,
    snapshots=True,
)
