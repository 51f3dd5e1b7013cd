"""Nobody with a visible reason is called a non-user (GOVERNANCE.md section 15, check 3), and true non-users are found."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attack import edges, labels, odd, plants
from tests.attack.drive import asked


@pytest.mark.parametrize("form", ["bare", "envelope", "both"])
def test_planted_people_are_never_non_users(form, tmp_path):
    plan = plants.build(1, form)
    wrong, judged = labels.wrong_labels(plan, labels.scored_home(plan, tmp_path))
    assert judged >= 34
    assert len(plan.true_non_users) == 12
    assert wrong == []


def test_planted_people_are_never_non_adopters(tmp_path):
    """They were silent in the quarter before as well; the true non-users are non-adopters now."""
    plan = plants.build(1, "bare", first=dt.date(2026, 4, 1))
    wrong, judged = labels.wrong_labels(plan, labels.scored_home(plan, tmp_path), negative="non_adopter")
    assert judged >= 34
    assert wrong == []


def test_a_wrong_label_would_be_seen(tmp_path):
    """People whose plant is taken out again are called non-users, and the check says so."""
    plan = plants.build(1, "bare")
    plan.world.absences.clear()
    plan.world.hr = [{**row, "fte": "1", "engineer": "true"} for row in plan.world.hr]
    wrong, _judged = labels.wrong_labels(plan, labels.scored_home(plan, tmp_path))
    assert {line.split(" (")[0] for line in wrong} >= {
        "long_leave: said non_user/seat_never_used",
        "long_leave: stands in not_using as non_user",
        "part_time: said non_user/seat_never_used",
        "no_engineer: said non_user/seat_never_used",
    }


EDGES = {
    "part is there": (lambda folder: edges.two_parts(folder, lambda text: text), "light/some_use"),
    "part is missing": (lambda folder: edges.two_parts(folder, lambda _text: None), "insufficient/vendor_gap"),
    "part is empty": (lambda folder: edges.two_parts(folder, lambda _text: ""), "insufficient/vendor_gap"),
    "part says nothing": (lambda folder: edges.two_parts(folder, lambda _text: "null"), "insufficient/vendor_gap"),
    "all pages": (lambda folder: edges.claude_page(folder, whole=True), "light/some_use"),
    "last page is missing": (lambda folder: edges.claude_page(folder, whole=False), "insufficient/vendor_gap"),
    "activity after the last row": (edges.late_contradiction, "insufficient/use_without_days"),
    "activity on a lost day": (edges.short_outage, "insufficient/"),
    "damage that a file of others clears": (edges.damage_cleared_by_others, "insufficient/vendor_gap"),
    "address that was passed on": (edges.passed_on, "light/some_use"),
    "address in other signs": (edges.decomposed_address, "light/some_use"),
    "address in capitals beyond A to Z": (
        lambda folder: edges.misspelt_address(folder, "REN\u00c9@corp.example"),
        "insufficient/identity_not_matched",
    ),
    "address without its accent": (
        lambda folder: edges.misspelt_address(folder, "rene@corp.example"),
        "insufficient/identity_not_matched",
    ),
    "address without its stroke": (
        lambda folder: edges.misspelt_address(folder, "soren@corp.example", "s\u00f8ren@corp.example"),
        "insufficient/identity_not_matched",
    ),
    "seat and address without the accent": (
        lambda folder: edges.misspelt_address(folder, "rene@corp.example", seat="rene@corp.example"),
        "insufficient/identity_not_matched",
    ),
    "seat of somebody else": (
        lambda folder: edges.misspelt_address(folder, "renee@corp.example", seat="renee@corp.example"),
        "excluded/no_seat",
    ),
    "address of somebody else": (
        lambda folder: edges.misspelt_address(folder, "renee@corp.example"),
        "non_user/seat_never_used",
    ),
}


@pytest.mark.parametrize("name", EDGES)
def test_narrow_gaps_hide_nobody(name, tmp_path):
    write, wanted = EDGES[name]
    found = edges.segments(tmp_path / "home", write(tmp_path / "files"))
    assert found["HIDDEN"].startswith(wanted)
    assert found["USER1"] == "light/some_use"


def test_use_that_earns_no_point_is_no_proof_of_none(tmp_path):
    """A single day with it is enough; suggestions that were merely shown say nothing (decision 0089)."""
    found = edges.segments(tmp_path / "home", edges.unscored(tmp_path / "files"))
    assert {key: found[key] for key in edges.UNSCORED} == {
        key: wanted for key, (_change, wanted) in edges.UNSCORED.items()
    }


@pytest.fixture(scope="module")
def odd_home(tmp_path_factory):
    """The odd people, scored; one legal entity is never computed by person."""
    made, folder = odd.company(), tmp_path_factory.mktemp("odd")
    home = folder / "home"
    home.mkdir()
    return (
        made,
        home,
        edges.segments(
            home, odd.calls_of(made, folder / "files"), '[policy]\naggregate_only_entities = ["By count"]\n'
        ),
    )


def test_odd_people_are_called_what_a_fair_reader_calls_them(odd_home):
    made, _home, found = odd_home
    assert len(made.expected) >= 30
    wrong = {key: (found.get(key), wanted) for key, wanted in made.expected.items() if found.get(key) not in wanted}
    assert wrong == {}


def test_wrong_maps_are_told_with_their_volume(odd_home):
    _made, home, _found = odd_home
    told = {row["account"]: (row["reason"], row["records"]) for row in asked(home, "unmatched_accounts")}
    assert told["own.name@corp.example"][0] == "unknown_person"
    assert told["own.name@corp.example"][1] == 66
    assert told["owner@corp.example"][0] == "seat_of_two"
    assert told["user_01ABC"][0] == "no_person"
    assert "twotools@corp.example" not in told
