"""Medians of lines stand beside each other for people outside of them: a yardstick needs 25 people as well as 2k (GOVERNANCE.md section 5)."""

from __future__ import annotations

import duckdb
import pytest

from uptake.pipeline import spread

NAMES = ("median_micro", "active_median_micro", "p25_micro", "p75_micro")
ALL = frozenset(NAMES)
MEDIANS, QUARTILES = frozenset(NAMES[:2]), frozenset(NAMES[2:])


def told(k, eligible, active, people=200):
    """Which figures of a line are told."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table cells as select '2026Q3' as quarter, 'Payments' as cell, 'Payments' as lob, 1 as level, true as median, ?::bigint as people",
            [people],
        )
        connection.execute(
            "create table lob_quarters as select '2026Q3' as quarter, 'lob:Payments' as scope, ?::bigint as eligible, ?::bigint as active_people, "
            "30000000 as median_micro, 40000000 as active_median_micro, 20000000 as p25_micro, 50000000 as p75_micro, 'median' as comparison",
            [eligible, active],
        )
        (row,) = spread.lines(connection, [], k)
    return frozenset(name for name, value in zip(NAMES, row[5:9], strict=True) if value is not None)


@pytest.mark.parametrize(
    ("k", "eligible", "active", "figures"),
    [
        (10, 19, 19, frozenset()),
        (10, 20, 20, frozenset()),  # twice k, and a yardstick for others all the same
        (10, 24, 24, frozenset()),
        (10, 25, 24, frozenset({"median_micro"})),
        (10, 25, 25, MEDIANS),
        (10, 39, 39, MEDIANS),
        (10, 40, 40, ALL),
        (5, 10, 10, frozenset()),
        (5, 24, 24, frozenset()),  # quartiles of 4k need no fewer people than the median between them
        (5, 25, 25, ALL),
        (14, 27, 27, frozenset()),
        (14, 28, 28, MEDIANS),
        (14, 56, 56, ALL),
    ],
)
def test_medians_of_lines_are_yardsticks_for_others(k, eligible, active, figures):
    assert told(k, eligible, active) == figures
