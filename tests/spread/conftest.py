"""One demo home large enough for lines of 50 active people and departments of 25 who can be compared."""

from __future__ import annotations

import pytest

from tests.demo_home import made


@pytest.fixture(scope="session")
def scored_home(tmp_path_factory):
    return made(tmp_path_factory.mktemp("spread") / "home", 1500, seed=7)
