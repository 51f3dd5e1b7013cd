"""Group figures: cut the units into cells that may be shown, count in them, and bound what would give people away.

The roster of a quarter is frozen at its first day; who joins later stands in the joiners of the line until the next quarter
(GOVERNANCE.md section 5). Everything that leaves this module is released: no figure of fewer than k people is in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import pyarrow as pa

from uptake.disclosure import Cell, Count, Path, Release, bound_counts, members, release, scope_text, unit_path
from uptake.warehouse.connect import Connection
from uptake.warehouse.periods import bounds

SMALL_REASON_PEOPLE = 25
SMALL_REASON_SHARE = 20
"""A reason of fewer than 25 people, or of less than 1 in 20 of the company, is folded into `other`."""

_ROSTER = """
with of_quarter as (
    select
        r.person_id, r.lob, r.department, r.team, r.engineer,
        greatest(r.first_day, r.start_date) as first_day,
        least(r.last_day, r.end_date) as last_day
    from roster as r
    where not r.aggregate_only
),
placed as (
    select *, row_number() over (partition by person_id order by first_day) as place
    from of_quarter
    where engineer and first_day <= last_day and first_day <= $to_day and last_day >= $first_day
)
select person_id, lob, department, team, first_day > $first_day as joiner
from placed
where place = 1
order by person_id
"""


def cut_cells(connection: Connection, quarters: Iterable[str], k: int, seen_by: Mapping[str, tuple[str, ...]]) -> None:
    """Fill the work tables `cells` and `cell_people` for each quarter, oldest first, so that a cell that fell stays out in time.

    `seen_by`: person -> viewers who see that person by name (where named lists are on, else empty): what such a viewer can
    take out of a cell must leave k people or none.
    """
    connection.execute(
        "create or replace temp table cells (quarter varchar, cell varchar, parent varchar, level bigint, people bigint,"
        " lob varchar, median boolean, yardstick boolean)"
    )
    connection.execute("create or replace temp table cell_people (quarter varchar, cell varchar, person_id varchar)")
    past: list[Release] = []
    for quarter in quarters:
        first, last = bounds(quarter)
        rows = connection.execute(_ROSTER, {"first_day": first, "to_day": last}).fetchall()
        leaves: dict[Path, list[str]] = defaultdict(list)
        lines: dict[str, str] = {}
        for person, lob, department, team, joiner in rows:
            path = unit_path(lob, department, team, joiner=joiner)
            leaves[path].append(person)
            lines[path[0]] = lob
        named = {
            path: Counter(viewer for person in people for viewer in seen_by.get(person, ()))
            for path, people in leaves.items()
        }
        released = release({path: len(people) for path, people in leaves.items()}, k, past[-2:], named)
        past.append(released)
        _write_cells(connection, quarter, released.cells, members(released.cells, leaves), lines)


def _write_cells(
    connection: Connection, quarter: str, cells: Iterable[Cell], inside: Iterable[frozenset[str]], lines: dict[str, str]
) -> None:
    cell_rows: list[tuple[object, ...]] = []
    person_rows: list[tuple[object, ...]] = []
    for cell, people in zip(cells, inside, strict=True):
        name = scope_text(cell.path)
        parent = None if cell.parent is None else scope_text(cell.parent)
        lob = lines.get(cell.path[0]) if len(cell.path) == 1 else None
        cell_rows.append((quarter, name, parent, len(cell.path), cell.people, lob, cell.median, cell.yardstick))
        person_rows += [(quarter, name, person) for person in sorted(people)]
    text, number, flag = pa.string(), pa.int64(), pa.bool_()
    _insert(connection, "cells", cell_rows, [text, text, text, number, number, text, flag, flag])
    _insert(connection, "cell_people", person_rows, [text, text, text])


def _insert(connection: Connection, table: str, rows: list[tuple[object, ...]], kinds: list[pa.DataType]) -> None:
    if not rows:
        return
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, type=kind) for column, kind in zip(columns, kinds, strict=True)]
    connection.register(
        "group_rows", pa.Table.from_arrays(arrays, names=[f"c{number}" for number in range(len(kinds))])
    )
    connection.execute(f"insert into {table} select * from group_rows")
    connection.unregister("group_rows")


_FUNNEL = """
with base as (
    select c.quarter, c.cell, c.parent, c.people, m.person_id
    from cells as c join cell_people as m on m.quarter = c.quarter and m.cell = c.cell
),
facts as (
    select quarter, person_id, 'all' as tool, max(has_seat) as has_seat, max(case when active_days > 0 then 1 else 0 end) as active
    from tool_quarters group by quarter, person_id
    union all
    select quarter, person_id, tool, has_seat, case when active_days > 0 then 1 else 0 end as active from tool_quarters
),
counted as (
    select quarter, person_id, 'all' as tool, sum(accounts) as accounts, sum(active_accounts) as active_accounts
    from quarter_accounts group by quarter, person_id
    union all
    select quarter, person_id, tool, accounts, active_accounts from quarter_accounts
),
tools as (select distinct quarter, tool from facts union select distinct quarter, 'all' from cells)
select
    b.quarter, b.cell, b.parent, b.people, t.tool,
    cast(sum(case when f.has_seat = 1 then 1 else 0 end) as bigint) as provisioned,
    cast(sum(case when f.active = 1 then 1 else 0 end) as bigint) as active,
    cast(sum(case when f.active = 1 and q.regular then 1 else 0 end) as bigint) as regular,
    cast(sum(case when f.active = 1 and q.segment = 'heavy' then 1 else 0 end) as bigint) as heavy,
    cast(sum(coalesce(a.accounts, 0)) as bigint) as accounts,
    cast(sum(coalesce(a.active_accounts, 0)) as bigint) as active_accounts
