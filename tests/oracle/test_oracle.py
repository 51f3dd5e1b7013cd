"""The oracle's parts by numbers worked out by hand from the measurement document."""

import datetime as dt
from collections import Counter

import pytest

from . import compare, segments
from .arith import day_score, median, rhe
from .oracle import most_days, quarters
from .segments import Past, Tally, classify
from .version import Quarter, load, week_pieces
from .weeks import best

VERSION = load()
BOTH, PROACTIVE_ONLY = (75_000_000, 25_000_000), (100_000_000, 0)


@pytest.mark.parametrize(
    ("a", "b", "wanted"), [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (1, 3, 0), (2, 3, 1), (0, 9, 0), (10, 5, 2)]
)
def test_rounding_half_to_even(a, b, wanted):
    assert rhe(a, b) == wanted


@pytest.mark.parametrize(("values", "wanted"), [([3], 3), ([1, 2], 2), ([2, 3], 2), ([9, 1, 5], 5), ([0, 0, 1, 4], 0)])
def test_median_of_integers(values, wanted):
    assert median(values) == wanted


@pytest.mark.parametrize(
    ("proactive", "passive", "split", "wanted"),
    [
        (1, 0, BOTH, 11_932_769),
        (0, 1, BOTH, 1_059_918),
        (4, 16, BOTH, 50_000_000),
        (3, 5, BOTH, 35_273_604),
        (8, 0, BOTH, 56_250_000),
        (0, 32, BOTH, 18_750_000),
        (40, 160, BOTH, 99_902_344),
        (1, 0, PROACTIVE_ONLY, 15_910_358),
    ],
)
def test_day_score_of_the_points_table(proactive, passive, split, wanted):
    assert day_score(proactive * 250_000, passive * 62_500, *split) == wanted


@pytest.mark.parametrize("points", range(1, 41))
def test_day_score_is_the_nearest_integer_to_the_exact_root(points):
    """What is missing to 100, r = 10^8 * 2^(-points/4), lies within a half: r^4 * 2^points = 10^32, in integers."""
    missing = 100_000_000 - day_score(points * 250_000, 0, *PROACTIVE_ONLY)
    exact = (2 * 10**8) ** 4
    assert (2 * missing - 1) ** 4 * 2**points <= exact <= (2 * missing + 1) ** 4 * 2**points


def test_day_score_stops_at_the_largest_exponent():
    assert day_score(40_000_000, 40_000_000, *BOTH) == 100_000_000


def test_the_best_days_fill_the_week():
    """Ana at 60 percent: 56.25 and 56.25 whole, 50 with the last 40 centi-days."""
    assert best([56_250_000, 56_250_000, 50_000_000, 18_750_000, 0], 240) == 13_250_000_000
    assert best([56_250_000], 0) == 0


def test_weeks_are_cut_at_the_ends_of_the_quarter_and_at_as_of():
    pieces = week_pieces(Quarter(2026, 3), dt.date(2026, 10, 20))
    days = [(dt.date.fromordinal(first), dt.date.fromordinal(last)) for first, last in pieces]
    assert len(pieces) == 14
    assert days[0] == (dt.date(2026, 7, 1), dt.date(2026, 7, 5))
    assert days[1] == (dt.date(2026, 7, 6), dt.date(2026, 7, 12))
    assert days[-1] == (dt.date(2026, 9, 28), dt.date(2026, 9, 30))
    assert len(week_pieces(Quarter(2026, 3), dt.date(2026, 7, 6))) == 2
    assert len(week_pieces(Quarter(2026, 3), dt.date(2026, 7, 5))) == 1
    assert len(week_pieces(Quarter(2029, 1), dt.date(2029, 4, 20))) == 13


def test_a_quarter_closes_fourteen_days_after_its_end():
    assert not Quarter(2026, 3).closed(dt.date(2026, 10, 13), 14)
    assert Quarter(2026, 3).closed(dt.date(2026, 10, 14), 14)
    assert [str(quarter) for quarter in quarters(dt.date(2025, 12, 31), dt.date(2026, 4, 1))] == [
        *("2025Q4", "2026Q1", "2026Q2")
    ]


@pytest.mark.parametrize(
    ("replicate", "position", "week"), [(0, 0, 11), (0, 1, 12), (0, 2, 3), (1, 0, 2), (1, 1, 11), (1, 2, 5)]
)
def test_the_certainty_table(replicate, position, week):
    """First 16 hex digits of `printf 'engagement-1.0.0|2026Q3|0|0' | sha256sum`, modulo 14, by hand."""
    assert segments.drawn_week("engagement-1.0.0", "2026Q3", replicate, position, 14) == week


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ({"heavy": 270, "light": 30}, "clear"),
        ({"heavy": 269, "light": 31}, "borderline:light"),
        ({"heavy": 100, "light": 100, "insufficient": 100}, "borderline:insufficient"),
        ({"heavy": 10, "light": 200, "non_user": 90}, "borderline:light"),
    ],
)
def test_certainty_of_a_heavy_person(found, wanted):
    assert segments.verdict("heavy", Counter(found), 270) == wanted


def test_each_replicate_draws_as_many_weeks_as_there_are():
    table = segments.draws("engagement-1.0.0", "2026Q3", 14, 300)
    assert len(table) == 300
    assert {sum(times) for times in table} == {14}
    assert table[0][11] >= 1


