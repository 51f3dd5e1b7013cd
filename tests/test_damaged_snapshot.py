"""A snapshot whose file was damaged: no figure comes from it, and whoever asks reads what mends it."""

from __future__ import annotations

import shutil

import pytest

from tests.attack.drive import run
from tests.attack.operator_home import make_home


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("whole"))


@pytest.fixture(params=["no database", "torn"])
def home(request, whole, tmp_path):
    made = shutil.copytree(whole, tmp_path / "home")
    file = made / "snapshots" / "1.duckdb"
    data = file.read_bytes()
    size = 8192 if request.param == "torn" else 0
    file.write_bytes(data[:size] + b"\xa5" * (len(data) - size))
    return made


def test_damage_is_named_with_what_mends_it(home):
    done = run(home, "ask", "funnel")
    assert (done.code, done.out) == (6, "")
    assert "Snapshot 1 cannot be read: its file is damaged" in done.err
    assert "Restore the folder snapshots" in done.err


def test_the_doctor_reads_the_bytes_of_the_snapshot_again(home, whole):
    def found(where):
        return next(check for check in run(where, "doctor", "--json").json()["checks"] if check["name"] == "snapshot")

    assert found(whole)["ok"]
    assert not found(home)["ok"]
    assert "damaged" in found(home)["detail"]


def test_a_score_run_does_not_take_the_snapshot_s_damage_for_the_warehouse_s(home):
    done = run(home, "score", "--as-of", "2026-12-01", "--quiet")
    assert done.code == 6, done.err
    assert "Snapshot 1 cannot be read" in done.err
