"""Idle seats of groups: the query against a plain Python count, over random small companies; no few seats are told apart."""

from __future__ import annotations

import datetime as dt
import random
from importlib import resources

import duckdb
import pytest

from uptake.model.reasons import NOT_OBSERVED
from uptake.snapshot.people import UNSEEN_REASONS

K = 10
EDGE = 3
FREE = 4
"""People of each line without any seat."""
TODAY = dt.date(2026, 10, 16)
SQL = (resources.files("uptake.snapshot") / "groups" / "idle_groups.sql").read_text()
FIGURES = ("seats", "idle", "never_used", "not_observed")


def company(rng):
    """Seats as (person, line or None, tool, proposal, last seen, cost, unseen); lines of very unequal use."""
    lines = [(name, rng.choice((0, 0.3, 0.5, 0.9, 1)), rng.randint(8, 90)) for name in "ABC"[: rng.randint(0, 3)]]
    lines.append((None, rng.choice((0, 0.5)), rng.choice((0, 5, 30))))
    seats = []
    for line, share, people in lines:
        for _ in range(people):
            person = f"p{len(seats)}"
            idle, unseen = rng.random() < share, rng.random() < 0.3
            used = rng.random() < 0.5
            seats.append((person, line, rng.choice(("one", "one", "two")), idle, TODAY if used else None, 39, unseen))
    return seats


def released(seats, free=FREE):
    with duckdb.connect(":memory:") as engine:
        engine.execute("set threads = 1")
        engine.execute("attach ':memory:' as snap")
        engine.execute(UNSEEN_REASONS)
        engine.execute("create temp table as_of as select date '2026-10-16' as day")
        engine.execute("create temp table cells (quarter varchar, cell varchar, level int, lob varchar, people int)")
        engine.execute(
            "create table snap.funnel (quarter varchar, scope varchar, tool varchar, provisioned bigint, active bigint)"
        )
        engine.execute("create temp table cell_people (quarter varchar, cell varchar, person_id varchar)")
        engine.execute("create table snap.person_seats (person_id varchar, tool varchar, last_day date, last_seen date, monthly_cost decimal(28, 10), proposal boolean, currency varchar)")  # fmt: skip
        engine.execute("create table snap.person_quarter_scores (person_id varchar, quarter varchar, provisional boolean, segment varchar, reason varchar)")  # fmt: skip
        cells = [
            ("2026Q3", "(company)", 0, None, len(seats) + free),
            *(
                ("2026Q3", line, 1, line, sum(s[1] == line for s in seats) + free)
                for line in {s[1] for s in seats} - {None}
            ),
        ]
        engine.executemany("insert into cells values (?, ?, ?, ?, ?)", cells)
        for person, line, tool, idle, seen, cost, unseen in seats:
            engine.execute(
                "insert into snap.person_seats values (?, ?, null, ?, ?, ?, 'EUR')", [person, tool, seen, cost, idle]
            )
            cause = NOT_OBSERVED[sum(person.encode()) % len(NOT_OBSERVED)]
            segment, reason = ("insufficient", cause) if unseen and not idle else ("light", "some_use")
            engine.execute(
                "insert into snap.person_quarter_scores values (?, '2026Q3', false, ?, ?)", [person, segment, reason]
            )
            if line:
                for cell in (line, "(company)"):
                    engine.execute("insert into cell_people values ('2026Q3', ?, ?)", [cell, person])
        gone = "insert into snap.person_seats values ('gone', 'one', date '2026-09-01', null, 39, false, 'EUR')"
        engine.execute(gone)
        rows = engine.execute(SQL, {"k": K, "edge": EDGE})
        names = [column[0] for column in rows.description]
        return {(row[1], row[2]): dict(zip(names, row, strict=True)) for row in rows.fetchall()}


def counted(seats, scope, tool):
    inside = [s for s in seats if s[2] == tool and scope in ("(company)", s[1])]
    idle = [s for s in inside if s[3]]
    return {
        "seats": len(inside),
        "idle": len(idle),
        "never_used": sum(s[4] is None for s in idle),
        "not_observed": sum(s[6] and not s[3] for s in inside),
    }


