"""Nobody is shown an effect, a quality figure or a ranking of another person, by no way out of the product: walked, not read.

The small form of the acceptance check `outcome_walk`: every question through the gate, every page and list by every hat, a part of the files.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests import policies
from tests.attack import outcome_home, outcome_walk
from tests.test_routes_gate import NOBODY, clients_of, hat_of
from tests.web.conftest import Site
from uptake.policy import QUESTIONS, Viewer
from uptake.policy import rules as policy_rules
from uptake.reads import query
from uptake.reads.cast import cast

DAY = dt.date(2026, 11, 24)
WIDEST = {"profile": "open-board", "board_reach": "everyone", "manager_depth": 9, "lob_lead_depth": 9}
"""What a site can open at most."""
FILES = 24
"""One file in so many is fetched by each hat, another one by the next."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return outcome_home.home_of(tmp_path_factory.mktemp("outcomes"))


@pytest.fixture(scope="module")
def site(home):
    opened = Site(home)
    policies.in_force(opened.settings, opened.state, DAY, **WIDEST)
    return opened


def walk_of(site):
    return outcome_walk.Walk(site, outcome_walk.outcome_columns(site))


def hats_of(site, clients):
    """Who each hat is."""
    people = {one.role: one for one in cast(site.settings, site.state, site.app.state.site.clock())}
    found = {}
    for name in clients:
        role, purpose = hat_of("administrator" if name == NOBODY else name)  # on loopback nobody is the local operator
        who = people.get(name.partition(":")[0])
        found[name] = Viewer(role=role, purpose=purpose, person_id=who.person_id if who else None)
    return found


def test_what_is_planted_of_a_person_is_no_other_persons():
    made = [outcome_home.planted(number) for number in range(96)]
    assert sum(len(one.figures) for one in made) == len(set().union(*(one.figures for one in made))) == 9 * len(made)
    assert outcome_home.authors_of(7 * outcome_home.WITH_AI + 3 * outcome_home.OTHER + 900) == (7, 3)


def test_what_an_outcome_is_comes_from_the_product(site):
    columns = outcome_walk.outcome_columns(site)
    assert {"outcome", "changes", "assisted", "lead_minutes", "review_minutes", "reverted", "corrective", "alive", "share", "km", "incidents"} <= columns  # fmt: skip
    assert columns.isdisjoint({"person_id", "score_micro", "segment", "day", "people"})


def test_no_question_tells_an_outcome_of_somebody_else(site):
    walk = walk_of(site)
    granted = outcome_walk.over_questions(walk)
    walk.joined()
    assert walk.found == []
    assert granted == set(QUESTIONS)
    assert len(walk.people) > 90
    assert any(walk.changes.values())


def test_no_route_and_no_pack_does(site):
    walk, clients = walk_of(site), clients_of(site)
    hats = hats_of(site, clients)
    opened = outcome_walk.over_routes(walk, clients, hats, FILES)
    assert walk.found == []
    assert {"/quality", "/me", "/team", "/api/v1/my_outcomes", "/api/v1/quality"} <= opened
    assert len(opened) > 100
    assert outcome_walk.over_packs(walk, clients, hats) == 3
    assert walk.found == []


def test_no_command_does(site, tmp_path):
    walk = walk_of(site)
    assert outcome_walk.over_commands(walk, tmp_path, 10) > 30
    assert walk.found == []


# the walk notices


def own_rows_for_managers(monkeypatch):
    monkeypatch.setitem(policy_rules._SUPPORT, "my_outcomes", ("person_id", "changes"))


def own_changes_for_managers(monkeypatch):
    monkeypatch.setitem(policy_rules._TRAINING, "my_changes", ("person_id", "change"))
    asked_as(
        monkeypatch,
        "my_changes",
        "select c.* replace (cast(count(*) over (partition by person_id, part) as varchar) as change) from s.person_changes c",
    )


def an_outcome_in_words_of_use(monkeypatch):
    asked_as(
        monkeypatch,
        "not_using",
        "select n.* replace (o.changes as suggestion) from (select *, null as offered from s.person_not_using) n join s.person_outcomes o using (person_id)",
    )


def a_unit_that_is_a_person(monkeypatch):
    asked_as(monkeypatch, "quality", "select q.* replace (cast(1001337 as bigint) as lines_added) from s.quality as q")


def asked_as(monkeypatch, question, sql):
    """The SQL of a question is another one."""
    body = query._body
    monkeypatch.setattr(query, "_body", lambda name: sql if name == question else body(name))
    monkeypatch.setattr(query, "_COLUMNS", {})


PLANTED = {
    "my_outcomes": own_rows_for_managers,
    "my_changes": own_changes_for_managers,
    "not_using": an_outcome_in_words_of_use,
    "quality": a_unit_that_is_a_person,
}


@pytest.mark.parametrize("question", PLANTED)
def test_a_question_that_tells_is_found(site, monkeypatch, question):
    PLANTED[question](monkeypatch)
    walk = walk_of(site)
    outcome_walk.over_questions(walk, [question])
    assert walk.found != []


@pytest.mark.parametrize(("by", "wanted"), [(lambda figures: figures.lead_minutes, True), (lambda _figures: 0, False)])
def test_a_list_in_the_order_of_an_outcome_is_found_and_one_by_id_is_not(site, by, wanted):
    walk = walk_of(site)
    keys = sorted(walk.figures, key=lambda key: (by(walk.figures[key]), key))
    walk.table("a list", Viewer(role="manager", purpose="support"), [{"person_id": key} for key in keys])
    assert bool(walk.found) == wanted
