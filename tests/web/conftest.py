"""One small demo home for the whole run, and clients that sign in as somebody of its company."""

from __future__ import annotations

import contextlib
import datetime as dt
import pathlib
import re
import shutil

import pytest
from starlette.testclient import TestClient

from uptake.demo import run
from uptake.jobs import State
from uptake.settings import read_settings
from uptake.web import app

BASE = "http://127.0.0.1:8321"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
TITLES = {
    "executive": "Executive", "lob_lead": "Lead of a line", "manager": "Manager", "self": "Engineer",
    "compliance": "Compliance officer", "administrator": "Administrator", "licence": "Licence manager", "internal_audit": "Internal audit",
}  # fmt: skip


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """A home made by the demo, 700 people: enough for released lines, departments and a manager's list."""
    home = tmp_path_factory.mktemp("demo") / "home"
    run.demo(home, people=700, quarters=2, seed=7, progress=lambda *_: None)
    shutil.rmtree(home / "vendor")
    return home


@pytest.fixture(scope="session")
def plain_home(tmp_path_factory, demo_home):
    """The same figures in a home that no demo made: the marker is gone."""
    home = tmp_path_factory.mktemp("plain") / "home"
    shutil.copytree(demo_home, home)
    (home / "DEMO").unlink()
    return home


class Site:
    """An app of a home and clients of it."""

    def __init__(self, home: pathlib.Path, host: str = "127.0.0.1") -> None:
        self.home = home
        self.settings = read_settings(home)
        self.state = State(self.settings.state_file)
        self.app = app(self.settings, self.state, host=host, clock=lambda: dt.datetime(2026, 11, 24, 9))

    def client(self, base: str = BASE) -> TestClient:
        return TestClient(self.app, base_url=base, follow_redirects=False, raise_server_exceptions=False)

    def signed_in(self, role: str, place: int = 0) -> TestClient:
        """A client that chose the person at `place` of a role on the sign-in page."""
        client = self.client()
        page = client.get("/signin").text
        section = page.split(f">{TITLES[role]}</h2>")[1].split("</section>")[0]
        key = re.findall(r'name="who" value="([^"]+)"', section)[place]
        answer = client.post("/signin", data={"who": key}, headers=SAME_ORIGIN)
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture(scope="session")
def demo(demo_home):
    return Site(demo_home)


@pytest.fixture(scope="session")
def plain(plain_home):
    return Site(plain_home)


@contextlib.contextmanager
def profile(site: Site, name: str):
    """Another policy profile for a while."""
    before = site.app.state.site.policy.profile
    site.app.state.site.switch_profile(name)
    try:
        yield
    finally:
        site.app.state.site.switch_profile(before)
