"""The table of the planted truth says what was seen of each target, and misses none that is missed."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.acceptance.check_demo_truth import Tally, table

PAIRS = {("heavy", "heavy"): 98, ("heavy", "light"): 2, ("light", "light"): 200, ("none", "none"): 500}


def tally(**more):
    given = {"with_seat": 900, "decided_with_seat": 800, "listed": 400, "users_listed": 4}
    return Tally(Counter(PAIRS), **(given | more))


def results(tallies):
    return {line.split("  ")[0]: line.split()[-1] for line in table(tallies).splitlines()[1:]}


def test_a_line_for_each_target_and_a_column_for_each_seed():
    lines = table({201: tally(), 202: tally(users_listed=2)}).splitlines()
    assert lines[0].split() == ["target", "asked", "seed", "201", "seed", "202", "result"]
    assert "1.00% (4 of 400)" in lines[2]
    assert "0.50% (2 of 400)" in lines[2]
    assert set(results({201: tally(), 202: tally()}).values()) == {"pass"}
    assert tally().held()


@pytest.mark.parametrize(
    ("missed", "target"),
    [
        (tally(users_listed=7), "users on the non-user list"),
        (tally(hidden_listed=1), "users hidden by a long gap on the list"),
        (tally(decided_with_seat=700), "decided share, of people with a seat"),
        (Tally(Counter(PAIRS) + Counter({("heavy", "light"): 12}), 900, 800, 400, 4), "heavy recall"),
        (Tally(Counter(PAIRS) + Counter({("light", "heavy"): 3}), 900, 800, 400, 4), "heavy precision"),
        (Tally(Counter(PAIRS) + Counter({("none", "light"): 40}), 900, 800, 400, 4), "kappa of the decided"),
    ],
)
def test_one_seed_that_misses_a_target_fails_it(missed, target):
    assert not missed.held()
    assert results({201: tally(), 202: missed}) == {
        name: "FAIL" if name == target else "pass" for name in results({1: tally()})
    }
