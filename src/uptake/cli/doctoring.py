"""`uptake doctor`: checks of the machine, and what the page Sources and health says of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uptake.cli import output
from uptake.cli.common import Home, Json, opened, os_user
from uptake.errors import EXIT_CHECK_FAILED, EXIT_DONE, UserError

if TYPE_CHECKING:
    from uptake.jobs import State
    from uptake.settings import Settings

ASKED = ("coverage", "unmatched_accounts", "quarantine", "reconciliation", "not_observed", "job_runs")


def doctor(*, home: Home = None, as_json: Json = False) -> int:
    """Check settings, disk, state, engine, sources and figures; exit 1 if one fails."""
    checks = every_check(*opened(home))
    output.checks(checks, as_json=as_json)
    return EXIT_DONE if all(check["ok"] for check in checks) else EXIT_CHECK_FAILED


def every_check(settings: Settings, state: State) -> list[dict[str, Any]]:
    """All rows of the doctor: the machine, the spool, the data of the newest snapshot, the jobs, the fetches and the alerts."""
    from uptake import jobs
    from uptake.jobs import alerting, draining, egress, fetching, provisioning, repositories

    machine = [*jobs.doctor(settings, state), *draining.checks(settings), *repositories.checks(settings)]
    if any(check["name"] == "state" and not check["ok"] for check in machine):
        return machine  # what else is asked is asked of the store
    running = [one for part in (fetching, alerting, provisioning) for one in part.checks(settings, state)]
    now = jobs.utc_now()
    seen, k = alerting.newest_look(settings, state, now), jobs.policy_of(settings, state, now.date()).k
    return [*machine, *_of_data(settings, state), *egress.check(settings, seen, k), *running]


def _of_data(settings: Settings, state: State) -> list[dict[str, Any]]:
    from uptake.web import standing
    from uptake.web.pages.common import NOT_EXPECTED, day_state

    try:
        rows = _rows(settings, state)
    except UserError:
        return []  # the check of the snapshot has said so
    states = [day_state(row) for row in rows["coverage"]]
    nobodys = rows["unmatched_accounts"]
    apart = any(row["difference"] for row in rows["reconciliation"])
    found = [
        _told("completeness", standing.complete(states, NOT_EXPECTED)),
        _told("unmatched accounts", standing.unmatched(nobodys), standing.MAP if nobodys else ""),
        _told("quarantine", standing.quarantine(rows["quarantine"]), standing.MEND if rows["quarantine"] else ""),
        _told(
            "reconciliation",
            standing.reconciliation(rows["reconciliation"]),
            "See `uptake ask reconciliation`" if apart else "",
        ),
    ]
    found += [_told("not observed", standing.unseen(row), standing.mended(row)) for row in rows["not_observed"]]
    fetched = [row for row in rows["job_runs"] if not row["job"].startswith("fetch ")]  # these have checks of their own
    return found + [
        {
            "name": row["job"],
            "ok": not row["next_step"],
            "detail": standing.run(row),
            "next_step": row["next_step"] or "",
        }
        for row in fetched
        if row["next_run"] or row["next_step"]
    ]


def _rows(settings: Settings, state: State) -> dict[str, list[dict[str, Any]]]:
    from uptake import jobs, reads
    from uptake.policy import Viewer
    from uptake.reads import Filters

    now = jobs.utc_now()
    policy = jobs.policy_of(settings, state, now.date())
    caller = reads.Caller(os_user(), "doctor", now)
    with reads.Visit(settings, state, policy, Viewer(role="administrator"), caller, None) as visit:
        return {question: visit.ask(question, Filters()).rows() for question in ASKED}


def _told(name: str, detail: str, next_step: str = "") -> dict[str, Any]:
    """A state of the data is no fault of the machine: it fails no check, and says what mends it."""
    return {"name": name, "ok": True, "detail": detail, "next_step": next_step}
