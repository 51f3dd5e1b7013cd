"""Money of groups: the query against a plain Python sum, over random small companies; no few holders are told apart, nothing unpriced is 0."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from importlib import resources

import duckdb
import pytest

K = 10
EDGE = 3
SQL = {
    name: (resources.files("uptake.snapshot") / "groups" / f"{name}.sql").read_text()
    for name in ("spend", "value_inputs")
}
MONTH = dt.date(2026, 9, 1)
COMPANY = "(company)"
COLUMNS = {
    "estimate": "estimate", "billed": "billed", "unpriced_requests": "unpriced_requests", "seats": "seats", "seats_unpriced": "seats_unpriced",
}  # fmt: skip
SETUP = """
attach ':memory:' as snap;
create temp table as_of as select date '2026-10-16' as day;
create temp table cells (quarter varchar, cell varchar, level int, lob varchar, people int);
create temp table cell_people (quarter varchar, cell varchar, person_id varchar);
create temp table seat_grants (tool varchar, monthly_cost decimal(28, 10), currency varchar);
create temp table code_hidden (quarter varchar, scope varchar, month date);
create temp table money_amounts (quarter varchar, month date, tool varchar, holder varchar, person_id varchar, measure varchar, amount decimal(38, 12));
create table snap.person_seats (person_id varchar, tool varchar, account varchar, first_day date, last_day date, monthly_cost decimal(28, 10));
create table snap.funnel (quarter varchar, scope varchar, tool varchar, provisioned bigint, active bigint);
"""


def company(rng):
    """Lines and what each person of them, or an account of nobody, holds: (line or None, holder, measure, amount)."""
    lines = {name: rng.randint(3, 40) for name in "ABC"[: rng.randint(1, 3)]}
    held = []
    for line, people in [*lines.items(), (None, rng.choice((0, 0, 4, 15)))]:
        seated = max(0, people - rng.choice((0, 1, 2, 3, 3, 4, 4, 5)))
        for number in range(people):
            who = f"{line}{number}"
            if rng.random() < 0.9:
                held.append((line, who, "estimate", Decimal(rng.choice((1, 2, 3, 400))) / 7))
            if rng.random() < 0.5:
                held.append((line, who, "billed", Decimal(0 if rng.random() < 0.3 else rng.randint(1, 9))))
            if rng.random() < 0.4:
                held.append((line, who, "unpriced_requests", Decimal(rng.randint(0, 3))))
            if number < seated:
                held.append((line, who, "seats", None if rng.random() < 0.1 else Decimal(39)))
    return lines, held


def released(lines, held, currency="USD", active=None):
    """`active`: line -> people who use the tool, where the funnel hides how many hold a seat."""
    with duckdb.connect(":memory:") as engine:
        engine.execute("set threads = 1")
        for statement in SETUP.strip().split(";\n"):
            engine.execute(statement)
        cells = [
            ("2026Q3", COMPANY, 0, None, sum(lines.values())),
            *(("2026Q3", line, 1, None if line == "(others)" else line, lines[line]) for line in lines),
        ]
        engine.executemany("insert into cells values (?, ?, ?, ?, ?)", cells)
        engine.execute("insert into snap.funnel select '2026Q3', cell, 'all', 15, 20 from cells")
        for line, count in (active or {}).items():
            engine.execute("insert into snap.funnel values ('2026Q3', ?, 'one', null, ?)", [line, count])
        engine.execute("insert into seat_grants values ('one', 39, ?)", [currency])
        people = sorted({(cell, who) for line, who, _, _ in held if line for cell in (line, COMPANY)})
        if people:
            engine.executemany("insert into cell_people values ('2026Q3', ?, ?)", people)
        for line, who, measure, amount in held:
            person = who if line else None
            if measure == "seats":
                engine.execute(
                    "insert into snap.person_seats values (?, 'one', ?, date '2026-09-02', null, ?)",
                    [person, who, amount],
                )
            else:
                values = ["2026Q3", MONTH, "one", who, person, measure, amount]
                engine.execute("insert into money_amounts values (?, ?, ?, ?, ?, ?, ?)", values)
        engine.execute(f"create table snap.spend as {SQL['spend']}", {"k": K, "edge": EDGE})
        return told(engine, "select * from snap.spend where month = date '2026-09-01'"), told(
            engine, SQL["value_inputs"]
        )


def told(engine, sql):
    found = engine.execute(sql)
    names = [column[0] for column in found.description]
    return {row[names.index("scope")]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def amounts(held, scope, measure):
    """Holder -> amount, of a scope."""
    made = defaultdict(Decimal)
    for line, who, name, amount in held:
        if scope in (COMPANY, line) or (scope is None and line is None):
            if name == measure:
                made[who] += Decimal(1) if name == "seats" else amount
            elif measure == "seats_unpriced" and name == "seats":
                made[who] += amount is None
    return {who: amount for who, amount in made.items() if amount}


@pytest.fixture(scope="module")
def worlds():
    rng = random.Random(7)
    made = [company(rng) for _ in range(14)]
    return [(lines, held, *released(lines, held)) for lines, held in made]


def test_a_shown_amount_is_the_sum_and_a_hidden_one_is_said(worlds):
    shown = hidden = 0
    for _, held, rows, _ in worlds:
        for scope, row in rows.items():
            for column, measure in COLUMNS.items():
                said = f"{measure}: withheld" in (row["bound"] or "")
                true = sum(amounts(held, scope, measure).values(), Decimal(0))
                if row[column] is not None:
                    assert abs(row[column] - true) <= Decimal("0.006"), (scope, column)
                    assert row[column] > 0 or true == 0
                assert not (said and row[column] is not None)
                shown, hidden = shown + (row[column] is not None), hidden + said
    assert min(shown, hidden) > 20


def of_two(each):
    return sum(sorted(each.values())[-2:])


def test_no_amount_of_few_holders_or_mostly_of_two_is_shown_nor_follows_from_others(worlds):
    families = 0
    for lines, held, rows, _ in worlds:
        for column, measure in COLUMNS.items():
            below = [rows[line][column] for line in lines if line in rows]
            for scope, row in rows.items():
                each = amounts(held, scope, measure)
                if row[column]:
                    assert len(each) > K
                    assert 2 * of_two(each) <= sum(each.values())
            assert None not in below or set(below) == {None}
            if below and any(below):
                rest = amounts(held, None, measure)
                families += 1
                assert not rest or (len(rest) > K and 2 * of_two(rest) <= sum(rest.values()))
    assert families > 2


def test_what_is_unpriced_is_counted_and_never_nothing(worlds):
    for _, held, rows, inputs in worlds:
        row, calls = rows[COMPANY], amounts(held, COMPANY, "unpriced_requests")
        if calls:
            assert row["unpriced_requests"] != 0
        else:
            assert row["unpriced_requests"] in (0, None)
        if row["seats_unpriced"]:
            assert inputs[COMPANY]["seats_unpriced"] == row["seats_unpriced"]


def test_a_value_is_made_of_shown_figures_alone_and_says_which_tool_is_not_in_it(worlds):
    left_out = 0
    for _, _, rows, inputs in worlds:
        for scope, made in inputs.items():
            row = rows[scope]
            assert made["seats_cost"] == (row["seats_cost"] or 0)
            assert made["billed"] == (row["billed"] or 0)
            assert made["estimate"] == (0 if row["billed"] is not None else row["estimate"] or 0)
            hidden = row["bound"] and any(f"{name}: withheld" in row["bound"] for name in ("seats_cost", "seats"))
            assert not hidden or made["left_out"] == "one"
            left_out += made["left_out"] is not None
    assert left_out


def test_seats_sold_in_another_currency_have_no_price_here():
    held = seats(30)
    dollars, _ = released({"A": 40}, held)
    euros, inputs = released({"A": 40}, held, "EUR")
    assert (dollars["A"]["seats_cost"], dollars["A"]["seats_unpriced"]) == (Decimal(1200), 0)
    assert (euros["A"]["seats_cost"], euros["A"]["seats_unpriced"]) == (None, 30)
    assert inputs["A"]["seats_unpriced"] == 30


def seats(number):
    return [("A", f"A{one}", "seats", Decimal(39)) for one in range(number)]


@pytest.mark.parametrize(("people", "told"), [(30, False), (31, False), (32, False), (33, True)])
def test_seats_of_all_but_a_few_people_are_not_told_nor_what_they_cost(people, told):
    rows, inputs = released({"A": people}, seats(30))
    for scope in ("A", COMPANY):
        assert (rows[scope]["seats"], rows[scope]["seats_cost"]) == ((30, 1200) if told else (None, None))
        assert ("seats: withheld" in (rows[scope]["bound"] or "")) is not told
        assert inputs[scope]["left_out"] == (None if told else "one")


def test_seats_of_all_but_a_few_people_do_not_follow_from_those_with_and_without_a_price():
    held = [*seats(30), *(("A", f"A{one}", "seats", None) for one in range(30, 45))]
    rows, _ = released({"A": 46}, held)
    assert [rows["A"][name] for name in ("seats", "seats_cost", "seats_unpriced")] == [None] * 3
    rows, _ = released({"A": 50}, held)
    assert [rows["A"][name] for name in ("seats", "seats_cost", "seats_unpriced")] == [45, 1200, 15]


@pytest.mark.parametrize(("active", "told"), [(27, True), (28, False), (30, False), (31, True)])
def test_seats_do_not_tell_the_few_for_whose_sake_the_funnel_hides_its_step(active, told):
    rows, _ = released({"A": 60}, seats(30), active={"A": active})
    assert (rows["A"]["seats"] is not None) is told
    assert rows[COMPANY]["seats"] == 30


def test_seats_of_a_line_do_not_tell_those_of_the_cell_beside_it():
    beside = [("(others)", f"o{one}", "seats", Decimal(39)) for one in range(28)]
    for people, told in ((30, False), (31, True)):
        rows, _ = released({"A": 60, "(others)": people}, [*seats(30), *beside])
        assert rows["A"]["seats"] == (30 if told else None)
        assert rows[COMPANY]["seats"] == 58


def test_two_people_who_hold_most_of_an_amount_are_not_told():
    small = [("A", f"A{one}", "estimate", Decimal(1)) for one in range(28)]
    for pair, told in ((14, True), (15, False)):
        held = [*small, *(("A", f"B{one}", "estimate", Decimal(pair)) for one in range(2))]
        rows, _ = released({"A": 40}, held)
        assert (rows["A"]["estimate"] is not None) is told


def test_less_than_a_cent_is_not_nothing():
    held = [("A", f"A{number}", "estimate", Decimal("0.0001")) for number in range(20)]
    rows, _ = released({"A": 20}, held)
    assert rows["A"]["estimate"] == Decimal("0.01")
