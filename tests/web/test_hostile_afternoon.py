"""The hostile afternoon and the purpose wall in small, against a server process of a demo home; at full size in the acceptance run."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace

import pytest

from tests.attack import hostile_ways, wall
from tests.attack.hostile import NOBODY, Findings, Reply, Truth, Wire, people_in, serving, signed_in
from tests.attack.hostile_day import WRITES
from tests.test_routes_gate import RECEIVERS
from tests.web.conftest import Site


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    copied = tmp_path_factory.mktemp("afternoon") / "home"
    shutil.copytree(demo_home, copied)
    return copied


@pytest.fixture(scope="module")
def truth(home):
    return Truth(home)


@pytest.fixture(scope="module")
def wire(home):
    with serving(home) as base, contextlib.closing(Wire(base)) as wire:
        yield wire


def test_an_afternoon_in_small_leaks_nothing(home):
    found = hostile_ways.afternoon(home, size=40, share=0.05)
    assert found.leaks == []
    assert found.oddities == []
    assert set(found.asked) == {
        "foreign ids", "forged purposes", "forged headers", "sessions", "crossed origins", "filters and paging", "caches", "path tricks",
        "exports", "error pages", "methods", "oversized", "keys", "timing",
    }  # fmt: skip
    assert found.asked.total() > 600


def test_nothing_comes_through_the_wall(home, wire):
    site = Site(home)
    seen = wall.over_routes(wire, site, wall.keys(site, ["manager"]))
    assert seen.rows == []
    assert seen.routes == set(wall.routes_of(site))


def test_no_hat_and_no_command_takes_the_purpose(home, wire, truth):
    assert wall.over_hats(wire, [signed_in(wire, truth, role) for role in ("manager", "lob_lead", "compliance")]) == []
    keys = wall.keys(Site(home), ["manager", "compliance"])
    people = [next(who for who, one in truth.company.items() if one.manager is None)]
    seen = wall.over_commands(home, people, keys, ["quarter_scores", "not_using", "funnel", "definitions"])
    assert seen.rows == []


def test_the_oracle_knows_whom_a_manager_may_see(wire, truth):
    """Not vacuous: a manager's own list is seen, and it is exactly their own people who were told."""
    manager = signed_in(wire, truth, "manager")
    seen = people_in(wire.ask("/api/v1/quarter_scores", manager.headers).body)
    below = {who for who, one in truth.company.items() if one.manager == manager.viewer.person_id}
    assert seen
    assert seen <= manager.may_see == below


def test_a_planted_leak_is_noticed(truth):
    found, somebody = Findings(), min(truth.everybody)
    rows = Reply(200, {"cache-control": "no-store"}, f'[{{"person_id":"{somebody}"}}]'.encode())
    found.judge("planted", NOBODY, "a foreign row", rows)
    found.judge("planted", NOBODY, "an id in a header", Reply(303, {"location": f"/people/{somebody}"}, b""))
    own = replace(NOBODY, may_see=frozenset({somebody}))
    found.judge("planted", own, "an own row that is kept", replace(rows, headers={"cache-control": "private"}))
    found.judge("planted", NOBODY, "a trace", Reply(400, {}, b"Traceback (most recent call last)"))
    found.judge("planted", NOBODY, "an echo", Reply(404, {}, b"there is no zqx"), marker="zqx")
    assert len(found.leaks) == 5
    assert found.judge("planted", own, "an own row", rows)
    assert len(found.leaks) == 5


def test_every_form_is_tried(demo):
    posts = {path.replace("{number}", "1") for method, path in wall.routes_of(demo) if method == "POST"}
    assert posts - {"/signout", "/profile", "/scim/v2/{rest:path}"} - RECEIVERS == set(WRITES)


def test_a_receiver_takes_nothing_of_a_person(wire, truth):
    """No session and no form opens it; with neither it says the same."""
    visitor = signed_in(wire, truth, "administrator")
    answers = {
        path: {wire.post(path, {"a": "b"}, headers).body for headers in ({}, visitor.headers)} for path in RECEIVERS
    }
    asked = {wire.post(path, {"a": "b"}, visitor.headers).status for path in RECEIVERS}
    assert asked == {401}
    assert {len(said) for said in answers.values()} == {1}
