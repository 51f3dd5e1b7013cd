"""Two servers of one company: real processes, each with a home of its own, with their state on one database; and people who go on at the other one."""

from __future__ import annotations

import contextlib
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

from tests.web.conftest import SAME_ORIGIN, TITLES

CATEGORIES = ("leave", "part_time", "shared_account", "wrong_team", "wrong_identity", "vendor_gap", "other")
QUARTERS = ("2026Q2", "2026Q3")
CLAIMS = [(category, quarter) for quarter in QUARTERS for category in CATEGORIES]


def beside(home: pathlib.Path) -> pathlib.Path:
    """The home of a second machine, as the how-to makes it: settings, keys and snapshots, and no warehouse."""
    other = home.with_name("second")
    other.mkdir(mode=0o700)
    for name in ("keys", "snapshots"):
        shutil.copytree(home / name, other / name)
    for name in ("settings.toml", "DEMO"):
        if (home / name).exists():
            shutil.copy(home / name, other / name)
    return other


@dataclass
class Server:
    """`uptake serve` of a home, on a free port."""

    home: pathlib.Path
    process: subprocess.Popen[str] = field(init=False)
    url: str = field(init=False)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "uptake", "serve", "--home", str(self.home), "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        said = self.process.stderr.readline()
        self.url = re.search(r"http://127\.0\.0\.1:\d+", said)[0]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=30)


@contextlib.contextmanager
def running(*homes: pathlib.Path) -> Iterator[list[Server]]:
    made: list[Server] = []
    try:
        made += [Server(home) for home in homes]
        yield made
    finally:
        for one in made:
            one.stop()


class Person:
    """Somebody with one session, who asks a server and, when it does not answer, the next one."""

    def __init__(self, servers: list[Server], role: str, place: int) -> None:
        self.urls, self.turn, self.retried = [server.url for server in servers], 0, 0
        self._client = httpx2.Client(timeout=30, headers=SAME_ORIGIN)
        section = self.ask("GET", "/signin").text.split(f">{TITLES[role]}</h2>")[1].split("</section>")[0]
        key = re.findall(r'name="who" value="([^"]+)"', section)[place]
        assert self.ask("POST", "/signin", {"who": key}).status_code == 303

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> httpx2.Response:
        """By turns at the one and the other; again at the next one where nobody answers."""
        for _ in range(3 * len(self.urls)):
            self.turn += 1
            url = self.urls[self.turn % len(self.urls)]
            try:
                return self._client.request(method, url + path, data=form)
            except httpx2.TransportError:
                self.retried += 1
        raise AssertionError("no server answers")

    def close(self) -> None:
        self._client.close()


@dataclass
class Told:
    """What the servers said was done: claims that were taken, and pages about the person that came."""

    claims: list[tuple[str, str]] = field(default_factory=list)
    pages: int = 0
    wrong: list[str] = field(default_factory=list)

    def work(self, person: Person, half: threading.Barrier) -> None:
        """Report every error there is, and read the own rows between; half-way wait for the others."""
        try:
            for number, (category, quarter) in enumerate(CLAIMS):
                if number == len(CLAIMS) // 2:
                    half.wait(timeout=120)
                done = person.ask("POST", "/me/contest", {"category": category, "quarter": quarter})
                self._note(done.status_code == 303, f"contest {done.status_code}")
                self.claims += [(category, quarter)] if done.status_code == 303 else []
                page = person.ask("GET", "/api/v1/my_contests")
                self._note(page.status_code == 200, f"rows {page.status_code}")
                self.pages += page.status_code == 200
                # Whatever was told to be taken is there, whichever server is asked.
                held = {(row["category"], row["quarter"]) for row in page.json()} if page.status_code == 200 else set()
                self._note(set(self.claims) <= held, "a contest is not there")
        except Exception as error:  # noqa: BLE001  a thread's own failure is to be seen by the test
            self.wrong.append(repr(error))
            half.abort()

    def _note(self, held: bool, what: str) -> None:
        if not held:
            self.wrong.append(what)
