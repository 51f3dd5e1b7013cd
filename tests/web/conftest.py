"""One small demo home for the whole run, and clients that sign in as somebody of its company."""

from __future__ import annotations

import contextlib
import datetime as dt
import pathlib
import re
import shutil

import pytest
from starlette.testclient import TestClient

from tests.demo_home import made
from tests.web import provider
from uptake import jobs, pipeline
from uptake.jobs import State
from uptake.settings import read_settings
from uptake.web import app

DAY = dt.date(2026, 11, 24)
BASE = "http://127.0.0.1:8321"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
TITLES = {
    "executive": "Executive", "lob_lead": "Lead of a line", "manager": "Manager", "self": "Engineer",
    "compliance": "Compliance officer", "administrator": "Administrator", "licence": "Licence manager", "internal_audit": "Internal audit",
}  # fmt: skip


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """A home made by the demo, 700 people: enough for released lines, departments and a manager's list."""
    return made(tmp_path_factory.mktemp("demo") / "home", 700, seed=7)


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
        url = self.settings.state.url
        self.state = State(self.settings.state_file, url.get_secret_value() if url else None)
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


@pytest.fixture(scope="session")
def people(plain_home):
    """A manager, one of their reports, and the report's e-mail."""
    found = pipeline.employees(Site(plain_home).settings, DAY)
    emails = {row[0]: row[6] for row in found}
    leading = {row[1] for row in found}
    manager, report = next(
        (row[1], row[0]) for row in found if row[1] and emails[row[0]] and emails.get(row[1]) and row[0] not in leading
    )
    return {"manager": manager, "report": report, "email": emails[report], "manager_email": emails[manager]}


@pytest.fixture(scope="session")
def issuer(people):
    """A provider that knows them, a stranger, and somebody in each group."""
    users = [
        {"sub": "report", "email": people["email"].upper(), "email_verified": True},
        {"sub": "unverified", "email": people["email"], "email_verified": False},
        {"sub": "byid", "email": people["report"], "email_verified": True},
        {"sub": "manager", "email": people["manager_email"], "groups": ["leads", "unknown group"]},
        {"sub": "stranger", "email": "stranger@nowhere.example"},
        *({"sub": group, "email": f"{group}@nowhere.example", "groups": [group]} for group in provider.GROUPS),
    ]
    with provider.running(users) as where:
        yield where


@pytest.fixture(scope="session")
def oidc_home(plain_home, issuer, tmp_path_factory):
    """No setting but the sign-in, no policy but the default."""
    made = tmp_path_factory.mktemp("oidc") / "home"
    shutil.copytree(plain_home, made)
    for file in made.glob("state.db*"):
        file.unlink()
    (made / "settings.toml").write_text(provider.settings_text(issuer))
    site = Site(made)
    jobs.write_rights(site.settings, site.state, DAY)
    return made


def every(client: TestClient, path: str) -> list[dict[str, object]]:
    """All rows of a list of the API, part by part."""
    rows = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        rows += answer.json()
        path = answer.links.get("next", {}).get("url", "")
    return rows


@contextlib.contextmanager
def profile(site: Site, name: str):
    """Another policy profile for a while."""
    before = site.app.state.site.policy.profile
    site.app.state.site.switch_profile(name)
    try:
        yield
    finally:
        site.app.state.site.switch_profile(before)
