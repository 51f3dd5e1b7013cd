"""`uptake score` and `uptake rebuild`: facts and scores made again, and a snapshot of them published."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from uptake.cli import output, progress, receiving
from uptake.cli.common import Home, Json, Quiet, opened, os_user
from uptake.errors import EXIT_CHECK_FAILED, EXIT_DONE

if TYPE_CHECKING:
    from uptake.settings import Settings


def score(
    *,
    as_of: Annotated[dt.date | None, Parameter(help="The last day that counts; default: today (UTC).")] = None,
    engine: Annotated[str, Parameter(help="duckdb, or spark: on the cluster of the settings.")] = "duckdb",
    full: Annotated[bool, Parameter(negative="", help="Make every derived table anew.")] = False,
    restate: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="A closed quarter that takes later data in, such as 2026Q2; again for more."),
    ] = (),
    release: Annotated[
        bool, Parameter(negative="", help="Release figures of groups again, although they were released this week.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Refresh facts and scores, and publish a snapshot."""
    return _score(
        home, as_of, rebuild=full, restate=restate, engine=engine, release=release, as_json=as_json, quiet=quiet
    )


def rebuild(
    *, as_of: Annotated[dt.date | None, Parameter(help="Default: the as-of day of the current snapshot.")] = None,
    home: Home = None, as_json: Json = False, quiet: Quiet = False,
) -> int:  # fmt: skip
    """Drop all derived tables and fill them again; exit 1 if the digest of the scores differs."""
    from uptake import jobs

    settings, _ = opened(home)
    before = jobs.snapshot_of(settings)
    code = _score(home, as_of or dt.date.fromisoformat(before.as_of), rebuild=True, as_json=as_json, quiet=quiet)
    if jobs.same_inputs_other_scores(before, jobs.snapshot_of(settings)):
        output.note("The digest differs from that of the snapshot before: report this, with both snapshot files")
        return EXIT_CHECK_FAILED
    return code


def _score(
    home: Path | None,
    as_of: dt.date | None,
    *,
    rebuild: bool,
    as_json: bool,
    quiet: bool,
    restate: tuple[str, ...] = (),
    engine: str = "duckdb",
    release: bool = False,
) -> int:
    from uptake import jobs

    settings, state = opened(home)
    day, again = as_of or jobs.utc_now().date(), frozenset(restate)
    with _ended_in_order(), progress.progress(quiet=quiet) as told:
        receiving.people(settings, state, told)
        made = jobs.score(
            settings,
            state,
            day,
            rebuild=rebuild,
            restate=again,
            engine=engine,
            release=release,
            by=os_user(),
            progress=told,
        )
    _note_day(settings, day)
    output.scored(made.snapshot, made.seconds, made.waiting, as_json=as_json)
    if made.set_aside:
        output.note(f"Not in these figures, since it cannot be read: {', '.join(made.set_aside)}; see `uptake doctor`")
    return EXIT_DONE


def _note_day(settings: Settings, day: dt.date) -> None:
    """What whoever scores up to a day should know of it: figures without use look like a loss of data."""
    from uptake import jobs
    from uptake.jobs import roster

    if day > jobs.utc_now().date() + dt.timedelta(days=1):
        output.note("The as-of day has not come: a quarter that is not over stays open, and takes later data in")
    if roster.is_empty(settings):
        output.note("No people are loaded, so nobody has a score. Load them: uptake ingest hr-people FILE")
    if first := roster.use_begins_after(settings, day):
        output.note(
            f"No use is in these figures, which are now the current ones: the first day of use that is loaded is {first},"
            f" after {day}. If the day was mistyped, run `uptake score` again with the right one, or without --as-of"
        )


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: a run on a cluster has rows of people outside the home, which go with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
