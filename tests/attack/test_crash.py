"""Killed at any moment, or on a full disk: what was acknowledged stays, what was not is not there, and a new run heals all."""

from __future__ import annotations

import shutil
import subprocess

import duckdb
import pytest

from tests.attack.crash import AS_OF, digests, file_limit, kill_run, loads, torn
from tests.attack.drive import apart, command


def test_kills_lose_nothing_and_tear_nothing(tmp_path):
    wrong, kills = kill_run(tmp_path, people=60, each=1, seed=20261124)
    assert wrong == []
    assert kills >= 4


def test_a_torn_load_would_be_seen(tmp_path):
    for call in loads(tmp_path / "files", 5):
        assert apart(tmp_path / "home", *call).code == 0
    with duckdb.connect(str(tmp_path / "home" / "warehouse" / "warehouse.duckdb")) as connection:
        assert list(torn(connection, 5)) == []
        connection.execute("delete from usage where account = '10001'")
        assert list(torn(connection, 5)) == ["a record without rows"]
        connection.execute("delete from records where source = 'copilot-users'")
        assert len(list(torn(connection, 6))) == 3


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path):
    calls = loads(tmp_path / "files", 40)
    score = ["score", "--as-of", AS_OF, "--json"]
    for call in [*calls, score]:
        assert apart(tmp_path / "calm", *call).code == 0
    wrong = []
    for size in (20_000, 60_000, 300_000, 700_000, 1_500_000):
        home = tmp_path / "home"
        shutil.rmtree(home, ignore_errors=True)
        for call in [*calls, score, calls[-1], score]:
            done = apart(home, *call, limit=file_limit(size))
            if done.code not in {0, 3, 6} or "Traceback" in done.err or done.err.count("\n") > 1:
                wrong.append(f"{size} bytes, {call[0]}: exit {done.code} {done.err}")
        for call in calls:
            assert apart(home, *call).code == 0
        if digests(home) != digests(tmp_path / "calm"):
            wrong.append(f"{size} bytes: other digests afterwards")
    assert wrong == []


@pytest.mark.parametrize("attempt", range(4))
def test_two_first_commands_at_once_lose_nothing(attempt, tmp_path):
    """Both meet a home without a warehouse. Whoever ends with 0 has loaded."""
    del attempt
    calls = loads(tmp_path / "files", 20)[-2:]
    running = [subprocess.Popen(command(tmp_path / "home", *call), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for call in calls]
    ended = [process.communicate() and process.returncode for process in running]
    assert set(ended) <= {0, 6}
    assert 0 in ended
    with duckdb.connect(str(tmp_path / "home" / "warehouse" / "warehouse.duckdb")) as connection:
        assert connection.execute("select count(*) from batches").fetchall() == [(ended.count(0),)]
        assert connection.execute("select count(distinct batch_id) from records").fetchall() == [(ended.count(0),)]
