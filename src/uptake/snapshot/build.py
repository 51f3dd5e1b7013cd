"""Fill a snapshot file out of the warehouse connection: the read models of people, and the released group figures given to it.

A new snapshot begins as a copy of the one before. What stands of a quarter is kept while it is made from the same; the rest is filled anew.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from uptake.model.reach import Reach
from uptake.model.reasons import NOT_OBSERVED
from uptake.model.replacing import replace_changed, shown_in_part
from uptake.snapshot import readable
from uptake.snapshot.models import MODELS
from uptake.snapshot.weeks import Week

Row = tuple[Any, ...]
_HEADER = re.compile(r"^-- (by|part|order|reach|from): (.+)$", re.MULTILINE)
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
}  # fmt: skip


def counted(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object] | None = None
) -> list[Row]:
    """Rows of a group query, not yet released."""
    return connection.execute(group_sql(name), dict(parameters or {})).fetchall()


def group_sql(name: str) -> str:
    """Text of a group query."""
    return _sql("groups", name)


GROUPS, ADOPTION = "groups", "adoption"
"""The names under which the group tables of a quarter, and the two tables of adoption of a week, are noted as made."""
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
BY_WEEK = ("adoption_weeks", "adoption_days")
BY_QUARTER = tuple(name for name, columns in GROUP_TABLES.items() if "quarter" in columns and name not in BY_WEEK)


UNSEEN_REASONS = f"create or replace temp table unseen_reasons as select unnest({list(NOT_OBSERVED)}) as reason"
"""The reasons that speak of the data and not of the person, as the queries read them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the tables of a snapshot are made from, quarter -> digest: `rows` those of people, `groups` the released ones.

    `weeks`: those of the quarters whose group figures have to be made.
    """

    rows: Mapping[str, str]
    groups: Mapping[str, str]
    weeks: tuple[Week, ...] = ()
    reached: Reach | None = None
    """What changed in a quarter since the rows of people were made from what it names."""


@dataclass(frozen=True, slots=True)
class Before:
    """The snapshot before, and what its parts were made from: (name, quarter or week) -> digest."""

    file: Path | None
    parts: Mapping[tuple[str, str], str]

    def stale_groups(self, groups: Mapping[str, str]) -> set[str]:
        """Quarters whose group figures it does not hold, and the newest quarter, which other figures stand on."""
        return {name for name, made in groups.items() if self.parts.get((GROUPS, name)) != made} | {max(groups)}

    def stale_weeks(self, weeks: Iterable[Week]) -> list[Week]:
        """Weeks whose adoption it does not hold."""
        return [week for week in weeks if self.parts.get((ADOPTION, week.name)) != week.inputs]

    def base(self, wanted: Wanted) -> Before:
        """Itself as the base of the next one; where nothing of it stands, nothing: what was deleted from a copy may still lie in its
        free blocks.
        """
        asked = {*wanted.rows.values(), *wanted.groups.values(), *(week.inputs for week in wanted.weeks)}
        return self if asked & set(self.parts.values()) else Before(None, {})


def before(connection: duckdb.DuckDBPyConnection, file: Path | None) -> Before:
    """What the snapshot of a file holds; nothing where there is no file."""
    if file is None:
        return Before(None, {})
    with readable(file):
        connection.execute(f"attach '{_quoted(file)}' as before (read_only)")
    try:
        noted = connection.execute(
            "select 1 from duckdb_tables() where database_name = 'before' and table_name = 'parts'"
        ).fetchone()
        rows = connection.execute("select name, quarter, inputs from before.parts").fetchall() if noted else []
    finally:
        connection.execute("detach before")
    return Before(file, {(name, quarter): inputs for name, quarter, inputs in rows})


def write(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    previous: Before,
    released: Mapping[str, Sequence[Row]],
    wanted: Wanted,
    k: int,
) -> None:
    """Fill the new snapshot. `released` holds the rows of GROUP_TABLES of the quarters, and of adoption of the weeks, that are stale."""
    base = previous.base(wanted)
    stale = base.stale_groups(wanted.groups)
    if base.file is not None:
        shutil.copyfile(base.file, file)
    connection.execute(f"attach '{_quoted(file)}' as snap")
    connection.execute(UNSEEN_REASONS)
    try:
        for name in MODELS:
            _write_model(connection, name, base.parts, wanted)
        _clear_weeks(connection, base, wanted)
        for name, columns in GROUP_TABLES.items():
            if name in BY_QUARTER:
                _clear(connection, name, set(wanted.groups) - stale)
            order = f"order by {', '.join(list(columns)[:4])}"
            _fill(connection, f"table snap.{name}", columns, released[name], order, add="quarter" in columns)
        _write_group(connection, "spend", "quarter, scope, tool, month", k, stale)
        for name, order in WHOLE.items():
            connection.execute(f"drop table if exists snap.{name}")
            _write_group(connection, name, order, k, set())
        _note_parts(connection, base, wanted)
        connection.execute("checkpoint snap")
    finally:
        connection.execute("detach snap")


def _clear_weeks(connection: duckdb.DuckDBPyConnection, base: Before, wanted: Wanted) -> None:
    """Leave the adoption of weeks that stand, and of quarters whose groups stand."""
    stale = base.stale_groups(wanted.groups)
    again = {week.name for week in base.stale_weeks(wanted.weeks)}
    stand = [week for week in wanted.weeks if week.name not in again]
    for name, day in (("adoption_weeks", "week"), ("adoption_days", "day")):
        if _there(connection, name):
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


def _write_model(
    connection: duckdb.DuckDBPyConnection, name: str, held: Mapping[tuple[str, str], str], wanted: Wanted
) -> None:
    sql = _sql("models", name)
    header = dict(_HEADER.findall(sql))
    order = header["order"]
    made = _made_from(header, wanted)
    stand = {quarter for quarter, inputs in made.items() if held.get((name, quarter)) == inputs}
    if not stand:
        connection.execute(f"drop table if exists snap.{name}")
        connection.execute(f"create table snap.{name} as select * from ({sql}) order by {order}")
        return
    part = header.get("part", "quarter")
    _clear(connection, name, set(made))
    for quarter in sorted(set(made) - stand):
        reached = wanted.reached
        if (
            "reach" in header
            and reached
            and held.get((name, quarter)) == reached.made_from
            and quarter == reached.quarter
        ):
            _write_reached(connection, name, header, sql, reached.by_week())
            continue
        connection.execute(
            f"create or replace temp table fresh_model as select * from ({sql}) where quarter = '{quarter}'"
        )
        where = f"quarter = '{quarter}'"
        for statement in replace_changed(f"snap.{name}", "fresh_model", where=where, part=part, order=order):
            connection.execute(statement)
        connection.execute("drop table fresh_model")


def _write_reached(
    connection: duckdb.DuckDBPyConnection, name: str, header: Mapping[str, str], sql: str, reach: Reach
) -> None:
    """Of a quarter that stands in the snapshot, put the rows anew that a change reached. The rows of a week are written together."""
    ((warehouse,),) = connection.execute("select current_database()").fetchall()
    for where in reach.strips(header["reach"]):
        before, after = shown_in_part(f'"{warehouse}"', {header["from"]: where})
        for statement in before:
            connection.execute(statement)
        connection.execute(
            f"create or replace temp table fresh_model as select * from ({sql}) where quarter = '{reach.quarter}'"
        )
        for statement in after:
            connection.execute(statement)
        connection.execute(f"delete from snap.{name} where quarter = '{reach.quarter}' and {where}")
        connection.execute(f"insert into snap.{name} select * from fresh_model order by {header['order']}")
        connection.execute("drop table fresh_model")


def _made_from(header: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """Quarter -> what its rows of a model are made from; nothing for a model that is made as a whole.

    `by: quarter and before`: the rows of a quarter are made from those of earlier quarters too.
    """
    by = header.get("by", "")
    if not by.startswith("quarter"):
        return {}
    if by == "quarter":
        return dict(wanted.rows)
    told: list[str] = []
    found = {}
    for quarter, made in sorted(wanted.rows.items()):
        told.append(made)
        found[quarter] = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return found


def _clear(connection: duckdb.DuckDBPyConnection, table: str, stand: Iterable[str]) -> None:
    """Leave the rows of the quarters that stand."""
    if _there(connection, table):
        connection.execute(f"delete from snap.{table} where not list_contains(?::varchar[], quarter)", [sorted(stand)])


def _there(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    try:
        connection.table(f"snap.{table}")  # a look into the catalogue as a table costs ten times as much
    except duckdb.CatalogException:
        return False
    return True


def _write_group(connection: duckdb.DuckDBPyConnection, name: str, order: str, k: int, stale: set[str]) -> None:
    """A group table that SQL alone makes: added where it stands for other quarters, else made."""
    made = f"select * from ({_sql('groups', name)}) as made order by {order}"
    given = {"k": k} if "$k" in made else {}
    if not _there(connection, name):
        connection.execute(f"create table snap.{name} as {made}", given)
        return
    connection.execute(
        f"delete from snap.{name} where list_contains($stale::varchar[], quarter)", {"stale": sorted(stale)}
    )
    connection.execute(f"insert into snap.{name} {made}", given)


def _note_parts(connection: duckdb.DuckDBPyConnection, base: Before, wanted: Wanted) -> None:
    kept = set(wanted.groups) - base.stale_groups(wanted.groups)
    rows = [
        [name, quarter, made]
        for name in MODELS
        for quarter, made in _made_from(dict(_HEADER.findall(_sql("models", name))), wanted).items()
    ]
    rows += [[GROUPS, quarter, made] for quarter, made in wanted.groups.items()]
    rows += [[ADOPTION, week.name, week.inputs] for week in wanted.weeks]
    rows += [
        [ADOPTION, name, made]
        for (part, name), made in base.parts.items()
        if part == ADOPTION and name.split()[0] in kept
    ]
    connection.execute("create or replace table snap.parts (name varchar, quarter varchar, inputs varchar)")
    connection.executemany("insert into snap.parts values (?, ?, ?)", rows)


def code() -> str:
    """Digest of the queries that make a snapshot."""
    total = hashlib.sha256(UNSEEN_REASONS.encode())
    for folder in ("models", "groups"):
        for file in sorted((resources.files("uptake.snapshot") / folder).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".sql"):
                total.update(file.read_bytes())
    return total.hexdigest()


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _sql(folder: str, name: str) -> str:
    return (resources.files("uptake.snapshot") / folder / f"{name}.sql").read_text()


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
    if add and _there(connection, name):
        connection.execute(f"insert into snap.{name} select * from given_rows {order}")
    else:
        connection.execute(f"create or replace {table} as select * from given_rows {order}")
    connection.unregister("given_rows")
