"""Ridge, swarm, standing, bars: areas hold the people of the bins, dots touch none, order leaks nothing."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chart_boxes import boxes, collisions, marks, outside, pictures, tree, words_of
from tests.gallery_rows import BENCHMARK, IDLE, RIDGE_ROWS, TEAM_MARKERS, WEEK_SCORES
from uptake import charts
from uptake.charts import Bin, Marker, RidgeRow, WeekScore, measure, scales
from uptake.charts.density import density, smoothed
from uptake.charts.ridge import BASE, CURVE, PEAK, RING

MICRO = 1_000_000


@st.composite
def histograms(draw):
    edges = sorted(draw(st.sets(st.integers(0, 100), min_size=2, max_size=12)))
    return tuple(Bin(a, b, draw(st.integers(11, 4000))) for a, b in itertools.pairwise(edges))


@given(histograms())
def test_the_curve_holds_the_people_of_every_bin(bins):
    whole, steps = sum(item.people for item in bins), 240
    for item in bins:
        at = [item.low + (item.high - item.low) * (n + 0.5) / steps for n in range(steps)]
        heights = density(bins, at)
        assert min(heights) >= 0
        area = sum(heights) / steps * (item.high - item.low)
        assert area == pytest.approx(item.people / whole, rel=1e-3, abs=1e-6)


@given(histograms())
def test_smoothing_keeps_the_sum_and_starts_and_ends_at_zero(bins):
    values = density(bins, [100 * n / 80 for n in range(81)])
    soft = smoothed(values)
    assert sum(soft) == pytest.approx(sum(values))
    assert (soft[0], soft[-1]) == (0, 0)
    assert min(soft) >= 0


@pytest.mark.parametrize("bins", [(Bin(0, 0, 5),), (Bin(5, 2, 5),), (Bin(0, 5, 0),), (Bin(0, 5, 9), Bin(4, 9, 9))])
def test_bins_that_are_none_are_refused(bins):
    with pytest.raises(ValueError, match="bins"):
        density(bins, [1.0])


def areas(markup: str) -> list[float]:
    """Area under each curve in units of its own coordinates."""
    found = []
    for path in (item for item in tree(markup).iter("path") if item.get("class") == "curve"):
        numbers = [int(n) for n in re.findall(r"-?\d+", path.get("d"))]
        found.append(sum(630 - y for y in numbers[1::2]))
    return found


def test_every_row_covers_the_same_area_and_no_peak_leaves_its_row():
    markup = charts.ridge(RIDGE_ROWS)
    found = areas(markup)
    assert len(found) == len(RIDGE_ROWS)
    assert max(found) == pytest.approx(min(found), rel=0.01)
    heights = [int(y) for item in tree(markup).iter("path") for y in re.findall(r" (\d+)", item.get("d"))]
    assert min(heights) >= 640 * (CURVE - 1 - PEAK) / CURVE - 1


def test_rows_overlap_by_less_than_thirty_percent_and_no_ring_is_covered():
    pitch = 49
    assert (CURVE - pitch) / pitch < 0.31
    assert (CURVE - pitch) / CURVE < 0.3
    assert CURVE - pitch <= BASE - RING - 4.2


@given(histograms())
def test_a_row_of_few_people_leaves_no_trace_of_its_bins(bins):
    def rows(hidden: tuple[Bin, ...]) -> list[RidgeRow]:
        return [*RIDGE_ROWS[:2], RidgeRow("Few", 60, 49, None, hidden)]

    assert charts.ridge(rows(bins)) == charts.ridge(rows(()))


def test_zero_is_a_lane_and_medians_are_placed_on_the_axis():
    row = RidgeRow("A", 900, 800, 740_000, (Bin(0, 20, 300), Bin(20, 80, 300)), 20 * MICRO, 40 * MICRO)
    markup = charts.ridge([row])
    (stone,) = [box for box in marks(markup) if "stone" in box.names]
    assert stone.right == pytest.approx(740, abs=0.1)
    (median,) = [box for box in marks(markup) if "median" in box.names]
    (ring,) = [box for box in marks(markup) if "ring" in box.names]
    assert median.left == pytest.approx(250, abs=0.1)
    assert (ring.left + ring.right) / 2 == pytest.approx(500, abs=0.1)


def test_a_median_of_zero_says_what_it_means_and_has_no_bar():
    row = RidgeRow("A", 900, 800, 740_000, (Bin(0, 20, 300),), 0, None)
    assert "median 0: 74\u202f% have no recorded use" in words_of(charts.ridge([row]))
    assert not [box for box in marks(charts.ridge([row])) if "median" in box.names]


SCORES = st.lists(st.integers(1, 100), min_size=11, max_size=60)


@given(SCORES, st.integers(0, 70), st.randoms(use_true_random=False))
def test_dots_never_touch_at_the_least_width_and_their_order_leaks_nothing(scores, zeros, random):
    markup = charts.swarm(scores, zeros, TEAM_MARKERS, 11)
    mixed = list(scores)
    random.shuffle(mixed)
    assert charts.swarm(mixed, zeros, TEAM_MARKERS, 11) == markup
    lane, plot = pictures(markup)
    dots = [box for box in boxes(plot, 260) if "who" in box.names]
    assert len(dots) == len(scores)
    assert len([box for box in boxes(lane, 0) if "none-dot" in box.names]) == zeros
    for place, one in enumerate(dots):
        for other in dots[:place]:
            across = (one.left - other.left) ** 2 + (one.top - other.top) ** 2
            assert across >= 11.5**2
    for picture in (lane, plot):
        assert collisions(picture, 260) == []
        assert outside(picture, 260) == []


def test_a_swarm_of_too_few_people_is_refused():
    with pytest.raises(ValueError, match="scores"):
        charts.swarm([5] * 6, 4, TEAM_MARKERS, 11)
    with pytest.raises(ValueError, match="scores"):
        charts.swarm([0] * 11, 4, TEAM_MARKERS, 11)
    assert charts.swarm([5] * 6, 5, TEAM_MARKERS, 11)


NAMES = st.sampled_from(["all", "active", "you", "heavy from", "the median of all active engineers"])


@given(st.lists(st.tuples(NAMES, st.integers(0, 100)), min_size=1, max_size=5))
def test_labels_of_an_axis_never_meet(found):
    markers = [Marker(name, micro * MICRO, "you" if name == "you" else "median") for name, micro in found]
    (picture,) = pictures(charts.standing(markers))
    for width in (240, 340, 1000):
        assert collisions(picture, width) == []
        assert outside(picture, width) == []
    assert all(f"{name} {micro}" in words_of(charts.standing(markers)) for name, micro in found[:3])


@given(st.integers(10, 100))
def test_axes_have_round_ticks_within_their_limits(top):
    end = scales.score_top([top * MICRO])
    ticks = scales.score_ticks(end)
    assert end % 10 == 0
    assert top <= end <= 100
    assert 2 <= len(ticks) <= 7
    assert ticks[0] == 0
    assert ticks[-1] <= end
    assert len(scales.grid_ticks(end)) <= 3


@pytest.mark.parametrize(("top", "ticks"), [(60, [20, 40]), (80, [30, 60]), (100, [30, 60, 90]), (20, [10]), (10, [])])
def test_grid_lines_stand_on_every_second_tick(top, ticks):
    assert scales.grid_ticks(top) == ticks


@given(st.integers(1, 10**7))
def test_a_round_top_holds_its_value_in_at_most_three_steps(largest):
    step, parts = scales.round_top(largest)
    assert 1 <= parts <= 3
    assert step * parts >= largest
    assert step * parts < largest * 3.4 + 1


def test_weeks_of_a_person_stand_on_the_axis_and_stack():
    markup = charts.week_scores(WEEK_SCORES, BENCHMARK)
    bars = [box for box in marks(markup) if {"heavy", "passive"} & set(box.names)]
    seen = [week for week in WEEK_SCORES if week.state == "observed"]
    scale = 132 / 60
    for week in seen:
        column = 1000 * WEEK_SCORES.index(week) / 13
        own = {box.names[0]: box for box in bars if column <= box.left < column + 1000 / 13}
        assert own["passive"].top == pytest.approx(
            140 - scale * (week.proactive_micro + week.passive_micro) / MICRO, abs=0.2
        )
        if week.proactive_micro:
            assert own["heavy"].bottom == pytest.approx(140, abs=0.1)
            assert own["heavy"].top == pytest.approx(140 - scale * week.proactive_micro / MICRO, abs=0.2)
    assert len([box for box in marks(markup) if "hatched" in box.names]) == 1


def test_an_observed_week_needs_both_parts():
    with pytest.raises(ValueError, match="weeks"):
        charts.week_scores([WeekScore(WEEK_SCORES[0].day, 1, None)])


def test_idle_bars_share_one_scale_and_every_number_fits_behind_its_bar():
    markup = charts.idle_seats(IDLE)
    lengths = [box.right for box in marks(markup) if "stone" in box.names]
    seats = [age.seats for tool in IDLE for age in tool.ages if age.seats]
    assert lengths == pytest.approx([n * lengths[0] / seats[0] for n in seats], abs=0.2)
    for picture in pictures(markup):
        texts = [box for box in boxes(picture, 140) if box.kind == "text"]
        assert texts
        assert all(box.right <= 140 for box in texts)
    assert "\u2013 fewer than 3" in words_of(markup)


def test_an_unknown_letter_is_taken_as_wide():
    assert measure.width("\u6f22") >= measure.width("W")
    assert measure.width("\u00e9") == measure.width("e")
    assert measure.width("Infrastructure", 24) == 2 * measure.width("Infrastructure", 12)