@pytest.fixture(scope="module")
def worlds():
    rng = random.Random(11)
    made = [company(rng) for _ in range(60)]
    return [(seats, released(seats)) for seats in made if seats]


def test_a_shown_figure_is_the_count_and_a_hidden_one_is_said(worlds):
    shown = hidden = 0
    for seats, rows in worlds:
        for (scope, tool), row in rows.items():
            true = counted(seats, scope, tool)
            for name in FIGURES:
                said = f"{name}: withheld" in (row["bound"] or "")
                assert (row[name] is None) == said
                assert row[name] in (None, true[name])
                shown, hidden = shown + (not said), hidden + said
            cost = None if row["idle"] is None else 100 * ((39 * true["idle"] + 50) // 100)
            assert row["monthly_cost"] == cost
            assert row["currency"] == (None if cost is None else "EUR")
    assert min(shown, hidden) > 100


def test_nothing_shown_holds_or_leaves_a_few_seats(worlds):
    for _, rows in worlds:
        for row in rows.values():
            assert row["seats"] is None or row["seats"] > K
            for name in ("idle", "not_observed"):
                if row[name] is not None and row["seats"] is not None:
                    assert row[name] > K < row["seats"] - row[name]
            if row["never_used"] is not None:
                assert row["never_used"] > K < row["idle"] - row["never_used"]
            if row["idle"] is not None and row["not_observed"] is not None:
                assert row["seats"] - row["idle"] - row["not_observed"] > K


def test_lines_are_shown_all_or_none_and_leave_no_small_rest(worlds):
    together = 0
    for seats, rows in worlds:
        for tool in ("one", "two"):
            lines = [row for (scope, name), row in rows.items() if name == tool and scope != "(company)"]
            for name in FIGURES:
                values = [row[name] for row in lines]
                assert None not in values or set(values) == {None}
                if values and None not in values:
                    together += 1
                    rest = counted(seats, "(company)", tool)[name] - sum(values)
                    assert rest == 0 or rest > K
                    together += left_beside(seats, tool, name, lines, rest)
    assert together > 20


def left_beside(seats, tool, name, lines, rest):
    """What the company has beside its lines, less those of its seats that a figure counts, is of nobody or of more than k as well."""
    whole = {"idle": "seats", "not_observed": "seats", "never_used": "idle"}.get(name)
    if whole is None or None in [row[whole] for row in lines]:
        return 0
    beside = counted(seats, "(company)", tool)[whole] - sum(row[whole] for row in lines) - rest
    assert beside == 0 or beside > K
    return 1


def flat(people, line, idle, start):
    return [(f"{line}{n}", line, "one", n < idle, None, 39, False) for n in range(start, start + people)]


@pytest.mark.parametrize(
    ("rest", "shown"),
    [(0, True), (1, False), (10, False), (11, True), (30, True), (49, True), (50, False), (59, False), (60, True)],
)
def test_a_small_rest_of_idle_seats_closes_the_lines(rest, shown):
    """Company less its lines must be nobody's seats, or those of more than k; so must what of it is not idle."""
    seats = [*flat(60, "A", 30, 0), *flat(60, "B", 30, 0), *flat(60, None, rest, 0)]
    rows = released(seats)
    assert rows["(company)", "one"]["idle"] == 60 + rest
    for line in ("A", "B"):
        assert rows[line, "one"]["seats"] == 60
        assert rows[line, "one"]["idle"] == (30 if shown else None)
        assert rows[line, "one"]["monthly_cost"] == (1200 if shown else None)


@pytest.mark.parametrize(("free", "told"), [(0, False), (2, False), (3, True)])
def test_seats_of_all_but_a_few_people_are_not_told(free, told):
    seats = [(f"p{one}", "A", "one", one % 2 == 0, TODAY, 39, False) for one in range(60)]
    row = released(seats, free)["A", "one"]
    assert row["seats"] == (60 if told else None)
    assert ("seats: withheld" in (row["bound"] or "")) is not told
    assert row["idle"] == 30
