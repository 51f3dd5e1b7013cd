"""Check 4: reconstruction. No set of fewer than k people follows from what is shown, and what is shown is useful.

Generated orgs: every role view of 3,000 orgs. A demo home: the cells of every quarter from its published snapshot, their people
worked out from the HR file; then the counts of all tables together. UPTAKE_ACCEPT_ORGS and UPTAKE_ACCEPT_DEMO change the sizes.
"""

from __future__ import annotations

import datetime as dt
import os
import pathlib
import random
import time
from typing import Any

import duckdb
from bench import measure

from tests.acceptance import frame, joint
from tests.acceptance.rosters import Employment, cell_people, departments, leaves, read_people
from tests.audit_cells import make_org, plain_merging, threshold_only
from tests.test_disclosure import check_named_lists, check_rules_alone, leaks, whole_unit_views
from uptake.disclosure import LIMITS, Path, audit
from uptake.snapshot import current
from uptake.warehouse.periods import bounds

ORGS = int(os.environ.get("UPTAKE_ACCEPT_ORGS", "1500"))
PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_DEMO", "5000"))
K = 10
VIEWS = 20_000 * ORGS // 1500
DEPARTMENTS, IN_OWN_OR_PARENT = 0.70, 0.60
ASKED = (
    f"0 sets < k in >= {VIEWS} views of {2 * ORGS} orgs, k 5 and 10, naive publishers caught <= 10 s of one core; demo of {PEOPLE}: 0 sets,"
    f" 0 counts settled over all tables; >= {DEPARTMENTS:.0%} of departments, >= {IN_OWN_OR_PARENT:.0%} of people"
)


def generated() -> tuple[str, bool]:
    seeds = range(1000, 1000 + ORGS)
    views = sum(check_rules_alone(seeds, k) + check_named_lists(seeds, k) for k in (5, 10))
    return f"{views} views of {2 * ORGS} orgs, 0 sets", views >= VIEWS


def naive_publishers() -> tuple[str, bool]:
    """Publishers that leak must be caught, the first within seconds."""
    begun, caught = time.process_time(), 0
    for publisher in (threshold_only, plain_merging):
        for seed in range(60):
            org = make_org(random.Random(seed), 60 + seed % 191, messy=False)
            cut = publisher(org, 5)
            caught += any(leaks(org, cut, 5, named) for named in whole_unit_views(org))
    seconds = time.process_time() - begun
    return f"{caught} of 120 naive publications caught in {seconds:.1f} s", caught >= 60 and seconds <= 10


class Demo:
    """The published cells of a demo home, quarter by quarter."""

    def __init__(self, home: pathlib.Path) -> None:
        self.people = read_people(home / "vendor" / "hr-people" / "people.csv")
        folder = home / "snapshots"
        self.connection = duckdb.connect(str(folder / current(folder).file), read_only=True)
        self.as_of = current(folder).as_of
        self.quarters = [row[0] for row in self.rows("select distinct quarter from funnel order by quarter")]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(values)).fetchall()

    def sizes(self, quarter: str) -> dict[Path, int]:
        found = self.rows("select scope, engineers from funnel where tool = 'all' and quarter = ?", quarter)
        return {joint.path_of(str(scope)): int(str(people)) for scope, people in found}


def reports(people: list[Employment], day: dt.date) -> dict[str, set[str]]:
    """Manager -> themselves and those one step below, as a manager sees them by name."""
    found: dict[str, set[str]] = {}
    for row in people:
        if row.manager and row.first <= day <= row.last:
            found.setdefault(row.manager, {row.manager}).add(row.person)
    return found


def quarter_of_demo(demo: Demo, quarter: str) -> tuple[str, bool]:
    first, last = bounds(quarter)
    sizes = demo.sizes(quarter)
    units = leaves(demo.people, first, min(last, dt.date.fromisoformat(demo.as_of)))
    cells = cell_people(sizes, units, K)
    right = all(len(cells[path]) == people for path, people in sizes.items())
    lines = {path[0] for path in cells if path}
    found = list(audit(cells.values(), K))
    views = 1
    managers = reports(demo.people, last)
    for line in sorted(lines):
        own = [people for path, people in cells.items() if path[:1] == (line,)]
        inside = set().union(*own)
        for manager in sorted(set(managers) & inside)[::5]:
            views += 1
            found += audit(own, K, managers[manager])
    whole = sum(len(people) for people in units.values())
    named = departments(units)
    shown = len(named & cells.keys()) / len(named)
    near = sum(len(people) for leaf, people in units.items() if {leaf, leaf[:2]} & cells.keys()) / whole
    text = f"{quarter}: {len(cells)} cells, {views} views, {len(found)} sets; {shown:.0%} of departments, {near:.0%} of people"
    good = right and not found and shown >= DEPARTMENTS and near >= IN_OWN_OR_PARENT
    return text + ("" if right else ", sizes are not those of the HR file"), good


TABLES = {
    "funnel": "select scope, tool, provisioned, active, regular, heavy, bound from funnel where quarter = ?",
    "segments": "select scope, segment, reason, people, bound from segments where quarter = ?",
    "weeks": "select scope, tool, week, active, bound from adoption_weeks where quarter = ?",
    "types": "select scope, tool, task_type, people, bound from task_types where quarter = ?",
    "days": "select scope, tool, day, active, bound from adoption_days where quarter = ?",
}


def joint_tables(demo: Demo, quarter: str) -> tuple[str, bool]:
    """Funnel, segments, weeks, days and task types as one system of ranges."""
    found = joint.ranges({name: demo.rows(sql, quarter) for name, sql in TABLES.items()}, demo.sizes(quarter))
    plain = found.unanimous()
    found.narrow()
    settled = found.settled() + found.close_steps()
    text = f"{quarter}: {len(found.low)} counts, {len(found.bounded)} bounded, {len(plain)} unanimous shown, {len(settled)} settled"
    return "; ".join([text, *(f"{key}" for key in [*plain, *sorted(settled)][:2])]), not plain and not settled


def check(folder: pathlib.Path) -> frame.Seen:
    home = folder / "demo"
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", home)
    demo = Demo(home)
    found = [step(demo, quarter) for quarter in demo.quarters for step in (quarter_of_demo, joint_tables)]
    found += [naive_publishers(), generated()]
    return frame.Seen("; ".join([*(text for text, _ in found), LIMITS]), held=all(good for _, good in found))


if __name__ == "__main__":
    frame.alone(__spec__)
