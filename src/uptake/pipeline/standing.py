"""Tables of a snapshot that are made as a whole: what each is made from, where that can be told, so that a refresh leaves those that stand."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from uptake.facts import FACTS
from uptake.snapshot.build import whole_tables
from uptake.snapshot.queries import header
from uptake.warehouse.connect import Connection
from uptake.warehouse.memo import Memo, reads
from uptake.warehouse.parts import canonical
from uptake.warehouse.refill import read_step
from uptake.warehouse.seals import quarters_over

BOOKKEEPING = frozenset({"sources", "quarantine"})
OF_QUARTERS = frozenset({"quarter_scores", "person_weeks"})


def made_from(connection: Connection, as_of: dt.date, runs: Iterable[tuple[str, str]], k: int) -> dict[str, str]:
    """Table -> digest of its query and of all that the query reads. A table that reads the as-of day or a running quarter is left out.

    `runs`: (quarter, what its rows were made from). Nothing is told of facts that a cluster made: no signature of them is kept.
    """
    steps = [step for step in (read_step("uptake.facts", name) for name in FACTS) if step.by != "quarter"]
    memo = Memo(connection, as_of, steps)
    filled = {str(name) for (name,) in connection.execute("select distinct step from filled").fetchall()}
    if {step.name for step in steps if step.by == "all" and step.keep != "view"} - filled:
        return {}
    known = BOOKKEEPING | set(canonical()) | set(memo.steps)
    closed = _closed(connection, runs)
    found = {}
    for name, sql in whole_tables().items():
        names = set(reads(sql))
        of_closed = header(sql).get("of") == "closed quarters" and closed
        if names - known - (OF_QUARTERS if of_closed else set()):
            continue
        told = [f"{table} {memo.signature(table)}" for table in sorted(names & known)]
        beside = closed if of_closed else ""
        found[name] = hashlib.sha256("\n".join([sql, str(k), beside, *told]).encode()).hexdigest()
    return found


def _closed(connection: Connection, runs: Iterable[tuple[str, str]]) -> str:
    """What the quarters that are over were made from; empty where none is."""
    over = quarters_over(connection)
    return "\n".join(f"{quarter} {made}" for quarter, made in runs if quarter in over)
