"""Outcomes of units: use beside index Y (the quadrant), and what became of changes by week. Released only, as all group figures.

A figure of changes is a figure of their authors, so it needs k + 1 of them, wherever it stands and wherever it could be computed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from uptake.disclosure import scope_text
from uptake.pipeline.months import outcome_months
from uptake.pipeline.quality import quality
from uptake.pipeline.spread import at_least
from uptake.pipeline.units import Units, units_of
from uptake.snapshot.build import GROUP_TABLES, Row, counted, group_sql
from uptake.studies import effectiveness as y
from uptake.warehouse.connect import Connection
from uptake.warehouse.memo import NO_ROWS, content, content_by_quarter
from uptake.warehouse.periods import bounds
from uptake.warehouse.work import insert_rows

POINT, HUNDREDTH, PERCENT = 1_000_000, 10_000, 10_000
"""What is shown is rounded: use to a point, Y to a hundredth, shares to a percent."""
SETTLED = dt.timedelta(days=21)
"""After that many days the last change of a quarter can be judged."""
NOT_COMPARED = ("excluded", "insufficient")
FEW_PEOPLE, FEW_AUTHORS, FEW_CHANGES = "fewer than 8 people", "withheld", "fewer than 10 AI-assisted changes"
FROZEN, UNKNOWN_USE, NO_USE = "signals frozen", "attribution below 60 %", "use withheld"
CHANGES = list(GROUP_TABLES["quadrant"]).index("changes")
"""Place of the column `changes` in a row of the quadrant: withheld where what `quality` tells beside it is of few."""
OWN_USE_UNKNOWN = "use not known"


@dataclass(frozen=True, slots=True)
class Known:
    """How the changes of a unit are known, and the scores of its people who can be compared."""

    eligible: int = 0
    score: int = 0
    changes: int = 0
    assisted: int = 0
    attributed: int = 0
    frozen: int = 0
    unscored_authors: int = 0
    """Authors of AI-assisted changes that are in no outcome, because too few signals of them are known."""

    def __add__(self, other: Known) -> Known:
        return Known(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def outcomes(connection: Connection, quarter: str, segments: Iterable[Row], k: int) -> dict[str, list[Row]]:
    """Rows of the tables `quadrant`, `quality`, `outcome_months` and `person_outcomes` of a quarter, and the months that `code_hidden` keeps out of
    the table of money; none where no change was merged in it. `segments`: as released.
    """
    first, last = bounds(quarter)
    given = {"quarter": quarter, "first_day": first, "last_day": last}
    connection.execute(f"create or replace temp table outcome_fates as {group_sql('outcome_fates')}")
    connection.execute(f"create or replace temp table outcome_changes as {group_sql('outcome_changes')}", given)
    if not connection.execute("select 1 from outcome_changes limit 1").fetchall():
        return {name: [] for name in ("quadrant", "quality", "outcome_months", "person_outcomes", "code_hidden")}
    connection.execute(f"create or replace temp table outcome_signals as {group_sql('outcome_signals')}")
    units = units_of(connection, quarter)
    finest = _finest_work(connection)
    work = units.summed(finest)
    chance = y.noise(finest[cell] for cell in sorted(finest))
    known = units.summed(
        {row[0]: Known(*row[1:]) for row in counted(connection, "outcome_cells", {"quarter": quarter})}
    )
    by_week = quality(connection, quarter, units, k)
    by_month, hidden = outcome_months(connection, quarter, units, by_week, k)
    return {
        "quadrant": quadrant(quarter, units, (work, chance), known, usable(units, known, segments, k), k),
        "quality": by_week,
        "outcome_months": by_month,
        "person_outcomes": _own(connection, quarter, chance),
        "code_hidden": hidden,
    }


def _own(connection: Connection, quarter: str, chance: int) -> list[Row]:
    """Rows of the table `person_outcomes`: to each person their own, and to nobody else. People are fitted among people."""
    rows = counted(connection, "outcome_people", {"quarter": quarter})
    work = {row[0]: y.Work(row[0], row[4], 1, row[5], 0, 0, 0, 0) for row in rows if row[4] >= y.LEAST_CHANGES}
    fitted = y.fit(work.values(), chance)
    return [(quarter, *row[:4], *_own_corner(row[3], work.get(row[0]), fitted)) for row in rows]


def _own_corner(score: int | None, work: y.Work | None, fitted: y.Fit) -> Row:
    if work is None or score is None:
        return None, None, None, None, FEW_CHANGES if work is None else OWN_USE_UNKNOWN
    found = _rounded(y.index(work, fitted))
    return found.value, found.value - found.error, found.value + found.error, y.corner(score, found), None


def _rounded(found: y.Index) -> y.Index:
    return y.Index(*(HUNDREDTH * y.rhe(value, HUNDREDTH) for value in (found.value, found.error)))


def settled(quarter: str, as_of: dt.date) -> dt.date:
    """Up to which day what became of the changes of a quarter counts; the same day from three weeks after its end on."""
    return min(as_of, bounds(quarter)[1] + SETTLED)


def made_from(connection: Connection, quarter: str) -> str:
    """Digest of what the outcomes of a quarter are made from beside its scores and cells."""
    rows = content_by_quarter(connection, "merged_changes", "merged_day").get(quarter, NO_ROWS)
    told = content(connection, "select count(*) > 0 as told from incidents")
    first, last = bounds(quarter)
    # Of lines what became of them: for how long their repository was followed changes with every commit.
    fates = content(
        connection,
        f"select f.* from ({group_sql('outcome_fates')}) as f join merged_changes as m on m.change = f.change"
        " where m.merged_day between $first_day and $last_day",
        {"first_day": first, "last_day": last},
    )
    return f"{rows} {fates} {told}"


def _finest_work(connection: Connection) -> dict[str, y.Work]:
    """AI-assisted changes of the cells in which people stand."""
    sums = [
        y.Sums(row[0], tuple(row[1:5]), row[5], row[6], int(row[7]), int(row[8]))
        for row in counted(connection, "outcome_sums")
    ]
    _lend_scales(connection, y.scales(sums))
    connection.execute(f"create or replace temp table outcome_authors as {group_sql('outcome_authors')}")
    return {row[0]: y.Work(row[0], *(int(value) for value in row[1:])) for row in counted(connection, "outcome_units")}


def _lend_scales(connection: Connection, scales: Iterable[y.Scale]) -> None:
    connection.execute(
        "create or replace temp table signal_scales (signal varchar, repository_group varchar, language varchar, task_type varchar,"
        " tenure varchar, changes bigint, total hugeint, root hugeint, sign bigint)"
    )
    rows = [[one.signal, *one.stratum, one.changes, one.total, one.root, one.sign] for one in scales]
    insert_rows(connection, "signal_scales", rows)


def usable(units: Units, known: Mapping[str, Known], segments: Iterable[Row], k: int) -> set[str]:
    """Units whose mean score may be shown: the released segments prove that more than k people stand behind it."""
    parts: dict[str, list[tuple[str, int | None, str | None]]] = defaultdict(list)
    for _, scope, segment, _, count, _, text in segments:
        parts[scope].append((segment, count, text))
    proven = {}
    for cell, people in units.people.items():
        wanted = {segment for segment, _, _ in parts[cell]} - {*NOT_COMPARED}
        enough = at_least(people, parts[cell], wanted) > k
        proven[cell] = known[cell].eligible if enough and cell in known else 0
    return units.shown(proven, k)


def quadrant(
    quarter: str,
    units: Units,
    done: tuple[Mapping[str, y.Work], int],
    known: Mapping[str, Known],
    used: set[str],
    k: int,
) -> list[Row]:
    """Rows of the table: every unit below the company, with its corner or the reason why it has none.

    `done`: AI-assisted changes by unit, and the noise of one. `used`: units whose use may be shown.
    """
    work, chance = done
    authors = {cell: work[cell].authors if cell in work and _enough(work[cell]) else 0 for cell in units.people}
    shown = units.shown(authors, k)
    left_out = {cell: known[cell].unscored_authors if cell in known else 0 for cell in units.people}
    told = units.shown(left_out, k) | {cell for cell, people in left_out.items() if not people}
    fits = {
        level: y.fit((work[c] for c in _of_level(units, level) if _enough(work.get(c))), chance) for level in (1, 2, 3)
    }
    rows = []
    for cell in sorted(units.people):
        level = units.levels[cell]
        if level:
            facts = (units.people[cell], known.get(cell, Known()), work.get(cell))
            row = _unit_row(quarter, cell, facts, (cell in used, cell in shown), fits[level])
            rows.append(row if cell in told else (*row[:CHANGES], None, *row[CHANGES + 1 :]))
    return rows


def _of_level(units: Units, level: int) -> list[str]:
    return sorted(cell for cell, depth in units.levels.items() if depth == level)


def _enough(work: y.Work | None) -> bool:
    return work is not None and work.changes >= y.LEAST_CHANGES


def _unit_row(
    quarter: str, cell: str, facts: tuple[int, Known, y.Work | None], shown: tuple[bool, bool], fitted: y.Fit
) -> Row:
    people, known, work = facts
    use = POINT * y.rhe(known.score, POINT * known.eligible) if shown[0] else None
    attribution = PERCENT * y.rhe(100 * known.attributed, known.changes) if known.changes else None
    reason = _reason(people, known, work, shown)
    if reason is not None or work is None or use is None:
        said = attribution if reason == UNKNOWN_USE else None
        return quarter, cell, people, use, None, None, None, None, None, said, reason
    rounded = _rounded(y.index(work, fitted))
    low, high = rounded.value - rounded.error, rounded.value + rounded.error
    return quarter, cell, people, use, rounded.value, low, high, y.corner(use, rounded), work.changes, attribution, None


def _reason(people: int, known: Known, work: y.Work | None, shown: tuple[bool, bool]) -> str | None:
    """Why a unit has no corner; the first that holds."""
    reasons = (
        (people < y.LEAST_PEOPLE, FEW_PEOPLE),
        (not shown[0], NO_USE),
        (2 * known.frozen > known.changes, FROZEN),
        (not _enough(work), FEW_CHANGES),
        (not shown[1], FEW_AUTHORS),
        (y.MILLION * known.attributed < y.LEAST_ATTRIBUTION * known.changes, UNKNOWN_USE),
    )
    return next((text for holds, text in reasons if holds), None)


def effective_heavy(rows: Iterable[Row], heavy: Mapping[str, int | None]) -> dict[str, int | None]:
    """Heavy people in units of the corner `effective`, by scope: the sum of what is shown of its finest units; nothing where no unit
    has a corner. A unit without a corner stands with the nearest unit above that has one. `heavy`: scope -> heavy people as shown.

    A scope is missing where a part of its sum is not shown.
    """
    corners = {row[1]: row[7] for row in rows}
    if not any(corners.values()):
        return {}
    children: dict[str, list[str]] = defaultdict(list)
    for scope in sorted(heavy):
        above = _above(scope, heavy)
        if above is not None:
            children[above].append(scope)
    return {scope: _effective(scope, corners, children, heavy) for scope in heavy}


def _above(scope: str, known: Mapping[str, object]) -> str | None:
    company = scope_text(())
    while scope != company:
        scope = scope.rsplit("/", 1)[0] if "/" in scope else company
        if scope in known:
            return scope
    return None


def _effective(
    scope: str, corners: Mapping[str, str | None], children: Mapping[str, list[str]], heavy: Mapping[str, int | None]
) -> int | None:
    inside = children.get(scope)
    if not inside:
        return heavy[scope] if _corner_of(scope, corners) == y.EFFECTIVE else 0
    parts = [_effective(child, corners, children, heavy) for child in inside]
    return None if None in parts else sum(part or 0 for part in parts)


def _corner_of(scope: str, corners: Mapping[str, str | None]) -> str | None:
    at: str | None = scope
    while at is not None:
        if corners.get(at):
            return corners[at]
        at = at.rsplit("/", 1)[0] if "/" in at else None
    return None
