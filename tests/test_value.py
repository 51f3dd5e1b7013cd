"""Return in ranges: the example of the design out of stated ranges, and what must hold of every outcome."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_worlds import bulk
from uptake.errors import WrongUsage
from uptake.settings.value import Value as Stated
from uptake.settings.value import with_what_if
from uptake.studies import value as study
from uptake.studies.value import Assumptions, Counted, parts, value


def ends(low, middle, high):
    return Decimal(str(low)), Decimal(str(middle)), Decimal(str(high))


COMPANY = Counted(seats_unpriced=Decimal(70_000), estimate=Decimal(700_000), active=24_000)
"""70,000 seats, 24,000 active people, and 0.7 M$ of calls at list price a month."""
EXAMPLE = Assumptions(
    seat_price=ends(21.7, 28.7, 37), estimate_factor=ends(0.4, 1, 2.2), training=ends(6, 11, 20), loaded_rate=ends(9100, 13100, 18000),
    coding_share=ends(0.157, 0.30, 0.45), effect=ends(0.01, 0.06, 0.11), realised=ends(0.50, 0.71, 1),
)  # fmt: skip
"""Placeholders, as in MEASUREMENT.md section 12: nobody's prices."""
PRICES = Assumptions(seat_price=EXAMPLE.seat_price, estimate_factor=EXAMPLE.estimate_factor, training=EXAMPLE.training)


def test_the_example_of_the_design_comes_out_of_its_ranges():
    made = value(COMPANY, EXAMPLE)
    assert (round(made.cost_range.low / 1e6, 1), round(made.cost_range.high / 1e6, 1)) == (2.3, 4.0)
    assert round(made.per_active) == 124
    even = made.break_even
    assert [round(100 * end, 1) for end in (even.low, even.middle, even.high)] == [1.8, 3.3, 7.1]
    assert round(made.p_net_positive / 10_000) == 59
    idle = value(Counted(seats_unpriced=Decimal(46_000)), Assumptions(seat_price=EXAMPLE.seat_price)).cost_range
    assert (round(idle.low / 1e6, 1), round(idle.high / 1e6, 1)) == (1.0, 1.7)


def test_the_same_inputs_give_the_same_bits_and_a_range_leaves_the_draws_of_the_others_alone():
    study.value.cache_clear()
    first = value(COMPANY, EXAMPLE)
    study.value.cache_clear()
    study._draws.cache_clear()
    assert value(COMPANY, EXAMPLE) == first
    even = first.break_even
    assert [round(1_000_000 * end) for end in (even.low, even.middle, even.high)] == [17675, 33390, 71416]
    assert first.p_net_positive == 593_250
    other = Assumptions(
        **{name: getattr(EXAMPLE, name) for name in study.NAMES if name != "effect"}, effect=ends(0, 0, 0)
    )
    assert value(COMPANY, other).break_even == first.break_even
    assert value(COMPANY, other).p_net_positive == 0


@pytest.mark.parametrize("name", study.NAMES)
def test_half_of_the_draws_lie_below_the_middle_and_nine_of_ten_between_the_ends(name):
    low, middle, high = getattr(EXAMPLE, name) or ends(1, 3, 8)
    drawn = sorted(study._draws(Assumptions(**{name: (low, middle, high)}))[name])
    assert len(drawn) == study.DRAWS
    for share, wanted in ((study.LOW, low), (study.MIDDLE, middle), (study.HIGH, high)):
        assert drawn[round(share * (len(drawn) - 1))] == pytest.approx(float(wanted), rel=0.06, abs=0.004)


