"""One demo home large enough for lines of 50 active people and departments of 25 who can be compared."""

from __future__ import annotations

import duckdb
import pytest

from tests.demo_home import made


@pytest.fixture(scope="session")
def scored_home(tmp_path_factory):
    return made(tmp_path_factory.mktemp("spread") / "home", 1500, seed=7)


@pytest.fixture(scope="module")
def snapshot(scored_home):
    with duckdb.connect(str(next((scored_home / "snapshots").glob("*.duckdb"))), read_only=True) as connection:
        yield connection
