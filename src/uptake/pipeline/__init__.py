"""The line, in order, on one screen: ingest, fill, score, publish. What it needs of policy and state comes as arguments."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from uptake.errors import InputRefused, WrongUsage
from uptake.facts import FACTS
from uptake.model import TABLES
from uptake.scores import SCORES
from uptake.scores.version import ScoreVersion, VersionError, read_version
from uptake.settings import Settings
from uptake.sources import SOURCES
from uptake.sources.outcome import InputFile, Source, Span
from uptake.sources.reading import open_binary
from uptake.warehouse import periods
from uptake.warehouse.connect import Connection, opened
from uptake.warehouse.digest import inputs_digest
from uptake.warehouse.merge import LoadReport, merge
from uptake.warehouse.refill import RHE, Step, read_step, run
from uptake.warehouse.staging import FileNotes, Staging

Progress = Callable[[str, int, int], None]
"""(what, done, of): called as work goes on; `of` is 0 where the end is not known."""


def silent(what: str, done: int, of: int) -> None:
    """The progress of a command without a terminal."""
    del what, done, of


@dataclass(frozen=True, slots=True)
class Ingest:
    """One ingest call. `days` limits it to a span and states that the files cover it."""

    source: str
    paths: tuple[str, ...]
    now: dt.datetime
    account: str = ""
    complete: bool = False
    fetched_at: dt.datetime | None = None
    days: tuple[dt.date, dt.date] | None = None


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
    with opened(settings.warehouse_file, memory=settings.engine.memory, threads=settings.engine.threads) as connection:
        staging = Staging(connection, source, call.days)
        total = sum(file.stat().st_size for file in files if file)
        done = 0
        for file in files:
            progress(file.name if file else "standard input", done, total)
            _take_file(staging, source, call, file)
            done += file.stat().st_size if file else 0
        progress("merging", total, total)
        report = merge(staging, received_at=call.now, complete=call.complete)
    if report.refused and not report.files:
        raise InputRefused(
            "No file could be taken", why="; ".join(f"{name}: {why}" for name, why in sorted(report.refused.items()))
        )
    return report


def _files(paths: Sequence[str]) -> list[Path | None]:
    found: dict[Path, None] = {}
    standard_input = False
    for given in paths:
        path = Path(given)
        if given == "-":
            standard_input = True
        elif path.is_dir():
            found.update(
                dict.fromkeys(
                    sorted(inner for inner in path.rglob("*") if inner.is_file() and not _hidden(inner, path))
                )
            )
        elif path.is_file():
            found[path] = None
        else:
            raise WrongUsage(f"There is no file or folder `{path.name}`", next_step="Check the path")
    unique = {path.resolve(): path for path in found}
    return [*unique.values(), *([None] if standard_input else [])]


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _take_file(staging: Staging, source: Source, call: Ingest, file: Path | None) -> None:
    fetched_at = call.fetched_at or call.now
    notes = FileNotes(name=file.name if file else "-", fetched_at=fetched_at)
    try:
        if file:
            with file.open("rb") as raw:
                notes.content_sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        with open_binary(file or "-") as stream:
            given = InputFile(notes.name, stream, call.account, fetched_at, notes.unknown_keys)
            staging.take(notes, source.parse(given))
        if call.days and not staging.files[-1].refused:
            staging.files[-1].spans.append(Span(*call.days, call.account))
    except OSError as error:
        raise WrongUsage(f"The file `{notes.name}` cannot be read", why=error.strerror or "input failed") from None


@dataclass(frozen=True, slots=True)
class ScoreCall:
    """What a score run needs from outside: the as-of day, the version, and what policy says of entities."""

    as_of: dt.date
    version: ScoreVersion
    aggregate_only: tuple[str, ...] = ()
    rebuild: bool = False


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
        progress(step.name, number, steps)
        run(connection, step)
    periods.forget_other_quarters(connection, partly, quarters)
    for place, quarter in enumerate(quarters):
        periods.enter(connection, quarter, call.as_of, call.version.values["quarter_close_days"])
        for number, step in enumerate(partly):
            progress(f"{quarter} {step.name}", len(whole) + place * len(partly) + number, steps)
            run(connection, step)
    progress("scored", steps, steps)
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
