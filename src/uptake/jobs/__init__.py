"""Jobs, at a command or (later) on a schedule: hands the pipeline its arguments, writes the rights tree, keeps the run ledger."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from uptake import pipeline
from uptake.errors import UserError, WrongUsage
from uptake.jobs import draining, recompute
from uptake.jobs.draining import SPOOLED, nothing
from uptake.jobs.logged import Released, release_of
from uptake.jobs.recompute import stamp_rights, write_rights
from uptake.jobs.sights import AHEAD, seen_by
from uptake.pipeline import Clock, Ingest, LoadReport, Progress, ScoreCall, Shown, Snapshot, SourceState, silent
from uptake.policy import Policy
from uptake.policy.in_force import Approved, Delivery, in_force
from uptake.policy.proposals import Document
from uptake.settings import Settings
from uptake.state import (
    Connection,
    State,
    audit,
    changes,
    evidence,
    heads,
    notices,
    rights,
    runs,
    schema,
    switches,
)
from uptake.state import verify as verification
from uptake.state.verify import Verdict

__all__ = ["SPOOLED", "Ingest", "Progress", "Snapshot", "State", "nothing", "stamp_rights", "write_rights"]


POLICIES_KEPT = 3


def utc_now() -> dt.datetime:
    """The time, UTC without zone."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def policy_of(settings: Settings, state: State, today: dt.date) -> Policy:
    """The policy in force on a day: the newest one that two people approved, else the default; settings may only narrow it."""
    with state.reading() as connection:
        held = switches.read(connection)
        stamp = (
            held.get(switches.STAMP),
            held.get(switches.LOCKDOWN),
            held.get(rights.STAMP),
            today,
            settings.groups.k,
            settings.policy.aggregate_only_entities,
        )
        kept = state.kept.get(f"policy {today}")
        if kept is not None and kept[0] == stamp and isinstance(kept[1], Policy):
            return kept[1]
        made = _in_force(connection, today)
    made = replace(
        made,
        k=max(made.k, settings.groups.k),
        aggregate_only=made.aggregate_only | frozenset(settings.policy.aggregate_only_entities),
        lockdown=held.get(switches.LOCKDOWN) == switches.ON,
    )
    # A score asks for today and for a day ahead, in turn; a server that runs for months keeps no more.
    for old in [name for name in tuple(state.kept) if name.startswith("policy ")][: 1 - POLICIES_KEPT]:
        state.kept.pop(old, None)
    state.kept[f"policy {today}"] = (stamp, made)
    return made


def _in_force(connection: Connection, today: dt.date) -> Policy:
    """What two people approved and what people were told, as policy reads it. A row that was not written by an approval does not count."""
    approved = [
        Approved(str(one.id), Document.read(json.loads(one.body)), dt.date.fromisoformat(str(one.effective_on)))
        for one in changes.every(connection, changes.POLICY)
        if changes.sound(one)
    ]
    refs = [one.ref for one in approved if one.document.exposes]
    return in_force(approved, [Delivery(*row) for row in notices.deliveries(connection, refs)], today)


@contextlib.contextmanager
def _ledger(state: State, job: str, clock: Clock) -> Iterator[None]:
    run = runs.begin(state, job, clock())
    result = "failed"
    try:
        yield
        result = "done"
    except UserError as error:
        result = type(error).__name__
        raise
    finally:
        runs.end(state, run, result, clock())


def finds_repositories(source: str) -> bool:
    """True where a folder is searched for repositories, and not read file by file."""
    return pipeline.source_named(source).find is not None


