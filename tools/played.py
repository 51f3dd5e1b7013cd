"""Pictures of the scenes in which several people act on a demo home, one of them over two weeks: what the docs show of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator

import uvicorn
from playwright.sync_api import Page
from tools import scenes

from uptake import jobs
from uptake.jobs import State
from uptake.settings import read_settings
from uptake.web import app
from uptake.web.server import address, bound

NewTab = Callable[[], Page]
Picture = Callable[[Page, str], object]
NOTICE = dt.timedelta(days=14)
"""Ten business days."""


def contest(new_tab: NewTab, base: str, home: pathlib.Path, picture: Picture) -> None:
    """A contest from its report to the notice, at `base`, where the home is served; it changes the home."""

    def score() -> None:
        as_of = json.loads((home / "snapshots" / "current.json").read_text())["as_of"]
        subprocess.run([sys.executable, "-m", "uptake", "score", "--as-of", as_of, "--home", str(home)], check=True)

    scenes.contest(new_tab, base, score, picture)


def policy(new_tab: NewTab, home: pathlib.Path, picture: Picture) -> None:
    """A policy from its proposal to its effect, on a copy of the home in which nobody has decided anything yet."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "home"
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("state.db*", "vendor"))
        with _served(copy) as (base, later):
            scenes.policy(new_tab, base, later, picture)


@contextlib.contextmanager
def _served(home: pathlib.Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The pages of a home by this process: their address, and what moves their clock on by two weeks."""
    settings, ahead = read_settings(home), [dt.timedelta()]
    state = State.of(settings)
    jobs.write_rights(settings, state, jobs.utc_now().date())
    listening = bound("127.0.0.1", 0)
    site = app(settings, state, clock=lambda: jobs.utc_now() + ahead[0])
    server = uvicorn.Server(uvicorn.Config(site, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield address(listening), lambda: ahead.__setitem__(0, NOTICE)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
