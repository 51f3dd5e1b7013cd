"""Tables of the state store that a question needs beside the snapshot: the reporting tree, who is under review, who opted in.

They are temporary tables of one connection, gone with the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import duckdb
import pyarrow as pa

from uptake.policy import Policy, Predicate, behind
from uptake.reads import lend_registers as registers
from uptake.reads import lend_value
from uptake.reads.lend_egress import egress_of
from uptake.reads.lending import Asking, lend_table, table_of
from uptake.reads.tree import tree
from uptake.state import State, choices, contests, looks, notices, offers


def rights_tree(
    connection: duckdb.DuckDBPyConnection, state: State, policy: Policy, today: dt.date, predicate: Predicate
) -> None:
    """The table `rights`: the current tree as nested intervals; `told`: whoever got the notice of this policy in time.

    Only the branch of a manager where the predicate allows nobody outside of it. It is lent as it lies in memory, not copied.
    """
    found, manager = tree(state, policy, today), behind(predicate)
    lend_table(connection, "rights", found.table if manager is None else found.branch(manager))


def told_quarters(connection: duckdb.DuckDBPyConnection, state: State, policy: Policy, today: dt.date) -> None:
    """The table `told_quarters(person_id, quarter)`: the first quarter that began after a person's own notice period."""
    lend_table(connection, "told_quarters", tree(state, policy, today).told_quarters)


def under_review(connection: duckdb.DuckDBPyConnection, state: State) -> bool:
    """The table `under_review(person_id)`; False, and no table, while nobody is."""
    people = contests.under_review(state)
    if people:
        lend_table(connection, "under_review", pa.table({"person_id": pa.array(people, type=pa.string())}))
    return bool(people)


def contests_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `contests`: the viewer's own cases; all of them for who reads under a case of their own."""
    viewer = asking.viewer
    found = contests.of(state, viewer.person_id if viewer.role == "self" else None)
    kinds = {
        "person_id": pa.string(), "id": pa.int64(), "opened": pa.date32(), "due": pa.date32(), "category": pa.string(),
        "quarter": pa.string(), "day": pa.date32(), "tool": pa.string(), "state": pa.string(),
        "decision": pa.string(), "before": pa.string(), "after": pa.string(), "closed": pa.date32(),
    }  # fmt: skip
    lend_table(connection, "contests", table_of(found, kinds))


