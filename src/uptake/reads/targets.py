"""Whom a blind offer reaches: people behind a manager's own policy, for the act alone. No page, file or command reads them."""

from __future__ import annotations

import datetime as dt

from uptake.policy import Policy, Viewer, may_offer, to_sql
from uptake.reads import Caller, lend
from uptake.settings import Settings
from uptake.snapshot import Snapshot, current, reading
from uptake.state import State, audit

CLOSES = dt.timedelta(days=13)
"""A quarter is closed on the 14th day after its last one."""


def closed_quarter(day: dt.date) -> str:
    """The newest quarter that is closed on a day: offers are made on it, for a running quarter proves nothing yet."""
    open_since = day - CLOSES
    place = open_since.year * 4 + (open_since.month - 1) // 3 - 1
    return f"{place // 4}Q{place % 4 + 1}"


def targets(
    settings: Settings,
    state: State,
    policy: Policy,
    viewer: Viewer,
    step: str,
    caller: Caller,
    snapshot: Snapshot | None = None,
) -> dict[str, str]:
    """Person -> reason, of the people below a manager to whom this step is suggested in the closed quarter; recorded.

    Whoever is under review is left out, as of every list.

    Raises:
        NotPermitted: not a manager for the purpose support.
        Unreachable: the audit record could not be written; then nobody is answered.
    """
    below = may_offer(viewer, policy)
    where, values = to_sql(below)
    made = snapshot or current(settings.snapshot_folder)
    quarter = closed_quarter(dt.date.fromisoformat(made.as_of))
    with reading(settings.snapshot_folder, made, threads=settings.engine.threads) as connection:
        lend.rights_tree(connection, state, policy, caller.now.date(), below)
        if lend.under_review(connection, state):
            where = f"({where}) and q.person_id not in (select u.person_id from under_review as u)"
        rows = connection.execute(
            f"select q.person_id, q.reason from s.person_not_using as q where ({where}) and q.quarter = ? and q.suggestion = ?",
            [*values, quarter, step],
        ).fetchall()
    found = {str(person): str(reason) for person, reason in rows}
    event = {
        "time": caller.now.isoformat(timespec="seconds") + "Z", "actor": caller.actor, "action": "offer", "route": caller.route,
        "question": "not_using", "role": viewer.role, "purpose": "support", "case_id": "", "rows": len(found),
        "columns": ["person_id", "reason"], "policy_version": policy.version, "snapshot": made.id,
        "score_version": made.score_version, "result": "read by the product, shown to nobody",
    }  # fmt: skip
    audit.record(state, event, list(found))
    return found
