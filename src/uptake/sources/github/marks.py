"""Marks of AI tools on what a host tells of, by the rules and the list of the source `git`. Texts are read in memory and dropped."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import msgspec

from uptake.model.changes import ChangeMark
from uptake.model.outcome import InputFile, RepositoryWishes
from uptake.sources.git.identities import Identities, identities
from uptake.sources.git.marks import Seen, of_message, of_people
from uptake.sources.git.raw import Signature

NOREPLY = "users.noreply.github.com"


class Place(msgspec.Struct, frozen=True):
    """What is marked: a change, or a commit."""

    host: str
    repository: str
    change: str | None = None
    sha: str | None = None


@lru_cache(maxsize=4)
def _list(wishes: RepositoryWishes) -> Identities:
    return identities(wishes)


def known(file: InputFile) -> Identities:
    """The list in force for the site, as the settings of `git` say."""
    return _list(file.repository.wishes if file.repository else RepositoryWishes())


def of_change(
    place: Place, author: tuple[int | None, str | None], text: str | None, day: dt.date, file: InputFile
) -> list[ChangeMark]:
    """Marks by the author of a change, as (number, login) on the host, and by its text."""
    seen, named = Seen(), known(file)
    number, login = author
    if number is not None and login:
        seen.add(named.of_email(f"{number}+{login}@{NOREPLY}", login, day), "author", login)
    of_message(seen, text or "", named, day)
    return _rows(seen, place)


def of_commit(
    place: Place, people: tuple[Signature, Signature], message: str | None, day: dt.date, file: InputFile
) -> list[ChangeMark]:
    """Marks by author, committer and message of a commit."""
    seen, named = Seen(), known(file)
    of_people(seen, *people, named, day)
    of_message(seen, message or "", named, day)
    return _rows(seen, place)


def _rows(seen: Seen, place: Place) -> list[ChangeMark]:
    return [
        ChangeMark(
            host=place.host,
            repository=place.repository,
            change=place.change,
            sha=place.sha,
            tool=tool,
            mark_class=kind,
            basis=basis,
            model=model,
        )
        for (tool, kind, basis), model in sorted(seen.marks.items())
    ]
