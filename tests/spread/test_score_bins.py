"""Bins of scores: large enough, vague enough, a partition of 0 to 100; and the released rows of a whole company."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from uptake.disclosure.bins import BASE, ScoreBin, rounded, score_bins
from uptake.pipeline import spread

MICRO = 1_000_000
ks = st.integers(5, 20)
counts = st.lists(st.one_of(st.integers(0, 4), st.integers(0, 90)), min_size=BASE, max_size=BASE)


def people_in(values, item: ScoreBin) -> int:
    return sum(values[item.low // 5 : item.high // 5])


@given(counts, ks)
@example([60] + [0] * 19, 10)
@example([30] + [0] * 18 + [30], 10)
def test_bins_part_the_scores_and_each_holds_enough_people(values, k):
    bins = score_bins(values, k)
    assume(bins)
    assert (bins[0].low, bins[-1].high) == (0, 100)
    assert all(left.high == right.low for left, right in itertools.pairwise(bins))
    for item in bins:
        assert people_in(values, item) > k
        assert item.people > k
        assert item.people == rounded(people_in(values, item))
    assert score_bins(tuple(values), k) == bins


@given(counts, ks)
def test_fewer_than_fifty_or_all_in_one_bin_show_nothing(values, k):
    bins = score_bins(values, k)
    assert len(bins) != 1
    if sum(values) < 50:
        assert bins == ()


def test_fifty_are_enough_and_forty_nine_are_not():
    assert score_bins([25, 24] + [0] * 18, 10) == ()
    assert score_bins([25, 25] + [0] * 18, 10) == (ScoreBin(0, 5, 25), ScoreBin(5, 100, 25))


@given(st.integers(0, 10_000))
def test_a_count_is_rounded_to_the_nearest_five(people):
    assert rounded(people) % 5 == 0
    assert abs(rounded(people) - people) <= 2


@given(counts, ks)
@example([17, 17, 17, 17] + [0] * 16, 10)
@example([18, 18, 18] + [0] * 17, 10)
def test_no_exact_count_follows_from_the_exact_sum(values, k):
    """A reader knows the sum, and that each count is off by 2 at most: three counts or more stay possible in every bin."""
    bins = score_bins(values, k)
    total = sum(values)
    for item in bins:
        others = sum(other.people for other in bins) - item.people
        spread_of = 2 * (len(bins) - 1)
        possible = [n for n in range(item.people - 2, item.people + 3) if abs(total - n - others) <= spread_of]
        assert len(possible) >= 3
        assert people_in(values, item) in possible


@given(counts, counts, ks)
def test_what_is_left_of_the_whole_is_nobody_or_large(part, rest, k):
    whole = [a + b for a, b in zip(part, rest, strict=True)]
    for item in score_bins(whole, k, rest):
        left = people_in(rest, item)
        assert left == 0 or left > k


@given(counts, st.integers(15, 19), st.integers(15, 19), ks)
def test_the_largest_score_leaves_no_trace(values, place, other, k):
    """The one person at the top may stand anywhere above the rest: the same bins."""
    tops = [[*values[:15], *(int(n == top) for n in range(15, BASE))] for top in (place, other)]
    assert score_bins(tops[0], k) == score_bins(tops[1], k)


@pytest.mark.parametrize("values", [[1] * 19, [1] * 21, [-1] + [9] * 19])
def test_counts_of_another_shape_are_refused(values):
    with pytest.raises(ValueError, match="counts"):
        score_bins(values, 10)


# the released rows


def rows(connection, sql):
    found = connection.execute(sql)
    return [dict(zip([c[0] for c in found.description], row, strict=True)) for row in found.fetchall()]


COMPARED = (
    "select quarter, lob, score_micro from person_quarter_scores "
    "where segment not in ('excluded', 'insufficient') and score_micro > 0"
)


def test_the_people_of_the_bins_are_those_of_the_comparison(snapshot):
    """The same people: as many active ones as the comparison in a person's own row implies, in each bin those of that line."""
    scores = rows(snapshot, COMPARED)
    of_line = "select distinct quarter, lob, lob_people, lob_zero_share from person_quarter_scores where lob_people is not null"
    lines = {(row["quarter"], row["lob"]): row for row in rows(snapshot, f"{of_line} and comparison <> 'rolled_up'")}
    found = rows(snapshot, "select * from score_bins")
    assert len({row["lob"] for row in found}) > 2
    for row in found:
        inside = [
            item["score_micro"]
            for item in scores
            if item["quarter"] == row["quarter"] and row["lob"] in ("(company)", item["lob"])
        ]
        line = lines.get((row["quarter"], row["lob"]))
        assert line or row["lob"] == "(company)"
        if line:
            assert len(inside) == line["lob_people"] - round(line["lob_people"] * line["lob_zero_share"] / 1_000_000)
        exact = sum(row["low_micro"] <= score < row["high_micro"] for score in inside)
        assert row["people"] == rounded(exact)
        assert exact > 10
        assert row["people"] > 10


def test_an_exact_count_is_nowhere_where_rounding_changes_it(snapshot):
    """Every number of the table is a multiple of five: people, sums and edges, while the exact counts are not."""
    found = rows(snapshot, "select * from score_bins")
    assert all(row[name] % 5 == 0 for row in found for name in ("people", "of", "low_micro", "high_micro"))
    scores = [row["score_micro"] for row in rows(snapshot, COMPARED)]
    assert not set(scores) & {row[name] for row in found for name in ("low_micro", "high_micro")}
    for key in {(row["quarter"], row["lob"]) for row in found}:
        own = [row for row in found if (row["quarter"], row["lob"]) == key]
        assert {row["of"] for row in own} == {sum(row["people"] for row in own)}
        assert {row["bound"] for row in own} == {"nearest 5"}


def test_lines_of_few_active_people_have_no_bin(snapshot):
    active = {
        (row["quarter"], row["lob"]): row["n"]
        for row in rows(snapshot, f"select quarter, lob, count(*) as n from ({COMPARED}) group by all")
    }
    shown = {(row["quarter"], row["lob"]) for row in rows(snapshot, "select * from score_bins")}
    few = {key for key, people in active.items() if people < 50}
    assert few
    assert not few & shown


def test_the_company_is_withheld_where_the_rest_is_small():
    """Two lines with bins, and one person of a third: the company's bins less theirs would be that person."""
    full, one = [20] * BASE, [0] * 6 + [1] + [0] * 13
    whole = [2 * a + b for a, b in zip(full, one, strict=True)]
    lines = {None: whole, "A": full, "B": full, "C": one}
    assert {row[1] for row in spread._bins_of("2026Q3", lines, 10)} == {"A", "B"}
    lines[None] = [2 * people for people in full]
    assert {row[1] for row in spread._bins_of("2026Q3", lines, 10)} == {"(company)", "A", "B"}
