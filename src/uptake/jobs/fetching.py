"""The job `fetch`: days that came whole from a vendor go into the warehouse one after another, and the run ledger says how it ended."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from uptake import jobs, pipeline
from uptake.errors import InputRefused, Unreachable, UserError
from uptake.fetch import register
from uptake.fetch.keys import others_may_read
from uptake.fetch.problems import AtWork, KeyRefused, NotFetched
from uptake.fetch.run import Landed, Run, fetcher_named, opened
from uptake.jobs import draining
from uptake.pipeline import Clock, Ingest, LoadReport, Progress, silent, united
from uptake.settings import Settings
from uptake.state import State, runs

DOWN_FOR = 2
"""Days that fail one after another because the vendor does not answer; then the rest is left for the next run."""
WAREHOUSE_PAUSE = 2.0
NOTHING_CAME = "The vendor has nothing for any of these days: check the key and the names in the settings"
AFTER_FAILURE = runs.AFTER_FAILURE
AT_WORK = runs.AT_WORK


@dataclass(slots=True)
class FetchReport:
    """Answer of a fetch: that of the loads, and what became of the days."""

    source: str
    loads: list[LoadReport] = field(default_factory=list)
    whole: list[dt.date] = field(default_factory=list)
    empty: list[dt.date] = field(default_factory=list)
    """The vendor had nothing for them: not declared, so that nobody's zero follows from them."""
    failed: dict[dt.date, UserError] = field(default_factory=dict)
    left: list[dt.date] = field(default_factory=list)
    """Not asked for, since the vendor was down or refused the key."""
    notes: list[str] = field(default_factory=list)

    def load(self) -> LoadReport:
        """All loads as one."""
        return united(self.loads) if self.loads else jobs.nothing(self.source)

    def why(self) -> UserError | None:
        """What went wrong first, if anything did."""
        return next(iter(self.failed.values()), None)


def fetch(
    settings: Settings,
    state: State,
    source: str,
    days: tuple[dt.date | None, dt.date | None] = (None, None),
    clock: Clock = jobs.utc_now,
    progress: Progress = silent,
    pause: Callable[[float], None] = time.sleep,
) -> FetchReport:
    """Ask a vendor for the days that are due, or those named, and load each that comes whole. Whatever fails is asked for by the next run.

    Raises:
        WrongUsage: the source is not set up.
        Unreachable: another run of the source is at work.
    """
    fetcher = fetcher_named(source)
    pipeline.source_named(fetcher.source)
    classes = jobs.policy_of(settings, state, clock().date()).detector
    with (
        _noted(state, source, clock) as report,
        draining.looking(settings, classes, prompts=fetcher.holds_prompts) as tally,
        opened(settings, source, clock()) as run,
    ):
        run.asking.sees = tally
        wanted = run.plan(*days)
        report.notes += run.warnings
        down = 0
        for number, day in enumerate(wanted):
            progress(f"fetching {source}: {day}", number, len(wanted))
            error = _one(settings, state, run, report, day, clock, pause)
            down = down + 1 if isinstance(error, NotFetched) and error.down else 0
            # A key that lost its rights half way: what came before is loaded, and nothing else will come.
            if down == DOWN_FOR or isinstance(error, KeyRefused):
                report.left += wanted[number + 1 :]
                break
        if tally and not (report.whole or report.empty):
            tally.forget()  # nothing came whole, so what was seen of it is no count either
        if wanted and len(report.empty) == len(wanted):
            report.notes.append(NOTHING_CAME)
    return report


def _one(
    settings: Settings, state: State, run: Run, report: FetchReport, day: dt.date, clock: Clock, pause: Callable[[float], None]
) -> UserError | None:  # fmt: skip
    """Ask for one day and load it; what went wrong is noted, and answered."""
    try:
        _load(settings, state, run, report, run.day(day), clock, pause)
    except (NotFetched, KeyRefused, InputRefused) as error:
        report.failed[day] = error
        return error
    return None


def _load(
    settings: Settings, state: State, run: Run, report: FetchReport, landed: Landed, clock: Clock, pause: Callable[[float], None]
) -> None:  # fmt: skip
    """Load one day. Of an empty one nothing is loaded: it is no proof that nobody did anything."""
    if not landed.rows:
        report.empty.append(landed.day)
        run.loaded(landed)
        return
    fetcher, account = run.fetcher, run.asking.vendor.account
    span = None if fetcher.snapshot else (landed.day, landed.day)
    call = Ingest(fetcher.source, (str(landed.path),), run.now, account, fetcher.complete, None, span)
    try:
        report.loads.append(_patiently(lambda: jobs.ingest(settings, state, call, clock), settings, pause))
    except BaseException:
        run.forget(landed)
        raise
    report.whole.append(landed.day)
    run.loaded(landed)


