"""Rules that hold for every picture in every state, read back from the bytes of the gallery."""

import gzip
import pathlib
import re
import subprocess
import sys

import pytest

from tests.chart_boxes import collisions, outside, pictures, px, tree
from tests.gallery_rows import CARDS, EVENTS, PANELS, STEPS
from uptake import charts
from uptake.charts.core import DESC_LIMIT

ROOT = pathlib.Path(__file__).resolve().parent.parent
CSS = (ROOT / "src" / "uptake" / "charts" / "marks.css").read_text(encoding="utf-8")
EVERY = pytest.mark.parametrize("card", CARDS, ids=[card.title for card in CARDS])
SMALL = {
    "Panels in other states": 132,
    "Where is use growing or stalled?": 132,
    "Sparklines": 72,
    "What do idle seats cost?": 140,
}
"""Least width of a picture that does not stand alone in its column (marks.css)."""


def fragment(card) -> str:
    return card.key + card.picture


@EVERY
def test_no_style_no_script_no_colour_in_the_markup(card):
    for item in tree(fragment(card)).iter():
        assert item.tag not in {"script", "style", "foreignObject", "image", "use"}
        assert not {name for name in item.attrib if name == "style" or name.startswith("on")}
        assert item.get("fill", "url(#hatch)") in {"url(#hatch)", "url(#stripes)"}
        assert "stroke" not in item.attrib


@EVERY
def test_every_picture_says_what_it_shows(card):
    assert pictures(card.picture) or "<svg" not in card.picture
    for item in tree(card.picture).iter("svg"):
        if item.get("class") in {"plot", "at"}:  # parts of a picture
            continue
        assert item.get("role") == "img"
        assert [child.tag for child in item][:2] == ["title", "desc"]
        assert item[0].text
        assert item[1].text
        assert len(item[1].text) <= DESC_LIMIT


@EVERY
def test_every_class_has_a_rule(card):
    used = {name for item in tree(fragment(card)).iter() for name in item.get("class", "").split()}
    structure = {"row", "head", "bar", "said", "plot", "age", "standing"}
    assert {name for name in used if not re.search(rf"\.{name}(?![\w-])", CSS)} <= structure


@EVERY
@pytest.mark.parametrize("width", [240, 288, 388, 420, 736, 1200])
def test_texts_neither_cover_each_other_nor_leave_the_picture(card, width):
    least = SMALL.get(card.title, 240)
    for picture in pictures(card.picture):
        wide = least if width == 240 else width
        assert collisions(picture, wide) == []
        assert outside(picture, wide) == []


@EVERY
def test_stretched_curves_stay_in_their_box(card):
    for plot in (item for item in tree(card.picture).iter("svg") if item.get("class") == "plot"):
        _, _, wide, high = map(float, plot.get("viewBox").split())
        assert plot.get("preserveAspectRatio") == "none"
        for path in plot.iter("path"):
            numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.get("d"))]
            points = list(zip(numbers[::2], numbers[1::2], strict=False))
            assert all(0 <= x <= wide and 0 <= y <= high for x, y in points), path.get("d")


@EVERY
def test_at_most_three_grid_lines_and_seven_ticks(card):
    for picture in pictures(card.picture):
        names = [item.get("class", "") for item in picture]
        assert names.count("grid") <= 3
        assert names.count("tick") <= 7


@EVERY
def test_no_negative_zero_and_no_hyphen_before_a_number(card):
    text = " ".join(tree(card.picture).itertext())
    assert not re.search(r"(?<![\w-])-\d", text)
    assert not re.search("[\u2212+]0\\.0+(?!\\d)", text)  # +0.04 is a figure of two decimals


def test_the_same_rows_give_the_same_bytes_in_another_process():
    code = (
        "import hashlib; from tests.gallery_rows import CARDS;"
        "print(hashlib.sha256(''.join(c.key + c.picture for c in CARDS).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("77", "Asia/Tokyo"))
    }
    assert len(found) == 1


def test_ids_are_those_of_the_two_patterns_only():
    ids = re.findall(r'\bid="([^"]*)"', charts.patterns() + "".join(fragment(card) for card in CARDS))
    assert ids == ["hatch", "stripes"]


@pytest.mark.parametrize(
    ("title", "limit"),
    [
        ("Where do engineers drop out?", 1400),
        ("Where is use growing or stalled?", 3500),
        ("How do lines stand against their own median?", 7500),
        ("Which segments make up each line?", 3000),
        ("Where is use, week by week?", 3600),
        ("Which days make up the score?", 1800),
    ],
)
def test_a_picture_stays_in_its_budget_of_bytes(title, limit):
    card = next(card for card in CARDS if card.title == title)
    assert len(gzip.compress(fragment(card).encode(), 4, mtime=0)) <= limit


def test_the_pictures_of_the_overview_leave_room_for_its_page():
    """1,500 nodes are the budget of the page; its pictures take less than half."""
    markup = charts.funnel(STEPS) + charts.multiples(PANELS, events=EVENTS)
    assert sum(1 for _ in tree(markup).iter()) < 750


def test_safe_markup_is_a_string_that_templates_know():
    for card in CARDS:
        assert not isinstance(card.picture, charts.Svg) or card.picture.__html__() == str(card.picture)
    assert isinstance(charts.funnel(STEPS), charts.Svg)


def test_heights_are_whole_numbers_so_that_feet_align():
    assert all(px(item.get("height"), 0).is_integer() for card in CARDS for item in pictures(card.picture))
