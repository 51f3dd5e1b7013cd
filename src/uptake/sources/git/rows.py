"""Canonical rows of one commit, whether a repository or a file of facts told of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from uptake.model.commits import Commit, CommitFiles
from uptake.model.outcome import Rejected, RepositoryWishes, Taken
from uptake.sources.git.identities import Identities, identities
from uptake.sources.git.marks import Seen
from uptake.sources.git.paths import path_class
from uptake.sources.git.raw import Signature, account_of, login_of
from uptake.sources.reading.checks import joined_key

VERSION = "1"
"""Of what is made of a commit: another version reads every repository anew."""
COMMIT, FACTS, NOTE = "commit", "facts", "note"
"""Kinds of records, in their keys."""
MOST_LINES = 2**31


@dataclass(frozen=True, slots=True)
class Changed:
    """A file that a commit changed. Lines are None for one that git takes for binary."""

    path: bytes
    added: int | None
    deleted: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """All that rows are made of."""

    sha: str
    merge: bool
    author: Signature
    committer: Signature
    files: tuple[Changed, ...]
    seen: Seen


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the records of one repository."""

    repository: str
    known: Identities = field(default_factory=lambda: identities(RepositoryWishes()))

    @property
    def without(self) -> tuple[str, ...]:
        """Tools whose marks the site does not want."""
        return self.known.without

    @property
    def rules(self) -> str:
        """What marks and classes hang on beside the commit: part of the keys, so that other rules read all commits anew."""
        return hashlib.sha256(f"{VERSION} {self.known.digest}".encode()).hexdigest()[:8]

    def key(self, kind: str, *parts: str) -> str:
        return joined_key(self.repository, kind, *parts)

    def record(self, kind: str, line: int, told: Told) -> Taken | Rejected:
        """The record of a commit; set aside where its times are no times."""
        authored, committed = told.author.at, told.committer.at
        if authored is None or committed is None:
            return Rejected(line, "no time", "author" if authored is None else "committer")
        day = committed.date()
        files = files_of(self.repository, told.sha, day, told.files)
        rows: list[msgspec.Struct] = [self._commit(told, authored, committed)]
        rows += told.seen.rows(self.repository, told.sha, day)
        key = self.key(kind, told.sha, self.rules)
        # A commit of a repository vanishes when the refs reach it no more, one of a file of facts with a whole later file.
        report = 0 if kind == COMMIT else None
        return Taken(line, key, [*rows, *files], day=day, tenant=self.repository, report=report)

    def _commit(self, told: Told, authored: dt.datetime, committed: dt.datetime) -> Commit:
        email = told.author.email
        person = self._person(told)
        return Commit(
            repository=self.repository,
            sha=told.sha,
            day=committed.date(),
            authored_at=authored,
            committed_at=committed,
            account=account_of(email),
            login=login_of(email),
            bot=self.is_program(told.author, authored.date()),
            person_account=account_of(person) if person else None,
            person_login=login_of(person) if person else None,
            merge=told.merge,
            lines_added=sum(file.added or 0 for file in told.files),
            lines_deleted=sum(file.deleted or 0 for file in told.files),
            files=len(told.files),
            binary_files=sum(file.added is None for file in told.files),
            reverts=told.seen.reverts,
        )

    def _person(self, told: Told) -> str | None:
        """Of an agent's commit the co-author, where there is one; two are not decided between."""
        agent = any(basis == "author" for _, _, basis in told.seen.marks)
        people = set(told.seen.people) - {told.author.email}
        return people.pop() if agent and len(people) == 1 else None

    def is_program(self, who: Signature, day: dt.date) -> bool:
        """True for an agent, a review bot, a robot of the list, and any app of GitHub."""
        return (
            "[bot]@" in who.email
            or who.name.endswith("[bot]")
            or self.known.of_email(who.email, who.name, day) is not None
        )


def files_of(repository: str, sha: str, day: dt.date, files: Iterable[Changed]) -> list[CommitFiles]:
    """The files of a commit, added up by class and language."""
    sums: dict[tuple[str, str], list[int]] = {}
    for file in files:
        held = sums.setdefault(path_class(file.path), [0, 0, 0])
        for place, number in enumerate((1, file.added or 0, file.deleted or 0)):
            held[place] += number
    return [
        CommitFiles(
            repository=repository, sha=sha, day=day, path_class=kind, language=language,
            files=count, lines_added=added, lines_deleted=deleted,
        )
        for (kind, language), (count, added, deleted) in sorted(sums.items())
    ]  # fmt: skip
