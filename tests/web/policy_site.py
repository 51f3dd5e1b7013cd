"""A demo home in which nobody has decided anything yet, with a clock that can be moved."""

from __future__ import annotations

import datetime as dt
import pathlib
import shutil

from tests.web.conftest import DAY, Site
from uptake import jobs
from uptake.web import app


class Undecided(Site):
    """`now` is what the app takes for the time."""

    def __init__(self, demo_home: pathlib.Path, folder: pathlib.Path) -> None:
        shutil.copytree(demo_home, folder / "home")
        for file in (folder / "home").glob("state.db*"):
            file.unlink()
        super().__init__(folder / "home")
        self.now = dt.datetime(2026, 11, 24, 9)
        jobs.write_rights(self.settings, self.state, DAY)
        self.app = app(self.settings, self.state, clock=lambda: self.now)

    def later(self, days: int) -> None:
        self.now += dt.timedelta(days=days)
