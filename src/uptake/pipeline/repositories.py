"""What a load of repositories needs beside the reader: which there are, what each is called, and what is known of it already."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path

from uptake.errors import InputRefused, WrongUsage
from uptake.model.commits import LineState
from uptake.model.outcome import Outcome, Repository, RepositoryWishes, Source
from uptake.settings import Settings
from uptake.sources.git.find import name_of
from uptake.sources.git.repository import followed
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
            raise WrongUsage(
                f"`{given}` cannot be read", why=error.strerror or "", next_step="Check the path"
            ) from None
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
        wanted.refs,
        text,
        wanted.without_tools,
        wanted.assisted_by,
        wanted.conversations == "strip",
        wanted.renames,
        wanted.moves,
    )


def states(connection: Connection, source: Source, name: str) -> tuple[LineState, ...]:
    """Whose the lines of a repository were at the newest load, the newest commit first."""
    rows = connection.execute(
        "select repository, day, place, commit, state from line_states where source = ? and repository = ? order by place",
        [source.name, name],
    ).fetchall()
    return tuple(
        LineState(repository=repository, day=day, place=place, commit=commit, state=state)
        for repository, day, place, commit, state in rows
    )


class Ahead:
    """Lines of repositories, followed in threads beside the load: git does the work, so they are processes in truth.

    At most as many as there are threads are under way or waiting to be taken, which bounds memory.
    """

    def __init__(self, paths: Iterable[Path], pool: ThreadPoolExecutor, most: int) -> None:
        self._waiting = deque(path for path in paths if path.is_dir())
        self._pool = pool
        self._most = most
        self._begun: dict[Path, tuple[Repository, Future[list[Outcome]]]] = {}

    def take(self, path: Path, named_: Callable[[Path], Repository]) -> Repository:
        """The repository, and what following its lines gives; the next ones are begun."""
        for next_path in islice(self._waiting, self._most):
            if next_path not in self._begun:
                repository = named_(next_path)
                self._begun[next_path] = (repository, self._pool.submit(followed, repository))
        self._waiting.popleft()
        repository, outcomes = self._begun.pop(path)
        return replace(repository, lines=outcomes.result)


def named(
    connection: Connection, source: Source, path: Path, name: str, wanted: RepositoryWishes, *, may_replace: bool
) -> Repository:
    """What the reader gets: a folder is a repository, a file holds facts of one."""
    keys = known(connection, source, name)
    if not path.is_dir():
        return Repository(name, None, keys, wanted, may_replace)
    return Repository(name, path, keys, wanted, may_replace, states(connection, source, name))
