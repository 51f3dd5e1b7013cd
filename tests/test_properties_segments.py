"""Properties of segments (MEASUREMENT.md section 9: 16, 21, 22), and what must never be said of somebody."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests import product
from tests.oracle.generate import make_world
from tests.oracle.world import PersonRow
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
from uptake.warehouse.connect import Connection

SEGMENTS = ("heavy", "light", "lapsed", "non_adopter", "non_user", "insufficient", "excluded")
SUMS = (
    "person_id varchar, engineer boolean, shared boolean, expected_days bigint, observed_days bigint, active_days bigint,"
    " weak_seat bigint, score_micro bigint, engaged_share bigint, cause bigint, exclusion bigint, unexplained boolean, maybe_away boolean,"
    " possible_days bigint, seat_cause bigint"
)
CUT, NEAR = 30_000_000, 1_500_000


def period(connection: Connection) -> None:
    columns = "quarter varchar, first_day date, last_day date, to_day date, provisional boolean"
    table(connection, "period", columns, [(QUARTER, MONDAY, LAST, LAST, False)])


def quarters_of_segments(scores: list[list[int]], **overrides: int) -> list[dict[str, str]]:
    """Segments by quarter, each with the memory that the product makes of those before; all scores with full coverage."""
    found: list[dict[str, str]] = []
    with step_bench(**overrides) as connection:
        period(connection)
        table(connection, "remembered", "quarter varchar, person_id varchar, segment varchar, active_days bigint", [])
        for number, quarter in enumerate(scores):
            before = [
                (f"Q{past}", place) for place, past in enumerate(range(number - 1, max(number - 5, -1), -1), start=1)
            ]
            table(connection, "quarters_before", "quarter varchar, place bigint", before)
            rows = [
                (f"P{place:04d}", True, False, 6500, 6500, 60, 0, score, 900_000, 0, 4, False, False, 65, None)
                for place, score in enumerate(quarter)
            ]
            table(connection, "quarter_sums", SUMS, rows)
            segments = {row[0]: row[1] for row in fill_steps(connection, "memory", "segments_now")}
            past = [[f"Q{number}", person, segment, 60] for person, segment in segments.items()]
            connection.executemany("insert into remembered values (?, ?, ?, ?)", past)
            found.append(segments)
    return found


def flips(quarters: list[dict[str, str]]) -> int:
    return sum(before[person] != now[person] for before, now in itertools.pairwise(quarters) for person in now)


def test_property_16_hysteresis_leaves_less_than_a_fifth_of_the_flips():
    """300 people whose score is noise round the cut of 30, over 12 quarters: with memory, and with the two cuts made one."""
    rng = random.Random(16)
    scores = [[max(0, round(rng.gauss(CUT, NEAR))) for _ in range(300)] for _ in range(12)]
    with_memory = flips(quarters_of_segments(scores))
    without = flips(quarters_of_segments(scores, heavy_out_score=CUT, heavy_out_share=500_000))
    assert without > 1000
    assert 0 < 5 * with_memory < without


@given(
    st.lists(
        st.lists(st.sampled_from((23_999_999, 24_000_000, 29_999_999, 30_000_000)), min_size=16, max_size=16),
        min_size=3,
        max_size=7,
    )
)
@bulk(9)
def test_property_16_heavy_is_a_pure_function_of_score_and_memory(scores):
    """Dense on both cuts: in at 30, out below 24, and nothing else."""
    found = quarters_of_segments(scores)
    for number, quarter in enumerate(scores):
        for place, score in enumerate(quarter):
            was_heavy = number > 0 and found[number - 1][f"P{place:04d}"] == "heavy"
            assert (found[number][f"P{place:04d}"] == "heavy") == (score >= (24_000_000 if was_heavy else CUT))


def placed(rows: list[tuple[Any, ...]], memory: list[tuple[Any, ...]]) -> dict[str, tuple[str, str]]:
    with step_bench() as connection:
        period(connection)
        table(connection, "quarter_sums", SUMS, rows)
        table(connection, "memory", "person_id varchar, segment varchar, used_before bigint", memory)
        return {row[0]: (row[1], row[2]) for row in fill_steps(connection, "segments_now")}


people = st.tuples(
    st.sampled_from((True, True, True, False)),
    st.sampled_from((False, False, False, True)),
    st.sampled_from((0, 2000, 3334, 6500)),
    st.sampled_from((0, 1999, 2000, 2001, 3900, 3899, 6500)),
    st.sampled_from((0, 0, 1, 60)),
    st.sampled_from((0, 0, 1)),
    st.sampled_from((0, 1, 23_999_999, 24_000_000, 29_999_999, 30_000_000, 99_000_000)),
    st.sampled_from((0, 399_999, 400_000, 499_999, 500_000, 1_000_000)),
    st.integers(0, 12),
    st.integers(1, 4),
    st.sampled_from((None, "heavy", "light", "lapsed", "non_adopter", "non_user")),
    st.sampled_from((0, 1)),
    st.sampled_from((False, False, True)),
    st.sampled_from((False, False, True)),
)


@given(st.lists(people, min_size=50, max_size=200))
@bulk(9)
def test_property_22_everybody_has_exactly_one_segment_with_a_reason(drawn):
    """And a negative label needs proof: nobody below a floor of evidence is called anything but insufficient or excluded."""
    rows, memory = [], []
    for place, row in enumerate(drawn):
        engineer, shared, expected, observed, active, weak, score, share, *causes, was, used, unexplained, away = row
        observed, score = min(observed, expected), score if active else 0
        known = observed > 0
        sums = (score, share) if known else (None, None)
        more = (*causes, unexplained, away, 65, causes[0])
        rows.append((f"P{place:04d}", engineer, shared, expected, observed, active, weak, *sums, *more))
        memory.append((f"P{place:04d}", was, used))
    found = placed(rows, memory)
    assert set(found) == {row[0] for row in rows}
    for row, (_, was, used) in zip(rows, memory, strict=True):
        name, engineer, shared, expected, observed, active, weak, score, share = row[:9]
        unexplained, away = row[11:13]
        segment, reason = found[name]
        assert segment in SEGMENTS
        assert reason
        if not engineer or shared or not expected:
            assert segment == "excluded"
        elif observed < 2000 or 10 * observed < 6 * expected or (not active and (weak or unexplained or away)):
            assert segment == "insufficient"
        elif active:
            cut = (24_000_000, 400_000) if was == "heavy" else (CUT, 500_000)
            assert segment == ("heavy" if score >= cut[0] and share >= cut[1] else "light")
        else:
            again = "non_adopter" if was in ("non_user", "lapsed", "non_adopter") else "non_user"
            assert segment == ("lapsed" if used else again)


def test_property_22_holds_in_a_drawn_company(tmp_path):
    """A world with every oddity of people, accounts and files: one row a person and quarter, segment, reason and certainty in each."""
    world = make_world(22, 60, 1, odd=0.05, organisation=False)
    product.load_files(world, tmp_path)
    days, quarters = product.results(tmp_path, world.as_of)
    assert {person for _, person in quarters} == {row.person_id for row in world.people}
    assert len({row["segment"] for row in quarters.values()}) >= 4
    for row in quarters.values():
        assert row["segment"] in SEGMENTS
        assert row["reason"]
        assert row["certainty"] == "clear" or row["certainty"].removeprefix("borderline:") in set(SEGMENTS) - {
            row["segment"],
            "excluded",
        }
        assert all(type(value) is not float for value in row.values())
        assert row["score_micro"] is None or 0 <= row["score_micro"] <= 100_000_000
    assert all(row["score_micro"] is None or 0 <= row["score_micro"] <= 100_000_000 for row in days.values())


moves = st.lists(st.integers(1, 88), min_size=1, max_size=3, unique=True).map(sorted)


@given(st.lists(moves, min_size=10, max_size=25))
@bulk(4)
def test_property_21_a_movers_past_days_keep_their_line(drawn):
    """The line of a quarter is the one with most expected days as of each day; a later move changes no earlier quarter."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    wanted = {}
    for number, days in enumerate(drawn):
        name = f"Mo{number}"
        sketch.person(name, lob="Start")
        starts = [MONDAY, *(after(day) for day in days)]
        units = ["Start", *(f"Line{place % 2}" for place in range(len(days)))]
        for start, unit in zip(starts[1:], units[1:], strict=True):
            sketch.world.people.append(PersonRow(name, unit, effective_from=start, team="Team"))
        sketch.world.people.append(PersonRow(name, "After", effective_from=LAST + dt.timedelta(days=1), team="Team"))
        counts: dict[str, list[dt.date]] = {}
        for day in workdays(65):
            counts.setdefault(units[sum(start <= day for start in starts) - 1], []).append(day)
        wanted[name] = max(counts, key=lambda unit: (len(counts[unit]), counts[unit][-1]))
        sketch.use(name, after(number), "4P")
    _, quarters = sketch.score(CLOSED)
    assert {name: quarters[QUARTER, name]["lob"] for name in wanted} == wanted
    assert {quarters["2029Q2", name]["lob"] for name in wanted} == {"After"}


