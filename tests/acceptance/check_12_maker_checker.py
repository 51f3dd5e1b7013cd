"""Check 12: a policy takes two people, an assessment, a notice and time; and a new purpose reads nothing that is older than itself."""

from __future__ import annotations

import datetime as dt
import pathlib
import shutil
from collections.abc import Callable, Mapping

from sqlalchemy import select

from tests import demo_home, policies
from tests.acceptance import frame
from uptake import jobs
from uptake.acts import policies as acts
from uptake.errors import NotPermitted, UserError, WrongUsage
from uptake.jobs import State, policy_of
from uptake.policy import Viewer
from uptake.reads import Caller, Filters, ask
from uptake.settings import Settings, read_settings
from uptake.state import Act, notices, rights
from uptake.state.tables import AUDIT, NOTICES

ASKED = "one person, no assessment, inside the notice period, in the past: 4 of 4 refused and recorded; 0 old rows under the new purpose"
TODAY = dt.date(2026, 11, 24)
LONG_AGO, LATELY = dt.date(2026, 3, 2), dt.date(2026, 9, 1)
"""Switched on before the second quarter, and in the last month of the third: what is older than the fourth is then outside."""
REVIEW = {"profile": "managed", "manager_depth": 9}
Row = Mapping[str, object]


def check(folder: pathlib.Path) -> frame.Seen:
    home = demo_home.made(folder / "home", 300)
    refused = refusals(fresh(home, folder / "refusals")[1])
    old, seen, moved = rows_under_review(home, folder)
    text = f"{sum(refused.values())} of {len(refused)} refused; {old} old rows; {seen} where the switch is older than they; {moved} of who moved since"
    wrong = [name for name, held in refused.items() if not held]
    return frame.Seen("; ".join([text, *wrong]), held=not wrong and old == moved == 0 and seen > 0)


def fresh(home: pathlib.Path, copy: pathlib.Path) -> tuple[Settings, State]:
    """The figures of a home, and a state store that holds its people and nothing else."""
    shutil.copytree(home, copy)
    for file in copy.glob("state.db*"):
        file.unlink()
    settings = read_settings(copy)
    state = State(settings.state_file)
    jobs.write_rights(settings, state, TODAY)
    return settings, state


# four refusals


def refusals(state: State) -> dict[str, bool]:
    """What must be refused -> whether it was, whether a record says so, and whether nothing came of it."""
    return {
        "one person proposes and approves": _refused(state, _one_person, NotPermitted),
        "no impact assessment": _refused(state, _no_assessment, WrongUsage),
        "inside the notice period": _refused(state, _in_notice, WrongUsage),
        "in the past": _refused(state, _in_the_past, WrongUsage),
    }


def _refused(state: State, attempt: Callable[[State], object], kind: type[UserError]) -> bool:
    settings = policies.settings_of(state)
    before, records = policy_of(settings, state, TODAY).version, _refusals_recorded(state)
    try:
        attempt(state)
    except kind:
        same = policy_of(settings, state, TODAY).version == before
        return same and _refusals_recorded(state) == records + 1
    return False


def _refusals_recorded(state: State) -> int:
    with state.reading() as connection:
        return sum("refused: " in str(text) for text in connection.execute(select(AUDIT.c.record)).scalars())


def _act(identity: str, day: dt.date = TODAY) -> Act:
    return Act("check", "check", dt.datetime.combine(day, dt.time(9)), identity)


def _propose(state: State, **document: object) -> int:
    return acts.propose(state, "", "compliance", document, policies.REASON, _act(policies.MAKER)).id


def _one_person(state: State) -> None:
    number = _propose(state, **REVIEW, dpia=policies.assessments(state, "one person"))
    acts.decide(state, "", "compliance", number, _act(policies.MAKER), approve=True)


def _no_assessment(state: State) -> None:
    _propose(state, **REVIEW)


def _in_notice(state: State) -> None:
    _propose(state, **REVIEW, dpia=policies.assessments(state, "in notice"), effective_from="2026-12-07")


def _in_the_past(state: State) -> None:
    _propose(state, **REVIEW, dpia=policies.assessments(state, "in the past"), effective_from="2026-11-23")


# old rows


def rows_under_review(home: pathlib.Path, folder: pathlib.Path) -> tuple[int, int, int]:
    """Rows older than a switch, rows that a switch of long ago gives (or nothing is proven), and rows of who moved since."""
    lately = fresh(home, folder / "lately")
    _switch_on(lately, LATELY)
    old = sum(_older(row) for row in _reviewed(lately))
    ago = fresh(home, folder / "ago")
    _switch_on(ago, LONG_AGO)
    seen = [row for row in _reviewed(ago) if _older(row)]
    movers = {str(row["person_id"]) for row in seen[::5]}
    _told_lately(ago[1], movers)
    moved = sum(_older(row) and row["person_id"] in movers for row in _reviewed(ago))
    return old, len(seen), moved


def _older(row: Row) -> bool:
    return str(row["quarter"]) < "2026Q4"


def _switch_on(world: tuple[Settings, State], day: dt.date) -> None:
    assessed = policies.assessments(world[1], f"review {day}")
    policies.decided(world[1], day, **REVIEW, dpia=assessed, performance_review=sorted(assessed))


def _reviewed(world: tuple[Settings, State]) -> list[Row]:
    """Everything that is seen under the purpose: by who reports to nobody, nine steps down."""
    settings, state = world
    policy = policy_of(settings, state, TODAY)
    caller = Caller("check", "check", dt.datetime.combine(TODAY, dt.time(9)))
    found: list[Row] = []
    for manager in [str(row[0]) for row in rights.read(state) if row[1] is None]:
        viewer = Viewer(role="manager", purpose="performance_review", person_id=manager)
        found += ask(settings, state, policy, "quarter_scores", viewer, Filters(), caller).rows()
    return found


def _told_lately(state: State, people: set[str]) -> None:
    """As after a move to the legal entity where they are now: told there last quarter, and nowhere before."""
    known = policies.entities(state)
    with state.writing() as connection:
        mine = NOTICES.c.person_id.in_(sorted(people))
        connection.execute(NOTICES.update().where(mine).values(legal_entity="another entity"))
        there = [(who, entity) for entity in known for who in rights.of_entity(connection, entity)]
        again = [(who, entity) for who, entity in there if who in people]
        notices.deliver(connection, notices.POLICY, "1", again, f"{LATELY.isoformat()}T09:00:00Z")


if __name__ == "__main__":
    frame.alone(__spec__)
