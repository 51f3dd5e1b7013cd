"""A pytest plugin: test files that hold few tests and take long come first, so that no process ends with a long one alone.

pytest-xdist hands out files by their number of tests, the fewest last, and a process takes the next file while it is still at the one
before: with a long file among the last ones the other process waits for it. `--no-loadscope-reorder` leaves the order to us.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

LONG = (
    "tests/web/test_browser.py",
    "tests/web/test_browser_layout.py",
    "tests/test_usefulness.py",
    "tests/test_refresh.py",
    "tests/attack/test_crash.py",
    "tests/test_properties_loads.py",
    "tests/attack/test_content.py",
    "tests/test_properties_day.py",
    "tests/test_properties_segments.py",
    "tests/test_properties_week.py",
    "tests/test_properties_groups.py",
    "tests/test_properties_facts.py",
    "tests/test_determinism.py",
    "tests/test_demo.py",
    "tests/state/test_product.py",
    "tests/test_wheel.py",
    "tests/test_no_consequence.py",
    "tests/attack/test_order.py",
    "tests/test_spark.py",
    "tests/web/test_demo_command.py",
    "tests/test_against_oracle.py",
    "tests/test_contest_recompute.py",
    "tests/web/test_browser_contest.py",
    "tests/web/test_browser_policy.py",
    "tests/test_load_in_pieces.py",
    "tests/test_not_observed.py",
    "tests/attack/test_offline.py",
    "tests/test_add_a_source.py",
)
"""The longest first; `-p tools.cpu_seconds` tells which they are."""


def ordered(files: Sequence[str]) -> list[int]:
    """Places of the tests, given the file of each, in the order of running: long files, then by number of tests; a file's own stay."""
    tests = Counter(files)
    rank = {file: (LONG.index(file) if file in LONG else len(LONG), -count, file) for file, count in tests.items()}
    return sorted(range(len(files)), key=lambda place: rank[files[place]])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [items[place] for place in ordered([item.nodeid.partition("::")[0] for item in items])]
