"""What every section of the settings is: frozen, and it knows its keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of settings.toml. A key that it does not know stops the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)