@pytest.mark.parametrize(
    ("counted", "assumed", "missing", "known"),
    [
        (COMPANY, Assumptions(), ("seat_price", "loaded_rate", "coding_share", "effect"), set()),
        (COMPANY, PRICES, ("loaded_rate", "coding_share", "effect"), {"per_active"}),
        (Counted(estimate=Decimal(5), tokens_unpriced=Decimal(9), active=3), EXAMPLE, ("token_price",), set()),
        (Counted(estimate=Decimal(5), active=3, whole=False), EXAMPLE, (), set()),
        (Counted(estimate=Decimal(5), active=None), EXAMPLE, (), set()),
        (Counted(estimate=Decimal(5), active=3), EXAMPLE, (), {"per_active", "break_even", "benefit", "p_net_positive"}),
        (Counted(estimate=Decimal(5), changes=Decimal(2), retained_lines=Decimal(50)), PRICES, ("loaded_rate", "coding_share", "effect"), {"per_change", "per_retained_line"}),
    ],
)  # fmt: skip
def test_nothing_is_reckoned_of_what_is_not_known_whole(counted, assumed, missing, known):
    made = value(counted, assumed)
    assert made.missing == missing
    names = ("per_active", "per_change", "per_retained_line", "break_even", "benefit", "p_net_positive")
    assert {name for name in names if getattr(made, name) is not None} == known
    assert made.complete == bool(known or counted.active is None)


def test_no_effect_estimate_is_cost_and_break_even_alone():
    made = value(COMPANY, Assumptions(**{name: getattr(EXAMPLE, name) for name in study.NAMES if name != "effect"}))
    assert made.break_even is not None
    assert (made.benefit, made.p_net_positive) == (None, None)


MONEY = st.decimals(0, 10**6, places=2)
COUNTED = st.builds(
    Counted, seats_cost=MONEY, billed=MONEY, estimate=MONEY, seats_unpriced=st.just(Decimal(0)), tokens_unpriced=st.just(Decimal(0)),
    active=st.integers(1, 5000),
)  # fmt: skip


@bulk(25)
@given(COUNTED, MONEY)
def test_a_dearer_unit_has_a_higher_break_even_and_no_better_chance(counted, more):
    dearer = Counted(
        counted.seats_cost + more,
        counted.billed,
        counted.estimate,
        counted.seats_unpriced,
        counted.tokens_unpriced,
        counted.active,
    )
    cheap, dear = value(counted, EXAMPLE), value(dearer, EXAMPLE)
    assert dear.cost == cheap.cost + more
    assert dear.break_even.low >= cheap.break_even.low
    assert dear.break_even.high >= cheap.break_even.high
    assert dear.p_net_positive <= cheap.p_net_positive
    assert dear.benefit == cheap.benefit
    made = parts(counted, EXAMPLE)
    assert (made.seats + made.calls + made.training).quantize(study.CENT) == cheap.cost


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("effect", "0.1, 0.05, 0.2", "in order"), ("effect", "1, 6, 11", "between -1 and 1"), ("coding_share", "0.1, 0.5, 1.5", "at most 1"),
        ("coding_share", "0, 0.5, 1", "above 0"), ("loaded_rate", "1, 2", "three numbers"), ("training", "-1, 2, 3", "below 0"),
        ("training", "a, b, c", "three numbers"), ("training", "", "three numbers"), ("effect", "nan, nan, nan", "three numbers"),
    ],
)  # fmt: skip
def test_a_what_if_that_is_no_range_is_refused_by_its_name(name, text, why):
    with pytest.raises(WrongUsage) as refused:
        with_what_if(Stated(), [(name, text)])
    assert f"`{name}`" in refused.value.what
    assert why in refused.value.why


def test_a_what_if_stands_before_the_settings_and_may_take_one_away():
    stated = Stated(effect=ends(0.01, 0.02, 0.03), training=ends(1, 2, 3))
    made = with_what_if(stated, [("effect", "none"), ("training", "5"), ("realised", "0.5,0.6 , 1")])
    assert made.effect is None
    assert made.training == ends(5, 5, 5)
    assert made.realised == ends(0.5, 0.6, 1)
    assert with_what_if(stated, []) is stated
