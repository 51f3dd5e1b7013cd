"""What was decided in contests becomes true at the next score run: corrections go in before it, both values stand after it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace

from uptake import pipeline
from uptake.errors import UserError
from uptake.pipeline import Progress, corrections, silent
from uptake.pipeline.corrections import Correction
from uptake.settings import Settings
from uptake.state import Connection, Damaged, State, audit, changes, contests, looks, notices, rights, switches

CUT = "managers_cut"
"""The switch that says how many people have no manager although one was named: cut by the tree, and outside the directory."""
Clock = Callable[[], dt.datetime]


def applied(settings: Settings, state: State, clock: Clock, progress: Progress) -> list[contests.Contest]:
    """Load the corrections of all cases that were upheld; answers the cases. Twice is a duplicate: a killed run is run again.

    A correction that cannot be loaded sends its case back to who reviews it; nothing of it moves.
    """
    with state.reading() as connection:
        waiting = contests.waiting(connection)
        made = {case.id: _correction(connection, case) for case in waiting}
    if not waiting:
        return []
    _keep_before(settings, state, [case for case in waiting if case.before is None])
    decided = sorted(filter(None, made.values()), key=lambda one: one.number)
    others = {one.number: corrections.touched(settings, one) for one in decided}
    refused = corrections.apply(settings, decided, clock(), progress)
    for case in waiting:
        one = made[case.id]
        if one is not None and one not in refused:
            _tell_others(state, case, sorted(others[one.number]), clock)
    if any(one.source == "hr-people" for one in decided):
        write_rights(settings, state, clock().date())
    back = [case for case in waiting if made[case.id] is None or made[case.id] in refused]
    for case in back:
        _sent_back(state, case, clock)
    return [case for case in waiting if case not in back]


def opened_from(cases: list[contests.Contest]) -> str:
    """The first quarter that a named human's decision opens again, with those after it, which remember it; empty if there is none."""
    return min((case.quarter for case in cases), default="")


def again(settings: Settings, state: State, source: str, now: dt.datetime, progress: Progress = silent) -> None:
    """Correct what a new file of a source may have said wrong once more."""
    with state.reading() as connection:
        closed = [one for one in contests.stored(connection, None) if one.decision == contests.UPHELD]
        made = [_correction(connection, one) for one in closed]
    corrections.again(settings, source, sorted(filter(None, made), key=lambda one: one.number), now, progress)


def finished(settings: Settings, state: State, cases: list[contests.Contest], clock: Clock) -> None:
    """Close the cases: both values stand, the person is told, and so is everybody to whom the old value was shown."""
    time = _time(clock)
    made = corrections.figures(settings, [(case.person_id, case.quarter) for case in cases]) if cases else []
    for case, after in zip(cases, made, strict=True):
        shown_to = looks.shown_to(state, case.person_id, contests.first_day(case.quarter))
        with state.writing() as connection:
            contests.change(connection, case.id, after=after, state=contests.CLOSED, closed_at=time)
            ref = str(case.id)
            for kind in (notices.RECOMPUTED, notices.CLOSED):
                notices.deliver(connection, kind, ref, [(case.person_id, None)], time)
            notices.deliver(connection, notices.RESTATED, ref, [(who, None) for who in shown_to], time)
            said = f"recomputed, {len(shown_to)} viewers told"
            audit.append(connection, state, _event(time, "case_close", case, said), [case.person_id])


def write_rights(settings: Settings, state: State, today: dt.date, outside: int | None = None) -> list[str]:
    """Rights follow the newest HR rows in force today; answers the people whose manager was cut (rule R-HR-6).

    `outside`: of a directory that was just loaded, how many people have a manager outside it (rule R-SC-4).
    """
    found, cut = rights.tree(
        replace(rights.Employee(str(row[0]), *row[1:6]), email_key=rights.email_key(state, row[6]))
        for row in pipeline.employees(settings, today)
    )
    rights.write(state, found)
    with state.writing() as connection:
        before = switches.read(connection).get(CUT, "0 0").split()
        switches.write(connection, CUT, f"{len(cut)} {before[1] if outside is None else outside}", "", "people")
    return cut


def reporting_lines(state: State) -> str:
    """How many people were cut from their manager, in words, for the doctor; empty where nobody was."""
    with state.reading() as connection:
        tree, outside = map(int, switches.read(connection).get(CUT, "0 0").split())
    parts = [
        (outside, "have a manager outside the directory"),
        (tree, "have a manager who is missing, themselves, or in a circle"),
    ]
    return "; ".join(f"{count} people {why}" for count, why in parts if count)


def _correction(connection: Connection, case: contests.Contest) -> Correction | None:
    if case.change_id is None:
        return None
    body = json.loads(changes.one(connection, case.change_id).body)
    return Correction(case.change_id, case.person_id, body["source"], body["fields"]) if body["source"] else None


def _keep_before(settings: Settings, state: State, cases: list[contests.Contest]) -> None:
    """The figures as they stand, where whoever decided had none before them."""
    if not cases:
        return
    for case, before in zip(
        cases, corrections.figures(settings, [(case.person_id, case.quarter) for case in cases]), strict=True
    ):
        with state.writing() as connection:
            contests.change(connection, case.id, before=before)


def _tell_others(state: State, case: contests.Contest, people: list[str], clock: Clock) -> None:
    """Nobody's accounts change without a word to them: they may object like anybody else."""
    if people:
        with state.writing() as connection:
            notices.deliver(connection, notices.MAPPED, str(case.id), [(who, None) for who in people], _time(clock))


def _sent_back(state: State, case: contests.Contest, clock: Clock) -> None:
    with state.writing() as connection:
        contests.change(connection, case.id, state=contests.UNDER_REVIEW, change_id=None, decision=None, before=None)
        event = _event(_time(clock), "case_send_back", case, "the correction cannot be loaded")
        audit.append(connection, state, event, [case.person_id])


def _event(time: str, action: str, case: contests.Contest, result: str) -> dict[str, str]:
    return {
        "time": time, "actor": "score", "route": "job score", "action": action, "role": "", "purpose": "",
        "case_id": case.case_id, "policy_version": "", "result": result,
    }  # fmt: skip


def _time(clock: Clock) -> str:
    return f"{clock().isoformat(timespec='seconds')}Z"


def stamp_rights(state: State) -> None:
    """At the start of a server; without a store to reach, questions go on reading the tree each time.

    Raises:
        Damaged: the store will not come back.
    """
    try:
        rights.stamp(state)
    except Damaged:
        raise
    except UserError:
        return