def ingest(
    settings: Settings, state: State, call: Ingest, clock: Clock = utc_now, progress: Progress = silent
) -> LoadReport:
    """Load files; after people, write the rights tree anew, also when no row is new: a day that came makes a row hold, or end."""
    source = pipeline.source_named(call.source)
    pipeline.check_there(call.paths)
    with _ledger(state, f"ingest {source.name}", clock):
        classes = policy_of(settings, state, call.now.date()).detector
        with draining.looking(settings, classes, prompts=source.holds_prompts) as tally:
            report = pipeline.ingest(settings, replace(call, sees=tally), progress)
        if report.loaded or report.already_loaded:
            recompute.again(settings, state, source.name, call.now, progress)
        if source.holds_people:
            cut = write_rights(settings, state, call.now.date(), report.managers_cut if source.snapshots else None)
            report = replace(report, reporting_lines_cut=len(cut))
    return report


def drain(
    settings: Settings, state: State, clock: Clock = utc_now, progress: Progress = silent, source: str = "otlp"
) -> LoadReport | None:
    """Load what arrived by itself for a source; None when nothing did. Answers and raises as `draining.drain`."""
    before = runs.last(state, f"ingest {source}").begun
    return draining.drain(
        settings, source, lambda call: ingest(settings, state, call, clock, progress), before, clock()
    )


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """Answer of a score run."""

    snapshot: Snapshot
    seconds: float
    waiting: tuple[str, ...] = ()
    """Closed quarters that keep their figures although later data would change them."""
    set_aside: Mapping[str, str] = field(default_factory=dict)
    """Segments of the spool that cannot be read, and why: what clients sent in them is not in the figures."""


def score(
    settings: Settings,
    state: State,
    as_of: dt.date,
    *,
    rebuild: bool = False,
    restate: frozenset[str] = frozenset(),
    engine: str = "duckdb",
    release: bool = False,
    by: str = "score",
    clock: Clock = utc_now,
    progress: Progress = silent,
) -> ScoreReport:
    """Refresh facts and scores up to `as_of` and publish a snapshot; `restate`: closed quarters that take later data in; `release`: figures
    of groups of quarters that move are released although they were this week; `by`: who does it, for the audit log.

    Raises:
        WrongUsage: there is no such engine, or no such quarter.
        Unreachable: the release could not be written to the audit log; then nothing is published.
    """
    if engine not in pipeline.ENGINES:
        raise WrongUsage(f"There is no engine `{engine}` here", next_step=f"Use {' or '.join(pipeline.ENGINES)}")
    begun = clock()
    drained = [drain(settings, state, clock, progress, source) for source in SPOOLED]
    today = clock().date()
    policy = policy_of(settings, state, today)
    version = pipeline.version_named(settings.score.version)
    call = ScoreCall(as_of, version, tuple(sorted(policy.aggregate_only)), rebuild, engine=engine, release=release)
    job = "rebuild" if rebuild else "score"
    with _ledger(state, job, clock):
        waiting = recompute.applied(settings, state, clock, progress)
        tree = rights.stamp_of(state)
        sights = [(policy_of(settings, state, day), day) for day in (today + AHEAD, today)]
        shown = Shown(policy.k, seen_by(state, sights))
        call = replace(call, restate=restate, opened_from=recompute.opened_from(waiting))
        told = release_of(state, Released(by, job, policy, tree, restate, release), clock)
        snapshot, held = pipeline.score_and_publish(settings, call, shown, clock, progress, told)
        rights.cut(state, tree)
        recompute.finished(settings, state, waiting, clock)
    return ScoreReport(snapshot, (clock() - begun).total_seconds(), held, draining.refused(drained))


