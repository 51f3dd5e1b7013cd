"""How repositories are read."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from uptake.settings.section import Section


class Git(Section):
    """`uptake ingest git`: which commits count, and what counts as a mark of an AI tool."""

    refs: tuple[str, ...] = Field(
        ("HEAD",),
        min_length=1,
        description="Refs whose commits are counted: HEAD, or full names such as refs/heads/main or refs/remotes/origin/*.",
    )
    ai_identities: Path | None = Field(
        None, description="CSV file of further AI identities, in the columns of the list that ships with the program."
    )
    without_tools: tuple[str, ...] = Field((), description="Tools whose marks are not looked for, such as claude_code.")
    assisted_by: bool = Field(False, description="Whether a line `Assisted-by:` in a message is a mark of authorship.")
    conversations: Literal["refuse", "strip"] = Field(
        "refuse",
        description="A git-ai note with a conversation in it: `refuse` sets it aside and says so, `strip` takes its counts without it.",
    )
    renames: bool = Field(
        False,
        description="Whether the lines of a file live on under its new name; else they die there, as `--no-renames` counts them.",
    )
    moves: bool = Field(
        False,
        description="Whether lines of a block that one commit takes out here and puts in there live on; else they die, as `git blame` has it.",
    )
