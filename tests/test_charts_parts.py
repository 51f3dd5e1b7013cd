"""Funnel and segments: the parts add up, and what is not shown leaves no trace in the bytes."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chart_boxes import as_markup, boxes, collisions, marks, pictures, words_of
from tests.gallery_rows import SEGMENT_ROWS, STEPS, TEAM
from uptake import charts
from uptake.charts import Loss, Part, SegmentRow, Step
from uptake.charts.funnel import merged
from uptake.charts.segments import GAP


def bars(markup: str, *names: str) -> list[float]:
    """Widths in parts of the whole of the rectangles with one of these classes."""
    return [round((box.right - box.left) / 1000, 4) for box in marks(markup) if set(names) & set(box.names)]


def test_each_step_and_its_losses_are_as_long_as_the_step_before():
    rows = [as_markup(item) for item in pictures(charts.funnel(STEPS))]
    before = 1.0
    for row, step in zip(rows, STEPS, strict=True):
        (kept,) = bars(row, "in")
        assert kept == pytest.approx(step.people / STEPS[0].people, abs=1e-4)
        assert kept + sum(bars(row, "lost")) == pytest.approx(before, abs=4e-4)
        before = kept


def test_pieces_of_a_row_touch_and_do_not_cover_each_other():
    for item in pictures(charts.funnel(STEPS)):
        pieces = sorted((box for box in boxes(item, 1000) if {"in", "lost"} & set(box.names)), key=lambda box: box.left)
        for left, right in itertools.pairwise(pieces):
            assert right.left == pytest.approx(left.right, abs=0.2)


def test_not_known_losses_are_hatched_and_no_other():
    hatched = bars(charts.funnel(STEPS), "hatched")
    assert hatched == pytest.approx([5800 / 65000, 700 / 65000, 600 / 65000], abs=1e-4)


def test_a_step_that_keeps_nearly_all_is_merged_and_its_losses_move_on():
    steps = (
        Step("Engineers", 1000),
        Step("Seat", 960, (Loss("no seat", 40),)),
        Step("Active", 300, (Loss("lapsed", 660),)),
    )
    shown = merged(steps)
    assert [step.name for step in shown] == ["Engineers", "Active"]
    assert shown[0].note == "Seat: 960"
    assert [loss.people for loss in shown[1].losses] == [40, 660]
    assert charts.funnel(steps)
    assert [step.name for step in merged((steps[0], Step("Seat", 950, (Loss("no seat", 50),)), steps[2]))] == [
        "Engineers",
        "Seat",
        "Active",
    ]


def test_a_merged_step_without_reasons_leaves_the_drop_of_both_without_any():
    steps = (
        Step("Engineers", 66),
        Step("Seat", 58, (Loss("no seat", 8),)),
        Step("Active", 56),
        Step("Regular", 50, (Loss("weeks", 6),)),
    )
    shown = merged((*steps, Step("Heavy", None, text="withheld")))
    assert [(step.name, step.losses) for step in shown] == [
        ("Engineers", ()), ("Seat", steps[1].losses), ("Regular", ()), ("Heavy", ()),
    ]  # fmt: skip
    assert charts.funnel(steps)


def test_a_last_step_is_never_merged():
    assert len(merged((Step("Engineers", 100), Step("Seat", 100)))) == 2


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step("Engineers", None),),
        (Step("Engineers", 100), Step("Seat", 101)),
        (Step("Engineers", 100), Step("Seat", 80, (Loss("no seat", 19),))),
        (Step("Engineers", 100), Step("Seat", 80, (Loss("no seat", 21),))),
    ],
)
def test_a_funnel_that_does_not_add_up_is_refused(steps):
    with pytest.raises(ValueError, match=r"steps|losses"):
        charts.funnel(steps)


@given(st.integers(0, 30), st.integers(0, 30))
def test_withheld_reasons_leave_nothing_of_the_others(one, other):
    """The rest of a sum gives a withheld part away, so how the shown reasons split must not be drawn either."""

    def drawn(known: int) -> str:
        losses = (Loss("never used", known), Loss("lapsed", None), Loss("left", 3))
        return charts.funnel((Step("Engineers", 100), Step("Active", 50, losses)))

    assert drawn(one) == drawn(other)
    assert "reasons withheld" in drawn(one)


def test_a_step_without_a_number_has_words_and_no_bar():
    markup = charts.funnel((Step("Engineers", 100), Step("Active", None, text="fewer than 3"), Step("Effective", 40)))
    assert bars(markup, "in") == [1.0, 0.4]
    assert bars(markup, "lost") == []
    assert "fewer than 3" in words_of(markup)


def test_every_number_of_the_funnel_comes_from_its_rows():
    whole = STEPS[0].people
    allowed, before = {"3/4", "30", "6", "70,000", "14,100"}, None
    for step in STEPS:
        allowed |= {charts.numerals.count(step.people), charts.numerals.share_of(step.people, whole)}
        allowed |= {charts.numerals.count(loss.people) for loss in step.losses}
        if before:
            allowed |= {charts.numerals.count(before - step.people), charts.numerals.share_of(step.people, before)}
        before = step.people
    found = set(re.findall("\\d[\\d,/]*(?:\u202f%)?", words_of(charts.funnel(STEPS))))
    assert {number.strip(",") for number in found} <= allowed


def test_segments_fill_the_bar_in_their_order():
    for row in SEGMENT_ROWS:
        drawn = [box for box in marks(charts.segment_rows([row])) if "plate" not in box.names]
        assert drawn[0].left == 0
        assert drawn[-1].right == pytest.approx(1000 * (1 - GAP), abs=0.3)
        expected = [part.people / row.people - GAP for part in row.parts]
        assert [(box.right - box.left) / 1000 for box in drawn] == pytest.approx(expected, abs=2e-4)


SHARES = st.lists(st.integers(0, 400), min_size=7, max_size=7).filter(lambda parts: sum(parts) > 0)


@given(SHARES)
def test_any_segments_add_up_and_no_number_covers_another(people):
    row = SegmentRow("Unit", sum(people), tuple(Part(name, n) for name, n in zip(charts.SEGMENTS, people, strict=True)))
    drawn = [box for box in marks(charts.segment_bar(row)) if "plate" not in box.names]
    assert len(drawn) == sum(n > 0 for n in people)
    gaps = sum(GAP for n in people if n / row.people > 2 * GAP)
    assert sum(box.right - box.left for box in drawn) / 1000 == pytest.approx(1 - gaps, abs=2e-3)
    for markup in (charts.segment_bar(row), charts.segment_rows([row])):
        assert collisions(pictures(markup)[0], 240) == []


@given(st.sampled_from(list(charts.SEGMENTS)), st.sampled_from(["withheld", "fewer than 3"]))
def test_a_part_that_is_not_shown_has_no_mark(segment, words):
    parts = tuple(Part(p.segment, None, words) if p.segment == segment else p for p in TEAM.parts)
    drawn = marks(charts.segment_bar(SegmentRow("Settlement", 38, parts)))
    mark = charts.SEGMENTS[segment][0]
    assert not [box for box in drawn if mark in box.names]
    assert len([box for box in drawn if "plate" not in box.names]) == 6


def test_reasons_of_one_segment_are_one_part_and_hide_together():
    shown = SegmentRow("A", 30, (Part("light", 10), Part("insufficient", 12), Part("insufficient", 8)))
    assert len([box for box in marks(charts.segment_rows([shown])) if "hatched" in box.names]) == 1
    hidden = SegmentRow("A", 30, (Part("light", 10), Part("insufficient", 12), Part("insufficient", None)))
    assert not [box for box in marks(charts.segment_rows([hidden])) if "hatched" in box.names]


def test_a_withheld_row_says_why_and_draws_nothing():
    markup = charts.segment_rows([SegmentRow("A", None, text="Withheld: fewer than 11 people.")])
    assert "\u2013 Withheld: fewer than 11 people." in words_of(markup)
    assert marks(markup) == []


@pytest.mark.parametrize(
    "row",
    [
        SegmentRow("A", 10, (Part("light", 9),)),
        SegmentRow("A", 10, (Part("light", 11),)),
        SegmentRow("A", 10, (Part("light", 11), Part("heavy", None))),
        SegmentRow("A", 10, (Part("lite", 10),)),
    ],
)
def test_segments_that_do_not_add_up_are_refused(row):
    with pytest.raises(ValueError, match="parts"):
        charts.segment_rows([row])


def test_the_key_names_totals_only_where_every_part_is_shown():
    rows = (
        SegmentRow("A", 30, (Part("light", 10), Part("heavy", 20))),
        SegmentRow("B", 9, (Part("light", None), Part("heavy", 4))),
    )
    words = words_of(charts.segment_key(rows))
    assert "heavy 24" in words
    assert "light 10" not in words


def test_a_row_of_changes_is_as_long_as_its_part_of_those_that_it_is_part_of():
    row = charts.VerifiedRow("no review", 0, 30, 10, of=200, href="?lacks=no_review")
    markup = charts.verified_rows([row])
    assert bars(markup, "lapsed") + bars(markup, "outline") == pytest.approx([0.15, 0.05], abs=0.006)
    assert '<a href="?lacks=no_review">no review</a>' in markup
    assert "40 of 200 changes." in markup
    assert sum(bars(charts.verified_rows([charts.VerifiedRow("all", 0, 30, 10)]), "lapsed", "outline")) > 0.98
    with pytest.raises(ValueError, match="of"):
        charts.verified_rows([charts.VerifiedRow("less", 0, 30, 10, of=39)])
