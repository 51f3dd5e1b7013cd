"""What the tables of the next snapshot are made from, and what the last one holds of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from uptake.model.reach import Reach
from uptake.snapshot import readable
from uptake.snapshot.queries import quoted
from uptake.snapshot.weeks import Week

GROUPS, ADOPTION = "groups", "adoption"
"""The names under which the group tables of a quarter, and the two tables of adoption of a week, are noted as made."""


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
    whole: Mapping[str, str] = field(default_factory=dict)
    """What tables that are made as a whole are made from, table -> digest, of those where that can be told."""
    weekly: frozenset[str] = frozenset()
    """Quarters that move, and whose group figures stand for this week."""


@dataclass(frozen=True, slots=True)
class Before:
    """The snapshot before, and what its parts were made from: (name, quarter or week) -> digest."""

    file: Path | None
    parts: Mapping[tuple[str, str], str]

    def stale_groups(self, groups: Mapping[str, str], weekly: Collection[str]) -> set[str]:
        """Quarters whose group figures it does not hold, and the newest quarter, which other figures stand on, unless these stand for this week."""
        stale = {name for name, made in groups.items() if self.parts.get((GROUPS, name)) != made}
        return stale | ({max(groups)} - set(weekly))

    def stands_weekly(self, wanted: Wanted) -> bool:
        """True if what is told beside the newest quarter stands for this week, as that does."""
        return self.file is not None and max(wanted.groups) in wanted.weekly

    def stale_weeks(self, weeks: Iterable[Week]) -> list[Week]:
        """Weeks whose adoption it does not hold."""
        return [week for week in weeks if self.parts.get((ADOPTION, week.name)) != week.inputs]

    def holds(self, table: str, wanted: Wanted) -> bool:
        """True if a table that is made as a whole stands as it is."""
        return table in wanted.whole and self.parts.get((table, "")) == wanted.whole[table]

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
        connection.execute(f"attach '{quoted(file)}' as before (read_only)")
    try:
        noted = connection.execute(
            "select 1 from duckdb_tables() where database_name = 'before' and table_name = 'parts'"
        ).fetchone()
        rows = connection.execute("select name, quarter, inputs from before.parts").fetchall() if noted else []
    finally:
        connection.execute("detach before")
    return Before(file, {(name, quarter): inputs for name, quarter, inputs in rows})


def made_from(header: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
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
