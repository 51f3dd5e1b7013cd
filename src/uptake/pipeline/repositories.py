"""What a load of repositories needs beside the reader: which there are, what each is called, and what is known of it already."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from uptake.errors import InputRefused, WrongUsage
from uptake.model.outcome import Repository, RepositoryWishes, Source
from uptake.settings import Settings
from uptake.sources.git.find import name_of
from uptake.warehouse.connect import Connection

LONGEST_NAME = 200
MOST_IDENTITIES = 1_000_000
"""Bytes of the site's list of AI identities."""


def found(find: Callable[[Path], list[Path]], paths: Iterable[str], account: str) -> dict[Path, str]:
    """Repositories and files of facts at or below the paths, and the name of each.

    Raises:
        WrongUsage: a path is not there, or is standard input.
        InputRefused: two of them have one name, or one has no usable name.
    """
    inputs: dict[Path, Path] = {}
    for given in paths:
        if given == "-":
            raise WrongUsage(
                "A repository cannot be read from standard input", next_step="Give its folder, or a file of facts"
            )
        try:
            inputs.update({one.resolve(): one for one in find(Path(given))})
        except OSError as error:
            raise WrongUsage("A path cannot be read", why=error.strerror or "", next_step="Check the path") from None
    named = {path: account.strip() or name_of(path) for path in inputs}
    if not named:
        raise InputRefused(
            "There is no repository here",
            why="no folder of git, and no file of facts, lies at or below the path",
            next_step="Give a work tree, a bare repository, or a folder of them",
        )
    _check_names(list(named.values()))
    return named


def _check_names(names: list[str]) -> None:
    for name in names:
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise InputRefused("A repository has no name that can be kept", next_step="Name it with --account")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputRefused(
            f"Two repositories of this call are named `{twice[0]}`",
            why="their commits would be counted as one repository",
            next_step="Load each in a call of its own, and name it with --account",
        )


def known(connection: Connection, source: Source, name: str) -> frozenset[str]:
    """Keys of the records of a repository that earlier loads brought."""
    rows = connection.execute("select key from records where source = ? and tenant = ?", [source.name, name]).fetchall()
    return frozenset(str(key) for (key,) in rows)


def wishes(settings: Settings) -> RepositoryWishes:
    """How the site wants its repositories to be read.

    Raises:
        WrongUsage: the site's list of AI identities cannot be read.
    """
    wanted = settings.git
    text = ""
    if wanted.ai_identities is not None:
        try:
            text = wanted.ai_identities.read_bytes()[:MOST_IDENTITIES].decode()
        except (OSError, UnicodeDecodeError):
            raise WrongUsage(
                "Setting `git.ai_identities` cannot be used",
                why="the file cannot be read",
                next_step="Check the path; the file is CSV in UTF-8",
            ) from None
    return RepositoryWishes(
        wanted.refs, text, wanted.without_tools, wanted.assisted_by, wanted.conversations == "strip"
    )


def named(path: Path, name: str, keys: frozenset[str], wanted: RepositoryWishes, *, may_replace: bool) -> Repository:
    """What the reader gets: a folder is a repository, a file holds facts of one."""
    return Repository(name, path if path.is_dir() else None, keys, wanted, may_replace)
