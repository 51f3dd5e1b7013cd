"""SQL that puts fresh rows in the place of old ones and writes only the parts that differ, or makes only rows that a change reached.

Of a running quarter a refresh changes a day or two, and writing rows is dearer than comparing them.
"""

from __future__ import annotations

from collections.abc import Mapping


def replace_changed(table: str, fresh: str, *, where: str, part: str, order: str = "") -> tuple[str, ...]:
    """Statements after which the rows of `table` that `where` names are those of `fresh`, a table with the same columns.

    `part`: an expression over the columns, such as a day, never NULL; the rows of a part are written together, by `order`.
    """
    told = f"select {part} as part, count(*) || ':' || cast(sum(hash(t)) as varchar) as content"
    held = f"{told} from {table} as t where {where} group by {part}"
    made = f"{told} from {fresh} as t group by {part}"
    differing = (
        f"select coalesce(h.part, f.part) as part from ({held}) as h full join ({made}) as f on f.part = h.part"
        " where h.content is distinct from f.content"
    )
    inside = f"{part} in (select part from changed_rows)"
    return (
        f"create or replace temp table changed_rows as {differing}",
        f"delete from {table} where {where} and {inside}",
        f"insert into {table} select * from {fresh} where {inside}" + (f" order by {order}" if order else ""),
        "drop table changed_rows",
    )


def shown_in_part(database: str, shown: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Statements after which only some rows of kept tables are seen, name -> condition, and those that end it: a view of the same name
    stands before each table. `database`: its quoted name.
    """
    before = [
        f"create or replace temp view {name} as select * from {database}.main.{name} where {condition}"
        for name, condition in shown.items()
    ]
    return before, [f"drop view if exists temp.{name}" for name in shown]
