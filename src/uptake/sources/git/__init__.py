"""Commits of git repositories: counts, marks of AI tools, attributed lines (SOURCES.md 13 to 15)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from uptake.model.outcome import InputFile, Outcome, Source
from uptake.sources.git import facts
from uptake.sources.git.find import find, name_of
from uptake.sources.git.repository import read


def parse(file: InputFile) -> Iterator[Outcome]:
    """Records of the repository that `file` names, else of the facts in its stream. Raises `Refused` where the input is not whole."""
    repository = file.repository
    if repository and repository.path:
        return read(repository, file)
    return facts.read(file, repository.name if repository else file.account or name_of(Path(file.name)))


SOURCE = Source(
    name="git",
    tool=None,
    title="Git repositories: commits, AI marks, git-ai notes",
    parse=parse,
    find=find,
)
