"""Fill a snapshot file out of the warehouse connection: the read models of people, and the released group figures given to it.

A new snapshot begins as a copy of the one before. What stands of a quarter is kept while it is made from the same; the rest is filled anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import duckdb
import pyarrow as pa

from uptake.snapshot.base import ADOPTION, GROUPS, Before, Wanted, made_from
from uptake.snapshot.models import MODELS
from uptake.snapshot.people import UNSEEN_REASONS
from uptake.snapshot.queries import clear, header, query, there

Row = tuple[Any, ...]
_TEXT, _INT, _DAY = pa.string(), pa.int64(), pa.date32()

GROUP_TABLES: Mapping[str, Mapping[str, pa.DataType]] = {
    "funnel": {
        "scope": _TEXT, "quarter": _TEXT, "engineers": _INT, "provisioned": _INT, "active": _INT, "regular": _INT, "heavy": _INT,
        "effective": _INT, "accounts": _INT, "active_accounts": _INT, "tool": _TEXT, "bound": _TEXT,
    },
    "segments": {
        "quarter": _TEXT, "scope": _TEXT, "segment": _TEXT, "reason": _TEXT, "people": _INT, "share": _INT, "bound": _TEXT,
    },
    "adoption_days": {
        "scope": _TEXT, "tool": _TEXT, "day": _DAY, "people": _INT, "active": _INT, "active_share": _INT, "bound": _TEXT, "quarter": _TEXT,
    },
    "adoption_weeks": {
        "scope": _TEXT, "tool": _TEXT, "week": _DAY, "people": _INT, "active": _INT, "active_share": _INT, "bound": _TEXT, "quarter": _TEXT,
    },
    "lob_compare": {
        "quarter": _TEXT, "lob": _TEXT, "people": _INT, "eligible": _INT, "zero_share": _INT, "median_micro": _INT,
        "active_median_micro": _INT, "p25_micro": _INT, "p75_micro": _INT, "comparison": _TEXT,
    },
    "task_types": {
        "quarter": _TEXT, "scope": _TEXT, "tool": _TEXT, "task_type": _TEXT, "people": _INT, "acts": _INT, "share": _INT,
        "coverage": _INT, "bound": _TEXT, "classifier": _TEXT,
    },
    "definitions": {"term": _TEXT, "text": _TEXT, "formula": _TEXT, "score_version": _TEXT},
    "score_bins": {
        "quarter": _TEXT, "lob": _TEXT, "low_micro": _INT, "high_micro": _INT, "people": _INT, "of": _INT, "bound": _TEXT,
    },
    "unit_medians": {
        "scope": _TEXT, "quarter": _TEXT, "people": _INT, "eligible": _INT, "median_micro": _INT, "low_micro": _INT,
        "high_micro": _INT, "active_median_micro": _INT, "bound": _TEXT,
    },
    "quadrant": {
        "quarter": _TEXT, "unit": _TEXT, "people": _INT, "use": _INT, "outcome": _INT, "low": _INT, "high": _INT, "corner": _TEXT,
        "changes": _INT, "attribution": _INT, "reason": _TEXT,
    },
    "person_outcomes": {
        "quarter": _TEXT, "person_id": _TEXT, "changes": _INT, "assisted": _INT, "use": _INT, "outcome": _INT, "low": _INT, "high": _INT,
        "corner": _TEXT, "reason": _TEXT,
    },
    "quality": {
        "quarter": _TEXT, "scope": _TEXT, "week": _DAY, "kind": _TEXT, "changes": _INT, "lines_added": _INT, "retained": _INT, "rework": _INT,
        "reverted": _INT, "review_minutes": _INT, "first_checks": _INT, "incidents": _INT, "by_line": _INT, "by_change": _INT,
        "attribution": _INT,
    },
    "outcome_months": {
        "quarter": _TEXT, "scope": _TEXT, "month": _TEXT, "changes": _INT, "lines_added": _INT, "lines_deleted": _INT, "lead_minutes": _INT,
        "review_minutes": _INT, "review_rounds": _INT, "first_checks": _INT, "reverted": _INT, "hotfixes": _INT, "defects": _INT, "incidents": _INT,
    },
}  # fmt: skip


def counted(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object] | None = None
) -> list[Row]:
    """Rows of a group query, not yet released."""
    return connection.execute(group_sql(name), dict(parameters or {})).fetchall()


def group_sql(name: str) -> str:
    """Text of a group query."""
    return query("groups", name)


WHOLE = {
    "idle_groups": "quarter, scope, tool",
    "value_inputs": "quarter, scope",
    "egress_seen": "tool",
    "ai_marks": "repository, tool, class",
    "code_volume": "repository, month",
    "error_propagation": "scope, effect, basis",
    "code_survival": "repository, since, marked, horizon_days",
    "code_rework": "repository, month, marked",
}
"""Group tables that are made anew each time, by SQL alone, and their order."""
WEEKLY = frozenset({"idle_groups", "error_propagation"})
"""Those of them that are released with the newest quarter. `value_inputs` is made of released tables alone and tells no more than they do."""
BY_WEEK = ("adoption_weeks", "adoption_days")
BY_QUARTER = tuple(name for name, columns in GROUP_TABLES.items() if "quarter" in columns and name not in BY_WEEK)


def write(
    connection: duckdb.DuckDBPyConnection,
    base: Before,
    released: Mapping[str, Sequence[Row]],
    wanted: Wanted,
    limits: Mapping[str, int],
) -> None:
    """Fill the new snapshot, begun as `snap`, and let it go. `released` holds the rows of GROUP_TABLES of the quarters, and of adoption of the weeks,
    that are stale. `limits`: `k`, the smallest group, and `edge`, below which a count of people of a cell is not told.
    """
    stale = base.stale_groups(wanted.groups, wanted.weekly)
    try:
        _clear_weeks(connection, base, wanted)
        for name, columns in GROUP_TABLES.items():
            if name in BY_QUARTER:
                clear(connection, name, set(wanted.groups) - stale)
            order = f"order by {', '.join(list(columns)[:4])}"
            _fill(connection, f"table snap.{name}", columns, released.get(name, ()), order, add="quarter" in columns)
        if stale:
            _write_group(connection, "spend", "quarter, scope, tool, month", limits, stale)
        for name, order in WHOLE.items():
            if base.holds(name, wanted) or (name in WEEKLY and base.stands_weekly(wanted) and there(connection, name)):
                continue
            connection.execute(f"drop table if exists snap.{name}")
            _write_group(connection, name, order, limits, set())
        _note_parts(connection, base, wanted)
        connection.execute("checkpoint snap")
    finally:
        connection.execute("detach snap")


def _clear_weeks(connection: duckdb.DuckDBPyConnection, base: Before, wanted: Wanted) -> None:
    """Leave the adoption of weeks that stand, and of quarters whose groups stand."""
    stale = base.stale_groups(wanted.groups, wanted.weekly)
    again = {week.name for week in base.stale_weeks(wanted.weeks)}
    stand = [week for week in wanted.weeks if week.name not in again]
    for name, day in (("adoption_weeks", "week"), ("adoption_days", "day")):
        if there(connection, name):
            connection.execute(
                f"delete from snap.{name} as t where not list_contains(?::varchar[], t.quarter) and not exists ("
                "select 1 from (select unnest(?::varchar[]) as quarter, unnest(?::date[]) as first_day, unnest(?::date[]) as last_day) as w"
                f" where w.quarter = t.quarter and t.{day} between w.first_day and w.last_day)",
                [
                    sorted(set(wanted.groups) - stale),
                    [week.quarter for week in stand],
                    [week.first_day for week in stand],
                    [week.last_day for week in stand],
                ],
            )


def _write_group(
    connection: duckdb.DuckDBPyConnection, name: str, order: str, limits: Mapping[str, int], stale: set[str]
) -> None:
    """A group table that SQL alone makes: added where it stands for other quarters, else made."""
    made = f"select * from ({query('groups', name)}) as made order by {order}"
    given = {name: value for name, value in limits.items() if f"${name}" in made}
    if not there(connection, name):
        connection.execute(f"create table snap.{name} as {made}", given)
        return
    connection.execute(
        f"delete from snap.{name} where list_contains($stale::varchar[], quarter)", {"stale": sorted(stale)}
    )
    connection.execute(f"insert into snap.{name} {made}", given)


def _note_parts(connection: duckdb.DuckDBPyConnection, base: Before, wanted: Wanted) -> None:
    kept = set(wanted.groups) - base.stale_groups(wanted.groups, wanted.weekly)
    rows = [
        [name, quarter, made]
        for name in MODELS
        for quarter, made in made_from(header(query("models", name)), wanted).items()
    ]
    rows += [[name, "", made] for name, made in wanted.whole.items()]
    rows += [[GROUPS, quarter, made] for quarter, made in wanted.groups.items()]
    rows += [[ADOPTION, week.name, week.inputs] for week in wanted.weeks]
    rows += [
        [ADOPTION, name, made]
        for (part, name), made in base.parts.items()
        if part == ADOPTION and name.split()[0] in kept
    ]
    connection.execute("create or replace table snap.parts (name varchar, quarter varchar, inputs varchar)")
    connection.executemany("insert into snap.parts values (?, ?, ?)", rows)


def whole_tables() -> dict[str, str]:
    """Name -> query of the tables that are made as a whole, whatever quarter their rows are of."""
    models = {name: query("models", name) for name in MODELS}
    return {name: sql for name, sql in models.items() if "by" not in header(sql)} | {
        name: query("groups", name) for name in WHOLE
    }


def code() -> str:
    """Digest of the queries that make a snapshot."""
    total = hashlib.sha256(UNSEEN_REASONS.encode())
    for folder in ("models", "groups"):
        for file in sorted((resources.files("uptake.snapshot") / folder).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".sql"):
                total.update(file.read_bytes())
    return total.hexdigest()


def _fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, pa.DataType],
    rows: Sequence[Row],
    order: str,
    *,
    add: bool = False,
) -> None:
    """Make a table of rows; `add`: to one that may stand already."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, type=kind) for column, kind in zip(values, columns.values(), strict=True)]
    connection.register("given_rows", pa.Table.from_arrays(arrays, names=list(columns)))
    name = table.rpartition(" ")[2].removeprefix("snap.")
    if add and there(connection, name):
        connection.execute(f"insert into snap.{name} select * from given_rows {order}")
    else:
        connection.execute(f"create or replace {table} as select * from given_rows {order}")
    connection.unregister("given_rows")