def tally(counted=6_500, expected=6_500, points=0, engaged=0, active=0, seats=((6_500, 6_500),)):
    return Tally(expected, counted, points * 1_000_000 * counted, engaged, active, seats)


NO_PAST = Past(None, active=False)


@pytest.mark.parametrize(
    ("own", "past", "wanted"),
    [
        (tally(counted=1_999, expected=1_999), NO_PAST, "insufficient"),
        (tally(counted=2_000, expected=2_000), NO_PAST, "non_user"),
        (tally(counted=3_899), NO_PAST, "insufficient"),
        (tally(counted=3_900), NO_PAST, "non_user"),
        (tally(points=30, engaged=3_250, active=40), NO_PAST, "heavy"),
        (tally(points=29, engaged=3_250, active=40), NO_PAST, "light"),
        (tally(points=30, engaged=3_249, active=40), NO_PAST, "light"),
        (tally(points=24, engaged=2_600, active=40), Past("heavy", active=True), "heavy"),
        (tally(points=24, engaged=2_600, active=40), Past("light", active=True), "light"),
        (tally(points=23, engaged=2_600, active=40), Past("heavy", active=True), "light"),
        (tally(active=1), NO_PAST, "light"),
        (tally(seats=((6_500, 6_500), (5_849, 6_500))), NO_PAST, "insufficient"),
        (tally(seats=((6_500, 6_500), (5_850, 6_500))), NO_PAST, "non_user"),
        (tally(active=1, seats=((0, 6_500),)), NO_PAST, "light"),
        (tally(), Past("non_user", active=True), "lapsed"),
        (tally(), Past("non_user", active=False), "non_adopter"),
        (tally(), Past("lapsed", active=False), "non_adopter"),
        (tally(), Past("light", active=False), "non_user"),
    ],
)
def test_segments_at_their_cuts(own, past, wanted):
    assert classify(own, past, VERSION) == wanted


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (["heavy"], "heavy"),
        (["insufficient", "excluded", "heavy"], "heavy"),
        (["insufficient", None, "heavy"], "heavy"),
        (["insufficient", "excluded", "insufficient", "heavy"], None),
        ([None, None, None], None),
        (["light", "heavy"], "light"),
    ],
)
def test_two_undecided_quarters_do_not_clear_the_memory(before, wanted):
    assert segments.remembered(before) == wanted


def test_the_commonest_cause_is_the_reason_and_a_tie_goes_to_the_first_of_the_list():
    causes = ["left", "on_leave", "left", "on_leave", None, "no_weight", "no_weight", "no_weight"]
    assert segments.commonest(causes, segments.CAUSES, "too_early") == "on_leave"
    assert segments.commonest([None, "no_weight"], segments.CAUSES, "too_early") == "too_early"
    assert segments.absent_reason(["joined", "seat_ended", "new_seat", "left"]) == "no_seat"
    assert segments.absent_reason(["no_weight", None]) == "no_working_day"


@pytest.mark.parametrize(("values", "wanted"), [(["a", "a", "b"], "a"), (["a", "b"], "b"), (["b", "a", "a", "b"], "b")])
def test_a_mover_belongs_where_most_days_are(values, wanted):
    assert most_days(values) == wanted


def test_comparison_by_share_of_zeros():
    """100 people: 39 zeros give a median, 40 do not."""
    assert compare.group([0] * 39 + [20_000_000] * 61, VERSION).case == "median"
    assert compare.group([0] * 40 + [20_000_000] * 60, VERSION).case == "active_median"
    assert compare.group([4_999_999] * 10, VERSION).case == "active_median"
    assert compare.group([5_000_000] * 10, VERSION).case == "median"
    assert compare.group([0] * 91 + [20_000_000] * 9, VERSION).case == "adoption_only"
    assert compare.group([20_000_000] * 9, VERSION) is None


def test_position_in_the_group():
    """Scores 0, 0, 10, 20, ..., 80 (micro-points in millions): median 35, users' median 45, MAD 20."""
    own = compare.group([0, 0, *(value * 1_000_000 for value in range(10, 90, 10))], VERSION)
    zero, top = compare.position(0, own, VERSION), compare.position(80_000_000, own, VERSION)
    assert (own.middle, own.active_middle, own.deviation) == (35_000_000, 45_000_000, 20_000_000)
    assert zero == {"ratio": 0, "percentile": 100_000, "robust_z": None, "lob_rank": 9}
    assert top == {"ratio": 2_285_714, "percentile": 950_000, "robust_z": None, "lob_rank": 1}
    assert compare.position(None, own, VERSION)["percentile"] is None


def test_robust_z_needs_ten_users_and_a_spread():
    own = compare.group([value * 1_000_000 for value in range(10, 110, 10)], VERSION)
    assert (own.active_middle, own.deviation) == (55_000_000, 25_000_000)
    assert compare.position(100_000_000, own, VERSION)["robust_z"] == 1_214  # 45 / (1.4826 x 25) = 1.21408
    assert compare.position(10_000_000, own, VERSION)["robust_z"] == -1_214
    level = compare.group([20_000_000] * 12, VERSION)
    assert compare.position(20_000_000, level, VERSION)["robust_z"] is None
