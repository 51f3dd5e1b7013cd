"""Medians of departments: shown only where the released segments prove enough people, and never one person's exact score."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.pipeline import spread

SCORES = st.lists(st.sampled_from((0, 0, 1, 4_999_999, 12_345_678, 50_000_000, 100_000_000)), min_size=1, max_size=80)


@given(SCORES)
def test_the_median_is_that_of_the_rule(scores):
    assert spread.median(sorted(scores)) == round(Fraction(statistics.median(map(Fraction, scores))))


@given(st.integers(1, 20_000))
def test_the_ranks_are_those_of_the_document(people):
    root = 1.96 * math.sqrt(people)
    low, high = math.floor((people - root) / 2), math.ceil(1 + (people + root) / 2)
    found = spread.interval_ranks(people)
    assert found[0] in {max(1, low - 1), max(1, low), low + 1}
    assert found[0] == max(1, math.floor(round((people - root) / 2, 9)))
    assert found[1] == min(people, math.ceil(round(1 + (people + root) / 2, 9)))
    assert high - 1 <= found[1] <= people or found[1] == people


def test_ranks_of_a_square_are_exact():
    assert spread.interval_ranks(100) == (40, 61)
    assert spread.interval_ranks(10_000) == (4902, 5099)


@given(st.integers(0, 100_000_000))
def test_a_tenth_of_a_point_is_half_to_even(micro):
    assert spread.tenth(micro) == 100_000 * round(Fraction(micro, 100_000))


PARTS = st.dictionaries(
    st.sampled_from(("heavy", "light", "lapsed", "non_user", "insufficient", "excluded")),
    st.integers(0, 40),
    min_size=2,
)


@given(PARTS, st.sets(st.sampled_from(("heavy", "light", "excluded", "insufficient"))), st.data())
def test_at_least_is_never_more_than_there_are(counts, wanted, data):
    """Whatever is hidden, and in whichever words: the proof holds."""
    people = sum(counts.values())
    parts = []
    for segment, count in counts.items():
        how = data.draw(st.sampled_from(("shown", "withheld", *(["fewer than 3"] if count < 3 else []))))
        parts.append((segment, count if how == "shown" else None, None if how == "shown" else how))
    found = spread.at_least(people, parts, wanted)
    assert found <= sum(count for segment, count in counts.items() if segment in wanted)
    if all(count is not None for _, count, _ in parts):
        assert found == sum(count for segment, count in counts.items() if segment in wanted)


def test_what_is_withheld_may_be_everybody():
    assert spread.at_least(60, [("light", 30, None), ("excluded", None, "withheld")], {"light"}) == 30
    assert spread.at_least(60, [("light", None, "withheld"), ("excluded", None, "fewer than 3")], {"light"}) == 58


def row_of(eligible_parts, scores, people=60, k=10):
    names = ("scope", "quarter", "people", "eligible", "median", "low", "high", "active", "bound")
    return dict(zip(names, spread._median_row(("2026Q3", "A/B"), people, eligible_parts, scores, k), strict=True))


@pytest.mark.parametrize(
    ("people", "median", "ends"), [(24, False, False), (25, True, False), (33, True, False), (34, True, True)]
)
def test_a_median_needs_25_and_an_interval_more_than_k_beyond_each_end(people, median, ends):
    scores = [1_000_000 * place for place in range(1, people + 1)]
    row = row_of([("light", people, None)], scores, people)
    assert (row["median"] is not None, row["low"] is not None, row["high"] is not None) == (median, ends, ends)
    assert row["bound"] == (None if median else "withheld")
    if ends:
        assert scores.index(row["low"]) >= 10
        assert len(scores) - 1 - scores.index(row["high"]) >= 10


def test_people_that_the_segments_do_not_prove_do_not_count():
    """Fifty people can be compared, but what is shown proves 20: nothing, for a median would prove more."""
    row = row_of([("light", 20, None), ("excluded", None, "withheld"), ("lapsed", None, "withheld")], [1] * 50)
    assert row["median"] is None
    assert row["eligible"] is None


@pytest.mark.parametrize(("active", "shown"), [(24, False), (25, True)])
def test_the_median_of_active_needs_proof_of_its_own(active, shown):
    scores = [0] * 40 + [2_000_000] * 25
    row = row_of([("light", active, None), ("non_user", 40, None), ("excluded", None, "withheld")], scores, 70)
    assert row["median"] == 0
    assert row["active"] == (2_000_000 if shown else None)


def test_k_moves_the_least_group():
    scores = [1_000_000] * 39
    assert row_of([("light", 39, None)], scores, 39, k=20)["median"] is None
    assert row_of([("light", 40, None)], [*scores, 1_000_000], 40, k=20)["median"] == 1_000_000


def test_lines_say_of_zeros_what_the_segments_say():
    parts = [
        ("heavy", 20, None),
        ("light", 15, None),
        ("non_user", 10, None),
        ("lapsed", 5, None),
        ("excluded", 9, None),
    ]
    assert spread._compared(59, parts, 10) == (50, 300_000)
    few = [*parts[:3], ("lapsed", None, "fewer than 3"), ("excluded", None, "fewer than 3")]
    assert spread._compared(48, few, 10) == (46, 250_000)  # 11 or 12 of 46 or 47
    wide = [*parts[:3], ("lapsed", None, "withheld"), ("excluded", None, "withheld")]
    assert spread._compared(59, wide, 10) == (45, None)
    assert spread._compared(14, [("light", 12, None), ("non_user", 2, None)], 10) == (14, None)


@given(PARTS)
def test_lines_are_a_function_of_the_released_segments(counts):
    parts = [
        (segment, count, None) if count >= 3 else (segment, None, "fewer than 3") for segment, count in counts.items()
    ]
    eligible, share = spread._compared(sum(counts.values()), parts, 10)
    true = sum(count for segment, count in counts.items() if segment not in spread.NOT_COMPARED)
    assert (eligible or 0) <= true
    if share is not None:
        zeros = sum(count for segment, count in counts.items() if segment in spread.AT_ZERO)
        assert abs(share / 1e6 - zeros / true) <= 0.005 + 6 / true


# the released rows


def test_lines_know_of_no_mover(snapshot):
    """A line's counts are of its cell alone: what they say beyond the segments would be of those who moved."""
    rows = snapshot.execute(
        "select quarter, lob, people, eligible, zero_share, median_micro from lob_compare"
    ).fetchall()
    assert sum(zero_share is not None for *_, zero_share, _ in rows) > 5
    for quarter, lob, people, eligible, zero_share, median in rows:
        parts = snapshot.execute(
            "select segment, people, bound from segments where quarter = ? and scope = ?", [quarter, lob]
        ).fetchall()
        assert (eligible, zero_share) == spread._compared(people, parts, 10)
        assert median is None or median % 100_000 == 0


