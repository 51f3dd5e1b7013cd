"""Bands: all rows on one axis that holds zero and their ends, and no label over another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chart_boxes import tree
from uptake import charts
from uptake.charts import Band
from uptake.charts.bands import _axis

ENDS = st.tuples(*(st.integers(-(10**9), 10**9) for _ in range(3))).map(sorted)


@given(st.lists(ENDS, min_size=1, max_size=4), st.integers(-(10**9), 10**9))
def test_every_mark_stands_inside_the_axis(rows, rule):
    markup = charts.bands(
        [Band(f"row {n}", *ends, "stone", "x") for n, ends in enumerate(rows)], "Ends", str, (rule, "rule")
    )
    for name in ("x1", "x2", "x"):
        places = [float(found) for found in re.findall(rf'{name}="([\\d.-]+)%"', markup)]
        assert all(-0.01 <= place <= 100.01 for place in places)
    bars = [item for item in tree(markup).iter() if item.attrib.get("class") == "stone"]
    assert len(bars) == len(rows)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8))
def test_an_axis_holds_zero_and_all_values_in_few_steps(values):
    least, step, parts = _axis(values)
    assert least <= min(0, *values, 0)
    assert least + step * parts >= max(0, *values, 0)
    assert least % step == 0
    assert 1 <= parts <= 7


def test_ends_out_of_order_are_refused():
    with pytest.raises(ValueError, match="in order"):
        charts.bands([Band("row", 3, 2, 4, "stone", "x")], "Ends", str)
