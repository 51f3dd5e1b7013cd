"""Rows: the SQL of every predicate against the plain Python reference, over generated reporting trees."""

from __future__ import annotations

import itertools
import random

import duckdb
import pytest

from uptake.errors import NotPermitted
from uptake.policy import PURPOSES, QUESTIONS, ROLES, Policy, Viewer, allows, decide, to_sql
from uptake.policy import predicates as p

ENTITIES = ("NL", "DE", "US", None)
ALL = frozenset({"NL", "DE", "US"})
UNITS = ("(company)", "A", "A/B", "A/B/C", "A/B/(others)", "A/BB", "AB", "AB/C", "B", "B/A", None)
RIGHTS = "person_id varchar, manager_id varchar, lft int, rgt int, depth int, lob varchar, legal_entity varchar, told boolean"
ROWS = "person_id varchar, scope varchar, unit varchar, lob varchar, proposal boolean, quarter varchar, opted_in boolean, released boolean"


def make_rights(rng, people):
    """A forest as nested intervals: one row a person, numbered in depth-first order."""
    below = {None: []}
    for i in range(people):
        boss = rng.choice([*below]) if i and rng.random() > 0.03 else None
        below[boss].append(f"p{i}")
        below[f"p{i}"] = []
    rights, clock = {}, itertools.count(1)

    def walk(person, boss, depth):
        lft = next(clock)
        for report in below[person]:
            walk(report, person, depth + 1)
        rights[person] = {
            "person_id": person,
            "manager_id": boss,
            "lft": lft,
            "rgt": next(clock),
            "depth": depth,
            "lob": rng.choice(("A", "AB", "B", None)),
            "legal_entity": rng.choice(ENTITIES),
            "told": rng.choice((True, False, None)),
        }

    for top in below[None]:
        walk(top, None, 0)
    return rights


def make_rows(rng, rights, count):
    people = [*rights, "left the company", None]
    return [
        {
            "person_id": rng.choice(people),
            "scope": rng.choice(UNITS),
            "unit": rng.choice(UNITS),
            "lob": rng.choice(("A", "AB", "B", None)),
            "proposal": rng.choice((True, False, None)),
            "quarter": rng.choice(("2025Q4", "2026Q1", "2026Q2", "2026Q3", None)),
            "opted_in": rng.choice((True, False, None)),
            "released": rng.choice((True, False, None)),
        }
        for _ in range(count)
    ]


@pytest.fixture
def engine():
    with duckdb.connect(":memory:") as connection:
        connection.execute("set threads = 1")
        yield connection


def load(engine, rights, rows):
    for name, columns, values in (("rights", RIGHTS, [*rights.values()]), ("answer", f"n int, {ROWS}", rows)):
        engine.execute(f"create or replace table {name} ({columns})")
        lines = [[*([n] if name == "answer" else []), *row.values()] for n, row in enumerate(values)]
        engine.executemany(f"insert into {name} values ({', '.join('?' * len(lines[0]))})", lines)


def differences(engine, rights, rows, predicates, writer=to_sql):
    """Decisions made, and those on which SQL and Python differ."""
    made, wrong = 0, []
    for predicate in predicates:
        text, values = writer(predicate)
        found = engine.execute(f"select q.n from answer q where {text}", list(values)).fetchall()
        by_sql = {n for (n,) in found}
        by_python = {n for n, row in enumerate(rows) if allows(predicate, row, rights)}
        made += len(rows)
        wrong += [(predicate, n) for n in by_sql ^ by_python]
    return made, wrong


def every_kind(rng, rights):
    someone = rng.choice([*rights, "nobody"])
    yield from (
        p.Everything(),
        p.Nothing(),
        p.Released(),
        p.SeatProposals(),
        p.ReleasedRows("released"),
        p.OwnRow(someone),
    )
    yield from (p.Chain(rng.choice([*rights, "nobody"]), depth) for depth in (0, 1, 2, 9))
    yield from (p.SameLine(someone), p.Line("lob", "A"))
    yield from (p.Branch("scope", unit) for unit in UNITS if unit)
    yield from (
        kind(listed) for kind in (p.Entities, p.OutsideEntities, p.Told) for listed in ((), ("NL",), ("DE", "US"))
    )
    yield p.Both(p.Chain(rng.choice([*rights]), 3), p.OutsideEntities(("NL",)))
    yield from (p.SinceQuarter(since) for since in ((), (("NL", "2026Q2"),), (("NL", "2026Q1"), ("US", "2026Q3"))))
    yield p.Both(p.Both(p.Told(("NL", "DE")), p.SinceQuarter((("NL", "2026Q2"),))), p.SameLine(someone))