def doctor(settings: Settings, state: State, clock: Clock = utc_now) -> list[dict[str, Any]]:
    """Checks of settings, disk, state, engine, data and figures: rows of name, ok, detail, next_step."""
    checks = [
        _check("settings", lambda: f"home {settings.home.name}", "Mend settings.toml"),
        _check("disk", lambda: _free(settings), "Free some space"),
        _check("state", lambda: _chain(state), "Restore the state store from a backup"),
        _check("heads", lambda: _heads(settings, state), "Make the folder of `audit.heads` writable"),
        _check("engine", lambda: f"{pipeline.health(settings).loads} loads", "See the line above"),
    ]
    if checks[-1]["ok"]:
        health = pipeline.health(settings)
        checks.append(_check("people", lambda: _people(health.people), "Load people: `uptake ingest hr-people FILE`"))
        checks.append(_check("whole loads", lambda: _whole_loads(health.cut_off), "Run that `uptake ingest` again"))
        checks += [_check(f"source {name}", partial(_source, found), _MEND) for name, found in health.sources.items()]
        checks.append(
            _check("freshness", lambda: _freshness(health.sources, today_of(settings, clock)), "Load the missing days")
        )
        checks.append(
            _check(
                "identity", lambda: _identity(health.accounts, health.unmatched), "See `uptake ask unmatched_accounts`"
            )
        )
        checks.append(
            _check(
                "clock",
                lambda: _clock(health.newest_stamp, clock()),
                "Set the clock of this machine, or mend --fetched-at",
            )
        )
    checks.append(_check("snapshot", lambda: _snapshot(pipeline.whole_snapshot(settings)), "Run `uptake score`"))
    return checks


def _snapshot(found: Snapshot) -> str:
    said = (
        f"; later data waits for {found.waiting}: `uptake score --restate QUARTER` takes it in" if found.waiting else ""
    )
    few = f"; figures of groups of {found.few} follow once more people were restated" if found.few else ""
    week = "".join(f"; groups of {quarter} as of {day}, till the week ends" for quarter, day in found.released.items())
    return f"snapshot {found.id}{said}{few}{week}"


_MEND = "See `uptake ask quarantine`, mend the export and load it again"


def _check(name: str, probe: Callable[[], str], next_step: str) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "detail": probe(), "next_step": ""}
    except UserError as error:
        return {"name": name, "ok": False, "detail": error.what, "next_step": error.next_step or next_step}


def _free(settings: Settings) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    if free < 1 << 30:
        raise UserError("less than 1 GB is free", next_step="Free some space")
    return f"{free >> 30} GB free"


def _chain(state: State) -> str:
    with state.reading() as connection:
        records, _, bad = audit.verify(connection)
    if bad is not None:
        raise UserError(f"record {bad} does not fit the chain")
    return f"{state.engine.dialect.name}, tables {schema.HEAD}, {records} records, chain whole"


def _heads(settings: Settings, state: State) -> str:
    """Heads are written a minute after a record at the latest, while somebody writes records at all."""
    kept = heads.read(settings.heads_folder)
    with state.reading() as connection:
        last = heads.ending(connection)
    records = last[0] if last else 0
    behind = records - (kept[-1].count if kept else 0)
    if records and not kept:
        raise UserError(f"no signed head lies in {settings.heads_folder.name}, for {records} records")
    if behind < 0:
        raise UserError(f"the log is {-behind} records shorter than its newest signed head: run `uptake verify`")
    if behind > heads.EVERY_RECORDS:
        raise UserError(f"the newest signed head is {behind} records behind")
    return f"{len(kept)} heads, {behind} records since the newest"


def _people(people: int) -> str:
    if not people:
        raise UserError("no people are loaded")
    return f"{people} people"


def _whole_loads(cut_off: tuple[str, ...]) -> str:
    if cut_off:
        raise UserError(f"a load of {', '.join(cut_off)} was cut off; until it ends it proves nobody's zero")
    return "every load came to its end"


def _source(found: SourceState) -> str:
    if found.quarantined:
        raise UserError(f"{found.told()}; {found.quarantined} records in quarantine")
    return found.told()


STALE_DAYS = 7
"""Longest re-read window of a daily source (SOURCES.md section 1): older than that, days are missing and not only late."""
MOST_UNMATCHED = 10
"""Percent of accounts without a person above which the people figures are not to be trusted."""


