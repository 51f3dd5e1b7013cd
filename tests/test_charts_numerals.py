"""Numbers as text: tables of value and words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.charts import Change, change, numerals
from uptake.charts.marks import POINT_MICRO, POINT_PPM

N, M = numerals.NARROW, numerals.MINUS


@pytest.mark.parametrize(
    ("ppm", "words"),
    [
        (0, f"0{N}%"),
        (1, f"<{N}1{N}%"),
        (4_999, f"<{N}1{N}%"),
        (5_001, f"1{N}%"),
        (345_000, f"34{N}%"),
        (355_000, f"36{N}%"),
        (339_999, f"34{N}%"),
        (994_999, f"99{N}%"),
        (999_999, f">{N}99{N}%"),
        (1_000_000, f"100{N}%"),
    ],
)
def test_shares(ppm, words):
    assert numerals.share(ppm) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(22_000, 65_000, f"34{N}%"), (0, 5, f"0{N}%"), (5, 5, f"100{N}%"), (0, 0, "\u2013")]
)
def test_shares_of_counts(part, whole, words):
    assert numerals.share_of(part, whole) == words


@pytest.mark.parametrize(
    ("micro", "words"),
    [(0, "0"), (1, f"<{N}1"), (499_999, f"<{N}1"), (500_000, f"<{N}1"), (500_001, "1"), (1_500_000, "2"), (2_500_000, "2"),
     (45_312_500, "45"), (100_000_000, "100")],
)  # fmt: skip
def test_scores(micro, words):
    assert numerals.score(micro) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(18_000, "+1.8"), (-4_000, f"{M}0.4"), (400, "0.0"), (-400, "0.0"), (-500, "0.0"), (-1_500, f"{M}0.2"), (1_234_500, "+123.4"), (0, "0.0")],
)  # fmt: skip
def test_signed_changes_have_a_true_minus_and_no_negative_zero(value, words):
    assert numerals.signed(value, POINT_PPM) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(14_000, 22_000, "1.4 to 2.2"), (-9_000, 3_000, f"{M}0.9 to +0.3"), (-22_000, -14_000, f"{M}2.2 to {M}1.4"), (0, 3_000, "0.0 to 0.3")],
)  # fmt: skip
def test_intervals(low, high, words):
    assert numerals.interval(low, high, POINT_PPM) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (999, "999"), (65_000, "65,000"), (1_234_567, "1,234,567"), (-33_900, f"{M}33,900")]
)
def test_counts(number, words):
    assert numerals.count(number) == words


def test_days_and_people():
    assert numerals.day(dt.date(2026, 10, 14)) == "14 Oct"
    assert numerals.day(dt.date(2026, 5, 1)) == "1 May"
    assert [numerals.people(n) for n in (0, 1, 2)] == ["0 people", "1 person", "2 people"]


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_rounding_is_half_to_even(value, unit):
    near = numerals.rounded(value, unit)
    assert abs(near * unit - value) * 2 <= unit
    if abs(near * unit - value) * 2 == unit:
        assert near % 2 == 0


@pytest.mark.parametrize(
    ("moved", "unit", "words"),
    [
        (Change(26_000, 14_000, 38_000), POINT_PPM, '<span class="change rise">▲ +2.6 points</span>'),
        (Change(-16_000, -25_000, -7_000), POINT_PPM, f'<span class="change fall">▼ {M}1.6 points</span>'),
        (Change(26_000, 0, 52_000), POINT_PPM, '<span class="change">no clear change</span>'),
        (Change(-26_000, -52_000, 1), POINT_PPM, '<span class="change">no clear change</span>'),
        (Change(400, 300, 500), POINT_PPM, '<span class="change">no clear change</span>'),
        (Change(2_400_000, 100_000, 4_000_000), POINT_MICRO, '<span class="change rise">▲ +2.4 points</span>'),
    ],
)
def test_a_change_is_said_only_where_it_is_clear(moved, unit, words):
    assert change(moved, unit) == words


def test_bounds_stand_behind_the_change():
    assert change(Change(18_000, 14_000, 22_000), bounds=True).endswith('<span class="bounds"> (1.4 to 2.2)</span>')
    assert f"({M}0.9 to +0.3)" in change(Change(-3_000, -9_000, 3_000), bounds=True)
