"""A score run in the middle of a quarter, for which HR already knows the weeks to come."""

from __future__ import annotations

import pytest

from tests import product
from tests.oracle.world import PersonRow
from tests.small_worlds import MONDAY, Sketch, after, load
from uptake.warehouse.connect import opened


def company() -> Sketch:
    """Two lines of 24 people, so that both are released."""
    sketch = Sketch()
    sketch.covered(MONDAY, after(30), ["copilot-users"])
    for number in range(48):
        sketch.person(f"P{number:02d}", lob=f"Line {number % 2}")
        sketch.use(f"P{number:02d}", MONDAY, "4P")
    return sketch


LATER = {
    "starts later": [PersonRow("X", "Line 0", team="Team", start_date=after(60))],
    "first row later": [PersonRow("X", "Line 0", team="Team", effective_from=after(60))],
    "engineer later": [
        PersonRow("X", "Line 0", team="Team", engineer=False),
        PersonRow("X", "Line 0", team="Team", effective_from=after(60)),
    ],
    "moves later": [
        PersonRow("X", "Line 0", team="Team"),
        PersonRow("X", "Line 1", team="Team", effective_from=after(60)),
    ],
    "leaves later": [PersonRow("X", "Line 0", team="Team", end_date=after(60))],
    "engineer no more": [
        PersonRow("X", "Line 0", team="Team"),
        PersonRow("X", "Line 0", team="Team", effective_from=after(10), engineer=False),
    ],
}


NOT_YET_THERE = ("starts later", "first row later")


@pytest.mark.parametrize("case", [*LATER])
def test_what_hr_knows_of_later_days_stops_no_run(tmp_path, case):
    """Days after `as_of` do not exist for the score (reading 1): nor may a row for them break the groups that are published."""
    sketch = company()
    sketch.world.people += LATER[case]
    with opened(product.home_settings(tmp_path).warehouse_file) as connection:
        load(sketch.world, connection)
    assert product.uptake(tmp_path, "score", "--as-of", after(30)) == 0
    days, quarters = product.results(tmp_path, after(30))
    if case in NOT_YET_THERE:
        assert not [key for key in (*days, *quarters) if "X" in key]
