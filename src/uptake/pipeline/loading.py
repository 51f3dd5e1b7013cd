"""The first stage of the line: vendor files into canonical records, in as many transactions as their size asks for."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import hashlib
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from uptake.errors import InputRefused, WrongUsage
from uptake.model.outcome import (
    Ignored,
    InputFile,
    Outcome,
    Rejected,
    Repository,
    RepositoryWishes,
    Sees,
    Source,
    Span,
    Taken,
)
from uptake.pipeline import repositories
from uptake.pipeline.given_files import File, files_of, in_parts, leads_out, printable, size
from uptake.pipeline.telemetry import make_days
from uptake.settings import Settings
from uptake.sources import SOURCES
from uptake.sources.reading import open_binary, position
from uptake.warehouse import pieces
from uptake.warehouse.connect import Connection, opened
from uptake.warehouse.ledger import LoadReport, united
from uptake.warehouse.merge import merge
from uptake.warehouse.pieces import LoadedFile, Piece
from uptake.warehouse.staging import FileNotes, Staging

ROWS_A_NOTE = 2_000
RECORDS = (Taken, Ignored, Rejected)
"""Outcomes of one record each."""
OBJECTS_A_LOOK = 50_000
"""More than a batch of records is made of (`staging.BATCH`), so that nearly all of them are gone again by then."""
REPOSITORIES_AT_ONCE = 2
"""Whose lines are followed side by side; more would wait for the disk and hold more rows."""


class Progress(Protocol):
    """Called as work goes on; `of` is 0 where the end is not known, `rows` counts what was read so far where rows are."""

    def __call__(self, what: str, done: int, of: int, rows: int = 0, /) -> None: ...


def silent(what: str, done: int, of: int, rows: int = 0, /) -> None:
    """The progress of a command without a terminal."""
    del what, done, of, rows


@dataclass(frozen=True, slots=True)
class Ingest:
    """One ingest call. `days` limits it to a span and states that the files cover it. `partial`: it says nothing of people whom it lacks.
    `sees`: the local detector, where it is on.
    """

    source: str
    paths: tuple[str, ...]
    now: dt.datetime
    account: str = ""
    complete: bool = False
    fetched_at: dt.datetime | None = None
    days: tuple[dt.date, dt.date] | None = None
    partial: bool = False
    sees: Sees | None = None

    def key(self) -> str:
        """Hash of what the call says beside its files."""
        said = [self.source, self.account, self.fetched_at, self.days]
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


@dataclass(slots=True)
class _Work:
    """One ingest call as it goes on: what was read, and what it came to so far."""

    connection: Connection
    source: Source
    call: Ingest
    progress: Progress
    total: int
    done: int = 0
    rows: int = 0
    contents: dict[Path, str] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)
    """Of a source that reads repositories: the name of each."""
    wishes: RepositoryWishes = field(default_factory=RepositoryWishes)
    ahead: repositories.Ahead | None = None

    def note(self, what: str, stream: BinaryIO | None = None) -> None:
        done = self.done + (position(stream) if stream else 0)
        self.progress(f"loading {self.source.name}: {what}", done, self.total, self.rows)

    def content(self, file: Path) -> str:
        """SHA-256 of a file; empty where it cannot be read, which is said when its turn comes."""
        try:
            return self.sha256(file) if file.is_file() else ""
        except OSError:
            return ""

    def sha256(self, file: Path) -> str:
        if file not in self.contents:
            with file.open("rb") as raw:
                self.contents[file] = hashlib.file_digest(raw, "sha256").hexdigest()
        return self.contents[file]


def source_named(name: str) -> Source:
    """The reader of that name.

    Raises:
        WrongUsage: there is none; lists the names.
    """
    if name not in SOURCES:
        raise WrongUsage(f"There is no source `{name}`", next_step=f"Use one of: {', '.join(SOURCES)}")
    return SOURCES[name]


def ingest(settings: Settings, call: Ingest, progress: Progress = silent) -> LoadReport:
    """Load vendor files: canonical records, ledger, quarantine. One transaction; for large folders of reports one after another,
    and the same call goes on where a run of it was cut off.

    Raises:
        InputRefused: nothing could be taken; the reasons of all files are in the text.
        WrongUsage: unknown source, or a path that is not there.
    """
    source = source_named(call.source)
    names = repositories.found(source.find, call.paths, call.account) if source.find else {}
    files: list[File] = list(names) if source.find else files_of(call.paths)
    if call.paths and not files:
        raise InputRefused(
            "No file could be taken",
            why="there is no file in what was given; those whose name begins with a dot are left out",
            next_step="Check the path and whether the files have come",
        )
    engine = settings.engine
    with (
        few_collections(),
        opened(settings.warehouse_file, memory=engine.load_memory, threads=engine.threads) as connection,
        ThreadPoolExecutor(REPOSITORIES_AT_ONCE) as pool,
    ):
        work = _Work(connection, source, call, progress, sum(size(file) for file in files))
        work.names = names
        if source.find or source.reads_marks:
            work.wishes = repositories.wishes(settings)
        if source.find:
            work.ahead = repositories.Ahead(names, pool, REPOSITORIES_AT_ONCE)
        parts = [files] if _one_load(call, files) else in_parts(source, files, engine.load_bytes)
        report = _in_pieces(work, parts) if len(parts) > 1 else _load(work, files, None)
        make_days(connection, source, call.now)
    if report.refused and not (report.files or report.already_loaded):
        raise InputRefused(
            "No file could be taken", why="; ".join(f"{name}: {why}" for name, why in sorted(report.refused.items()))
        )
    return report


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Python looks for cycles less often: rows in the making are many, have none, and looking through them is an eighth of a load."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_A_LOOK, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def refused_lines(source: str, content: bytes) -> set[int]:
    """Lines of a file that its reader would put into quarantine; nothing is loaded."""
    file = InputFile("-", io.BytesIO(content))
    return {one.line for one in source_named(source).parse(file) if isinstance(one, Rejected)}


def loaded_names(settings: Settings, source: str, names: Collection[str], *, whole: bool = False) -> set[str]:
    """Which of these files an earlier call brought, `whole`: without a record in quarantine; for names that are given once only."""
    if not settings.warehouse_file.exists():
        return set()
    with opened(
        settings.warehouse_file, memory=settings.engine.load_memory, threads=settings.engine.threads
    ) as connection:
        rows = connection.execute(
            "select distinct name from files where source = ? and refused is null and list_contains(?::varchar[], name)"
            " and (not ? or quarantined = 0)",
            [source, list(names), whole],
        ).fetchall()
    return {str(name) for (name,) in rows}


def _one_load(call: Ingest, files: Sequence[File]) -> bool:
    return call.complete or call.partial or None in files


def _in_pieces(work: _Work, parts: Sequence[Sequence[File]]) -> LoadReport:
    """Each piece in a transaction of its own; files of a run that was cut off are not read again."""
    call, source = work.call, work.source
    files = [file for part in parts for file in part if file]
    found = pieces.cut_off(work.connection, source.name, call.key(), call.now)
    known: Mapping[str, LoadedFile] = {}
    skipped: set[Path] = set()
    if found and pieces.holds(found, {work.content(file) for file in files}):
        known, skipped = found.files, {file for file in files if work.content(file) in found.files}
        # All pieces carry one time, or a file of the second run would win over one of the first.
        work.call = call = replace(call, now=found.begun_at)
        work.done += sum(size(file) for file in skipped)
    left = [[file for file in part if file not in skipped] for part in parts]
    left = [part for part in left if part] or [[]]
    reports = [_already(work, known, skipped)] if skipped else []
    for number, part in enumerate(left):
        piece = Piece(call.key(), call.now, first=not known and number == 0, last=number == len(left) - 1)
        reports.append(_load(work, part, piece))
    return united(reports)


def _already(work: _Work, known: Mapping[str, LoadedFile], skipped: Collection[Path]) -> LoadReport:
    found = [known[work.sha256(file)] for file in skipped]
    records, quarantined = sum(file.records_in for file in found), sum(file.quarantined for file in found)
    work.rows += records
    work.note(f"{len(skipped)} files are loaded already")
    return LoadReport(
        source=work.source.name, files=0, refused={}, records_in=records, loaded=0, duplicate=records - quarantined,
        ignored=0, quarantined=quarantined, conflicts=0, days=None, already_loaded=len(skipped),
    )  # fmt: skip


def _load(work: _Work, files: Sequence[File], piece: Piece | None) -> LoadReport:
    call = work.call
    staging = Staging(work.connection, work.source, call.days)
    for file in files:
        _take_file(staging, work, file)
        work.done += size(file)
    work.note("merging")
    return merge(staging, received_at=call.now, complete=call.complete, partial=call.partial, piece=piece)


def _take_file(staging: Staging, work: _Work, file: File) -> None:
    call = work.call
    fetched_at = call.fetched_at or call.now
    name = printable(file.name) if file else "-"
    notes = FileNotes(name=name, fetched_at=fetched_at)
    work.note(name if file else "standard input")
    try:
        if file and file in work.names and file.is_dir():
            empty = InputFile(name, io.BytesIO(), call.account, fetched_at, notes.unknown_keys, call.days)
            empty.repository = _repository(work, file)
            staging.take(notes, _counted(work, name, empty.stream, work.source.parse(empty)))
            return
        if file and not file.is_file():
            staging.refuse(notes, "it is no regular file. Give a file, a folder, or - for standard input")
            return
        if file and leads_out(file, call.paths):
            staging.refuse(notes, "it is a link that leads out of its folder. Give what it leads to by name")
            return
        if file:
            notes.content_sha256 = work.sha256(file)
        with open_binary(file or "-") as stream:
            given = InputFile(notes.name, stream, call.account, fetched_at, notes.unknown_keys, call.days)
            given.sees = call.sees
            if file and file in work.names:
                given.repository = _repository(work, file)
            elif work.source.reads_marks:
                given.repository = Repository("", wishes=work.wishes)
            staging.take(notes, _counted(work, name, stream, work.source.parse(given)))
        if call.days and not staging.files[-1].refused and not work.source.account_is_person:
            staging.files[-1].spans.append(Span(*call.days, call.account))
    except OSError as error:
        staging.refuse(notes, f"it cannot be read: {error.strerror or 'input failed'}. Check its rights and its disk")


def _repository(work: _Work, path: Path) -> Repository:
    def named(one: Path) -> Repository:
        whole = work.call.complete
        return repositories.named(work.connection, work.source, one, work.names[one], work.wishes, may_replace=whole)

    return work.ahead.take(path, named) if work.ahead and path.is_dir() else named(path)


def _counted(work: _Work, name: str, stream: BinaryIO, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """The same outcomes; tells now and then how far they are."""
    for outcome in outcomes:
        if isinstance(outcome, RECORDS):
            work.rows += 1
            if work.rows % ROWS_A_NOTE == 0:
                work.note(name, stream)
        yield outcome
