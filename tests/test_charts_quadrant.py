"""Quadrant and volumes: every unit has one mark, its shape says its corner, no mark touches a split, and what is not shown is not drawn."""

import datetime as dt
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chart_boxes import tree
from tests.gallery_rows import QUADRANT
from uptake.charts import CORNERS, Spot, Volume, quadrant, volumes

MICRO = 1_000_000
NARROWEST = 216
"""Width of the plane in px where the page is 320 px wide."""
EFFECTIVE, FREQUENT, SELECTIVE, NOT_YET, NOT_CLEAR = CORNERS
CLASSES = {EFFECTIVE: "full", FREQUENT: "full harm", SELECTIVE: "hollow", NOT_YET: "hollow harm", NOT_CLEAR: "unclear"}


@st.composite
def spots(draw):
    corner = draw(st.sampled_from(CORNERS))
    use = draw(st.integers(30, 100) if corner in (EFFECTIVE, FREQUENT) else st.integers(0, 29))
    size = draw(st.integers(70_000, 900_000) if corner != NOT_CLEAR else st.integers(0, 60_000))
    sign = -1 if corner in (FREQUENT, NOT_YET) else 1
    return Spot("Unit", use * MICRO, sign * size, 60_000, corner, draw(st.integers(10, 5000)))


def marks(markup):
    """(class, x in percent, y, shift, half its size) of every mark."""
    found = []
    for one in tree(markup).iter():
        if one.get("class") in CLASSES.values():
            shift = float(re.search(r"translate\((-?[\d.]+)", one.get("transform"))[1])
            round_ = one.get("r") is not None
            half = float(one.get("r") if round_ else one.get("width")) / (1 if round_ else 2)
            x = float((one.get("cx") or one.get("x")).rstrip("%"))
            y = float(one.get("cy") if round_ else one.get("y")) + (0 if round_ else half)
            found.append((one.get("class"), x, y, shift + (0 if round_ else half), half))
    return found


@given(st.lists(spots(), min_size=1, max_size=30))
def test_every_unit_has_one_mark_whose_shape_and_fill_say_its_corner(units):
    found = sorted(name for name, *_ in marks(quadrant(units)))
    assert found == sorted(CLASSES[unit.corner] for unit in units)


@given(st.lists(spots(), min_size=1, max_size=30))
def test_no_mark_touches_the_split_of_use_and_no_clear_one_that_of_outcome(units):
    markup = quadrant(units)
    split = max(float(x) for x in re.findall(r'class="cut" x1="([\d.]+)%"', markup))
    middle = float(re.findall(r'class="cut" x1="0%" x2="100%" y1="([\d.]+)"', markup)[0])
    for name, x, y, shift, half in marks(markup):
        if x != 62.0:  # the lane of units without use is a picture of its own
            assert shift - half >= 1 if x > split else shift + half <= -1
        if name != "unclear":
            assert abs(y - middle) >= half + 1


def test_more_marks_than_can_be_told_apart_are_counted_in_bins():
    many = [Spot(f"U{n}", (1 + n % 59) * MICRO, 0, 60_000, NOT_CLEAR, 20) for n in range(801)]
    assert not marks(quadrant(many))
    drawn = quadrant(many)
    counts = [int(words) for words in re.findall(r'<text class="mid dark"[^>]*>([\d,]+)</text>', drawn)]
    assert sum(counts) == 801
    cells = re.findall(r'<polygon class="hex h1" points="([^"]+)"><title>(\d+) units: use \d+ to \d+, outcome', drawn)
    assert [int(number) for _, number in cells] == counts
    assert {len(points.split()) for points, _ in cells} == {6}
    assert len(marks(quadrant(many[:800]))) == 800


def test_bins_stand_as_a_honeycomb_and_none_touches_another_at_320_px():
    spread = [
        Spot(f"U{n}", (1 + n % 59) * MICRO, (n * 7 % 41 - 20) * 10_000, 60_000, NOT_CLEAR, 20) for n in range(3000)
    ]
    cells = re.findall(
        r'<svg class="at" x="([\d.]+)%" y="([\d.]+)"[^>]*><polygon class="hex h1" points="([^"]+)"', quadrant(spread)
    )
    rows = {}
    for x, y, points in cells:
        half = max(float(point.split(",")[0]) for point in points.split())
        rows.setdefault(float(y), []).append((float(x) / 100 * NARROWEST, half))
    firsts = [min(row)[0] for _, row in sorted(rows.items()) if len(row) == 8]
    assert len({round(first) for first in firsts}) == 2
    for row in rows.values():
        ordered = sorted(row)
        assert all(b - a >= left + right for (a, left), (b, right) in itertools.pairwise(ordered))


@pytest.mark.parametrize(
    "units",
    [QUADRANT, [Spot(f"U{n}", (1 + n % 59) * MICRO, 0, 60_000, NOT_CLEAR, 20) for n in range(801)]],
    ids=["marks", "bins"],
)
def test_every_mark_can_be_read_by_pointer_and_by_keys(units):
    """One stop of the tab key, a line for what is read, and of each mark all that it shows in words."""
    drawn = tree(quadrant(units))
    (area,) = [one for one in drawn.iter() if one.get("tabindex") == "0"]
    assert "arrow keys" in area.get("aria-label")
    assert [one for one in area.iter() if one.get("role") == "status"]
    shapes = [one for one in area.iter() if one.get("class") in {*CLASSES.values(), "hex h1"}]
    assert shapes
    for one in shapes:
        (said,) = [inner.text for inner in one if inner.tag.endswith("title")]
        assert re.search(r"use \d+", said)
        assert re.search(r"outcome [+\u2212]?\d", said)


def test_the_finding_counts_the_corners_and_not_clear_apart():
    said = re.search(r"<desc>(60 units[^<]*)</desc>", quadrant(QUADRANT))[1]
    for corner in CORNERS:
        assert f"{sum(spot.corner == corner for spot in QUADRANT)} {corner}" in said


def test_an_unknown_corner_is_refused():
    with pytest.raises(ValueError, match="corner"):
        quadrant([Spot("A", 0, 0, 0, "bad", 1)])


def test_a_week_of_which_a_part_is_not_shown_has_no_bar():
    monday = dt.date(2026, 7, 6)
    whole = volumes([Volume(monday, 10, 20)])
    assert whole.count("<rect") == 2
    assert volumes([Volume(monday, 10, None)]).count("<rect") == 0
    with pytest.raises(ValueError, match="repeat"):
        volumes([Volume(monday, 1, 1), Volume(monday, 2, 2)])
