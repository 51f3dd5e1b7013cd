"""A hostile leader, or a reader of an open board: takes whom they see by name out of every released cell, under the widest policies.

Whom they see is asked through the gate, as they would; who stands in a cell is what the cut kept. Nobody may be left over but k people.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import defaultdict

import duckdb
import pytest

from tests import demo_home, policies
from uptake import jobs
from uptake.demo.run import AS_OF
from uptake.disclosure import audit
from uptake.errors import NotPermitted
from uptake.policy import Viewer
from uptake.reads import Caller, Filters, ask
from uptake.settings import read_settings
from uptake.state import State, rights

NOW = dt.datetime(2026, 11, 24, 9)
K = 10
PLACE = {name: number for number, name in enumerate(rights.RIGHTS_COLUMNS)}
LEADS = {"manager": "support", "lob_lead": "support", "peer": "self"}
ONE_LEFT_OUT = "Invented Bank NV"
WIDE = {
    "leads of lines see two steps down": {"profile": "managed", "lob_lead_depth": 2},
    "leads of lines see everybody": {"profile": "managed", "lob_lead_depth": 9},
    "managers see two steps down in three entities": {"profile": "managed", "manager_depth": 2, "without": ONE_LEFT_OUT},
    "the board is open for three entities": {"profile": "open-board", "without": ONE_LEFT_OUT},
}  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return demo_home.made(tmp_path_factory.mktemp("sights") / "home", 300)


def decided(company, folder, document, *, told=True):
    """A copy of the home with the policy in force, or approved with its notice under way, and scored again."""
    home = folder / "home"
    shutil.copytree(company, home)
    settings = read_settings(home)
    state = State(settings.state_file)
    given = dict(document)
    assessed, without = policies.assessments(state, "wide"), given.pop("without", "")
    given["dpia"] = {entity: text for entity, text in assessed.items() if entity != without}
    if given["profile"] == "open-board":
        given["works_council"] = dict.fromkeys(given["dpia"], "agreement 1")
    policies.decided(state, NOW.date() - (policies.LONG_BEFORE if told else dt.timedelta(days=1)), **given)
    jobs.score(settings, state, AS_OF, clock=lambda: NOW)
    return settings, state


def cells_by_quarter(settings):
    """Quarter -> people of each released cell."""
    file = next((settings.home / "warehouse").glob("*.duckdb"))
    found = defaultdict(lambda: defaultdict(set))
    with duckdb.connect(str(file), read_only=True) as connection:
        above = dict(connection.execute("select (quarter, cell), parent from kept_cells").fetchall())
        for quarter, cell, person in connection.execute("select * from kept_finest").fetchall():
            at = cell
            while at is not None:
                found[quarter][at].add(person)
                at = above[quarter, at]
    return found


def named(settings, state, day):
    """(role, person) -> everybody whom they see by name, themselves included: of leaders with people below, and a reader of each board."""
    people = {str(row[PLACE["person_id"]]): row for row in rights.read(state)}
    leaders = sorted({str(row[PLACE["manager_id"]]) for row in people.values() if row[PLACE["manager_id"]]})
    readers = {row[PLACE["lob"]]: who for who, row in sorted(people.items())}
    rule = jobs.policy_of(settings, state, day)
    caller = Caller("attack", "attack", dt.datetime.combine(day, NOW.time()))
    found = {}
    for role, purpose in LEADS.items():
        for who in readers.values() if role == "peer" else leaders:
            question = "leaderboard" if role == "peer" else "quarter_scores"
            viewer = Viewer(role=role, purpose=purpose, person_id=who, lob=people[who][PLACE["lob"]])
            try:
                rows = ask(settings, state, rule, question, viewer, Filters(), caller).rows()
            except NotPermitted:
                continue
            found[role, who] = {who, *(str(row["person_id"]) for row in rows)}
            if role == "peer":  # whoever is not on the board of their entity has no score to be there with
                found[role, who] |= {other for other, row in people.items() if _on_it(row, people[who], rule)}
    return found


def _on_it(row, reader, rule):
    return row[PLACE["legal_entity"]] in rule.board_entities and row[PLACE["lob"]] == reader[PLACE["lob"]]


def left_over(settings, views):
    """What each viewer can settle of fewer than k people, by quarter."""
    return [
        (who, quarter, sorted(leak.people))
        for quarter, cells in cells_by_quarter(settings).items()
        for who, seen in views.items()
        for leak in audit(cells.values(), K, seen)
    ]


@pytest.mark.parametrize("wide", WIDE)
def test_nobody_is_left_over_when_those_seen_by_name_are_taken_out(company, tmp_path, wide):
    settings, state = decided(company, tmp_path, WIDE[wide])
    views = named(settings, state, NOW.date())
    assert max(map(len, views.values())) > 2 * K
    assert left_over(settings, views) == []


def test_cells_know_what_an_approved_policy_will_show_before_it_does(company, tmp_path):
    settings, state = decided(company, tmp_path, WIDE["leads of lines see two steps down"], told=False)
    in_force_on = NOW.date() + dt.timedelta(days=14)
    assert not [who for who in named(settings, state, NOW.date()) if who[0] == "lob_lead"]
    views = named(settings, state, in_force_on)
    assert [who for who in views if who[0] == "lob_lead"]
    assert left_over(settings, views) == []


def test_a_leader_does_not_gain_people_before_cells_are_cut_for_them(company, tmp_path):
    """All of a cell but a few are given to one leader: by name at once, these are what is left of the cell until it is cut anew."""
    settings, state = decided(company, tmp_path, {"profile": "managed"})
    before = named(settings, state, NOW.date())
    assert left_over(settings, before) == []
    people = {str(row[PLACE["person_id"]]): row for row in rights.read(state)}
    leaders = {str(row[PLACE["manager_id"]]) for row in people.values()}
    cells = cells_by_quarter(settings)["2026Q3"]
    cell = min((inside for inside in cells.values() if len(inside) > K), key=len)
    new = min(leaders & people.keys() - cell, key=lambda who: len(before.get(("manager", who), ())))
    given = sorted(cell - leaders)[: len(cell) - 3]
    moved = [_employee(row, new if who in given else row[PLACE["manager_id"]]) for who, row in people.items()]
    rows, _ = rights.tree(moved)
    rights.write(state, rows)
    after = named(settings, state, NOW.date())
    assert left_over(settings, after) == []
    assert not any(after.get(who, set()) - seen for who, seen in before.items())
    old = next(who for who, seen in before.items() if set(given) & seen - {who[1]})
    assert not set(given) & after.get(old, set())
    jobs.score(settings, state, AS_OF, clock=lambda: NOW)
    seen = named(settings, state, NOW.date())
    assert set(given) <= seen["manager", new]
    assert left_over(settings, seen) == []


def test_a_step_above_that_nobody_looks_down_from_hides_nobody(company, tmp_path):
    settings, state = decided(company, tmp_path, {"profile": "managed"})
    before = named(settings, state, NOW.date())
    people = {str(row[PLACE["person_id"]]): row for row in rights.read(state)}
    top = max(people.values(), key=lambda row: row[PLACE["rgt"]] - row[PLACE["lft"]])[PLACE["person_id"]]
    deep = [row for row in people.values() if row[PLACE["depth"]] == 2]
    middle = {row[PLACE["manager_id"]] for row in deep}
    moved = [_employee(row, None if who in middle else row[PLACE["manager_id"]]) for who, row in people.items()]
    rights.write(state, rights.tree(moved)[0])
    after = named(settings, state, NOW.date())
    assert {who: seen for who, seen in after.items() if who[1] not in {top, *middle}} == {
        who: seen for who, seen in before.items() if who[1] not in {top, *middle}
    }


def _employee(row, manager):
    given = dict(zip(rights.RIGHTS_COLUMNS, row, strict=True))
    return rights.Employee(
        given["person_id"], manager, given["lob"], given["department"], given["team"], given["legal_entity"]
    )
