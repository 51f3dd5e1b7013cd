"""The reporting tree as the gate reads it, with who was told of the policy: kept in memory while the store says that neither has changed.

A tree of 65,000 people takes a third of a second to read. Its digest and the stamp of policy stand in the store and are read on each
request, so that an HR load or a notice takes effect on the next one, in every process.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from uptake.policy import Policy
from uptake.policy.proposals import NOTICE_DAYS, business_days_after, last_notice_day, quarter_after
from uptake.state import State, notices, rights, switches

_INTEGERS = {"lft", "rgt", "depth"}
_KEPT = "tree"


@dataclass(frozen=True, slots=True)
class Tree:
    """`table`: RIGHTS_COLUMNS and `told`, in the order of `lft`. `places`: person -> row. `lines`: the line of business of each row.
    `told`: person -> day of their notice. `told_quarters`: person_id, and the first quarter that began after their own notice period.
    """

    table: pa.Table
    places: Mapping[str, int]
    lines: Sequence[str | None]
    told: Mapping[str, dt.date]
    told_quarters: pa.Table

    def branch(self, manager: str) -> pa.Table:
        """The row of a manager and of everybody below: nested intervals in the order of `lft` lie side by side, two numbers a person."""
        place = self.places.get(manager)
        if place is None:
            return self.table.slice(0, 0)
        left, right = (self.table.column(name)[place].as_py() for name in ("lft", "rgt"))
        return self.table.slice(place, (right - left + 1) // 2)

    def line(self, person: str | None) -> str | None:
        """The line of business in which a person is now."""
        place = self.places.get(person or "")
        return None if place is None else self.lines[place]


def tree(state: State, policy: Policy, today: dt.date) -> Tree:
    """The tree of now, and who was told of this policy in time."""
    day = last_notice_day(today)
    with state.reading() as connection:
        held = switches.read(connection)
        stamp = (
            held.get(rights.STAMP),
            held.get(switches.STAMP),
            policy.notice_refs,
            day,
            policy.manager_depth,
            policy.lob_lead_depth,
        )
        kept = state.kept.get(_KEPT)
        # A store whose tree an older release wrote has no digest of it: then it is read each time.
        if kept is not None and kept[0] == stamp and stamp[0] is not None and isinstance(kept[1], Tree):
            return kept[1]
        rows = rights.every(connection)
        told = notices.told(connection, policy.notice_refs, day) if policy.notice_refs else {}
        moved = rights.moved(connection, max(1, policy.manager_depth, policy.lob_lead_depth))
    # Who has moved is named again once cells are cut for whoever leads them now (decision 0063).
    told = {who: when for who, when in told.items() if who not in moved}
    made = _made(rows, told)
    state.kept[_KEPT] = (stamp, made)
    return made


def _made(rows: list[tuple[object, ...]], told: Mapping[str, dt.date]) -> Tree:
    columns = list(zip(*rows, strict=True)) or [()] * len(rights.RIGHTS_COLUMNS)
    arrays = [
        pa.array(column, type=pa.int64() if name in _INTEGERS else pa.string())
        for name, column in zip(rights.RIGHTS_COLUMNS, columns, strict=True)
    ]
    people = [str(who) for who in columns[0]]
    arrays.append(pa.array([who in told for who in people], type=pa.bool_()))
    table = pa.Table.from_arrays(arrays, names=[*rights.RIGHTS_COLUMNS, "told"])
    lines = table.column("lob").to_pylist()
    return Tree(table, {who: place for place, who in enumerate(people)}, lines, told, _quarters(told))


def _quarters(told: Mapping[str, dt.date]) -> pa.Table:
    since = {day: quarter_after(business_days_after(day, NOTICE_DAYS)) for day in set(told.values())}
    columns = {"person_id": list(told), "quarter": [since[day] for day in told.values()]}
    return pa.table({name: pa.array(found, type=pa.string()) for name, found in columns.items()})
