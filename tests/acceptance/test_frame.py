"""The frame tells a check that holds from one that does not, and lets none hide another."""

from __future__ import annotations

import pathlib
import subprocess
import sys

from tests.acceptance import frame

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _raises(_folder):
    raise ValueError("broken")


def test_a_table_says_what_held_and_what_did_not():
    held = frame.Check("01_good", "0", lambda folder: frame.Seen(f"{len(list(folder.iterdir()))}", held=True))
    missed = frame.Check("02_missed", "0", lambda _folder: frame.Seen("3", held=False))
    rows, all_held = frame.run([held, missed, frame.Check("03_broken", "0", _raises), held], say=len)
    assert [row[3] for row in rows] == ["pass", "FAIL", "FAIL", "pass"]
    assert not all_held
    assert rows[2][2] == "ValueError: broken"
    text = frame.table(rows).splitlines()
    assert text[0].split() == ["check", "asked", "seen", "result", "seconds"]
    assert len(text) == 5
    assert frame.run([held], say=len)[1]


def test_checks_are_found_by_their_names(tmp_path):
    for name in ("check_21_b.py", "check_03_a.py", "frame.py"):
        (tmp_path / name).write_text("")
    assert frame.names(folder=tmp_path) == ["check_03_a", "check_21_b"]
    assert frame.names(["21"], tmp_path) == ["check_21_b"]


def test_every_check_states_what_it_asks():
    for name in frame.names():
        found = frame.read(name)
        assert found.asked
        assert callable(found.run)


def test_an_unknown_check_is_wrong_usage():
    done = subprocess.run([sys.executable, "-m", "tests.acceptance", "99"], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 2
