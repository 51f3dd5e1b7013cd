"""A vendor, and a home that is set up to fetch from it. The clock stands on a Friday morning."""

from __future__ import annotations

import datetime as dt
import json
import pathlib
import shutil
import types
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import duckdb
import pytest

from tests.attack.drive import Done, home_with_roles, run
from tests.fetch.answers import KEY
from tests.fetch.vendors import Vendor
from uptake import jobs
from uptake.fetch import FETCHERS
from uptake.fetch.problems import NotFetched
from uptake.fetch.run import opened
from uptake.fetch.waiting import Patience
from uptake.jobs import State, fetching
from uptake.settings import Settings, read_settings

NOW = dt.datetime(2026, 11, 27, 8)
TODAY = NOW.date()
ONE_DAY = dt.timedelta(days=1)
LIMITS = {"connect_seconds": 1, "read_seconds": 3, "patience_seconds": 0.8, "first_wait_seconds": 0.01}
FEW = 10
"""A trick that is played no more often than this is over some time."""
TENANTS = {
    "copilot-users": 'enterprise = "acme"',
    "copilot-seats": 'enterprise = "acme"',
    "copilot-billing": 'enterprise = "acme"',
    "copilot-billing-users": 'enterprise = "acme"',
    "scim": 'enterprise = "acme"',
    "github-identities": 'enterprise = "acme"',
    "codex": 'workspace = "ws-1"',
    "chatgpt-days": 'workspace = "ws-1"\napproved_by = "DPO-7"',
}


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


class _Standing(dt.datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return NOW.replace(tzinfo=tz)


@pytest.fixture(autouse=True)
def _time(monkeypatch):
    """Commands look at the clock themselves: no test may hang on the day on which it runs."""
    monkeypatch.setattr(jobs, "dt", types.SimpleNamespace(**{**vars(dt), "datetime": _Standing}))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def vendor():
    made = Vendor()
    yield made
    made.close()


@dataclass
class Home:
    """A home whose fetches go to one vendor."""

    path: pathlib.Path
    vendor: Vendor
    now: dt.datetime = NOW
    limits: dict[str, Any] = field(default_factory=lambda: dict(LIMITS))
    extra: dict[str, str] = field(default_factory=dict)
    landed: dict[dt.date, str] = field(default_factory=dict)
    hosts: dict[str, int] = field(default_factory=dict)

    def write(self, own_base: tuple[str, ...] = ()) -> None:
        text = '[operator]\nroles = ["administrator", "compliance"]\n[fetch]\n'
        text += "".join(f"{name} = {value}\n" for name, value in self.limits.items())
        for source in FETCHERS:
            text += f'[fetch.{source}]\nkey = "{KEY}"\n{TENANTS.get(source, "")}\n'
            text += "" if source in own_base else f'base_url = "{self.vendor.base}"\n'
            text += self.extra.get(source, "") + "\n"
        (self.path / "settings.toml").write_text(text)
        (self.path / "settings.toml").chmod(0o600)

    def settings(self) -> Settings:
        """Those of the file; patient with a vendor who will recover, since the machine may be busy, and soon through with one who will not."""
        read = read_settings(self.path)
        lasting = self.vendor.down or any(left[0] > FEW for _, left in self.vendor.tricks)
        if lasting or read.fetch.patience_seconds != LIMITS["patience_seconds"]:
            return read
        return read.model_copy(update={"fetch": read.fetch.model_copy(update={"patience_seconds": 60.0})})

    def fetch(self, source: str, first: dt.date | None = None, last: dt.date | None = None) -> fetching.FetchReport:
        settings = self.settings()
        state = State.of(settings)
        try:
            return fetching.fetch(settings, state, source, (first, last), lambda: self.now, pause=lambda _: None)
        finally:
            state.close()

    def land(self, source: str, first: dt.date | None = None, last: dt.date | None = None) -> fetching.FetchReport:
        """As `fetch`, with nothing loaded: what is tested ends at the files."""
        report = fetching.FetchReport(source)
        with opened(self.settings(), source, self.now, partial(Patience, sleep=lambda _: None)) as run:
            for day in run.plan(first, last):
                try:
                    landed = run.day(day)
                except NotFetched as error:
                    report.failed[day] = error
                    continue
                if landed.rows:
                    self.landed[day] = landed.path.read_text()
                (report.whole if landed.rows else report.empty).append(day)
                run.loaded(landed)
            self.hosts = run.asking.wire.hosts
        return report

    def planned(self, source: str) -> tuple[dt.date, ...]:
        with opened(read_settings(self.path), source, self.now) as run:
            return run.plan(None, None)

    def landed_rows(self, day: dt.date) -> list[dict[str, Any]]:
        """Rows of the file of a day, as `land` saw it."""
        return [json.loads(line) for line in self.landed[day].splitlines()]

    def run(self, *words: object) -> Done:
        return run(self.path, *words)

    def rows(self, question: str, *words: object) -> list[dict[str, Any]]:
        done = run(self.path, "ask", question, *words, "--format", "json")
        assert done.code == 0, done.err
        found: list[dict[str, Any]] = json.loads(done.out)
        return found

    def score(self, as_of: dt.date) -> None:
        settings = read_settings(self.path)
        state = State.of(settings)
        jobs.score(settings, state, as_of)
        state.close()

    def files(self, source: str) -> list[str]:
        return sorted(path.name for path in (self.path / "fetched" / source).iterdir())

    def held_files(self, source: str) -> list[str]:
        """Files of days, without notes and lock."""
        return [name for name in self.files(source) if name not in ("days.json", "lock")]

    def held(self, sql: str) -> dict[Any, Any]:
        """Two columns of the warehouse; empty while there is none."""
        file = self.path / "warehouse" / "warehouse.duckdb"
        if not file.exists():
            return {}
        with duckdb.connect(str(file), read_only=True) as connection:
            rows = connection.execute(sql).fetchall()
        assert len({row[0] for row in rows}) == len(rows)
        return dict(rows)

    def all_bytes(self) -> bytes:
        return b"".join(
            path.read_bytes() for path in self.path.rglob("*") if path.is_file() and path.name != "settings.toml"
        )


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> pathlib.Path:
    """A home whose stores are made: to make them anew for each test would be most of the time."""
    made = home_with_roles(tmp_path_factory.mktemp("empty") / "home", "administrator", "compliance")
    (made / "people.csv").write_text("person_id,email,lob\nE-1,e1@x.example,Payments\n")
    assert run(made, "ingest", "hr-people", made / "people.csv").code == 0
    (made / "people.csv").unlink()
    return made


@pytest.fixture
def home(tmp_path, vendor, empty) -> Home:
    made = Home(shutil.copytree(empty, tmp_path / "home"), vendor)
    made.write()
    return made


def claude(name: str, day: dt.date, sessions: int = 3) -> dict[str, Any]:
    """A row of the Claude Code report."""
    return {
        "date": f"{day}T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": f"{name}@x.example"},
        "organization_id": "org-1",
        "customer_type": "api",
        "terminal_type": "vscode",
        "core_metrics": {"num_sessions": sessions, "lines_of_code": {"added": 5, "removed": 1}},
        "tool_actions": {"edit_tool": {"accepted": 4, "rejected": 1}},
        "model_breakdown": [],
    }
