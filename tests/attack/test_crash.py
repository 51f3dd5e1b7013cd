"""Killed at any moment, or on a full disk: what was acknowledged stays, what was not is not there, and a new run heals all."""

from __future__ import annotations

import shutil
import subprocess

import duckdb
import pytest

from tests.attack import faults
from tests.attack.crash import AS_OF, digests, file_limit, kill_run, loads, torn, undisturbed
from tests.attack.drive import apart, command

EACH = 3
"""Faults tried in each stage of a line."""


def test_kills_lose_nothing_and_tear_nothing(tmp_path):
    found = kill_run(tmp_path, undisturbed(tmp_path / "undisturbed", 12), each=1, seed=20261124)
    assert found.wrong == []
    assert found.kills >= 2


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_a_call_that_fails_or_kills_loses_nothing(tmp_path):
    """A few of the calls to the disk, the last ones of each command among them; `python -m tests.acceptance 18_faults` tries all."""
    kinds = (*faults.ERRORS, faults.KILL)
    for stage in faults.stages(tmp_path, 6):
        every = faults.planned(stage, tmp_path, kinds)
        plan = every[:: -max(1, len(every) // EACH)]
        wrong: list[str] = []
        faults.all_tried(
            tmp_path / "tried" / stage.name,
            stage,
            plan,
            1,
            lambda _fault, what, _seconds, wrong=wrong: wrong.extend(what),
        )
        assert len(plan) >= 3
        # A busy run may make one call less than the run that was counted: such a fault proves nothing, either way.
        missed = [what for what in wrong if what.endswith(faults.MISSED)]
        assert len(missed) < len(plan) / 2
        assert [what for what in wrong if what not in missed] == []


def test_a_torn_load_would_be_seen(tmp_path):
    for call in loads(tmp_path / "files", 5):
        assert apart(tmp_path / "home", *call).code == 0
    with duckdb.connect(str(tmp_path / "home" / "warehouse" / "warehouse.duckdb")) as connection:
        assert list(torn(connection, 4)) == []
        connection.execute("begin")
        connection.execute("delete from batches where batch_id = (select max(batch_id) from batches)")
        assert list(torn(connection, 3)) == ["records of a batch that is not there"]
        connection.execute("rollback")
        connection.execute("delete from usage where account = '10001'")
        assert list(torn(connection, 4)) == ["a record without rows"]
        connection.execute("delete from records where source = 'copilot-users'")
        assert len(list(torn(connection, 99))) == 3


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path):
    *first, last = loads(tmp_path / "files", 40)
    score = ["score", "--as-of", AS_OF, "--json"]
    for call in [*first, score]:
        assert apart(tmp_path / "before", *call).code == 0
    shutil.copytree(tmp_path / "before", tmp_path / "calm")
    assert apart(tmp_path / "calm", *last).code == 0
    shutil.copytree(tmp_path / "before", tmp_path / "home")
    for call, size in ((last, 60_000), (score, 60_000), (score, 900_000)):
        done = apart(tmp_path / "home", *call, limit=file_limit(size))
        assert done.code in {3, 6}, f"{call[0]}, {size} bytes: {done.err}"
        assert done.err.count("\n") == 1
        assert apart(tmp_path / "home", "ask", "definitions", "--json").code == 0
    assert apart(tmp_path / "home", *last).code == 0
    assert digests(tmp_path / "home") == digests(tmp_path / "calm")


def test_a_full_disk_at_first_use(tmp_path):
    call = loads(tmp_path / "files", 10)[0]
    for size in (0, 50_000):
        done = apart(tmp_path / "home", *call, limit=file_limit(size))
        assert done.code in {3, 6}, done.err
        assert done.err.count("\n") == 1
    assert apart(tmp_path / "home", *call).code == 0


@pytest.mark.parametrize("attempt", range(3))
def test_two_first_commands_at_once_lose_nothing(attempt, tmp_path):
    """Both meet a home without a warehouse. Whoever ends with 0 has loaded."""
    del attempt
    calls = loads(tmp_path / "files", 20)[-2:]
    running = [
        subprocess.Popen(command(tmp_path / "home", *call), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for call in calls
    ]
    ended = [process.communicate() and process.returncode for process in running]
    assert set(ended) <= {0, 6}
    assert 0 in ended
    with duckdb.connect(str(tmp_path / "home" / "warehouse" / "warehouse.duckdb")) as connection:
        assert connection.execute("select count(*) from batches").fetchall() == [(ended.count(0),)]
        assert connection.execute("select count(distinct batch_id) from records").fetchall() == [(ended.count(0),)]
