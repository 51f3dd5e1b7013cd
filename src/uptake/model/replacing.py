"""SQL that puts fresh rows in the place of old ones and writes only the parts that differ.

Of a running quarter a refresh changes a day or two, and writing rows is dearer than comparing them.
"""

from __future__ import annotations


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
