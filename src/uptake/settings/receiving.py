"""Settings of what comes by itself: telemetry of clients, and people of a directory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from uptake.settings.section import Section


class Telemetry(Section):
    """What clients send by themselves over OTLP."""

    max_age_days: int = Field(
        30, ge=1, le=400, description="Telemetry whose time lies further back than this when it comes is refused."
    )
    senders: dict[str, str] = Field(
        default_factory=dict,
        description="SHA-256 of a sender's key (`uptake token sender` makes both) -> the account it speaks for, or empty for a collector of many.",
    )
    spool_mb: int = Field(
        2_000, ge=1, description="Posts are put off (429) while the spool holds more megabytes than this."
    )


class Scim(Section):
    """What a directory sends by itself over SCIM 2.0. Without a key nothing is taken."""

    senders: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = Field(
        (), description="SHA-256 of each key that a directory may come with (`uptake token sender` makes both)."
    )
