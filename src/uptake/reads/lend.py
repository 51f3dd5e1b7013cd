"""Tables of the state store that a question needs beside the snapshot: the reporting tree, who is under review, who opted in.

They are temporary tables of one connection, gone with the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from uptake.policy import Policy, Viewer
from uptake.policy.proposals import last_notice_day
from uptake.state import State, choices, contests, looks, notices, offers, rights

_INTEGERS = {"lft", "rgt", "depth"}


def rights_tree(connection: duckdb.DuckDBPyConnection, state: State, policy: Policy, today: dt.date) -> None:
    """The table `rights`: the current tree as nested intervals; `told`: whoever got the notice of this policy in time."""
    rows = rights.read(state)
    columns = list(zip(*rows, strict=True)) or [()] * len(rights.RIGHTS_COLUMNS)
    arrays = [
        pa.array(column, type=pa.int64() if name in _INTEGERS else pa.string())
        for name, column in zip(rights.RIGHTS_COLUMNS, columns, strict=True)
    ]
    people = _told(state, policy, today)
    told = pa.array([row[0] in people for row in rows], type=pa.bool_())
    _lend(connection, "rights", pa.Table.from_arrays([*arrays, told], names=[*rights.RIGHTS_COLUMNS, "told"]))


def _told(state: State, policy: Policy, today: dt.date) -> set[str]:
    if not policy.notice_refs:
        return set()
    with state.reading() as connection:
        return set(notices.told(connection, policy.notice_refs, last_notice_day(today)))


def under_review(connection: duckdb.DuckDBPyConnection, state: State) -> bool:
    """The table `under_review(person_id)`; False, and no table, while nobody is."""
    people = contests.under_review(state)
    if people:
        _lend(connection, "under_review", pa.table({"person_id": pa.array(people, type=pa.string())}))
    return bool(people)


@dataclass(frozen=True, slots=True)
class Asking:
    """What decides which rows of the state store are lent: who asks, the policy, and the day."""

    viewer: Viewer
    policy: Policy
    today: dt.date


def contests_of(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `contests`: the viewer's own cases; all of them for who reads under a case of their own."""
    viewer = asking.viewer
    found = contests.of(state, viewer.person_id if viewer.role == "self" else None)
    kinds = {
        "person_id": pa.string(), "id": pa.int64(), "opened": pa.date32(), "due": pa.date32(), "category": pa.string(),
        "quarter": pa.string(), "day": pa.date32(), "tool": pa.string(), "state": pa.string(),
    }  # fmt: skip
    _lend(connection, "contests", _table(found, kinds))


def looks_at(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `looks`: who read the viewer's rows, out of the audit log; everybody's for who reads under a case."""
    viewer = asking.viewer
    people = [str(viewer.person_id)] if viewer.role == "self" else [str(row[0]) for row in rights.read(state)]
    kinds = {
        "person_id": pa.string(), "day": pa.date32(), "role": pa.string(), "purpose": pa.string(), "question": pa.string(),
        "columns": pa.int64(), "times": pa.int64(),
    }  # fmt: skip
    _lend(connection, "looks", _table(looks.of(state, people), kinds))


def opted_in(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `opted_in(person_id, pseudonym, mine, k)`: who chose to stand on the board, under the name of the quarter.

    Who is under review is not counted either: a board must hold more than k people without them.
    """
    newest = connection.execute("select max(quarter) from s.person_leaderboard").fetchall()[0][0]
    contested = set(contests.under_review(state))
    listed = _told(state, asking.policy, asking.today) - contested
    people = [who for who in choices.of(state, choices.BOARD, choices.IN) if who in listed]
    columns = {
        "person_id": pa.array(people, type=pa.string()),
        "pseudonym": pa.array([state.pseudonym(who, f"board-{newest}")[:8] for who in people], type=pa.string()),
        "mine": pa.array([who == asking.viewer.person_id for who in people], type=pa.bool_()),
        "k": pa.array([asking.policy.k] * len(people), type=pa.int64()),
    }
    _lend(connection, "opted_in", pa.table(columns))


def offers_made(connection: duckdb.DuckDBPyConnection, state: State, asking: Asking) -> None:
    """The table `offers(person_id, made, step, expires, named, stands)`: every offer of help, as it stands on the day."""
    kinds = {
        "person_id": pa.string(), "made": pa.date32(), "step": pa.string(), "expires": pa.date32(), "named": pa.bool_(), "stands": pa.bool_(),
    }  # fmt: skip
    _lend(connection, "offers", _table(offers.every(state, asking.today), kinds))


NEEDS: dict[str, Callable[[duckdb.DuckDBPyConnection, State, Asking], None]] = {
    "leaderboard": opted_in,
    "my_contests": contests_of,
    "my_offers": offers_made,
    "not_using": offers_made,
    "who_looked": looks_at,
}
"""Question -> what lends the table that its SQL reads beside the snapshot."""


def state_tables(connection: duckdb.DuckDBPyConnection, state: State, question: str, asking: Asking) -> None:
    """Lend what the SQL of a question reads beside the snapshot."""
    if question in NEEDS:
        NEEDS[question](connection, state, asking)


def _table(found: Sequence[object], kinds: Mapping[str, pa.DataType]) -> pa.Table:
    """A column for each name in `kinds`, of the attribute of that name."""
    return pa.table({name: pa.array([getattr(one, name) for one in found], type=kind) for name, kind in kinds.items()})


def _lend(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("lent", table)
    connection.execute(f"create temp table {name} as select * from lent")
    connection.unregister("lent")
