"""Lines, heat maps and calendars: gaps stay gaps, zero stays zero, nothing withheld is drawn, labels do not meet."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chart_boxes import collisions, marks, outside, pictures, tree, words_of
from tests.gallery_rows import BANK, DAYS, EVENTS, GAPPY, WEEKS
from uptake import charts
from uptake.charts import Change, Day, HeatCell, HeatRow, Line, Panel, Point, SourceDay, SourceRow

SHARE = st.integers(0, 1_000_000)
STATE = st.sampled_from(["observed", "observed", "observed", "partial", "not_observed", "withheld"])


def named(markup: str, name: str) -> list:
    return [box for box in marks(markup) if name in box.names]


def paths(markup: str, name: str) -> list[str]:
    return [item.get("d") for item in tree(markup).iter("path") if name in item.get("class").split()]


@st.composite
def series(draw):
    states = draw(st.lists(STATE, min_size=13, max_size=13))
    return tuple(
        Point(day, draw(SHARE) if state in {"observed", "partial"} else None, state)
        for day, state in zip(WEEKS, states, strict=True)
    )


@given(series(), series(), st.sampled_from(["bank", "Corporate & Investment"]))
def test_any_line_keeps_its_labels_apart_and_inside(points, other, name):
    markup = charts.line(points, "Share", Line(name, other), EVENTS)
    for width in (240, 420):
        (picture,) = pictures(markup)
        assert outside(picture, width) == []
        assert collisions(picture, width) == []


@given(series(), series())
def test_any_panel_keeps_its_labels_apart_and_inside(points, other):
    markup = charts.multiples([Panel("A", points), Panel("B", other)], BANK, EVENTS)
    for picture in pictures(markup):
        assert outside(picture, 132) == []
        assert collisions(picture, 132) == []


def test_a_gap_breaks_the_line_and_only_what_is_not_observed_is_hatched():
    markup = charts.line(GAPPY, "Share")
    assert len(paths(markup, "line")) == 3
    (hatched,) = named(markup, "hatched")
    assert (hatched.left, hatched.right) == pytest.approx((1000 * 4 / 13, 1000 * 6 / 13), abs=0.5)


def test_the_name_of_the_reference_gives_way_to_the_last_share():
    other = Line(
        "Corporate & Investment", tuple(Point(day, 300_000 if n < 9 else 600_000) for n, day in enumerate(WEEKS))
    )
    markup = charts.line((Point(WEEKS[0], 300_000),), "Share", other)
    assert "Corporate & Investment" in [item.text for item in tree(markup).iter("text")]
    assert collisions(pictures(markup)[0], 240) == []


def test_an_unfinished_week_is_never_the_last_share():
    points = (Point(WEEKS[0], 300_000), Point(WEEKS[1], 100_000, "partial"))
    assert "30\u202f% in the week of 29 Jun." in words_of(charts.line(points, "Share"))
    assert "10\u202f%" not in words_of(charts.multiples([Panel("A", points)])).replace("40\u202f%", "")


def test_partial_weeks_are_dashed():
    points = tuple(Point(day, 300_000, "partial" if n in {0, 12} else "observed") for n, day in enumerate(WEEKS))
    assert len(paths(charts.line(points, "Share"), "open")) == 2


@given(SHARE, st.sampled_from(["withheld", "not_observed"]))
def test_a_figure_that_may_not_be_shown_leaves_no_trace(ppm, state):
    """Neither on the line, nor in the words, nor by stretching the scale."""

    def with_figure(figure: int | None) -> tuple[Point, ...]:
        return tuple(Point(p.day, figure, state, figure, figure) if n == 6 else p for n, p in enumerate(GAPPY))

    for draw in (lambda points: charts.line(points, "Share"), lambda points: charts.multiples([Panel("A", points)])):
        assert draw(with_figure(ppm)) == draw(with_figure(None))


@given(st.integers(1, 1_000_000), st.sampled_from(["withheld", "not_observed", "not_expected", "no_seat", "outside"]))
def test_a_cell_that_may_not_be_shown_leaves_no_trace(ppm, state):
    def row(figure: int | None) -> list[HeatRow]:
        return [HeatRow("A", (HeatCell(state, figure), *[HeatCell("value", 200_000)] * 12))]

    assert charts.heat_map(row(ppm), WEEKS) == charts.heat_map(row(None), WEEKS)
    assert charts.heat_key(row(ppm)) == charts.heat_key(row(None))


def test_the_looks_of_a_cell_are_all_different():
    looks = {}
    for state in ("value", "zero", "bounded", "not_expected", "not_observed", "withheld", "no_seat", "outside"):
        cell = HeatCell(state, 300_000 if state == "value" else None, "< 10" if state == "bounded" else "")
        markup = charts.heat_map([HeatRow("A", (cell,))], WEEKS[:1])
        picture = pictures(markup)[1]
        looks[state] = tuple((item.tag, item.get("class"), item.text) for item in picture[2:])
    assert len(set(looks.values())) == len(looks)
    assert looks["outside"] == ()
    assert [tag for tag, _, _ in looks["withheld"]] == ["text"]
    assert looks["zero"][1][2] == "0"


def test_a_small_share_is_not_written_as_zero():
    markup = charts.heat_map([HeatRow("A", (HeatCell("value", 3_000),))], WEEKS[:1])
    assert "<1" in words_of(markup)
    assert named(markup, "h1")
    assert not named(markup, "nil")


def test_steps_of_heat_rise_with_the_value():
    cells = tuple(HeatCell("value", n * 100_000) for n in range(1, 11))
    steps = [box.names[0] for box in marks(charts.heat_map([HeatRow("A", cells)], WEEKS[:10])) if box.kind == "rect"]
    assert steps == ["h1", "h1", "h2", "h2", "h3", "h3", "h4", "h4", "h5", "h5"]


def test_a_calendar_puts_each_day_into_its_week_and_weekday():
    cells = [box for box in marks(charts.calendar(DAYS)) if box.kind == "rect"]
    assert len(cells) == len(DAYS)
    for day, box in zip(DAYS, cells, strict=True):
        assert box.top == 20.5 + 29 * day.day.weekday()
        column = (day.day - WEEKS[0]).days // 7
        assert box.left == pytest.approx(1000 * column / 14, abs=0.3)
    counted = sum(day.state == "zero" for day in DAYS)
    assert len(named(charts.calendar(DAYS), "nil")) == counted
    assert f"{counted} at work without use" in words_of(charts.calendar(DAYS))


def test_days_and_weeks_must_not_repeat():
    day = Day(WEEKS[0], "zero")
    with pytest.raises(ValueError, match="days"):
        charts.calendar([day, day])
    with pytest.raises(ValueError, match="points"):
        charts.line([Point(WEEKS[0], 1), Point(WEEKS[0], 2)], "Share")
    with pytest.raises(ValueError, match="days"):
        charts.coverage([SourceRow("copilot", (SourceDay(WEEKS[0], "complete"),) * 2)])
    with pytest.raises(ValueError, match="cells"):
        charts.heat_map([HeatRow("A", ())], WEEKS)
    with pytest.raises(ValueError, match="state"):
        charts.heat_map([HeatRow("A", (HeatCell("maybe"),))], WEEKS[:1])


@given(
    st.lists(
        st.sampled_from(["complete", "incomplete", "missing", "not_expected", None]), min_size=1, max_size=92
    ).filter(any)
)
def test_a_strip_shows_every_day_once_in_its_state(states):
    first = WEEKS[0]
    days = tuple(SourceDay(first + dt.timedelta(days=n), state) for n, state in enumerate(states) if state)
    markup = charts.coverage([SourceRow("copilot", days)])
    names = {"complete": "complete", "incomplete": "partly", "missing": "hatched", "not_expected": "rest"}
    span = (days[-1].day - days[0].day).days + 1
    for state, mark in names.items():
        length = sum(box.right - box.left for box in named(markup, mark)) / 1000 * span
        assert length == pytest.approx(sum(day.state == state for day in days), abs=0.02 * span)
    for width in (240, 900):
        assert all(not collisions(picture, width) for picture in pictures(markup))


def panel(name: str, last: int, change: Change | None = None) -> Panel:
    return Panel(name, (Point(WEEKS[0], last),), change)


def test_panels_stand_by_their_last_value_and_equal_ones_by_name():
    shown = charts.picked([panel("C", 1), panel("B", 5), panel("A", 1)])
    assert [item.name for item in shown] == ["B", "A", "C"]


def test_of_many_panels_the_highest_and_the_clearest_changes_are_drawn():
    clear, vague = Change(30_000, 10_000, 50_000), Change(90_000, -1, 180_000)
    many = [panel(f"{n:02}", 1000 - n, clear if n >= 38 else vague) for n in range(40)]
    assert [item.name for item in charts.picked(many)] == [*(f"{n:02}" for n in range(12)), "38", "39"]


def test_a_sparkline_needs_its_shared_scale():
    with pytest.raises(ValueError, match="top"):
        charts.sparkline([1, 2], 0, "13 weeks", "2")
    low, high = (paths(charts.sparkline([100, 100], top, "13 weeks", "1"), "line")[0] for top in (200, 400))
    assert (low, high) == ("M250 500L750 500", "M250 750L750 750")


def test_an_interval_outside_its_scale_is_refused_and_clear_ones_are_filled():
    clear, vague = Change(18_000, 14_000, 22_000), Change(3_000, -9_000, 15_000)
    assert named(charts.interval(clear, 40_000, "Change"), "filled")
    assert named(charts.interval(vague, 40_000, "Change"), "ring")
    with pytest.raises(ValueError, match="reach"):
        charts.interval(clear, 20_000, "Change")


def test_a_week_between_gaps_is_a_piece_of_the_line():
    states = ["withheld", "observed", "withheld", "partial", "withheld", "observed", "observed"]
    points = tuple(
        Point(day, None if state == "withheld" else 300_000, state) for day, state in zip(WEEKS, states, strict=False)
    )
    markup = charts.multiples([Panel("A", points)])
    assert len(paths(markup, "line")) == 3
    assert len(paths(markup, "open")) == 1
    assert [box.names for box in marks(markup) if box.kind == "circle"] == [("last",)]
    for path in paths(markup, "line"):
        left, right = (float(part) for part in path[1:].replace("H", " ").replace("L", " ").split()[0::2][:2])
        assert right > left


@given(series(), series())
def test_neither_the_scale_nor_the_name_of_the_reference_lies_on_a_line(points, other):
    markup = charts.multiples([Panel("A", points)], Line("company", other))
    spots = []
    for path in (*paths(markup, "line"), *paths(markup, "ref")):
        numbers = [float(part) for part in path[1:].replace("L", " ").split()] if "H" not in path else []
        spots += [(x / 1000, 15 + 62 * y / 1000) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    for item in tree(markup).iter("text"):
        base, left = float(item.get("y")), float((item.get("x") or "0").rstrip("%")) / 100
        right = left + charts.measure.width(item.text) / 126
        if item.text == "company" or base > 15:
            assert not [y for x, y in spots if left <= x <= right and base - 9 < y < base + 2], item.text
