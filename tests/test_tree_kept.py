"""The reporting tree that is kept in memory: given up as soon as the store holds another one, and a branch says what the whole says."""

from __future__ import annotations

import datetime as dt
import random

import duckdb
import pytest

from uptake.jobs import State
from uptake.policy import Policy, behind, to_sql
from uptake.policy.predicates import Both, Chain, Entities, OutsideEntities, SameLine
from uptake.reads import lend
from uptake.reads.tree import tree
from uptake.state import notices, rights, switches

TODAY = dt.date(2026, 11, 24)
POLICY = Policy(notice_refs=(("NL", "1"),))


def company(number, seed=3):
    """People with random managers, lines and legal entities."""
    draw, names = random.Random(seed), [f"{one:04}" for one in range(number)]
    people = [
        rights.Employee(name, names[draw.randrange(place)] if place else None, draw.choice("AB"), None, None, draw.choice(("NL", "DE", None)))
        for place, name in enumerate(names)
    ]  # fmt: skip
    return rights.tree(people)[0]


@pytest.fixture
def state(tmp_path):
    made = State(tmp_path / "state.db")
    rights.write(made, company(60))
    return made


def test_it_is_read_once_until_another_tree_is_written_by_any_process(state):
    first = tree(state, POLICY, TODAY)
    assert tree(state, POLICY, TODAY) is first
    rights.write(State(state.file), company(61))
    second = tree(state, POLICY, TODAY)
    assert (first.table.num_rows, second.table.num_rows) == (60, 61)
    assert tree(state, POLICY, TODAY) is second


def test_a_notice_a_policy_and_a_day_make_it_anew(state):
    first = tree(state, POLICY, TODAY)
    people = [str(row[0]) for row in rights.read(state) if row[8] == "NL"]
    with state.writing() as connection:
        notices.deliver(connection, notices.POLICY, "1", [(who, "NL") for who in people], "2026-10-01T09:00:00Z")
    told = tree(state, POLICY, TODAY)
    assert (set(first.told), set(told.told)) == (set(), set(people))
    assert tree(state, Policy(), TODAY).told == {}
    assert tree(state, POLICY, dt.date(2026, 10, 5)).told == {}


def lent_quarters(state, policy, today):
    """person -> quarter, of the table `told_quarters` that a question is lent."""
    with duckdb.connect() as connection:
        lend.told_quarters(connection, state, policy, today)
        return dict(connection.execute("from told_quarters").fetchall())


def test_the_quarters_that_are_kept_are_those_of_the_policy_and_of_the_notices_of_now(state):
    assert lent_quarters(state, POLICY, TODAY) == {}
    early, late, other = sorted(str(row[0]) for row in rights.read(state) if row[8] == "NL")[:3]
    for ref, who, day in (("1", early, "2026-06-01"), ("1", late, "2026-10-01"), ("2", other, "2026-06-01")):
        with state.writing() as connection:
            notices.deliver(connection, notices.POLICY, ref, [(who, "NL")], f"{day}T09:00:00Z")
        lent_quarters(state, POLICY, TODAY)
    assert lent_quarters(state, POLICY, TODAY) == {early: "2026Q3", late: "2027Q1"}
    assert lent_quarters(state, POLICY, dt.date(2026, 10, 5)) == {early: "2026Q3"}
    assert lent_quarters(state, Policy(notice_refs=(("NL", "2"),)), TODAY) == {other: "2026Q3"}
    assert lent_quarters(state, Policy(), TODAY) == {}


def test_a_tree_of_an_older_release_is_read_each_time_until_it_has_its_digest(state):
    with state.writing() as connection:
        connection.exec_driver_sql(f"delete from switches where name = '{rights.STAMP}'")
    assert tree(state, POLICY, TODAY) is not tree(state, POLICY, TODAY)
    for _ in range(2):
        rights.stamp(state)
    assert tree(state, POLICY, TODAY) is tree(state, POLICY, TODAY)
    with state.reading() as connection:
        held = switches.read(connection)[rights.STAMP]
    rights.stamp(state)
    with state.reading() as connection:
        assert switches.read(connection)[rights.STAMP] == held


def allowed(state, predicate, lent):
    """People whom a predicate allows, with a tree that is lent for another one, or for itself."""
    where, values = to_sql(predicate)
    with duckdb.connect() as connection:
        lend.rights_tree(connection, state, POLICY, TODAY, lent)
        connection.execute(
            "create table q as select person_id from (values "
            + ", ".join(f"('{n:04}')" for n in range(60))
            + ") as t(person_id)"
        )
        return connection.execute(f"select person_id from q where {where} order by 1", list(values)).fetchall()


@pytest.mark.parametrize("more", [None, Entities(("NL",)), OutsideEntities(("DE",)), SameLine("0000")])
@pytest.mark.parametrize("depth", [1, 2, 9])
def test_a_branch_allows_whom_the_whole_tree_allows(state, more, depth):
    for manager in [f"{number:04}" for number in range(0, 60, 7)] + ["nobody"]:
        below = Chain(manager, depth)
        line = SameLine(manager) if isinstance(more, SameLine) else more
        predicate = below if line is None else Both(below, line)
        assert behind(predicate) == manager
        assert allowed(state, predicate, predicate) == allowed(state, predicate, Entities(()))


def test_two_managers_and_none_have_no_branch():
    assert behind(Both(Chain("a", 1), Chain("b", 1))) is None
    assert behind(Both(Entities(("NL",)), SameLine("a"))) is None
