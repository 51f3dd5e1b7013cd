"""Decided contests at the next score run: every figure is what an independent oracle says of the world put right, and nothing else moves."""

from __future__ import annotations

import json

import pytest

from tests import contested
from uptake.state import contests, notices


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """36 people report an error, two officers decide, one score run follows."""
    home = contested.made(tmp_path_factory.mktemp("contested"), 21, 120, odd=0.1)
    drawn = contested.Claims(home.world, 3).draw(36)
    people = [claim.person for claim in drawn]
    lists = home.listed(people)
    before = {claim.person: (lists[claim.person], row_of(home, claim)) for claim in drawn}
    contested.opened(home, drawn)
    hidden = home.listed(people)
    states = {claim.person: contested.decided(home, claim) for claim in drawn}
    home.score()
    return home, drawn, before, hidden, states


def row_of(home, claim):
    found = home.rows("quarter_scores", contested.Viewer(role="self", purpose="self", person_id=claim.person))
    return next((row for row in found if row["quarter"] == contested.QUARTER), {})


def stored(home, claim):
    return next(one for one in contests.of(home.state, claim.person) if one.id == claim.number)


def test_at_the_next_read_they_are_in_no_list_and_after_the_end_in_the_same_kind_of_lists_again(world):
    home, drawn, before, hidden, _ = world
    assert sum(bool(lists) for lists, _ in before.values()) > 15
    assert all(not lists for lists in hidden.values())
    rejected = [claim for claim in drawn if claim.decision == "rejected"]
    assert len(rejected) > 3
    again = home.listed(claim.person for claim in drawn)
    touched = {person for claim in drawn for person in claim.others}
    assert all(again[one.person] == before[one.person][0] for one in rejected if one.person not in touched)


def test_every_figure_is_what_the_oracle_says_of_the_world_put_right(world):
    assert world[0].differences() == []


def test_both_values_stand(world):
    home, drawn, before, _, _ = world
    moved = 0
    for claim in drawn:
        case, row = stored(home, claim), row_of(home, claim)
        if claim.decision == "rejected":
            assert (case.before, case.after, case.state) == (None, None, "closed")
            continue
        old, new = json.loads(case.before), json.loads(case.after)
        assert old == {name: before[claim.person][1][name] for name in old}
        assert new == {name: row[name] for name in new}
        assert set(new) <= set(contests.FIGURES)
        moved += old != new
    assert moved > 10


def test_the_person_and_every_viewer_are_told(world):
    home, drawn, before, _, _ = world
    for claim in drawn:
        with home.state.reading() as connection:
            own = [
                one.kind
                for one in notices.of(connection, claim.person)
                if one.ref == str(claim.number) and one.kind != "policy"
            ]
            manager = home.managers.get(claim.person)
            told = [one.ref for one in notices.of(connection, manager) if one.kind == "restated"] if manager else []
        restated = str(claim.number) in told
        if claim.decision == "rejected":
            assert (sorted(own), restated) == (["closed", "decided"], False)
        else:
            seen = any(name.startswith("manager") for name in before[claim.person][0])
            assert sorted(set(own) - {"restated"}) == ["closed", "decided", "recomputed"]
            assert restated or not seen


def test_a_source_that_repeats_its_error_is_corrected_again(world):
    home = world[0]
    home.load_again("hr-people", "hr-absences", "accounts")
    home.score()
    assert home.differences() == []
    assert all(one.state == "closed" for one in contests.of(home.state, None))


def test_whose_accounts_a_case_of_somebody_else_changes_is_told(world):
    home, drawn, _, _, _ = world
    others = [(claim, other) for claim in drawn if claim.source == "accounts" for other in claim.others]
    assert others
    for claim, other in others:
        with home.state.reading() as connection:
            assert ("mapped", str(claim.number)) in {(one.kind, one.ref) for one in notices.of(connection, other)}


@pytest.mark.parametrize("kind", ["taken from its holder", "given to nobody we know"])
def test_no_case_takes_an_account_from_somebody_else(world, kind):
    """Nobody loses their use, and with it their label, in a case that is not theirs: it goes back to who reviews it."""
    home, drawn, _, _, _ = world
    used = {claim.person for claim in drawn} | {other for claim in drawn for other in claim.others}
    owner, taker, *_ = (name for name in contested.Claims(home.world, 3).accounts if name not in used)
    account = contested.Claims(home.world, 3).accounts[owner]
    who, people = (taker, {"person_id": taker}) if kind.startswith("taken") else (owner, {"person_id": "nobody at all"})
    claim = contested.Claim(who, "other", "accounts", {"source": "copilot", "account": account, **people})
    before = row_of(home, contested.Claim(owner, "other"))
    contested.opened(home, [claim])
    contested.decided(home, claim)
    home.score()
    assert stored(home, claim).state == "under_review"
    assert row_of(home, contested.Claim(owner, "other")) == before
    assert home.differences() == []
