"""One demo home large enough for lines of 50 active people and departments of 25 who can be compared."""

from __future__ import annotations

import shutil

import pytest

from uptake.demo import run


@pytest.fixture(scope="session")
def scored_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("spread") / "home"
    run.demo(home, people=1500, quarters=2, seed=7, progress=lambda *_: None)
    shutil.rmtree(home / "vendor")
    return home
