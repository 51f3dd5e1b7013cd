"""Properties of the comparison (MEASUREMENT.md section 9: 13, 14, 15), by the steps' own SQL on drawn groups full of ties and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.small_worlds import bulk, fill_steps, step_bench, table

VALUES = (0, 0, 0, 0, 2, 4_999_998, 5_000_000, 5_000_002, 30_000_000, 30_000_000, 50_000_000, 88_000_000, 100_000_000)
COLUMNS = ("comparison", "people", "zero_share", "median", "active_median", "ratio", "percentile", "robust_z", "rank")
Group = dict[str, list[int]]

sizes = st.sampled_from((1, 2, 9, 10, 10, 11, 12, 25, 40))
groups = st.lists(
    sizes.flatmap(lambda size: st.lists(st.sampled_from(VALUES), min_size=size, max_size=size)), min_size=1, max_size=8
)


def compared(lines: Sequence[Sequence[int]], factor: int = 1) -> dict[tuple[int, int], dict[str, Any]]:
    """(line, place) -> the comparison of that person, by `groups`, `group_medians` and `comparisons`."""
    people = [
        (f"{line:02d}-{place:03d}", f"L{line:02d}", factor * score)
        for line, own in enumerate(lines)
        for place, score in enumerate(own)
    ]
    with step_bench() as connection:
        sums = [(name, score, 6000, 6000) for name, _, score in people]
        table(
            connection,
            "quarter_sums",
            "person_id varchar, score_micro bigint, observed_days bigint, expected_days bigint",
            sums,
        )
        table(
            connection, "segments_now", "person_id varchar, segment varchar", [(name, "light") for name, _, _ in people]
        )
        table(connection, "units", "person_id varchar, lob varchar", [(name, lob) for name, lob, _ in people])
        rows = fill_steps(connection, "groups", "group_medians", "comparisons")
    return {(int(row[0][:2]), int(row[0][3:])): dict(zip(COLUMNS, row[1:], strict=True)) for row in rows}


def median(values: Sequence[int]) -> int:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else round(Fraction(ordered[half - 1] + ordered[half], 2))


def by_hand(own: Sequence[int], score: int) -> dict[str, Any]:
    """Section 7 in plain words."""
    zeros, active = own.count(0), [value for value in own if value > 0]
    m, m_active = median(own), median(active) if active else None
    case = "adoption_only"
    if Fraction(zeros, len(own)) < Fraction(4, 10) and m >= 5_000_000:
        case = "median"
    elif len(active) >= 10:
        case = "active_median"
    yardstick = {"median": m, "active_median": m_active if score else None}.get(case)
    mad = median([abs(value - m_active) for value in active]) if m_active is not None else 0
    z = (
        round(Fraction(10**7 * (score - m_active), 14826 * mad))
        if score and len(active) >= 10 and mad and m_active
        else None
    )
    less, equal = sum(value < score for value in own), own.count(score)
    return {
        "comparison": case,
        "people": len(own),
        "zero_share": round(Fraction(10**6 * zeros, len(own))),
        "median": m,
        "active_median": m_active,
        "ratio": round(Fraction(10**6 * score, yardstick)) if yardstick else None,
        "percentile": round(Fraction(10**6 * (2 * less + equal), 2 * len(own))),
        "robust_z": z,
        "rank": 1 + sum(value > score for value in own),
    }


@given(groups)
@example([[0] * 4 + [50_000_000] * 6])
@example([[0] * 3 + [50_000_000] * 7])
@example([[0] * 3 + [2] * 3 + [4_999_998] * 6])
@bulk(15)
def test_property_15_every_case_is_the_one_of_the_document(lines):
    """No ratio to the median when 40 % or more are zero, none to a zero, integers or NULL everywhere."""
    company = [score for own in lines for score in own]
    for (line, place), found in compared(lines).items():
        own = lines[line]
        rolled_up = len(own) < 10
        group = company if rolled_up else own
        if len(group) < 10:
            assert found == {**dict.fromkeys(COLUMNS), "comparison": "rolled_up"}
            continue
        wanted = by_hand(group, own[place])
        assert found == ({**wanted, "comparison": "rolled_up"} if rolled_up else wanted)
        assert all(value is None or type(value) is int for name, value in found.items() if name != "comparison")
        if 10 * group.count(0) >= 4 * len(group):
            assert own[place] > 0 or found["ratio"] is None
            assert found["comparison"] != "median"


@given(
    st.lists(st.sampled_from([value for value in VALUES if value not in (2, 4_999_998)]), min_size=10, max_size=40),
    st.sampled_from((3, 7, 10)),
)
@bulk(15)
def test_property_13_the_ratio_is_free_of_scale(own, factor):
    """All scores are even and none is near the floor of 5: then no median is rounded, and the ratio is the same number."""
    plain, scaled = compared([own]), compared([own], factor)
    if plain[0, 0]["comparison"] == scaled[0, 0]["comparison"]:
        for key, found in plain.items():
            assert (found["ratio"], found["percentile"], found["rank"]) == tuple(
                scaled[key][name] for name in ("ratio", "percentile", "rank")
            )


@given(st.lists(st.sampled_from(VALUES), min_size=10, max_size=60))
@bulk(15)
def test_property_14_percentiles_average_one_half(own):
    found = [row["percentile"] for row in compared([own]).values()]
    assert abs(Fraction(sum(found), len(found)) - 500_000) <= 1
    assert all(0 < percentile < 1_000_000 for percentile in found)


def test_a_line_of_zeros_has_no_ratio_at_all():
    for found in compared([[0] * 12]).values():
        assert (found["comparison"], found["ratio"], found["median"], found["active_median"]) == (
            "adoption_only",
            None,
            0,
            None,
        )
        assert (found["percentile"], found["robust_z"]) == (500_000, None)
