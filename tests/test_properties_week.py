"""Properties of week and quarter (MEASUREMENT.md section 9: 1, 10, 11, 12): the best-q rule, by the step's own SQL on drawn weeks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.small_worlds import (
    CLOSED,
    LAST,
    MONDAY,
    QUARTER,
    Sketch,
    after,
    bulk,
    fill_steps,
    step_bench,
    table,
    workdays,
)

SCORES = (0, 1, 1_059_918, 11_932_769, 50_000_000, 50_000_001, 99_902_344, 100_000_000)


@dataclass(frozen=True)
class Day:
    """One person-day: weight if expected, whether it is observed, and what it scored (0 = not active)."""

    expected: int
    observed: bool
    score: int
    engaged: bool


@st.composite
def drawn_days(draw: st.DrawFn, weekend: bool) -> Day:
    score = draw(st.sampled_from(SCORES))
    expected = 0 if weekend else draw(st.sampled_from((0, 100, 100, 100, 100, 60, 50, 33)))
    observed = draw(st.sampled_from((True, True, True, False)))
    return Day(expected, observed, score, score > 0 and draw(st.booleans()))


weeks = st.tuples(*(drawn_days(weekend=number > 4) for number in range(7)))
Week = tuple[Day, ...]


def by_hand(week: Iterable[Day]) -> tuple[int, int, int, int]:
    """q expected, q, S_w and engaged centi-days by the words of section 6: sort, walk, take what is left of q."""
    days = list(week)
    expected = sum(day.expected for day in days)
    q = sum(day.expected for day in days if day.observed)
    seen = [day for day in days if day.observed]
    return expected, q, _walk([day.score for day in seen], q), _walk([int(day.engaged) for day in seen], q)


def _walk(values: list[int], q: int) -> int:
    total = 0
    for value in sorted(values, reverse=True):
        weight = min(100, q)
        total, q = total + value * weight, q - weight
    return total


def summed(weeks: list[Week]) -> list[tuple[int, int, int, int]]:
    """The same by `week_sums.sql`, one person a week."""
    with step_bench() as connection:
        columns = (
            "person_id varchar, day date, week bigint, expected bigint, observed bigint, active bigint, engaged bigint"
        )
        rows = [
            (
                f"{number:04d}",
                after(place),
                0,
                day.expected,
                int(day.observed),
                int(day.score > 0),
                int(day.engaged),
                day.score,
                0,
                0,
            )
            for number, week in enumerate(weeks)
            for place, day in enumerate(week)
        ]
        table(connection, "day_states", f"{columns}, u_p bigint, u_r bigint, proactive_only bigint", rows)
        (sha,) = connection.execute("select version_sha256 from version").fetchall()[0]
        curve = [(sha, score, 0, 0, score) for score in SCORES]
        table(
            connection,
            "curve",
            "version_sha256 varchar, u_p bigint, u_r bigint, proactive_only bigint, score_micro bigint",
            curve,
        )
        return [row[2:6] for row in fill_steps(connection, "week_sums")]


def q_of(weeks: Iterable[tuple[int, int, int, int]]) -> Fraction | None:
    """Q before rounding, over the weeks of a quarter."""
    rows = list(weeks)
    q = sum(row[1] for row in rows)
    return Fraction(sum(row[2] for row in rows), q) if q else None


@given(st.lists(weeks, min_size=20, max_size=60))
@bulk(8)
def test_property_1_the_best_days_fill_what_was_expected(drawn):
    found = summed(drawn)
    assert found == [by_hand(week) for week in drawn]
    assert all(0 <= weighted <= 100_000_000 * q and engaged <= q for _, q, weighted, engaged in found)


@given(st.lists(st.tuples(weeks, weeks, st.integers(0, 4)), min_size=20, max_size=60))
@bulk(8)
def test_properties_10_and_12_leave_and_blindness_never_hurt(drawn):
    """A leave day without use (10) and a zero day turned to not observed (12): S_w / q never falls, nor does Q where the use still fits."""
    cases = []
    for first, other, place in drawn:
        zero = replace(first[place], expected=first[place].expected or 100, observed=True, score=0, engaged=False)
        before = (*first[:place], zero, *first[place + 1 :])
        leave = (*first[:place], replace(zero, expected=0), *first[place + 1 :])
        blind = (*first[:place], replace(zero, observed=False), *first[place + 1 :])
        cases.append((before, leave, blind, other))
    found = summed([week for case in cases for week in case])
    for number, case in enumerate(cases):
        before, leave, blind, other = found[4 * number : 4 * number + 4]
        for changed in (leave, blind):
            if changed[1]:
                assert Fraction(changed[2], changed[1]) >= Fraction(before[2], before[1])
            used = sum(1 for day in case[0] if day.observed and day.score)
            if 100 * used <= changed[1]:
                assert (q_of([changed, other]) or 0) >= (q_of([before, other]) or 0)


@given(st.lists(weeks, min_size=20, max_size=60))
@bulk(7)
def test_property_11_weekend_work_lifts_nobody_above_100(drawn):
    full = Day(100, observed=True, score=100_000_000, engaged=True)
    best = [tuple(replace(full, expected=day.expected) for day in week) for week in drawn]
    assert all(weighted == 100_000_000 * q for _, q, weighted, _ in summed(best))
    weekends = [(*week[:5], full, full) for week in drawn]
    assert all(weighted <= 100_000_000 * q and engaged <= q for _, q, weighted, engaged in summed(weekends))


def test_properties_10_11_12_through_the_product():
    """The same week of use for all: as it is, with leave, with a blind day, with a full weekend; and all days full."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    for name in ("Plain", "Leave", "Blind", "Weekend", "Full"):
        sketch.person(name)
        for place, day in enumerate(workdays(65)):
            blind = name == "Blind" and place % 5 == 4
            cell = "400P 5000R" if name == "Full" else ("8P", "4P", "1P", "16R", "0")[place % 5]
            sketch.use(name, day, "old 0" if blind else cell)
            if name == "Leave" and place % 5 == 4:
                sketch.leave(name, day, day)
            if name in ("Weekend", "Full") and place % 5 == 4:
                for more in (1, 2):
                    sketch.use(name, day.fromordinal(day.toordinal() + more), "400P 5000R")
    _, quarters = sketch.score(CLOSED)
    q = {name: quarters[QUARTER, name] for name in ("Plain", "Leave", "Blind", "Weekend", "Full")}
    assert q["Plain"]["expected_days"] == 6500
    assert q["Leave"]["expected_days"] == q["Leave"]["observed_days"] == q["Blind"]["observed_days"] == 5200
    week = 56_250_000 + 37_500_000 + 11_932_769 + 12_500_000
    assert q["Plain"]["score_micro"] == round(Fraction(week, 5))
    assert q["Leave"]["score_micro"] == q["Blind"]["score_micro"] == round(Fraction(week, 4))
    with_both = 2 * 99_902_344 + week - 11_932_769
    last = with_both - 99_902_344 + 11_932_769  # the last Sunday lies in the next quarter
    assert q["Weekend"]["score_micro"] == round(Fraction(12 * with_both + last, 65))
    assert q["Full"]["score_micro"] == 99_902_344


def test_an_engaged_day_is_a_prompt_or_three_accepts():
    """Active is any point, engaged is more: two accepts are no engaged day, three are."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    cells = {"Two": "2R", "Three": "3R", "Prompt": "1P", "None": "0"}
    for name, cell in cells.items():
        sketch.person(name)
        for day in workdays(65):
            sketch.use(name, day, cell)
    _, quarters = sketch.score(CLOSED)
    shares = {name: quarters[QUARTER, name]["engaged_share"] for name in cells}
    assert shares == {"Two": 0, "Three": 1_000_000, "Prompt": 1_000_000, "None": 0}
    assert quarters[QUARTER, "Two"]["active_days"] == 65
