"""Generated worlds: the same for the same seed, rich in what they claim to hold, and indifferent to the order of rows."""

import json
import random
from dataclasses import replace

import pytest

from .generate import make_world
from .oracle import expected
from .version import load
from .write import Quirks, write


@pytest.fixture(scope="module")
def world():
    return make_world(1, 700, 2)


@pytest.fixture(scope="module")
def rows(world):
    return expected(world, world.as_of)


def test_the_same_seed_is_the_same_world():
    assert make_world(3, 60) == make_world(3, 60)
    assert make_world(3, 60) != make_world(4, 60)


def test_every_segment_and_comparison_occurs(rows):
    quarters = rows[1].values()
    assert {row["segment"] for row in quarters} == {
        *("heavy", "light", "lapsed", "non_adopter", "non_user", "insufficient", "excluded")
    }
    assert {row["comparison"] for row in quarters} == {"median", "active_median", "adoption_only", "rolled_up"}
    assert {row["state"] for row in rows[0].values()} == {"active", "zero", "not_observed", "no_seat"}
    reasons = {row["reason"] for row in quarters}
    assert reasons >= {"shared_account", "on_leave", "no_seat", "not_employed", "not_engineer", "kept_by_memory"}
    assert reasons >= {
        "client_never_reports",
        "client_too_old",
        "vendor_gap",
        "joined",
        "left",
        "new_seat",
        "seat_ended",
    }


def test_the_lines_around_forty_percent_zeros_are_exact(rows):
    lines = {row["lob"]: row for row in rows[1].values() if row["quarter"] == "2026Q1"}
    assert [(lines[name]["lob_zero_share"], lines[name]["comparison"]) for name in ("Zero39", "Zero40", "Zero41")] == [
        (390_000, "median"),
        (400_000, "active_median"),
        (410_000, "active_median"),
    ]
    assert [lines[name]["comparison"] for name in ("One", "Nine", "Ten", "AllZero")] == [
        *("rolled_up", "rolled_up", "median", "adoption_only")
    ]


def test_properties_that_hold_for_every_row(rows):
    """Bounds (1, 11), no ratio in the other cases (15), one segment with a reason each (22)."""
    for row in rows[0].values():
        assert row["score_micro"] is None or 0 <= row["score_micro"] <= 100_000_000
        assert (row["score_micro"] is None) == (row["state"] in ("not_observed", "no_seat"))
    for row in rows[1].values():
        assert row["score_micro"] is None or 0 <= row["score_micro"] <= 100_000_000
        assert row["observed_days"] <= row["expected_days"]
        assert row["segment"]
        assert row["reason"]
        assert row["comparison"] != "adoption_only" or row["ratio"] is None
        assert row["segment"] not in ("insufficient", "excluded") or row["percentile"] is None


def test_percentiles_average_one_half(rows):
    """Property 14, for each line that is its own group."""
    groups = {}
    for row in rows[1].values():
        if row["comparison"] != "rolled_up" and row["percentile"] is not None:
            groups.setdefault((row["quarter"], row["lob"]), []).append(row["percentile"])
    assert len(groups) > 8
    assert all(abs(sum(own) - 500_000 * len(own)) <= len(own) for own in groups.values())


def test_the_order_of_rows_and_files_changes_nothing():
    """Property 3 and 4: shuffled, and with every file twice."""
    world = make_world(8, 150)
    rng = random.Random(1)
    mixed = replace(world)
    for name in ("people", "absences", "holidays", "links", "grants", "seat_lists", "copilot", "claude"):
        own = list(getattr(world, name))
        if name in ("copilot", "claude"):
            own += own
        rng.shuffle(own)
        setattr(mixed, name, own)
    mixed.copilot = [replace(file, rows=rng.sample(file.rows, len(file.rows))) for file in mixed.copilot]
    assert expected(mixed, world.as_of) == expected(world, world.as_of)


@pytest.mark.parametrize("as_of", ["closed", "open", "running"])
def test_hysteresis_and_cuts_hold_as_of_any_day(as_of):
    world = make_world(6, 80, 2, dense=True, as_of=as_of)
    rows = expected(world, world.as_of, load().with_overrides(min_days=500))[1]
    assert {row["segment"] for row in rows.values()} >= {"heavy", "light"}


def test_files_hold_every_row_of_the_world(world, tmp_path):
    calls = write(world, tmp_path, Quirks(shuffle=5))
    found = {}
    for source, paths, arguments in calls:
        for path in paths:
            found[source] = found.get(source, 0) + len(_records(path))
        assert source.startswith(("hr-", "acc")) or source == "seats" or "--fetched-at" in arguments
    assert found == {
        "hr-people": len(world.people),
        "hr-absences": len(world.absences),
        "hr-calendar": len(world.holidays),
        "accounts": len(world.links),
        "seats": len(world.grants),
        "copilot-seats": sum(len(own.entries) for own in world.seat_lists),
        "copilot-users": sum(len(file.rows) + len(file.unreadable) for file in world.copilot),
        "claude-code": sum(len(file.rows) for file in world.claude),
    }


def _distinct(paths):
    return {json.dumps(row) for path in paths for row in _records(path)}


def _records(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return text.splitlines()[1:]
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines()]
    whole = json.loads(text)
    return whole[next(name for name in ("day_totals", "seats", "data") if name in whole)]


def test_a_duplicated_layout_repeats_rows_and_nothing_else(tmp_path):
    world = make_world(2, 40)
    plain = write(world, tmp_path / "plain")
    twice = write(world, tmp_path / "twice", Quirks(repeat=True))
    assert [(source, len(paths), extra) for source, paths, extra in plain] == [
        (source, len(paths), extra) for source, paths, extra in twice
    ]
    for (_s, one, _e), (_t, two, _f) in zip(plain, twice, strict=True):
        assert _distinct(one) == _distinct(two)
    assert len(_records(twice[0][1][0])) > len(_records(plain[0][1][0]))
