"""The order in which files arrive changes nothing (SOURCES.md rule C2)."""

from __future__ import annotations

import pytest

from tests.attack.histories import differing, history, result


@pytest.mark.parametrize("seed", range(2))
def test_one_history_gives_one_result(seed, tmp_path):
    assert differing(tmp_path, seed, orders=2) == []


def test_another_history_gives_another_result(tmp_path):
    results = {result(tmp_path / f"home-{seed}", history(tmp_path / f"files-{seed}", seed)) for seed in (7, 8)}
    assert len(results) == 2