from base as b
join tools as t on t.quarter = b.quarter
left join facts as f on f.quarter = b.quarter and f.person_id = b.person_id and f.tool = t.tool
left join counted as a on a.quarter = b.quarter and a.person_id = b.person_id and a.tool = t.tool
left join quarter_scores as q on q.quarter = b.quarter and q.person_id = b.person_id
group by all
order by all
"""
_FUNNEL_PEOPLE = ("provisioned", "active", "regular", "heavy")

_SEGMENTS = """
select c.quarter, c.cell, c.parent, c.people, q.segment, q.reason, count(*) as counted
from cells as c
join cell_people as m on m.quarter = c.quarter and m.cell = c.cell
join quarter_scores as q on q.quarter = m.quarter and q.person_id = m.person_id
group by all
order by all
"""

_ADOPTION = """
with active as (select distinct quarter, person_id, tool, {period} as period from person_activity),
periods as (
    select distinct a.quarter, a.tool, b.period
    from (select distinct quarter, tool from active) as a
    join (select distinct quarter, period from active) as b on b.quarter = a.quarter
)
select c.quarter, c.cell, c.parent, c.people, p.tool, p.period, count(a.person_id) as active
from cells as c
join periods as p on p.quarter = c.quarter
join cell_people as m on m.quarter = c.quarter and m.cell = c.cell
left join active as a on a.quarter = c.quarter and a.person_id = m.person_id and a.tool = p.tool and a.period = p.period
where {cells}
group by all
order by all
"""


def funnel(connection: Connection) -> list[tuple[object, ...]]:
    """Rows (scope, quarter, tool, engineers, provisioned, active, regular, heavy, effective, accounts, active_accounts, bounds)."""
    tables: dict[tuple[str, str], list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for row in connection.execute(_FUNNEL).fetchall():
        tables[row[0], row[4]].append(row)
    found: list[tuple[object, ...]] = []
    for (quarter, tool), rows in sorted(tables.items()):
        counts = [
            Count(_path(row[1]), _parent(row[2]), name, row[5 + place], row[3])
            for row in rows
            for place, name in enumerate(_FUNNEL_PEOPLE)
        ]
        shown = {
            (item.cell, item.category): item
            for item in bound_counts(counts, partition=False, nested=("active", "regular"))
        }
        closed = _families_with_gaps(rows, shown)
        for row in rows:
            cells = [shown[_path(row[1]), name] for name in _FUNNEL_PEOPLE]
            accounts = None if (row[2], "provisioned") in closed else row[9]
            active_accounts = None if (row[2], "active") in closed else row[10]
            texts = [f"{cell.category}: {cell.text}" for cell in cells if cell.text]
            found.append(
                (
                    row[1],
                    quarter,
                    row[3],
                    *(cell.count for cell in cells),
                    None,
                    accounts,
                    active_accounts,
                    tool,
                    "; ".join(texts) or None,
                )
            )
    return found


def _families_with_gaps(rows: list[tuple], shown: dict) -> set[tuple[str | None, str]]:  # type: ignore[type-arg]
    """Families in which a count of people is hidden: their counts of accounts would give it away, so all of them are."""
    return {(row[2], name) for row in rows for name in ("provisioned", "active") if shown[_path(row[1]), name].text}


def segments(connection: Connection) -> list[tuple[object, ...]]:
    """Rows (quarter, scope, segment, reason, people, share, bound): each cell parted by segment and reason."""
    tables: dict[str, list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for row in connection.execute(_SEGMENTS).fetchall():
        tables[row[0]].append(row)
    found: list[tuple[object, ...]] = []
    for quarter, rows in sorted(tables.items()):
        kept = _kept_reasons(rows)
        counts: dict[tuple[str, str | None, int, str], int] = defaultdict(int)
        for _, cell, parent, people, segment, reason, counted in rows:
            name = f"{segment}|{reason if (segment, reason) in kept else 'other'}"
            counts[cell, parent, people, name] += counted
        table = [
            Count(_path(cell), _parent(parent), name, count, people)
            for (cell, parent, people, name), count in counts.items()
        ]
        for item in bound_counts(table, partition=True):
            segment, reason = item.category.split("|")
            share = None if item.count is None else _ppm(item.count, item.people)
            found.append((quarter, scope_text(item.cell), segment, reason, item.count, share, item.text))
    return found


def _kept_reasons(rows: list[tuple]) -> set[tuple[str, str]]:  # type: ignore[type-arg]
    top = min(len(_path(row[1])) for row in rows)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    everybody = 0
    for _, cell, _, _, segment, reason, counted in rows:
        if len(_path(cell)) == top:
            totals[segment, reason] += counted
            everybody += counted
    return {
        key
        for key, people in totals.items()
        if people >= SMALL_REASON_PEOPLE and people * SMALL_REASON_SHARE >= everybody
    }


def adoption(connection: Connection, *, by_day: bool) -> list[tuple[object, ...]]:
    """Rows (scope, tool, day or week, people, active, active_share, bound, quarter); days only for cells of 25 people or more."""
    sql = _ADOPTION.format(period="day" if by_day else "week", cells="c.yardstick" if by_day else "true")
    tables: dict[tuple[str, str, object], list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for row in connection.execute(sql).fetchall():
        tables[row[0], row[4], row[5]].append(row)
    found: list[tuple[object, ...]] = []
    for (quarter, tool, when), rows in sorted(tables.items(), key=str):
        counts = [Count(_path(row[1]), _parent(row[2]), "active", row[6], row[3]) for row in rows]
        for item in bound_counts(counts, partition=False):
            share = None if item.count is None else _ppm(item.count, item.people)
            day = when if by_day else week_start(quarter, int(str(when)))
            found.append((scope_text(item.cell), tool, day, item.people, item.count, share, item.text, quarter))
    return found


def week_start(quarter: str, week: int) -> object:
    """First day of a week piece of a quarter: its Monday, or the quarter's first day."""
    first, _ = bounds(quarter)
    if week == 0:
        return first
    return first.fromordinal(first.toordinal() - first.weekday() + 7 * week)


def _path(scope: str) -> Path:
    return () if scope == "(company)" else tuple(scope.split("/"))


def _parent(scope: str | None) -> Path | None:
    return None if scope is None else _path(scope)


def _ppm(part: int, whole: int) -> int:
    """Share in ppm, rounded half to even (rule 1.2)."""
    quotient, rest = divmod(1_000_000 * part, whole)
    return quotient + (2 * rest > whole or (2 * rest == whole and quotient % 2 == 1))
