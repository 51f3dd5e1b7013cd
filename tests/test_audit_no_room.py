"""A real server and the real command whose log may not grow: 503, exit code, and no row. The full disk is check 10 of the acceptance run."""

from __future__ import annotations

from tests import demo_home
from tests.attack import no_room


def test_without_room_for_the_record_there_is_no_row(tmp_path):
    said, wrong = no_room.tried(demo_home.made(tmp_path / "home", 200, quarters=1), no_room.MayNotGrow)
    assert wrong == []
    assert said == "MayNotGrow: 10 reads without room"
