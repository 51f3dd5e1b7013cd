"""Every drawn spec holds for the oracle, and a spec that is not one is refused."""

import pytest

from . import spec
from .oracle import expected
from .version import load


@pytest.mark.parametrize("name", spec.names())
def test_the_oracle_gives_what_the_spec_draws(name):
    drawn = spec.load(name)
    days, quarters = expected(drawn.world, drawn.world.as_of, drawn.version(load()))
    assert drawn.days or drawn.quarters
    assert {key: _stated(days.get(key, {}), row) for key, row in drawn.days.items()} == drawn.days
    assert {key: _stated(quarters.get(key, {}), row) for key, row in drawn.quarters.items()} == drawn.quarters


def _stated(row, wanted):
    return {column: row.get(column, "no such row or column") for column in wanted}


def test_every_rule_that_was_asked_for_is_drawn():
    assert {
        *("worked-example", "leave-not-declared", "ana-at-60-percent", "cem-seen-all-days", "points-table"),
        *("session-only", "caps", "zero-median-line", "adoption-only", "rolled-up", "mover", "late-joiner"),
        *("heavy-hysteresis", "lapsed", "non-adopter", "insufficient-never-non-user", "trialist"),
        *("use-without-seat", "split-without-passive-tool", "seat-list-proves-idleness"),
    } <= set(spec.names())


def test_a_spec_gives_the_structs_of_the_model():
    drawn = spec.load("worked-example")
    structs = spec.structs(drawn.world)
    assert {source: len(rows) for source, rows in structs.items()} == {
        "hr-people": 3,
        "hr-absences": 1,
        "hr-calendar": 0,
        "accounts": 4,
        "seats": 4,
        "copilot-users": 15,
        "chatgpt-days": 1,
    }
    monday = structs["copilot-users"][0]
    assert (monday.account, monday.prompts, monday.accept_user, monday.below_minimum) == ("ana", 4, 16, False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# T\n## nonsense\n| a |\n| b |", "no such section"),
        ("# T\n## use copilot\n| person | week | Mon |\n| A | 2029-01-01 | 4Q |", "no such count"),
    ],
)
def test_what_is_no_spec_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        spec.parse("planted", text)


@pytest.mark.parametrize(
    ("cell", "wanted"), [("null", None), ("1,567,568", 1567568), ("-674", -674), ("0", 0), ("clear", "clear")]
)
def test_a_cell_of_an_expectation(cell, wanted):
    assert spec.value(cell) == wanted
