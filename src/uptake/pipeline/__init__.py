"""The line, in order, on one screen: ingest, fill, score, publish. What it needs of policy and state comes as arguments."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from uptake.errors import InputRefused, WrongUsage
from uptake.facts import FACTS
from uptake.model import TABLES
from uptake.model.outcome import InputFile, Source, Span
from uptake.pipeline.publish import Publication, publish_snapshot
from uptake.scores import SCORES
from uptake.scores.version import ScoreVersion, VersionError, read_version
from uptake.settings import Settings
from uptake.snapshot import Snapshot, current
from uptake.sources import SOURCES
from uptake.sources.reading import open_binary
from uptake.warehouse import periods, state_of
from uptake.warehouse.connect import Connection, opened
from uptake.warehouse.digest import inputs_digest
from uptake.warehouse.ledger import LoadReport
from uptake.warehouse.merge import merge
from uptake.warehouse.refill import RHE, Step, read_step, run
from uptake.warehouse.staging import FileNotes, Staging
from uptake.warehouse.state_of import SourceState

__all__ = [
    "Ingest",
    "LoadReport",
    "ScoreCall",
    "Shown",
    "Snapshot",
    "SourceState",
    "ingest",
    "score",
    "score_and_publish",
]

SPARK = "spark"
ENGINES = ("duckdb", SPARK)
Clock = Callable[[], dt.datetime]
"""The time, UTC without zone."""
Progress = Callable[[str, int, int], None]
"""(what, done, of): called as work goes on; `of` is 0 where the end is not known."""


def silent(what: str, done: int, of: int) -> None:
    """The progress of a command without a terminal."""
    del what, done, of


@dataclass(frozen=True, slots=True)
class Ingest:
    """One ingest call. `days` limits it to a span and states that the files cover it. `partial`: it says nothing of people whom it lacks."""

    source: str
    paths: tuple[str, ...]
    now: dt.datetime
    account: str = ""
    complete: bool = False
    fetched_at: dt.datetime | None = None
    days: tuple[dt.date, dt.date] | None = None
    partial: bool = False


def source_named(name: str) -> Source:
    """The reader of that name.

    Raises:
        WrongUsage: there is none; lists the names.
    """
    if name not in SOURCES:
        raise WrongUsage(f"There is no source `{name}`", next_step=f"Use one of: {', '.join(SOURCES)}")
    return SOURCES[name]


def ingest(settings: Settings, call: Ingest, progress: Progress = silent) -> LoadReport:
    """Load vendor files: canonical records, ledger, quarantine; one transaction.

    Raises:
        InputRefused: nothing could be taken; the reasons of all files are in the text.
        WrongUsage: unknown source, or a path that is not there.
    """
    source = source_named(call.source)
    files = _files(call.paths)
    with of_home(settings, settings.engine.load_memory) as connection:
        staging = Staging(connection, source, call.days)
        total = sum(_size(file) for file in files)
        done = 0
        for file in files:
            progress(f"loading {source.name}: {_printable(file.name) if file else 'standard input'}", done, total)
            _take_file(staging, source, call, file)
            done += _size(file)
        progress(f"loading {source.name}: merging", total, total)
        report = merge(staging, received_at=call.now, complete=call.complete, partial=call.partial)
    if report.refused and not report.files:
        raise InputRefused(
            "No file could be taken", why="; ".join(f"{name}: {why}" for name, why in sorted(report.refused.items()))
        )
    return report


def _files(paths: Sequence[str]) -> list[Path | None]:
    found: dict[Path, None] = {}
    standard_input = False
    for given in paths:
        if given == "-":
            standard_input = True
            continue
        try:
            found.update(dict.fromkeys(_below(Path(given))))
        except OSError as error:
            raise WrongUsage("A path cannot be read", why=error.strerror or "", next_step="Check the path") from None
    unique = {path.resolve(): path for path in found}
    return [*unique.values(), *([None] if standard_input else [])]


def _below(path: Path) -> list[Path]:
    """The file, or all files of the folder and the folders in it, hidden ones left out."""
    if stat.S_ISDIR(path.stat().st_mode):
        return sorted(inner for inner in path.rglob("*") if inner.is_file() and not _hidden(inner, path))
    return [path]


def _size(file: Path | None) -> int:
    return file.stat().st_size if file and file.exists() else 0


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _take_file(staging: Staging, source: Source, call: Ingest, file: Path | None) -> None:
    fetched_at = call.fetched_at or call.now
    notes = FileNotes(name=_printable(file.name) if file else "-", fetched_at=fetched_at)
    try:
        if file and not file.is_file():
            staging.refuse(notes, "it is no regular file. Give a file, a folder, or - for standard input")
            return
        if file:
            with file.open("rb") as raw:
                notes.content_sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        with open_binary(file or "-") as stream:
            given = InputFile(notes.name, stream, call.account, fetched_at, notes.unknown_keys)
            staging.take(notes, source.parse(given))
        if call.days and not staging.files[-1].refused:
            staging.files[-1].spans.append(Span(*call.days, call.account))
    except OSError as error:
        staging.refuse(notes, f"it cannot be read: {error.strerror or 'input failed'}. Check its rights and its disk")


def _printable(name: str) -> str:
    """A file name as text, also where it is not UTF-8."""
    return name.encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Shown:
    """What policy says of group figures: the smallest group, and person -> viewers who see that person by name."""

    k: int
    seen_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoreCall:
    """What a score run needs from outside: the as-of day, the version, and what policy says of entities."""

    as_of: dt.date
    version: ScoreVersion
    aggregate_only: tuple[str, ...] = ()
    rebuild: bool = False
    engine: str = "duckdb"


def version_named(name: str) -> ScoreVersion:
    """A score version that ships with the program.

    Raises:
        WrongUsage: there is none of that name, or its file is damaged.
    """
    file = resources.files("uptake.scores") / "versions" / f"{name}.toml"
    if not file.is_file():
        raise WrongUsage(f"There is no score version `{name}`", next_step="See `uptake config show`, key score.version")
    try:
        return read_version(file.read_text())
    except VersionError as error:
        raise WrongUsage(f"Score version `{name}` cannot be used", why=str(error)) from None


def score_and_publish(
    settings: Settings, call: ScoreCall, shown: Shown, clock: Clock, progress: Progress = silent
) -> Snapshot:
    """Refresh facts and scores up to the as-of day and publish the next snapshot."""
    with of_home(settings) as connection:
        inputs = (_score_on_cluster if call.engine == SPARK else score)(settings, connection, call, progress)
        quarters = tuple(periods.quarters(connection, call.as_of, settings.score.quarters))
        progress("publishing", 0, 0)
        what = Publication(call.as_of, call.version, inputs, quarters, shown.k, shown.seen_by, clock())
        return publish_snapshot(connection, settings.snapshot_folder, what)


def _score_on_cluster(settings: Settings, connection: Connection, call: ScoreCall, progress: Progress) -> str:
    from uptake.pipeline import cluster  # noqa: PLC0415  no server needs what renders SQL

    span = (call.as_of, call.version.values["quarter_close_days"])
    return cluster.score(settings, connection, span, lambda: _write_parameters(connection, call), progress)


def of_home(settings: Settings, memory: str = "") -> contextlib.AbstractContextManager[Connection]:
    return opened(settings.warehouse_file, memory=memory or settings.engine.memory, threads=settings.engine.threads)


def snapshot_of(settings: Settings) -> Snapshot:
    """The snapshot that pages show. Raises UserError when there is none yet."""
    return current(settings.snapshot_folder)


def employees(settings: Settings, today: dt.date) -> list[tuple[str | None, ...]]:
    """Everybody employed today, as rights need them: person_id, manager_id, lob, department, team, legal_entity, email."""
    with of_home(settings) as connection:
        return state_of.employees(connection, today)


@dataclass(frozen=True, slots=True)
class Health:
    """What the doctor asks of the warehouse."""

    loads: int
    people: int
    sources: dict[str, SourceState]
    accounts: int
    unmatched: int
    newest_stamp: dt.datetime | None


def health(settings: Settings) -> Health:
    """Loads, people, and the state of each source of use."""
    with of_home(settings) as connection:
        loads, people = state_of.counts(connection)
        sources = {name: state_of.source_state(connection, name) for name, source in SOURCES.items() if source.grain}
        accounts, unmatched = state_of.unmatched_share(connection)
        return Health(loads, people, sources, accounts, unmatched, state_of.newest_stamp(connection))


def score(settings: Settings, connection: Connection, call: ScoreCall, progress: Progress = silent) -> str:
    """Fill facts and scores of every quarter up to `as_of`; answers the digest of the inputs."""
    connection.execute(RHE)
    facts = [read_step("uptake.facts", name) for name in FACTS]
    scores = [read_step("uptake.scores", name) for name in SCORES]
    if call.rebuild:
        _drop_derived(connection, [*facts, *scores])
    periods.prepare_memory(connection)
    _write_parameters(connection, call)
    quarters = periods.quarters(connection, call.as_of, settings.score.quarters)
    whole = [step for step in facts if step.by != "quarter"]
    partly = [step for step in facts if step.by == "quarter"] + scores
    steps = len(whole) + len(partly) * len(quarters)
    for number, step in enumerate(whole):
        progress(f"filling facts: {step.name}", number, steps)
        run(connection, step)
    periods.forget_other_quarters(connection, partly, quarters)
    for place, quarter in enumerate(quarters):
        periods.enter(connection, quarter, call.as_of, call.version.values["quarter_close_days"])
        for number, step in enumerate(partly):
            progress(f"scoring {quarter}: {step.name}", len(whole) + place * len(partly) + number, steps)
            run(connection, step)
    return inputs_digest(connection, TABLES.values())


def _drop_derived(connection: Connection, steps: Iterable[Step]) -> None:
    for step in steps:
        if step.keep == "yes":
            connection.execute(f"drop table if exists {step.name}")


def _write_parameters(connection: Connection, call: ScoreCall) -> None:
    version = call.version
    connection.execute("create or replace temp table as_of as select ?::date as day", [call.as_of])
    columns = {"id": version.id, "version_sha256": version.sha256, **version.values}
    named = ", ".join(
        f"?::{'bigint' if isinstance(value, int) else 'varchar'} as {name}" for name, value in columns.items()
    )
    connection.execute(f"create or replace temp table version as select {named}", list(columns.values()))
    connection.execute(
        "create or replace temp table version_tools (tool varchar, grain varchar, g_p bigint, g_r bigint)"
    )
    connection.executemany("insert into version_tools values (?, ?, ?, ?)", [list(row) for row in version.tools])
    connection.execute("create or replace temp table aggregate_only_entities (legal_entity varchar)")
    for entity in call.aggregate_only:
        connection.execute("insert into aggregate_only_entities values (?)", [entity])
    connection.execute(
        "create or replace temp table sources (name varchar, tool varchar, grain varchar, place integer,"
        " counts_on_server boolean, tenants_repeat boolean, account_kind varchar)"
    )
    for place, source in enumerate(source for source in SOURCES.values() if source.grain):
        connection.execute(
            "insert into sources values (?, ?, ?, ?, ?, ?, ?)",
            [
                source.name,
                source.tool,
                source.grain,
                place,
                source.counts_on_server,
                source.tenants_repeat,
                source.account_kind,
            ],
        )
