"""Names are text wherever they stand, and links lead nowhere else."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chart_boxes import tree, words_of
from tests.gallery_rows import BANK, WEEKS
from uptake import charts
from uptake.charts import (
    Band,
    Bin,
    Event,
    HeatCell,
    HeatRow,
    IdleAge,
    IdleTool,
    Line,
    Loss,
    Marker,
    Panel,
    Part,
    Point,
    RidgeRow,
    SegmentRow,
    SourceDay,
    SourceRow,
    Step,
    WeekScore,
    describe,
)

POINTS = (Point(WEEKS[0], 200_000), Point(WEEKS[1], 300_000))
HREF = "/compare?scope=a&tool=b"


def every_picture(name: str) -> list[str]:
    """Every public picture with `name` in each of its text fields."""
    marker = Marker(name, 20_000_000, "you")
    score = WeekScore(WEEKS[0], 20_000_000, 5_000_000)
    rows = [SegmentRow(name, 30, (Part("light", 20), Part("heavy", 10)), HREF, name)]
    return [
        charts.funnel(
            (Step(name, 90, note=name), Step(name, 40, (Loss(name, 50),)), Step(name, None, text=name)), name
        ),
        charts.segment_rows([*rows, SegmentRow(name, None, text=name)]),
        charts.segment_bar(rows[0]),
        charts.segment_bar(SegmentRow(name, None, text=name)),
        charts.line(POINTS, name, Line(name, POINTS), [Event(WEEKS[0], name)]),
        charts.multiples([Panel(name, POINTS, href=HREF), Panel(name, (), text=name)], BANK, [Event(WEEKS[0], name)]),
        charts.heat_map([HeatRow(name, (HeatCell("bounded", text=name),), HREF, name)], WEEKS[:1], name),
        charts.coverage([SourceRow(name, (SourceDay(dt.date(2026, 7, 1), "complete"),), name, HREF)], name),
        charts.ridge(
            [RidgeRow(name, 90, 80, 500_000, (Bin(0, 20, 40),), href=HREF), RidgeRow("few", 9, 9, None, text=name)]
        ),
        charts.swarm([20] * 11, 2, [marker], 11, name),
        charts.standing([marker], name),
        charts.week_scores([score], marker, name),
        charts.week_scores_key(marker),
        charts.idle_seats([IdleTool(name, (IdleAge(name, 5), IdleAge(name, None, name)), name, HREF)]),
        charts.bands([Band(name, 1, 2, 3, "stone", name)], name, str, (2, name)),
        charts.sparkline([1, 2], 2, name, name),
        charts.key([("heavy", name)]),
    ]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "\"><img src=x onerror='x'>", "A & B", "&lt;b&gt;", "]]>", "-->"]
)
def test_markup_in_names_stays_text(name):
    for markup in every_picture(name):
        root = tree(markup)
        assert not {"script", "img"} & {item.tag for item in root.iter()}
        assert not any(key.startswith("on") or key == "src" for item in root.iter() for key in item.attrib)
        assert name.replace(" ", "") in words_of(markup).replace(" ", "")


@given(st.text(max_size=40))
def test_any_name_gives_well_formed_markup(name):
    for markup in every_picture(name):
        tree(markup)


def test_direction_overrides_cannot_turn_a_row_round():
    assert "\u202e" not in "".join(every_picture("abc\u202etxt"))


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://example.org", "//example.org", "/\\example.org", "x", " /x"]
)
def test_a_link_to_elsewhere_is_refused(href):
    with pytest.raises(ValueError, match="href"):
        charts.segment_rows([SegmentRow("A", None, href=href)])


def test_a_link_keeps_its_query():
    (anchor,) = tree(charts.segment_rows([SegmentRow("A", None, href=HREF)])).iter("a")
    assert anchor.get("href") == HREF


@given(st.lists(st.text(alphabet="ab <", min_size=1, max_size=120), max_size=5))
def test_a_description_holds_whole_facts_of_at_most_200_characters(facts):
    words = describe(facts)
    assert len(words) <= 200
    whole = [" ".join(facts[:n]).strip() for n in range(4)]
    assert words in {*whole, *(item.strip() for item in whole)} or words.replace(" ", "") in {
        item.replace(" ", "") for item in whole
    }
