"""The bench compares like with like: what is written by hand gives the product's numbers, and a target row says whether it holds."""

from __future__ import annotations

import importlib.util

import pytest
from bench import by_hand, daily, work
from bench.figures import ELSEWHERE, ENGINES
from bench.measure import Figures, Series
from bench.table import Line, Target, drawn

from tests.demo_home import made

INSTALLED = [name for name in ENGINES if name == "duckdb" or importlib.util.find_spec(name)]


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    home = made(folder / "home", 80, 1)
    rows = daily.export(str(home), str(folder / "facts"))
    return home, folder / "facts", rows


@pytest.mark.parametrize("engine", INSTALLED)
def test_a_version_by_hand_gives_the_scores_of_the_product(facts, engine):
    home, folder, _ = facts
    made_by_hand = getattr(by_hand, f"by_{engine}")(str(folder))
    assert made_by_hand == daily.steps(str(home))
    assert made_by_hand["rows"] > 1_000


def test_the_raw_scan_reads_every_row_of_the_facts(facts):
    _, folder, rows = facts
    assert work.scan_parquet(str(folder / "tool_use.parquet")) == rows > 0


def series(wall: float, cpu: float, peak: int) -> Series:
    return Series((Figures(wall, cpu, peak, None),))


@pytest.mark.parametrize(
    ("target", "held"),
    [
        (Target("wall", 2.5), "yes"), (Target("wall", 1.9), "no"), (Target("cpu", 3), "yes"), (Target("cpu", 2.9), "no"),
        (Target("peak", 1500), "yes"), (Target("peak", 1499), "no"),
    ],
)  # fmt: skip
def test_a_target_says_whether_it_holds(target, held):
    line = Line("figure", "ours", series(2, 3, 1_500_000_000), series(1, 1, 1), target)
    assert line.cells()[-2:] == (str(target), held)
    assert held in drawn([line]).splitlines()[1]


def test_every_row_of_the_list_of_targets_is_printed_or_named():
    named = " ".join(row for row, _ in ELSEWHERE)
    for word in ("p99 while ingesting", "saturated", "cold start", "rows differing", "200 kills"):
        assert word in named
