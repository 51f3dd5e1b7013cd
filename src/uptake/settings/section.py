"""What every table of the settings file is made from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table: a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
