"""People that a directory sends over SCIM: kept as it will ask for them again, and drained into the people history (decision 0046).

What is acknowledged was committed, entry and change together. A drain replays the changes by UTC day: each day becomes one snapshot of the whole
directory, as it stood at the last change of that day, and goes the way of a file.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uptake import jobs, pipeline
from uptake.errors import UserError
from uptake.jobs import recompute
from uptake.model.folding import fold
from uptake.pipeline import Clock, Ingest, LoadReport, Progress, silent, united
from uptake.receive.scim import change, documents
from uptake.receive.scim.problem import ScimError
from uptake.receive.scim.query import Query
from uptake.receive.scim.resource import CORE, USER, Resource
from uptake.receive.spool import Spool
from uptake.settings import Settings
from uptake.state import State
from uptake.state.directory import Book, Change, Entry

SOURCE = "scim"
SET_ASIDE = "urn:uptake:SetAside"
"""Schema of a resource that the reader of files knows as set aside before."""
ABSENT = ScimError(404, "there is no such resource")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a directory may do with its users and groups. `base`: URL up to `/scim/v2`, for the addresses in answers."""

    state: State
    now: dt.datetime
    base: str

    def read(self, kind: str, identity: str) -> tuple[Resource, str]:
        """A resource as it is answered, and its version.

        Raises:
            ScimError: 404.
        """
        with self.state.reading() as connection:
            return self._answer(_there(Book(connection, self.state), kind, identity))

    def search(self, kind: str, query: Query) -> dict[str, Any]:
        """A page of those that meet the filter."""
        with self.state.reading() as connection:
            book = Book(connection, self.state)
            if query.user_name() is not None and kind == USER:
                found = book.named(query.user_name() or "")
                every: list[Entry] = [found] if found else []
            elif query.conditions:
                every = list(book.searched(kind, query.holds))
            else:
                entries, total = book.page(kind, query.start, query.count)
                return documents.listed([self._answer(one)[0] for one in entries], total, query.start)
        page = every[query.start - 1 :][: query.count]
        return documents.listed([self._answer(one)[0] for one in page], len(every), query.start)

    def create(self, kind: str, body: Any) -> tuple[Resource, str]:
        """A new resource.

        Raises:
            ScimError: 400; 409 where the user name is taken.
        """
        made = change.whole(kind, body)
        with self.state.writing() as connection:
            book = Book(connection, self.state)
            _check_name(book, kind, made, None)
            entry = book.create(kind, made, self.now)
        return self._answer(entry)

    def replace(self, kind: str, identity: str, body: Any, expected: str = "") -> tuple[Resource, str]:
        """PUT. `expected`: the version that the sender knows, if it says one.

        Raises:
            ScimError: 400, 404, 409, or 412 where the resource has changed meanwhile.
        """
        return self._changed(kind, identity, expected, lambda stored: change.whole(kind, body, stored))

    def patch(self, kind: str, identity: str, body: Any, expected: str = "") -> tuple[Resource, str]:
        """PATCH; errors as for PUT."""
        return self._changed(kind, identity, expected, lambda stored: change.changed(kind, stored, body))

    def remove(self, kind: str, identity: str, expected: str = "") -> None:
        """DELETE; the history of a person stays, and ends."""
        with self.state.writing() as connection:
            book = Book(connection, self.state)
            entry = _there(book, kind, identity)
            _check_version(entry, expected)
            book.remove(entry, self.now)

    def _changed(
        self, kind: str, identity: str, expected: str, make: Callable[[Resource], Resource]
    ) -> tuple[Resource, str]:
        with self.state.writing() as connection:
            book = Book(connection, self.state)
            entry = _there(book, kind, identity)
            _check_version(entry, expected)
            made = make(entry.body)
            _check_name(book, kind, made, identity)
            entry = book.replace(entry, made, self.now)
        return self._answer(entry)

    def _answer(self, entry: Entry) -> tuple[Resource, str]:
        said = {"identity": entry.id, "created": entry.created_at, "changed": entry.changed_at}
        made = documents.resource(entry.kind, entry.body, self.base, version=entry.version, **said)
        return made, documents.etag(entry.version)


def _there(book: Book, kind: str, identity: str) -> Entry:
    # An id of ours is plain letters and digits; PostgreSQL takes no text with a NUL.
    found = book.of(kind, identity) if identity.isalnum() else None
    if found is None:
        raise ABSENT
    return found


