"""What was decided in contests becomes true at the next score run: corrections go in before it, both values stand after it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace

from uptake import pipeline
from uptake.pipeline import Progress, corrections
from uptake.settings import Settings
from uptake.state import State, audit, changes, contests, looks, notices, rights

Before = list[tuple[contests.Contest, str]]
"""Cases that wait, each with the figures as they stand."""


def applied(settings: Settings, state: State, clock: Callable[[], dt.datetime], progress: Progress) -> Before:
    """Load the corrections of all cases that were upheld. Twice is a duplicate, so that a killed run is run again."""
    with state.reading() as connection:
        waiting = contests.waiting(connection)
        bodies = {
            case.id: json.loads(changes.one(connection, case.change_id).body) for case in waiting if case.change_id
        }
    found: Before = []
    for case in waiting:
        found.append((case, case.before or corrections.figures(settings, case.person_id, case.quarter)))
    for case, before in found:
        if case.before is None:
            with state.writing() as connection:
                contests.change(connection, case.id, before=before)
        body = bodies.get(case.id)
        if body and body["source"]:
            corrections.apply(
                settings, int(case.change_id or 0), case.person_id, body["source"], body["fields"], clock(), progress
            )
            if body["source"] == "hr-people":
                write_rights(settings, state, clock().date())
    return found


def finished(settings: Settings, state: State, waiting: Before, clock: Callable[[], dt.datetime]) -> None:
    """Close the cases: both values stand, the person is told, and so is everybody to whom the old value was shown."""
    time = f"{clock().isoformat(timespec='seconds')}Z"
    for case, _ in waiting:
        after = corrections.figures(settings, case.person_id, case.quarter)
        shown_to = looks.shown_to(state, case.person_id)
        with state.writing() as connection:
            contests.change(connection, case.id, after=after, state=contests.CLOSED, closed_at=time)
            ref = str(case.id)
            for kind in (notices.RECOMPUTED, notices.CLOSED):
                notices.deliver(connection, kind, ref, [(case.person_id, None)], time)
            notices.deliver(connection, notices.RESTATED, ref, [(who, None) for who in shown_to], time)
            event = {
                "time": time, "actor": "score", "route": "job score", "action": "case_close", "role": "", "purpose": "",
                "case_id": case.case_id, "policy_version": "", "result": f"recomputed, {len(shown_to)} viewers told",
            }  # fmt: skip
            audit.append(connection, state, event, [case.person_id])


def write_rights(settings: Settings, state: State, today: dt.date) -> list[str]:
    """Rights follow the newest HR rows in force today; answers the people whose manager was cut (rule R-HR-6)."""
    found, cut = rights.tree(
        replace(rights.Employee(str(row[0]), *row[1:6]), email_key=rights.email_key(state, row[6]))
        for row in pipeline.employees(settings, today)
    )
    rights.write(state, found)
    return cut
