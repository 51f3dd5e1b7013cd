"""Properties of the day score (MEASUREMENT.md section 9: 1, 2, 5 to 9, 17): on the pure curve, and through the product."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import product
from tests.small_worlds import CLOSED, MONDAY, Sketch, bulk, workdays
from uptake.model.macros import MACROS
from uptake.scores.curve import day_score
from uptake.scores.version import read_version

BOTH, ALONE = (75_000_000, 25_000_000), (100_000_000, 0)
G_P, G_R = 250_000, 62_500
MOST = 40_000_000

proactive_counts = st.sampled_from((0, 1, 2, 3, 4, 5, 38, 39, 40, 41, 42, 400))
passive_counts = st.sampled_from((0, 1, 2, 3, 4, 16, 158, 159, 160, 161, 5000))
edit_counts = st.sampled_from((0, 1, 24, 25, 26, 49, 50, 99, 100, 101, 124, 125, 5000))
exponents = st.one_of(st.integers(0, 12).map(lambda points: points * G_R), st.integers(0, MOST), st.just(MOST))
weights = st.sampled_from((BOTH, ALONE))


def exact(split: tuple[int, int], u_p: int, u_r: int) -> int:
    """The formula with 90 digits: written apart from the product."""
    with localcontext() as context:
        context.prec = 90
        parts = ((split[0], u_p), (split[1], u_r))
        total = sum(weight * (1 - Decimal(2) ** (Decimal(-u) / 1_000_000)) for weight, u in parts)
        return int(Decimal(total).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


@given(weights, exponents, exponents)
def test_property_1_day_score_is_the_formula_and_within_bounds(split, u_p, u_r):
    score = day_score(split, (u_p, u_r))
    assert score == exact(split, u_p, u_r)
    assert 0 <= score <= 100_000_000


def test_property_1_every_pair_of_points_gives_the_formula():
    """All 41 proactive points by every fifth passive one, in both splits: the values that days of one tool can have."""
    pairs = [(x_p * G_P, x_r * G_R) for x_p in range(41) for x_r in range(0, 161, 5)]
    assert [day_score(BOTH, pair) for pair in pairs] == [exact(BOTH, *pair) for pair in pairs]
    assert [day_score(ALONE, (u_p, 0)) for u_p, _ in pairs] == [exact(ALONE, u_p, 0) for u_p, _ in pairs]


@given(weights, exponents, exponents, st.sampled_from((1, G_R, G_P)))
def test_property_2_more_exponent_never_lowers_the_score(split, u_p, u_r, step):
    least = day_score(split, (u_p, u_r))
    assert day_score(split, (min(u_p + step, MOST), u_r)) >= least
    assert day_score(split, (u_p, min(u_r + step, MOST))) >= least


@given(exponents)
def test_property_7_passive_alone_is_at_most_a_quarter(u_r):
    assert day_score(BOTH, (0, u_r)) <= 25_000_000
    assert day_score(ALONE, (0, u_r)) == 0


@given(weights, st.integers(0, 60), st.integers(0, 200), st.sampled_from((G_P, G_R)))
def test_property_8_points_earn_less_and_less(split, points, other, slope):
    first, second, third = (day_score(split, ((points + more) * slope, other * G_R)) for more in (0, 1, 2))
    assert (second - first) - (third - second) >= -1
    first, second, third = (day_score(split, (other * G_R, (points + more) * slope)) for more in (0, 1, 2))
    assert (second - first) - (third - second) >= -1


def test_property_7_the_first_prompt_is_worth_eleven_accepts():
    assert day_score(BOTH, (G_P, 0)) > 11 * day_score(BOTH, (0, G_R))


def test_bands_are_reachable_and_the_top_is_100():
    assert day_score(BOTH, (MOST, MOST)) == day_score(ALONE, (MOST, 0)) == 100_000_000


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(1, 10**6)), min_size=1, max_size=40))
@bulk(12)
def test_rhe_of_the_engine_is_the_fraction_rounded_half_to_even(pairs):
    """Rule 1.2, dense where ties are: denominators 2, 4 and 10 with every rest."""
    pairs += [(top, bottom) for bottom in (1, 2, 4, 10) for top in range(-21, 22)]
    with duckdb.connect(":memory:") as connection:
        connection.execute(MACROS)
        connection.execute("create table pairs (number bigint, a bigint, b bigint)")
        connection.executemany("insert into pairs values (?, ?, ?)", [[n, *pair] for n, pair in enumerate(pairs)])
        found = connection.execute("select rhe(a, b) from pairs order by number").fetchall()
    assert [row[0] for row in found] == [round(Fraction(a, b)) for a, b in pairs]


days_of_use = st.fixed_dictionaries(
    {
        "prompts": proactive_counts,
        "plans": st.sampled_from((0, 0, 1, 40)),
        "review_requests": st.sampled_from((0, 0, 1)),
        "agent_requests": st.sampled_from((0, 0, 1)),
        "accept_user": passive_counts,
    }
)
ACTIONS = ("prompts", "plans", "review_requests", "agent_requests", "accept_user")
WITHOUT_WEIGHT = {
    "accept_auto": 900, "generations": 800, "lines_suggested": 999, "lines_added": 999, "sessions": 7, "requests": 60,
    "accept_unsplit": 500, "reject_user": 500, "lines_agent_added": 999, "tokens_in": 10**6, "commits": 9,
}  # fmt: skip


def split_of(day: dict[str, int]) -> list[dict[str, int]]:
    """One day in three rows with the same sums."""
    low = {name: count // 3 for name, count in day.items()}
    return [low, low, {name: count - 2 * low[name] for name, count in day.items()}]


def copilot_world(days: list[dict[str, int]], action: str) -> Sketch:
    """The same days five times: as they are, with one more action, with counts that have no weight, in three rows, alone."""
    sketch = Sketch()
    sketch.covered(MONDAY, CLOSED)
    for name in ("Base", "More", "Weightless", "Split", "Rest"):
        sketch.person(name, seats=("copilot",))
        sketch.use(name, workdays(len(days) + 1)[-1], "0")
    for day, counts in zip(workdays(len(days)), days, strict=True):
        sketch.use("Base", day, "0", **counts)
        sketch.use("More", day, "0", **{**counts, action: counts[action] + 1})
        sketch.use("Weightless", day, "0", **counts, **WITHOUT_WEIGHT)
        for part, own in enumerate(split_of(counts)):
            sketch.use("Split", day, "0", part=part, **own)
        sketch.use("Rest", day, "0", **WITHOUT_WEIGHT)
    return sketch


def wanted(day: dict[str, int]) -> tuple[int, int, int]:
    x_p = min(40, sum(day[name] for name in ACTIONS[:4]))
    x_r = min(160, day["accept_user"])
    return x_p, x_r, exact(BOTH, x_p * G_P, x_r * G_R)


@given(st.lists(days_of_use, min_size=8, max_size=20), st.sampled_from(ACTIONS))
@bulk(5)
def test_properties_1_2_5_17_hold_for_counted_days(days, action):
    """1 caps and bounds; 2 one more action; 5 the same day in three rows; 17 counts without weight change nothing."""
    rows, _ = copilot_world(days, action).score(CLOSED)
    for day, counts in zip(workdays(len(days)), days, strict=True):
        base, more, weightless, split, rest = (
            rows[name, day, "all"] for name in ("Base", "More", "Weightless", "Split", "Rest")
        )
        x_p, x_r, score = wanted(counts)
        if x_p + x_r:
            assert base == {"state": "active", "proactive": x_p, "passive": x_r, "score_micro": score}
        assert split == weightless == base
        assert more["score_micro"] >= (base["score_micro"] or 0)
        assert (rest["state"], rest["score_micro"]) == ("zero", 0)


session_days = st.tuples(st.integers(1, 30), edit_counts)


@given(st.lists(session_days, min_size=8, max_size=20), st.integers(1, 5))
@bulk(4)
def test_property_5_splitting_a_session_changes_nothing(days, pieces):
    """Session grain: a day is worth 1 point for any number of sessions, plus one for each 25 edits, at most 5 in all."""
    sketch = Sketch()
    for name in ("One", "Many", "Rows"):
        sketch.person(name, seats=("claude_code",))
    for day, (sessions, edits) in zip(workdays(len(days)), days, strict=True):
        sketch.use("One", day, f"1S {edits}E", "claude_code")
        sketch.use("Many", day, f"{sessions}S {edits // 2}E {edits - edits // 2}X", "claude_code")
        for part in range(pieces):
            own = edits // pieces + (edits % pieces if part == 0 else 0)
            sketch.use("Rows", day, f"1S {own}E", "claude_code", part=part)
    rows, _ = sketch.score(CLOSED)
    for day, (_, edits) in zip(workdays(len(days)), days, strict=True):
        points = 1 + min(4, edits // 25)
        assert rows["One", day, "all"]["score_micro"] == exact(ALONE, points * G_P, 0)
        assert rows["One", day, "all"] == rows["Many", day, "all"] == rows["Rows", day, "all"]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), passive_counts), min_size=8, max_size=20))
@bulk(4)
def test_property_6_splitting_over_tools_of_equal_h_changes_nothing(days):
    """Exponents add over tools, and are capped only as a sum: 40 points here and 40 there are 20 halvings."""
    sketch = Sketch()
    sketch.covered(MONDAY, CLOSED)
    for name in ("Two", "Other"):
        sketch.person(name, seats=("copilot", "chatgpt"))
    for day, (here, there, accepts) in zip(workdays(len(days)), days, strict=True):
        sketch.use("Two", day, f"{here}P {accepts}R")
        sketch.use("Two", day, f"{there}P", "chatgpt")
        moved = min(here, 40 - there)
        sketch.use("Other", day, f"{here - moved}P {accepts}R")
        sketch.use("Other", day, f"{there + moved}P", "chatgpt")
    rows, _ = sketch.score(CLOSED)
    for day, (here, there, accepts) in zip(workdays(len(days)), days, strict=True):
        own = rows["Two", day, "all"]
        assert own == rows["Other", day, "all"]
        if here + there + accepts:
            assert own["score_micro"] == exact(BOTH, (here + there) * G_P, min(accepts, 160) * G_R)


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 320)), min_size=8, max_size=20))
@bulk(3)
def test_property_9_scaling_points_and_h_together_changes_nothing(days):
    text = product.VERSION_FILE.read_text()
    line = 'copilot.day = { h_P = "4", g_P = 250_000, h_R = "16", g_R = 62_500 }'
    assert line in text
    doubled = read_version(
        text.replace(line, 'copilot.day = { h_P = "8", g_P = 125_000, h_R = "32", g_R = 31_250 }'),
        {"day_proactive": 80, "day_passive": 320},
    )
    scores = []
    for factor, version in ((1, product.version()), (2, doubled)):
        sketch = Sketch()
        sketch.covered(MONDAY, CLOSED)
        sketch.person("Ada")
        for day, (prompts, accepts) in zip(workdays(len(days)), days, strict=True):
            sketch.use("Ada", day, f"{factor * prompts}P {factor * accepts}R")
        rows, _ = sketch.score(CLOSED, version)
        scores.append([rows["Ada", day, "all"]["score_micro"] for day in workdays(len(days))])
    assert scores[0] == scores[1]


@pytest.mark.parametrize("accepts", [40, 160])
def test_property_2_use_of_another_tool_never_lowers_the_score(accepts):
    """Somebody without any seat accepts in Copilot; one prompt more in a tool of which a seat list is known, without a seat there."""
    base, more = without_seats(accepts, "chatgpt", "1P")
    assert more >= base


def test_property_2_ends_where_a_first_use_makes_the_seat():
    """The one exception (reading 37): the first use of a tool without any seat list makes its seat, and with it the split of that day."""
    base, more = without_seats(160, "claude_code", "1S")
    assert (base, more) == (24_975_586, 15_910_358)


def without_seats(accepts: int, tool: str, use: str) -> tuple[int, int]:
    """Scores of a day of two people without seats: accepts in Copilot alone, and with one action in another tool."""
    sketch = Sketch()
    sketch.covered(MONDAY, CLOSED)
    sketch.person("Other", seats=("copilot", "chatgpt"))
    for name in ("Base", "More"):
        sketch.person(name, seats=())
        sketch.use(name, MONDAY, f"{accepts}R")
    sketch.use("More", MONDAY, use, tool)
    rows, _ = sketch.score(CLOSED)
    return rows["Base", MONDAY, "all"]["score_micro"], rows["More", MONDAY, "all"]["score_micro"]