def _check_version(entry: Entry, expected: str) -> None:
    known = {one.strip() for one in expected.split(",")}
    if expected and "*" not in known and documents.etag(entry.version) not in known:
        raise ScimError(412, "the resource has changed since that version")


def _check_name(book: Book, kind: str, made: Resource, identity: str | None) -> None:
    other = book.named(fold(made["userName"])) if kind == USER else None
    if other is not None and other.id != identity:
        raise ScimError(409, "userName: another user has it", "uniqueness")


def drain(
    settings: Settings,
    state: State,
    clock: Clock = jobs.utc_now,
    progress: Progress = silent,
    *,
    complete: bool = False,
) -> LoadReport | None:
    """Load what a directory has said since the last drain; None when it said nothing. `complete`: take a day that loses more than 10 % of the people.

    Raises:
        UserError: a day cannot be loaded; it and those after it wait.
    """
    reports: list[LoadReport] = []
    with Spool(settings.spool_folder).draining():
        with state.writing() as connection:
            Book(connection, state).lock()
        with state.reading() as connection:
            book = Book(connection, state)
            people, waiting = book.settled(), book.waiting()
        for _day, found in itertools.groupby(waiting, key=lambda one: one.at.date()):
            said = list(found)
            aside = _set_aside(people, said)
            _apply(people, said)
            with _file(settings, people, said[-1], aside) as path:
                call = Ingest(SOURCE, (str(path),), clock(), complete=complete, fetched_at=said[-1].at)
                reports.append(jobs.ingest(settings, state, call, clock, progress))
            with state.writing() as connection:
                Book(connection, state).settle(said)
    return united(reports) if reports else None


def drained(settings: Settings, state: State, progress: Progress = silent) -> str:
    """As `drain`, for a job that goes on without it; answers why it was refused, empty where it was not."""
    try:
        drain(settings, state, progress=progress)
    except UserError as error:
        return f"what the directory sent waits: {error}"
    return ""


def checks(settings: Settings, state: State, clock: Clock = jobs.utc_now) -> list[dict[str, Any]]:
    """Rows of the doctor: who was cut from their manager, and whether what a directory sent waits for longer than a day."""
    found = []
    if cut := recompute.reporting_lines(state):
        found.append(
            {
                "name": "reporting lines",
                "ok": True,
                "detail": f"{cut}: nobody sees them as their report",
                "next_step": "",
            }
        )
    if settings.scim.senders:
        with state.reading() as connection:
            waits = Book(connection, state).waiting()
        late = bool(waits) and clock() - waits[0].at > dt.timedelta(days=1)
        said = f"{len(waits)} changes wait" if waits else "everything that came is loaded"
        step = "Run `uptake ingest scim` and see what it says" if late else ""
        found.append({"name": "directory", "ok": not late, "detail": said, "next_step": step})
    return found


def _apply(people: dict[str, Resource], said: Sequence[Change]) -> None:
    for one in said:
        if one.body is None:
            people.pop(one.id, None)
        else:
            people[one.id] = one.body


def _set_aside(people: Mapping[str, Resource], said: Sequence[Change]) -> set[str]:
    """Ids of users whom the loader saw, could not place, and of whom nothing was said since: in quarantine once, not with each day."""
    named = {one.id for one in said}
    left = [identity for identity in people if identity not in named]
    lines = b"".join(json.dumps({"schemas": [CORE[USER]], "id": one, **people[one]}).encode() + b"\n" for one in left)
    return {left[line - 1] for line in pipeline.refused_lines(SOURCE, lines)}


@contextlib.contextmanager
def _file(settings: Settings, people: Mapping[str, Resource], last: Change, aside: Container[str]) -> Iterator[Path]:
    """The directory of one moment as an answer of GET /Users, in a file that is gone afterwards; one that a kill left behind goes too.

    Of who is set aside it says that alone: they are in it, so that nobody takes them for gone.
    """
    for left in settings.spool_folder.glob("scim-*.json"):
        left.unlink()
    path = settings.spool_folder / f"scim-{last.seq:010}.json"
    found: list[Resource] = [
        {"schemas": [SET_ASIDE], "id": identity}
        if identity in aside
        else {"schemas": [CORE[USER]], "id": identity, **body}
        for identity, body in people.items()
    ]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(documents.listed(found, len(found)), out)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
