"""`python -m bench.pages [--home HOME]`: CPU milliseconds and bytes of every page, question and file, as each role that may open it, in one process.

The clock is that of the processor, of all threads of the process, so that neighbours on the machine change little. `first`: the first request
after a start; `made`: nothing kept of the answer; `again`: as a server answers that made it before. Nothing here fails on a time.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import io
import pathlib
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.types import Message, Scope

from bench import measure
from bench.load import crowd
from bench.load.server import copied
from uptake.jobs import State, utc_now
from uptake.policy import QUESTIONS
from uptake.settings import read_settings
from uptake.web.app import app
from uptake.web.cache import Cache
from uptake.web.pages import PAGES
from uptake.web.pools import Pool
from uptake.web.sessions import COOKIE, Session, Sessions

TITLES = ("role", "address", "status", "first", "made", "again", "kB")
ROLES = (
    "self",
    "manager",
    "lob_lead",
    "executive",
    "compliance",
    "administrator",
    "internal_audit",
    "validator",
    "licence",
)
HATS = {"self": ("self", "board"), "manager": ("support", "training"), "compliance": ("", "case")}
"""Hats of a role that see different pages; any other role wears its first one."""
CHECKED = 40.0
"""Milliseconds above which a page, made anew, is marked."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: status, CPU milliseconds, bytes on the wire."""

    status: int
    cpu: float
    size: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One address as one role."""

    role: str
    address: str
    first: Answered
    made: Answered
    again: Answered

    def cells(self) -> tuple[str, ...]:
        times = [f"{one.cpu:.1f}" for one in (self.first, self.made, self.again)]
        return (self.role, self.address, str(self.made.status), *times, f"{self.made.size / 1000:.1f}")


class Desk:
    """The app of a home in this process, and how one asks it."""

    def __init__(self, home: pathlib.Path) -> None:
        settings = read_settings(home)
        self.state = State.of(settings)
        self.app: FastAPI = app(settings, self.state)
        self.site = self.app.state.site
        self._loop = asyncio.Runner()

    def get(self, path: str, cookie: str) -> Answered:
        """One GET; its CPU is of the whole process, and garbage of the one before is not charged to it."""
        gc.collect()
        begun = time.process_time()
        status, size = self._loop.run(_asked(self.app, path, cookie))
        return Answered(status, 1000 * (time.process_time() - begun), size)

    def close(self) -> None:
        self._loop.close()
        self.site.pools.close()
        self.state.close()


async def _asked(asked: FastAPI, path: str, cookie: str) -> tuple[int, int]:
    """Status and bytes of an answer, as a browser would get them."""
    where, _, query = path.partition("?")
    headers = [(b"host", b"127.0.0.1"), (b"accept-encoding", b"gzip"), (b"cookie", cookie.encode())]
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": where,
        "raw_path": where.encode(), "query_string": query.encode(), "root_path": "", "headers": headers, "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }  # fmt: skip
    status, size = 0, 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, size
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            size += len(message.get("body", b""))

    await asked(scope, receive, send)
    return status, size


def signed_in(desk: Desk, people: int) -> dict[str, list[str]]:
    """Role, with its hat where it has several -> cookies of so many people who wear it."""
    sessions = Sessions(desk.state, utc_now, lambda: desk.site.policy.version)
    found = {}
    for role in ROLES:
        named = crowd.people_of(desk.state, role)
        for hat in HATS.get(role, ("",)):
            opened = [_wearing(sessions, sessions.open(role, next(named)), hat) for _ in range(people)]
            found[f"{role} {hat}".strip()] = [f"{COOKIE}={sessions.cookie(one)}" for one in opened]
    return found


def _wearing(sessions: Sessions, session: Session, hat: str) -> Session:
    if hat == "case":
        return sessions.enter(session, crowd.CASE)
    return sessions.wear(session, hat) if hat and hat != session.hat.key else session


def addresses(*, files: bool) -> list[str]:
    """Every page and every question; the first file of each page too."""
    pages = [f"/{page.slug}" for page in PAGES]
    return [*pages, *(f"/api/v1/{name}" for name in QUESTIONS), *(f"{page}.csv" for page in pages if files)]


def measured(desk: Desk, role: str, cookies: Sequence[str], address: str) -> Measured | None:
    """One address as one role; None where the role may not open it. Each of the people asks once with nothing kept."""
    first = desk.get(address, cookies[0])
    if first.status != 200:
        return None
    made = []
    for cookie in cookies:
        desk.site.cache = Cache()
        made.append(desk.get(address, cookie))
    again = [desk.get(address, cookies[-1]) for _ in cookies]
    return Measured(role, address, first, _middle(made), _middle(again))


def _middle(answers: Sequence[Answered]) -> Answered:
    """The answer of the median CPU; the worst status of them all."""
    found = sorted(answers, key=lambda one: one.cpu)[len(answers) // 2]
    return Answered(max(one.status for one in answers), found.cpu, found.size)


def profiled(desk: Desk, role: str, address: str, times: int) -> str:
    """Where the time of an address goes, in the threads that make it: the 45 functions that take most."""
    profile = cProfile.Profile(time.process_time)
    cookies = signed_in(desk, 1)[role]
    desk.get(address, cookies[0])
    for pool in (desk.site.pools.light, desk.site.pools.heavy):
        _watch(pool, profile)
    for _ in range(times):
        desk.site.cache = Cache()
        desk.get(address, cookies[0])
    out = io.StringIO()
    pstats.Stats(profile, stream=out).sort_stats("cumulative").print_stats(45)
    return out.getvalue()


def _watch(pool: Pool, profile: cProfile.Profile) -> None:
    run = pool.run

    async def watched(work: Callable[[], Any]) -> Any:
        return await run(lambda: profile.runcall(work))

    pool.run = watched  # type: ignore[method-assign]


def table(rows: Sequence[Measured]) -> list[str]:
    """The rows under their titles; a page that takes more than CHECKED, made anew, is marked."""
    cells = [TITLES, *(row.cells() for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(TITLES))]
    marks = ["", *(" *" if row.made.cpu > CHECKED else "" for row in rows)]
    return [
        "  ".join(cell.ljust(width) if place < 2 else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))) + mark
        for row, mark in zip(cells, marks, strict=True)
    ]  # fmt: skip


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--home", type=pathlib.Path, help="a demo home that is there; it is copied, not changed")
    parser.add_argument("--people", type=int, default=1_000, help="people of the demo company that is made")
    parser.add_argument("--asking", type=int, default=5, help="people of each role who ask")
    parser.add_argument("--files", action="store_true", help="the CSV of each page as well")
    parser.add_argument("--only", default="", help="addresses that begin with this")
    parser.add_argument("--profile", default="", help="a role: where the time of the addresses of --only goes for it")
    return parser.parse_args()


def report(desk: Desk, given: argparse.Namespace) -> Iterator[str]:
    wanted = [one for one in addresses(files=given.files) if one.startswith(given.only)]
    if given.profile:
        yield from (profiled(desk, given.profile, address, given.asking) for address in wanted)
        return
    people = signed_in(desk, given.asking)
    rows = [measured(desk, role, cookies, address) for address in wanted for role, cookies in people.items()]
    yield from table([row for row in rows if row])


def main() -> int:
    given = arguments()
    with tempfile.TemporaryDirectory(prefix="uptake-pages-") as folder:
        source = given.home
        if source is None:
            source = pathlib.Path(folder) / "made"
            measure.uptake("demo", "--people", given.people, "--no-serve", "--json", "--home", source)
        desk = Desk(copied(source, pathlib.Path(folder) / "home", "warehouse"))
        try:
            print("\n".join(report(desk, given)))
        finally:
            desk.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