def today_of(settings: Settings, clock: Clock) -> dt.date:
    """The day of the clock; in a demo home the as-of day, since an invented company stands still."""
    return dt.date.fromisoformat(snapshot_of(settings).as_of) if settings.demo else clock().date()


def _freshness(sources: Mapping[str, SourceState], today: dt.date) -> str:
    connected = {name: found.last for name, found in sources.items() if found.last}
    stale = [f"{name} since {last}" for name, last in connected.items() if (today - last).days > STALE_DAYS]
    if stale:
        raise UserError("no newer day of " + ", ".join(stale))
    return "no source is connected" if not connected else f"all connected sources within {STALE_DAYS} days"


def _identity(accounts: int, unmatched: int) -> str:
    if unmatched * 100 > accounts * MOST_UNMATCHED:
        raise UserError(f"{unmatched} of {accounts} accounts belong to no person")
    return f"{accounts - unmatched} of {accounts} accounts matched"


def _clock(newest: dt.datetime | None, now: dt.datetime) -> str:
    if newest is not None and newest > now + dt.timedelta(days=1):
        raise UserError(f"a load carries the time {newest:%Y-%m-%d}, which this clock has not reached")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def verified(
    settings: Settings,
    state: State,
    path: Path | None = None,
    heads_folder: Path | None = None,
    public_key: str | None = None,
    seen: tuple[int, str] | None = None,
) -> Verdict:
    """Verify the audit log of the home, a copy of a state store, or a pack of evidence; against the heads of a folder, and a key (hex).

    `seen`: number of a record and the first digits of its hash, as a page showed them at its foot.

    Raises:
        WrongUsage: there is nothing at the path, or it is neither.
    """
    if path is not None and not path.is_file():
        raise WrongUsage(
            "There is no state store at that path",
            next_step="Give the file state.db of a home or of a backup, or a pack of evidence",
        )
    if path is not None and zipfile.is_zipfile(path):
        return evidence.check(path.read_bytes(), public_key)
    folder = heads_folder or (settings.heads_folder if path is None else path.parent / "heads")
    kept = heads.read(folder)
    if heads_folder is not None and not kept:
        raise WrongUsage("There are no heads in that folder", next_step="Name the folder that holds heads.jsonl")
    with verification.copy(path) if path else state.reading() as connection:
        return verification.log(connection, kept, public_key or _key_of(settings, path, folder), seen)


def _key_of(settings: Settings, path: Path | None, folder: Path) -> str:
    """The key of the home; of a copy the one that lies with the heads, else that of this home."""
    beside = folder / heads.PUBLIC_KEY
    if path is not None and path.resolve() != settings.state_file.resolve() and beside.exists():
        return beside.read_text(encoding="ascii", errors="replace").strip()
    return State.of(settings).signer.public_key


def running(settings: Settings, state: State) -> tuple[dict[str, dt.date], dict[str, int]]:
    """Sources of use that hold data -> their newest day, and legal entity -> how many people are employed there."""
    sources = {name: found.last for name, found in pipeline.health(settings).sources.items() if found.last}
    with state.reading() as connection:
        return sources, rights.sizes_of_entities(connection)


def snapshot_of(settings: Settings) -> Snapshot:
    """The snapshot that answers come from. Raises UserError when there is none yet."""
    return pipeline.snapshot_of(settings)


def same_inputs_other_scores(before: Snapshot, after: Snapshot) -> bool:
    """True if two snapshots of the same inputs, version and as-of day differ in their scores: that must never be.

    Where a closed quarter kept its figures in the first one, the second one restated it: then they may differ.
    """
    if before.waiting:
        return False
    asked = [(made.as_of, made.inputs_digest, made.version_sha256) for made in (before, after)]
    return asked[0] == asked[1] and before.scores_digest != after.scores_digest


def load_answer(report: LoadReport) -> dict[str, Any]:
    """The `--json` answer of an ingest."""
    found = asdict(report)
    found["days"] = [day.isoformat() for day in report.days] if report.days else [None, None]
    return found
