"""How much is left to see under protection: departments and people in a released cell of their own unit, or of its parent.

`departments` and `people` are shares; `own` counts the unit's own cell alone, `near` its parent as well. `python -m tests.usefulness HOME`
prints a table of a home with its vendor files: shares of a quarter's first day, and counts that are shown of those that there are.
"""

from __future__ import annotations

import csv
import datetime as dt
import pathlib
import sys
from collections import Counter
from dataclasses import dataclass

import duckdb

from uptake.snapshot import current
from uptake.warehouse.periods import bounds

Unit = tuple[str, str, str]


@dataclass(frozen=True)
class Useful:
    """Shares of departments and of people, by their own cell and by that or its parent's."""

    departments_own: float
    departments_near: float
    people_own: float
    people_near: float

    def text(self) -> str:
        return (
            f"departments in their own cell {self.departments_own:.0%}, or their line's {self.departments_near:.0%};"
            f" people in their team's cell {self.people_own:.0%}, or their department's {self.people_near:.0%}"
        )


def roster(folder: pathlib.Path, day: dt.date) -> Counter[Unit]:
    """Engineers by (line, department, team) on a day, out of the files of `hr-people`."""
    newest: dict[str, tuple[str, dict[str, str]]] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                since = row.get("effective_from") or "0001-01-01"
                if since <= day.isoformat() and since >= newest.get(row["person_id"], ("", {}))[0]:
                    newest[row["person_id"]] = (since, row)
    there = [row for _, row in newest.values() if _employed(row, day.isoformat()) and row["engineer"] != "false"]
    return Counter((row["lob"], row["department"], row["team"]) for row in there)


def _employed(row: dict[str, str], day: str) -> bool:
    return (row["start_date"] or "0001-01-01") <= day <= (row["end_date"] or "9999-12-31")


def useful(people: Counter[Unit], released: set[str]) -> Useful:
    """`released` holds the scopes that have a row, as the funnel of the quarter names them."""
    departments = {unit[:2] for unit in people if unit[1]}
    own = sum("/".join(unit) in released for unit in departments)
    near = sum("/".join(unit) in released or unit[0] in released for unit in departments)
    total = people.total()
    teams = sum(count for unit, count in people.items() if "/".join(unit) in released)
    close = sum(count for unit, count in people.items() if {"/".join(unit), "/".join(unit[:2])} & released)
    return Useful(own / len(departments), near / len(departments), teams / total, close / total)


TABLE = """
with told as (
    select quarter, 'active people' as what, scope, active as count from funnel where tool = 'all'
    union all select quarter, 'people of segments', scope, people from segments
    union all select quarter, 'active people by week', scope, active from adoption_weeks where tool = 'all'
    union all select quarter, 'zero share beside other lines', lob, zero_share from lob_compare
)
select
    quarter, what, case when scope = '(company)' then 'company' when contains(scope, '/') then 'departments, teams' else 'lines' end as level,
    count(count), count(*)
from told group by all order by all
"""


def table(home: pathlib.Path) -> str:
    """A line for each quarter, kind of count and level: how many are shown, of how many."""
    folder = home / "snapshots"
    with duckdb.connect(str(folder / current(folder).file), read_only=True) as snapshot:
        rows = snapshot.execute(TABLE).fetchall()
        scopes = snapshot.execute("select quarter, scope from funnel where tool = 'all'").fetchall()
    lines = [
        f"{quarter}  {useful(roster(home / 'vendor' / 'hr-people', bounds(quarter)[0]), released).text()}"
        for quarter in sorted({quarter for quarter, _ in scopes})
        for released in [{scope for of, scope in scopes if of == quarter}]
    ]
    return "\n".join(
        [*lines, *(f"{quarter}  {what}, {level}: {shown} of {all_of}" for quarter, what, level, shown, all_of in rows)]
    )


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(table(pathlib.Path(home)) for home in sys.argv[1:]) + "\n")