def test_a_one_day_trialist_is_never_heavy_whatever_the_depth():
    """Peers' bug: five prompts on one day scored 40.8. Here the share of engaged days is over the expected days."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    for number in range(1, 40):
        name = f"Try{number}"
        sketch.person(name, fte=("1", "0.8", "0.5", "0.333")[number % 4])
        for day in workdays(65):
            sketch.use(name, day, "0")
        for day in workdays(65)[: max(1, number - 30)]:
            sketch.use(name, day, "400P 5000R", part=1)
    _, quarters = sketch.score(CLOSED)
    assert {row["segment"] for row in quarters.values()} == {"light", "insufficient"}
    full = [quarters[QUARTER, f"Try{number}"] for number in (4, 8, 12)]
    assert all(row["segment"] == "light" and row["score_micro"] < 2_000_000 for row in full)


def test_one_observed_day_is_not_enough_to_be_heavy():
    """Seen on one day only, at full depth: n is below 20 days, so nothing is said of the person."""
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    sketch.person("One")
    for place, day in enumerate(workdays(65)):
        sketch.use("One", day, "old 0" if place else "400P 5000R")
    _, quarters = sketch.score(CLOSED)
    row = quarters[QUARTER, "One"]
    assert (row["segment"], row["reason"], row["observed_days"]) == ("insufficient", "client_too_old", 100)


def test_certainty_is_the_share_of_redrawn_quarters_that_agree():
    """Reading 33 from the index table on: weeks of two kinds, drawn 300 times, classed by the same cuts."""
    version = product.version()
    draws = [
        [draw_index(version.id, QUARTER, replicate, position, 13) for position in range(13)] for replicate in range(300)
    ]
    sketch = Sketch()
    sketch.covered(MONDAY, LAST)
    wanted = {}
    for number in range(14):
        name = f"Weeks{number}"
        sketch.person(name)
        strong = set(random.Random(number).sample(range(13), number % 14))
        for place, day in enumerate(workdays(65)):
            sketch.use(name, day, "8P" if place // 5 in strong else "1R" if number % 2 else "16R")
        low = 1_059_918 if number % 2 else 12_500_000
        votes = [
            heavy([(56_250_000, 1) if week in strong else (low, 1 - number % 2) for week in drawn]) for drawn in draws
        ]
        own = heavy([(56_250_000, 1) if week in strong else (low, 1 - number % 2) for week in range(13)])
        agree = sum(vote == own for vote in votes)
        wanted[name] = "clear" if agree >= 270 else "borderline:light" if own else "borderline:heavy"
    _, quarters = sketch.score(CLOSED)
    assert {name: quarters[QUARTER, name]["certainty"] for name in wanted} == wanted
    assert set(wanted.values()) == {"clear", "borderline:light", "borderline:heavy"}


def draw_index(version: str, quarter: str, replicate: int, position: int, weeks: int) -> int:
    digest = hashlib.sha256(f"{version}|{quarter}|{replicate}|{position}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % weeks


def heavy(weeks: list[tuple[int, int]]) -> bool:
    """Weeks of equal length: mean score and share of engaged weeks against the two cuts."""
    return sum(score for score, _ in weeks) >= CUT * len(weeks) and 2 * sum(share for _, share in weeks) >= len(weeks)
