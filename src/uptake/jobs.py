"""Jobs, at a command or (later) on a schedule: hands the pipeline its arguments, writes the rights tree, keeps the run ledger."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from uptake import pipeline
from uptake.errors import UserError
from uptake.pipeline import Ingest, Progress, ScoreCall, silent
from uptake.pipeline.publish import Publication, publish_snapshot
from uptake.policy import Policy
from uptake.settings import Settings
from uptake.snapshot import Snapshot, current
from uptake.sources import SOURCES
from uptake.state import State, audit, rights, runs
from uptake.warehouse import periods
from uptake.warehouse.connect import Connection, opened
from uptake.warehouse.merge import LoadReport

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The time, UTC without zone."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def policy_of(settings: Settings) -> Policy:
    """The policy in force, from the settings."""
    return Policy(
        profile=settings.policy.profile,
        k=settings.groups.k,
        manager_depth=settings.policy.manager_depth,
        aggregate_only=frozenset(settings.policy.aggregate_only_entities),
    )


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


def ingest(
    settings: Settings, state: State, call: Ingest, clock: Clock = utc_now, progress: Progress = silent
) -> LoadReport:
    """Load files; after people, write the rights tree anew."""
    source = pipeline.source_named(call.source)
    with _ledger(state, f"ingest {source.name}", clock):
        report = pipeline.ingest(settings, call, progress)
        if source.holds_people and report.loaded:
            write_rights(settings, state, call.now.date())
    return report


def write_rights(settings: Settings, state: State, today: dt.date) -> list[str]:
    """Rights follow the newest HR rows in force today; answers the people whose manager was cut (rule R-HR-6)."""
    with opened(settings.warehouse_file, memory=settings.engine.memory, threads=settings.engine.threads) as connection:
        rows = connection.execute(
            """
            with placed as (
                select *, row_number() over (partition by person_id order by effective_from desc) as place
                from people where effective_from <= ?
            )
            select person_id, manager_id, lob, department, team, legal_entity from placed
            where place = 1 and coalesce(end_date, date '9999-12-31') >= ? order by person_id
            """,
            [today, today],
        ).fetchall()
    found, cut = rights.tree(rights.Employee(*row) for row in rows)
    rights.write(state, found)
    return cut


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """Answer of a score run."""

    snapshot: Snapshot
    seconds: float


def score(
    settings: Settings,
    state: State,
    as_of: dt.date,
    *,
    rebuild: bool = False,
    clock: Clock = utc_now,
    progress: Progress = silent,
) -> ScoreReport:
    """Refresh facts and scores up to `as_of` and publish a snapshot."""
    begun = clock()
    version = pipeline.version_named(settings.score.version)
    policy = policy_of(settings)
    job = "rebuild" if rebuild else "score"
    with (
        _ledger(state, job, clock),
        opened(settings.warehouse_file, memory=settings.engine.memory, threads=settings.engine.threads) as connection,
    ):
        call = ScoreCall(as_of, version, tuple(sorted(policy.aggregate_only)), rebuild)
        inputs = pipeline.score(settings, connection, call, progress)
        progress("publishing", 0, 0)
        quarters = tuple(periods.quarters(connection, as_of, settings.score.quarters))
        what = Publication(as_of, version, inputs, quarters, policy.k, _seen_by(state, policy), clock())
        snapshot = publish_snapshot(connection, settings.snapshot_folder, what)
    return ScoreReport(snapshot, (clock() - begun).total_seconds())


def _seen_by(state: State, policy: Policy) -> dict[str, tuple[str, ...]]:
    """Person -> themselves and the managers up to the depth at which policy shows them by name; empty while lists are off."""
    if not policy.named_lists:
        return {}
    managers = {str(row[0]): row[1] for row in rights.read(state)}
    found: dict[str, tuple[str, ...]] = {}
    for person in managers:
        chain: list[str] = [person]
        while len(chain) <= policy.manager_depth and managers.get(chain[-1]):
            chain.append(str(managers[chain[-1]]))
        found[person] = tuple(chain)
    return found


def doctor(settings: Settings, state: State) -> list[dict[str, Any]]:
    """Checks of settings, disk, engine, state and data: rows of name, ok, detail, next_step."""
    checks = [_check("settings", "read and valid", lambda: f"home {settings.home.name}", "Mend settings.toml")]
    checks.append(_check("disk", "free space", lambda: _free(settings), "Free some space"))
    checks.append(_check("state", "audit chain", lambda: _chain(state), "Restore the state store from a backup"))
    with contextlib.ExitStack() as stack:
        try:
            connection = stack.enter_context(opened(settings.warehouse_file, memory=settings.engine.memory))
        except UserError as error:
            return [*checks, {"name": "engine", "ok": False, "detail": error.what, "next_step": error.next_step}]
        checks.append(_check("engine", "warehouse", lambda: _one_line(connection), "Run `uptake init`"))
        checks.append(
            _check("people", "HR data", lambda: _people(connection), "Load people: `uptake ingest hr-people FILE`")
        )
        checks += [_freshness(connection, name) for name, source in SOURCES.items() if source.grain]
    checks.append(
        _check("snapshot", "figures", lambda: f"snapshot {current(settings.snapshot_folder).id}", "Run `uptake score`")
    )
    return checks


def _check(name: str, what: str, probe: Callable[[], str], next_step: str) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "detail": probe(), "next_step": ""}
    except UserError as error:
        return {"name": name, "ok": False, "detail": f"{what}: {error.what}", "next_step": error.next_step or next_step}


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
    return f"{records} records, chain whole"


def _one_line(connection: Connection) -> str:
    (batches,) = connection.execute("select count(*) from batches").fetchall()[0]
    return f"{batches} loads"


def _people(connection: Connection) -> str:
    people, newest = connection.execute(
        "select count(distinct person_id), max(batch_id) from people, (select max(batch_id) as batch_id from batches)"
    ).fetchall()[0]
    del newest
    if not people:
        raise UserError("no people are loaded")
    return f"{people} people"


def _freshness(connection: Connection, source: str) -> dict[str, Any]:
    first, last, bad = connection.execute(
        "select (select min(first_day) from spans where source = $s), (select max(last_day) from spans where source = $s),"
        " (select count(*) from quarantine where source = $s)",
        {"s": source},
    ).fetchall()[0]
    if last is None:
        return {"name": f"source {source}", "ok": True, "detail": "not connected", "next_step": ""}
    detail = f"{first} to {last}"
    if bad:
        return {
            "name": f"source {source}", "ok": False, "detail": f"{detail}; {bad} records in quarantine",
            "next_step": "See `uptake ask quarantine`, mend the export and load it again",
        }  # fmt: skip
    return {"name": f"source {source}", "ok": True, "detail": detail, "next_step": ""}


def load_answer(report: LoadReport) -> dict[str, Any]:
    """The `--json` answer of an ingest."""
    found = asdict(report)
    found["days"] = [day.isoformat() for day in report.days] if report.days else [None, None]
    return found
