"""Settings of the receiver of a directory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from uptake.settings.section import Section


class Scim(Section):
    """What a directory sends by itself over SCIM 2.0. Without a key nothing is taken."""

    senders: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = Field(
        (), description="SHA-256 of each key that a directory may come with (`uptake token sender` makes both)."
    )
