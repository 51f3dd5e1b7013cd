"""Every test of this folder runs on both stores: a SQLite file, and a database of a PostgreSQL server of its own."""

from __future__ import annotations

import pathlib
import tempfile

import pytest

from tests import postgres
from uptake.jobs import State


@pytest.fixture(scope="session")
def server():
    if not postgres.PROGRAMS:
        pytest.skip(postgres.ABSENT)
    with postgres.running(pathlib.Path(tempfile.mkdtemp(prefix="uptake-pg-"))) as made:
        yield made


class Store:
    """A store that is opened any number of times, as processes do."""

    def __init__(self, opened, file: pathlib.Path, url: str | None) -> None:
        self._opened, self.file, self.url = opened, file, url

    def open(self) -> State:
        return self._opened(self.file, self.url)


@pytest.fixture
def opened():
    """Opens a store by file and URL, or by its settings, and lets its connections go at the end."""
    made: list[State] = []

    def one(file, url=None) -> State:
        made.append(State(file, url) if isinstance(file, pathlib.Path) else State.of(file))
        return made[-1]

    yield one
    for state in made:
        state.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, opened, tmp_path):
    url = request.getfixturevalue("server").emptied() if request.param == "postgresql" else None
    return Store(opened, tmp_path / "state.db", url)


@pytest.fixture
def state(store):
    return store.open()