def looks_at(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `looks`: who read the viewer's rows, out of the audit log; everybody's for who reads under a case."""
    viewer = asking.viewer
    asked = viewer.person_id if viewer.role == "self" else asking.person
    if not asked:
        _looks_at_everybody(connection, looks.log(state))
        return
    kinds = {
        "person_id": pa.string(), "day": pa.date32(), "role": pa.string(), "purpose": pa.string(), "question": pa.string(),
        "columns": pa.int64(), "way": pa.string(), "times": pa.int64(),
    }  # fmt: skip
    lend_table(connection, "looks", table_of(looks.of(state, str(asked)), kinds))


_LOOKS = """
select p.person_id, k.day, k.role, k.purpose, k.question, k.columns, k.way, count(*) as times
from look_subjects as n
join look_kinds as k on k.record = n.record
join look_people as p on p.subject = n.subject
where k.reader <> n.subject
group by p.person_id, k.day, k.role, k.purpose, k.question, k.columns, k.way
"""


def _looks_at_everybody(connection: duckdb.DuckDBPyConnection, log: looks.Log) -> None:
    """Counted by the engine: a list of the company names everybody, each time that somebody opens it."""
    subjects, records = zip(*log.named, strict=True) if log.named else ((), ())
    kinds = [(record, *kind, reader) for record, (kind, reader) in log.kinds.items()]
    names = ("record", "day", "role", "purpose", "question", "columns", "way", "reader")
    types = (pa.int64(), pa.date32(), *[pa.string()] * 3, pa.int64(), pa.string(), pa.string())
    columns = list(zip(*kinds, strict=True)) or [()] * len(names)
    arrays = [pa.array(column, type=kind) for column, kind in zip(columns, types, strict=True)]
    text = pa.string()
    lend_table(connection, "look_kinds", pa.Table.from_arrays(arrays, names=list(names)))
    lend_table(
        connection,
        "look_subjects",
        pa.table({"subject": pa.array(subjects, type=text), "record": pa.array(records, type=pa.int64())}),
    )
    lend_table(
        connection,
        "look_people",
        pa.table(
            {
                "subject": pa.array(list(log.people), type=text),
                "person_id": pa.array(list(log.people.values()), type=text),
            }
        ),
    )
    lend_table(connection, "looks", connection.sql(_LOOKS).to_arrow_table())
    for name in ("look_kinds", "look_subjects", "look_people"):
        connection.unregister(name)


def opted_in(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `opted_in(person_id, line, pseudonym, mine, k)`: who chose to stand on the board, under the name of the quarter.

    Who is under review is not counted either: a board must hold more than k people without them.
    """
    newest = connection.execute("select max(quarter) from s.person_leaderboard").fetchall()[0][0]
    contested = set(contests.under_review(state))
    found = tree(state, asking.policy, asking.today)
    listed = found.told.keys() - contested
    # A board is read by its own line, and shows nobody's choice unless it is in bands.
    line, chosen = found.line(asking.viewer.person_id), choices.of(state, choices.BOARD, choices.IN)
    people = [
        who
        for who in chosen
        if asking.policy.board == "bands" and who in listed and found.line(who) == line is not None
    ]
    columns = {
        "person_id": pa.array(people, type=pa.string()),
        "line": pa.array([found.line(who) for who in people], type=pa.string()),
        "pseudonym": pa.array([state.pseudonym(who, f"board-{newest}")[:8] for who in people], type=pa.string()),
        "mine": pa.array([who == asking.viewer.person_id for who in people], type=pa.bool_()),
        "k": pa.array([asking.policy.k] * len(people), type=pa.int64()),
    }
    lend_table(connection, "opted_in", pa.table(columns))


def offers_made(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `offers(person_id, made, step, expires, named, stands)`: offers of help as they stand on the day, one's own or everybody's."""
    kinds = {
        "person_id": pa.string(), "made": pa.date32(), "step": pa.string(), "expires": pa.date32(), "named": pa.bool_(), "stands": pa.bool_(),
    }  # fmt: skip
    viewer = asking.viewer
    found = offers.every(state, asking.today, viewer.person_id if viewer.role == "self" else None)
    lend_table(connection, "offers", table_of(found, kinds))


def notices_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `notices`: what the viewer was told; nothing of anybody else."""
    with state.reading() as reading:
        found = (
            notices.of(reading, asking.viewer.person_id)
            if asking.viewer.role == "self" and asking.viewer.person_id
            else []
        )
    columns = {
        "person_id": pa.array([one.person_id for one in found], type=pa.string()), "id": pa.array([one.id for one in found], type=pa.int64()),
        "kind": pa.array([one.kind for one in found], type=pa.string()), "ref": pa.array([one.ref for one in found], type=pa.string()),
        "delivered": pa.array([dt.date.fromisoformat(one.delivered_at[:10]) for one in found], type=pa.date32()),
        "read": pa.array([one.read_at is not None for one in found], type=pa.bool_()),
    }  # fmt: skip
    lend_table(connection, "notices", pa.table(columns))


NEEDS: dict[str, Callable[[duckdb.DuckDBPyConnection, State, Asking], None]] = {
    "alerts": registers.alerts_of,
    "leaderboard": opted_in,
    "audit_trail": registers.trail_of,
    "contest_cases": registers.cases_of,
    "data_egress": egress_of,
    "decisions": registers.decisions_of,
    "idle_seats": registers.seats_decided,
    "job_runs": registers.runs_of,
    "lineage": registers.policy_of_now,
    "my_contests": contests_of,
    "my_notices": notices_of,
    "my_offers": offers_made,
    "not_using": offers_made,
    "policy_changes": registers.changes_of,
    "policy_entities": registers.entities_of,
    "value": lend_value.lend_values,
    "value_assumptions": lend_value.lend_assumptions,
    "who_looked": looks_at,
    "who_sees_what": registers.grants_of,
}
"""Question -> what lends the table that its SQL reads beside the snapshot."""


def state_tables(connection: duckdb.DuckDBPyConnection, state: State, question: str, asking: Asking) -> None:
    """Lend what the SQL of a question reads beside the snapshot."""
    if question in NEEDS:
        NEEDS[question](connection, state, asking)
