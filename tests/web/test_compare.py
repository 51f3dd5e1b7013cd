"""Compare: the ridge is made of released bins alone, departments stand by median, and each has its table and files."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace

import pytest

from tests.web.test_words import Snapshot
from uptake.charts import Change
from uptake.policy import Policy, Viewer
from uptake.web.address import Address
from uptake.web.pages import compare, compare_units
from uptake.web.pages.compare import COMPARE
from uptake.web.pages.frame import look
from uptake.web.pages.shape import Facts

MICRO = 1_000_000
Q3, Q2 = "2026Q3", "2026Q2"


def card(name):
    return next(item for item in COMPARE.cards if item.name == name)


def section(text, name):
    return text.split(f'id="{name}"')[1].split("</section>")[0]


def line(lob, **more):
    return {
        "quarter": Q3, "lob": lob, "people": 100, "eligible": 90, "zero_share": 300_000, "median_micro": 5 * MICRO,
        "active_median_micro": 9 * MICRO, "p25_micro": 0, "p75_micro": 9 * MICRO, "comparison": "median", **more,
    }  # fmt: skip


def bins(lob, *edges, people=20):
    pairs = zip(edges, (*edges[1:], 100), strict=True)
    return [
        {
            "quarter": Q3, "lob": lob, "low_micro": low * MICRO, "high_micro": high * MICRO, "people": people,
            "of": people * len(edges), "bound": "nearest 5",
        }
        for low, high in pairs
    ]  # fmt: skip


UNITS = dict.fromkeys((Q3, Q2), ("(company)", "A", "A/1", "A/2", "A/2/t", "B", "B/1"))


def view(scope="(company)"):
    """A look at Compare by an executive, in the closed third quarter."""
    facts = Facts(UNITS, ("copilot",), ())
    who = (Viewer(role="executive"), Policy())
    return look(COMPARE, "compare", Address(scope=scope, quarter=Q3), facts, who, (Snapshot("2026-11-20"), True, str))


def test_a_line_without_bins_has_words_and_no_mark():
    drawn = compare._lines(view(), [line("A"), line("B")], {"bins": bins("A", 0, 5, 10)})
    assert drawn.count('class="curve"') == 1
    assert "Curves from 50 active engineers on." in drawn
    other = compare._lines(view(), [line("A"), line("B")], {"bins": bins("A", 0, 5, 10) + bins("C", 0, 30)})
    assert other.count('class="curve"') == 1


def test_no_bins_at_all_draw_no_axis():
    drawn = compare._lines(view(), [line("A")], {})
    assert "Axis of scores" not in drawn
    assert "quarter score of active" not in drawn


def test_the_axis_ends_beyond_the_last_bin_and_every_median():
    assert compare.axis_end([line("A")], bins("A", 0, 5, 45)) == 60
    assert compare.axis_end([line("A", active_median_micro=71 * MICRO)], bins("A", 0, 5, 45)) == 80
    assert compare.axis_end([line("B", active_median_micro=71 * MICRO)], bins("A", 0, 5, 45)) == 60
    assert compare.axis_end([line("A")], bins("A", 0, 95)) == 100


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"eligible": None}, "Not enough days."),
        ({"median_micro": None}, "Withheld: fewer than 28"),
        ({}, "Curves from 50"),
    ],
)
def test_words_in_place_of_a_curve(more, words):
    assert compare._instead(SimpleNamespace(policy=Policy(k=14)), line("A", **more)).startswith(words)


@pytest.mark.parametrize(("k", "people"), [(5, 25), (10, 25), (12, 25), (13, 26), (14, 28)])
def test_the_size_that_a_median_needs_is_said_as_it_is(k, people):
    made = SimpleNamespace(policy=Policy(k=k))
    said = compare._instead(made, line("A", median_micro=None))
    assert said == f"Withheld: fewer than {people} can be compared."


def test_departments_are_those_of_the_scope():
    assert compare_units.departments(view()) == {"A/1", "A/2", "B/1"}
    assert compare_units.departments(view("A")) == {"A/1", "A/2"}
    assert compare_units.departments(view("A/2/t")) == {"A/2"}


def median(scope, value, low=None, high=None, quarter=Q3):
    return {
        "scope": scope, "quarter": quarter, "people": 60, "eligible": None if value is None else 40, "median_micro": value,
        "low_micro": low, "high_micro": high, "active_median_micro": None, "bound": None if value is not None else "withheld",
    }  # fmt: skip


def test_a_change_is_clear_only_where_the_intervals_say_so():
    before = median("A/1", 10 * MICRO, 8 * MICRO, 12 * MICRO, Q2)
    now = median("A/1", 20 * MICRO, 17 * MICRO, 24 * MICRO)
    found = compare_units.moved(now, before)
    assert found is not None
    assert (found.value, found.clear) == (10 * MICRO, True)
    assert found.low == 10 * MICRO - 3_605_552
    assert found.high == 10 * MICRO + 4_472_136
    assert not compare_units.moved(median("A/1", 11 * MICRO, 8 * MICRO, 14 * MICRO), before).clear
    assert compare_units.moved(median("A/1", 11 * MICRO), before) is None
    assert compare_units.moved(now, None) is None
    level = median("A/1", 0, 0, 0)
    assert compare_units.moved(level, level) == Change(0, 0, 0)


def test_rows_stand_by_median_and_the_withheld_last():
    rows = [
        median("A/1", None), median("A/2", 3 * MICRO), median("B/1", 9 * MICRO), median("A/2", 50 * MICRO, quarter=Q2),
        median("A/3", 3 * MICRO), median("A/3", 3 * MICRO, quarter="2026Q1"),
    ]  # fmt: skip
    found = compare_units.by_median(view(), rows)
    assert [(row["scope"], row["quarter"]) for row in found] == [
        ("B/1", Q3), ("A/2", Q3), ("A/3", Q3), ("A/1", Q3), ("A/2", Q2),
    ]  # fmt: skip


def test_a_withheld_department_is_said_and_only_twelve_are_drawn():
    rows = [median(f"A/{n:02d}", (40 - n) * MICRO, (38 - n) * MICRO, (42 - n) * MICRO) for n in range(20)]
    drawn = compare_units.picture(view(), [median("A/x", None), *rows], {})
    assert drawn.count('scope="row"') == 12
    assert "Withheld: would reveal a group of fewer than 11." in drawn
    assert "All 21 departments" in drawn
    assert "view=table#units" in drawn
    ranks = re.findall(r'class="rank" role="cell">([^<]*)<', drawn)
    assert ranks[:2] == ["\u2013", "1\u20135"]
    assert ranks[6] == "6\u201310"


def test_without_any_median_one_sentence_stands():
    drawn = compare_units.picture(view(), [median("A/1", None), median("A/2", None)], {})
    assert drawn == '<p class="empty">Withheld: would reveal a group of fewer than 11.</p>'


def test_a_median_of_zero_says_what_it_means():
    drawn = compare_units.picture(view(), [median("A/1", 0, 0, 0), median("A/2", 0)], {})
    assert "half or more at 0" in drawn
    assert "too few for an interval" in drawn


# the page


def test_the_ridge_holds_no_mark_that_the_table_withholds(demo):
    """As many curves as lines in the file of bins, and the same numbers of people in words."""
    client = demo.signed_in("executive")
    found = client.get("/compare/bins.json?quarter=2026Q3").json()["rows"]
    text = client.get("/compare?quarter=2026Q3").text
    lines = section(text, "lines")
    assert lines.count('class="curve"') == len({row["lob"] for row in found})
    assert "(company)" in {row["lob"] for row in found}
    assert "30: heavy from here" in lines
    assert all(row["people"] % 5 == 0 and row["people"] > 10 for row in found)


def test_every_number_of_the_departments_is_one_of_the_table(demo):
    client = demo.signed_in("executive")
    rows = [row for row in client.get("/compare/units.json?quarter=2026Q3").json()["rows"] if row["quarter"] == Q3]
    text = section(client.get("/compare?quarter=2026Q3").text, "units")
    shown = re.findall(r'<td class="n median" role="cell"><b>([^<]*)</b>', text)
    wanted = [str(round(row["median_micro"] / MICRO)) for row in rows[:12] if row["median_micro"]]
    assert [value for value in map(html.unescape, shown) if value.isdigit() and value != "0"] == [
        value for value in wanted if value != "0"
    ]
    assert rows == sorted(
        rows, key=lambda row: -1 if row["median_micro"] is None else row["median_micro"], reverse=True
    )


def test_a_lead_sees_the_own_line_and_no_other(demo):
    client = demo.signed_in("lob_lead")
    for name in ("bins", "units"):
        rows = client.get(f"/compare/{name}.json").json()["rows"]
        assert len({(row.get("lob") or row["scope"]).split("/")[0] for row in rows}) <= 1


@pytest.mark.parametrize("name", ["bins", "weeks", "units"])
def test_each_card_has_its_files(demo, name):
    client = demo.signed_in("executive")
    for form in ("csv", "json", "parquet"):
        assert client.get(f"/compare/{name}.{form}?quarter=2026Q3").status_code == 200
    assert f"/compare/{name}.csv" in client.get("/compare").text
    assert card(name).question in {"score_bins", "adoption_weeks", "unit_medians"}
