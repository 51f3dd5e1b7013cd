"""The line, in order, on one screen: ingest, fill, score, publish. What it needs of policy and state comes as arguments."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources

from uptake.errors import UserError, WrongUsage
from uptake.pipeline.given_files import check_there
from uptake.pipeline.loading import Ingest, Progress, ingest, loaded_names, refused_lines, silent, source_named
from uptake.pipeline.publish import Publication, publish_snapshot
from uptake.pipeline.scoring import ScoreCall, Scored, score
from uptake.scores.version import ScoreVersion, VersionError, read_version
from uptake.settings import Settings
from uptake.snapshot import RESTORE, Snapshot, current, unrecorded, whole
from uptake.sources import SOURCES
from uptake.sources.git.program import version as git_version
from uptake.sources.reading.checks import FIRST_DAY
from uptake.warehouse import state_of
from uptake.warehouse.connect import Connection, opened
from uptake.warehouse.ledger import LoadReport, united
from uptake.warehouse.pieces import unfinished
from uptake.warehouse.state_of import SourceState

AHEAD = dt.timedelta(days=366)
"""What is scored further ahead is a slip of whoever typed the day."""

__all__ = [
    "Ingest",
    "LoadReport",
    "Progress",
    "ScoreCall",
    "Shown",
    "Snapshot",
    "SourceState",
    "check_there",
    "git_version",
    "ingest",
    "loaded_names",
    "refused_lines",
    "score",
    "score_and_publish",
    "silent",
    "source_named",
    "united",
]

SPARK = "spark"
ENGINES = ("duckdb", SPARK)
Clock = Callable[[], dt.datetime]
"""The time, UTC without zone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What policy says of group figures: the smallest group, and person -> viewers who see that person by name."""

    k: int
    seen_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    settings: Settings,
    call: ScoreCall,
    shown: Shown,
    clock: Clock,
    progress: Progress = silent,
    told: Callable[[Snapshot], None] = unrecorded,
) -> tuple[Snapshot, tuple[str, ...]]:
    """Refresh facts and scores up to the as-of day and publish the next snapshot; `told` is called with it before anybody can read it.

    Answers it, and the closed quarters that later data would change: they stand until they are restated.

    Raises:
        WrongUsage: the as-of day lies more than a year ahead, or before there was anything to report.
    """
    with of_home(settings) as connection:
        today = max(clock(), state_of.newest_stamp(connection) or clock()).date()
        call = replace(call, today=_seen(call.as_of, today))
        made = (_score_on_cluster if call.engine == SPARK else score)(settings, connection, call, progress)
        progress("publishing", 0, 0)
        own = settings.value.prices
        what = Publication(call.as_of, call.version, made, shown.k, shown.seen_by, clock(), own, call.release)
        return publish_snapshot(connection, settings.snapshot_folder, what, told)


def _seen(as_of: dt.date, today: dt.date) -> dt.date:
    """The newest day that anybody can have seen. `today`: of the clock, or of the newest load where the clock is behind it."""
    if not FIRST_DAY <= as_of <= today + AHEAD:
        why = (
            f"no vendor had anything to report before {FIRST_DAY}"
            if as_of < FIRST_DAY
            else "it is more than a year ahead"
        )
        raise WrongUsage(
            "The as-of day cannot be used", why=why, next_step="Give today (UTC) or an earlier day of the data"
        )
    return today + dt.timedelta(days=1)  # somewhere it is tomorrow already


def _score_on_cluster(settings: Settings, connection: Connection, call: ScoreCall, progress: Progress) -> Scored:
    from uptake.pipeline import cluster  # noqa: PLC0415  no server needs what renders SQL

    return cluster.score(settings, connection, call, progress)


def of_home(settings: Settings, memory: str = "") -> contextlib.AbstractContextManager[Connection]:
    return opened(settings.warehouse_file, memory=memory or settings.engine.memory, threads=settings.engine.threads)


def snapshot_of(settings: Settings) -> Snapshot:
    """The snapshot that pages show. Raises UserError when there is none yet."""
    return current(settings.snapshot_folder)


def whole_snapshot(settings: Settings) -> Snapshot:
    """As `snapshot_of`, with its bytes read again. Raises UserError when they are not what was published."""
    found = current(settings.snapshot_folder)
    if not whole(settings.snapshot_folder, found):
        raise UserError(f"snapshot {found.id} is damaged or gone", next_step=RESTORE)
    return found


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
    cut_off: tuple[str, ...]
    """Sources whose newest load did not come to its end."""


def health(settings: Settings) -> Health:
    """Loads, people, and the state of each source of use."""
    with of_home(settings) as connection:
        loads, people = state_of.counts(connection)
        sources = {name: state_of.source_state(connection, name) for name, source in SOURCES.items() if source.grain}
        accounts, unmatched = state_of.unmatched_share(connection)
        return Health(
            loads,
            people,
            sources,
            accounts,
            unmatched,
            state_of.newest_stamp(connection),
            tuple(unfinished(connection)),
        )


def copies(settings: Settings) -> list[tuple[str, str, int]]:
    """Repositories that hold commits of another one, for which these count, and how many, as of the newest score."""
    with of_home(settings) as connection:
        return state_of.copies(connection)


def first_day(settings: Settings) -> dt.date | None:
    """The first day of which any source of use holds a record or states that it is known whole; None where there is none."""
    with of_home(settings) as connection:
        return state_of.first_day(connection, [name for name, source in SOURCES.items() if source.grain])


def was_loaded(settings: Settings, source: str) -> bool:
    """True if a load of this source ever took place."""
    with of_home(settings) as connection:
        return state_of.source_state(connection, source).loads > 0
