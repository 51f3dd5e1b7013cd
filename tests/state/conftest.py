"""Every test of this folder runs on both stores: a SQLite file, and a database of a PostgreSQL server of its own."""

from __future__ import annotations

import itertools
import pathlib
import tempfile

import pytest

from tests import postgres
from uptake.jobs import State

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def server():
    if not postgres.PROGRAMS:
        pytest.skip(postgres.ABSENT)
    with postgres.running(pathlib.Path(tempfile.mkdtemp(prefix="uptake-pg-"))) as made:
        yield made


class Store:
    """A store that is opened any number of times, as processes do."""

    def __init__(self, file: pathlib.Path, url: str | None) -> None:
        self.file, self.url, self.opened = file, url, []

    def open(self) -> State:
        state = State(self.file, self.url)
        self.opened.append(state)
        return state


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    url = request.getfixturevalue("server").database(f"t{next(NUMBERS)}") if request.param == "postgresql" else None
    made = Store(tmp_path / "state.db", url)
    yield made
    for state in made.opened:
        state.engine.dispose()


@pytest.fixture
def state(store):
    return store.open()