def test_released_medians_are_those_of_the_people(snapshot):
    """Departments that nobody moved into or out of: the median of the people in them. There are few in a company of this size, in
    which 40 people more are not decided since an account of nobody may be theirs (decision 0045): some segments of their departments
    are bounded then, and prove too few.
    """
    rows = snapshot.execute(
        "select quarter, scope, eligible, median_micro, low_micro, high_micro, people from unit_medians where median_micro is not null"
    ).fetchall()
    assert len(rows) >= 5
    same = 0
    for quarter, scope, eligible, median, low, high, people in rows:
        assert eligible >= 25
        assert people >= eligible
        assert low is None or low <= median <= high
        assert all(value is None or value % 100_000 == 0 for value in (median, low, high))
        lob, department = scope.split("/")
        scores = snapshot.execute(
            "select score_micro from person_quarter_scores where quarter = ? and lob = ? and department = ? "
            "and segment not in ('excluded', 'insufficient') order by 1", [quarter, lob, department],
        ).fetchall()  # fmt: skip
        if scores and not department.startswith("("):
            same += spread.tenth(spread.median([score for (score,) in scores])) == median
    assert same >= 2


def test_a_median_stands_wherever_the_released_segments_prove_enough(snapshot):
    """Neither more nor fewer medians than what is shown of segments allows."""
    shown = []
    for quarter, scope, people, median in snapshot.execute(
        "select quarter, scope, people, median_micro from unit_medians order by all"
    ).fetchall():
        parts = snapshot.execute(
            "select segment, people, bound from segments where quarter = ? and scope = ?", [quarter, scope]
        ).fetchall()
        proven = spread.at_least(people, parts, {one[0] for one in parts} - {*spread.NOT_COMPARED})
        assert (median is not None) == (proven >= 25)
        shown.append(median is not None)
    assert 0 < sum(shown) < len(shown)


def test_every_row_is_a_released_department(snapshot):
    cells = set(snapshot.execute("select quarter, scope, engineers from funnel where tool = 'all'").fetchall())
    rows = snapshot.execute("select quarter, scope, people, median_micro, bound from unit_medians").fetchall()
    assert {row[:3] for row in rows} == {cell for cell in cells if cell[1].count("/") == 1}
    assert all((row[3] is None) == (row[4] == "withheld") for row in rows)