def test_sql_and_python_agree_on_every_predicate(engine):
    made, wrong = 0, []
    for seed in range(12):
        rng = random.Random(seed)
        rights = make_rights(rng, rng.randint(2, 60))
        rows = make_rows(rng, rights, 60)
        load(engine, rights, rows)
        more, differing = differences(engine, rights, rows, every_kind(rng, rights))
        made, wrong = made + more, wrong + differing
    assert wrong == []
    assert made > 20_000


def test_sql_and_python_agree_on_every_decision(engine):
    rng = random.Random(99)
    rights = make_rights(rng, 80)
    rows = make_rows(rng, rights, 120)
    load(engine, rights, rows)
    policies = (
        Policy(),
        Policy(
            profile="managed", manager_depth=2, lob_lead_depth=3, aggregate_only=frozenset({"DE"}), noticed_entities=ALL
        ),
        Policy(profile="managed", noticed_entities=frozenset({"NL"}), lockdown=True),
        Policy(profile="open-board", noticed_entities=ALL, board_entities=frozenset({"NL", "US"})),
        Policy(profile="team-first", noticed_entities=frozenset({"NL", "US"}), board_bands=True),
        Policy(profile="managed", noticed_entities=ALL, review_since=(("US", "2026Q2"),)),
    )
    granted = set()
    for question, role, purpose, policy in itertools.product(QUESTIONS, ROLES, (None, *PURPOSES), policies):
        for _ in range(9):
            who = Viewer(
                role=role,
                purpose=purpose,
                person_id=rng.choice([*rights]),
                case_id="C",
                unit=rng.choice(UNITS),
                lob="A",
            )
            try:
                granted.add(decide(question, who, policy).predicate)
            except NotPermitted:
                continue
    made, wrong = differences(engine, rights, rows, granted)
    assert wrong == []
    assert made > 20_000
    used = {type(part) for grant in granted for part in _parts(grant)}
    assert {p.Told, p.SinceQuarter, p.Chain, p.OptedIn, p.OutsideEntities} <= used


def _parts(predicate):
    if isinstance(predicate, p.Both):
        yield from (*_parts(predicate.first), *_parts(predicate.second))
    else:
        yield predicate


BUGS = {
    "depth off by one": ("r.depth - m.depth <= ?", "r.depth - m.depth <= ? + 1"),
    "manager in own chain": ("r.lft > m.lft and r.rgt < m.rgt", "r.lft >= m.lft and r.rgt <= m.rgt"),
    "whoever was not told": ("r.told and ", ""),
    "quarters before the switch": ("q.quarter >= ?", "q.quarter >= left(?, 4)"),
    "unknown entity opens": ("r.legal_entity not in", "coalesce(r.legal_entity, '') not in"),
    "path part forgotten": ("starts_with(q.scope, ?)", "starts_with(q.scope, left(?, -1))"),
    "either instead of both": (") and (", ") or ("),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_in_the_sql_is_caught(engine, bug):
    rng = random.Random(1)
    rights = make_rights(rng, 60)
    rows = make_rows(rng, rights, 200)
    load(engine, rights, rows)
    predicates = [*every_kind(rng, rights), *(p.Chain(person, 1) for person in rights)]
    right, false = BUGS[bug]
    writer = lambda predicate: (to_sql(predicate)[0].replace(right, false), to_sql(predicate)[1])  # noqa: E731
    _, wrong = differences(engine, rights, rows, predicates, writer)
    assert wrong


def test_a_question_without_the_column_of_its_scope_fails(engine):
    engine.execute(f"create table rights ({RIGHTS})")
    for predicate in (
        p.OwnRow("p1"),
        p.Chain("p1", 1),
        p.SeatProposals(),
        p.SinceQuarter((("E", "2026Q1"),)),
        p.Branch("scope", "A"),
    ):
        text, values = to_sql(predicate)
        with pytest.raises(duckdb.BinderException):
            engine.execute(f"select * from (select 1 as day) q where {text}", list(values))


def test_anything_that_is_no_predicate_is_refused():
    for stranger in ("true", None, object()):
        with pytest.raises(TypeError):
            to_sql(stranger)
        with pytest.raises(TypeError):
            allows(stranger, {"person_id": "p"}, {"p": {}})