def _patiently(load: Callable[[], LoadReport], settings: Settings, pause: Callable[[float], None]) -> LoadReport:
    """Another command may have the warehouse open: what was fetched is worth the wait."""
    waited = 0.0
    while True:
        try:
            return load()
        except Unreachable:
            if waited >= settings.fetch.patience_seconds:
                raise
            pause(WAREHOUSE_PAUSE)
            waited += WAREHOUSE_PAUSE


class _noted:  # noqa: N801 - a context, used as a word
    """The run in the ledger, with the reason of a failure in words: no value and no address stands in them."""

    def __init__(self, state: State, source: str, clock: Clock) -> None:
        self._state, self._clock = state, clock
        self._report = FetchReport(source)
        self._run = runs.begin(state, job_of(source), clock())

    def __enter__(self) -> FetchReport:
        return self._report

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        failure = error if error is not None else self._report.why()
        result = runs.DONE if failure is None else "failed"
        if isinstance(failure, AtWork):
            result = AT_WORK
        elif isinstance(failure, UserError):
            result = f"{failure.what}: {failure.why}" if failure.why else failure.what
        runs.end(self._state, self._run, result, self._clock())


def job_of(source: str) -> str:
    """The name of a source's fetches in the run ledger."""
    return f"fetch {source}"


def answer(report: FetchReport) -> dict[str, Any]:
    """The `--json` answer: that of an ingest, and the days."""
    error = report.why()
    return {
        **jobs.load_answer(report.load()),
        "fetched": [str(day) for day in report.whole],
        "empty": [str(day) for day in report.empty],
        "failed": {str(day): str(why) for day, why in report.failed.items()},
        "left": [str(day) for day in report.left],
        "notes": report.notes,
        "error": None if error is None else str(error),
    }


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the fetches of one source stand, for the doctor and for pages."""

    source: str
    every: int
    begun: dt.datetime | None
    """Start of the last run; None = it never ran."""
    result: str
    done: dt.datetime | None
    """End of the last run without a failure."""
    due: dt.datetime | None
    """When the server runs it next; None = never by itself."""


def outlooks(settings: Settings, state: State, now: dt.datetime) -> list[Outlook]:
    """One for each source, and each further tenant of one, that has a key."""
    return [outlook(state, name, job_of(name), vendor.every, now) for name, vendor in settings.fetch.set_up()]


def outlook(state: State, name: str, job: str, every: int, now: dt.datetime) -> Outlook:
    """How a job stands that is to run each `every` hours; 0 = never by itself."""
    last = runs.last(state, job)
    return Outlook(name, every, last.begun, last.result, last.done, runs.due(last, every, now))


def checks(settings: Settings, state: State, clock: Clock = jobs.utc_now) -> list[dict[str, Any]]:
    """Rows of the doctor: one for each source that is set up, and where requests have gone so far."""
    found = [_check(settings, one, clock()) for one in outlooks(settings, state, clock())]
    called = register.read(settings.fetched_folder).values()
    said = ", ".join(f"{row['host']} for {row['source']} since {row['first']}" for row in called)
    return [*found, {"name": "destinations", "ok": True, "detail": said, "next_step": ""}] if said else found


def _check(settings: Settings, found: Outlook, now: dt.datetime) -> dict[str, Any]:
    name, late = f"fetch {found.source}", None
    last = f"last whole {found.done:%Y-%m-%d %H:%M}" if found.done else "never whole yet"
    due = f", next {found.due:%Y-%m-%d %H:%M}" if found.due else ""
    if told := others_may_read(settings, found.source):
        return {"name": name, "ok": False, "detail": told, "next_step": "Run chmod 600 on it"}
    if found.due and found.due < now - dt.timedelta(hours=max(found.every, 1)):
        late = "it is overdue: is `uptake serve` at work?"
    wrong = found.result if found.begun and found.result not in (runs.DONE, AT_WORK, "") else late
    detail = f"{last}{due}" + (f"; {wrong}" if wrong else "")
    step = runs.remedy(job_of(found.source), wrong)
    return {"name": name, "ok": not wrong, "detail": detail, "next_step": step}
