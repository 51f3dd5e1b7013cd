"""A log that cannot be written, for real: a disk that is full, a file that may not grow. Page, file, API, form and command give no row."""

from __future__ import annotations

import contextlib
import pathlib
import resource
from collections.abc import Iterator

import httpx2

from tests.attack import served
from tests.attack.crash import file_limit
from tests.attack.drive import apart
from uptake.errors import Unreachable

SMALLEST = 4096
ROOM = 4_000_000
"""Bytes left on the small disk before it is filled: enough to start and to sign in."""
READS = {
    "Manager": (
        "/team",
        "/team/not_using.csv",
        "/team/not_using.xlsx",
        "/api/v1/not_using",
        "/api/v1/not_using.parquet",
    ),
    "Engineer": ("/me", "/me.json", "/api/v1/quarter_scores"),
}


class FullDisk:
    """The home on a disk of its own, which is filled to the brim (an unprivileged mount of memory, seen by the server alone)."""

    def __init__(self, home: pathlib.Path) -> None:
        self.home = home
        size = sum(one.stat().st_size for one in home.rglob("*") if one.is_file())
        self.copy = home.parent / f"{home.name}-of-memory"
        self.copy.mkdir()
        script = (
            f'mount -t tmpfs -o size={2 * size + ROOM} tmpfs {self.copy} && cp -r {home}/. {self.copy} && exec "$@"'
        )
        self.before = ("unshare", "-rm", "sh", "-c", script, "-")

    def fill(self, server: served.Server) -> None:
        """From outside, through the root of the server's own mounts."""
        assert server.process is not None
        inside = pathlib.Path(f"/proc/{server.process.pid}/root{self.copy}")
        for size in (1_000_000, 4096, 1):
            with contextlib.suppress(OSError), (inside / f"fill-{size}").open("wb", buffering=0) as file:
                while file.write(b"x" * size):
                    pass


class MayNotGrow:
    """The server may write no file beyond the size that its log of changes has."""

    def __init__(self, home: pathlib.Path) -> None:
        self.home = self.copy = home
        self.before: tuple[str, ...] = ()

    def fill(self, server: served.Server) -> None:
        assert server.process is not None
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (SMALLEST, SMALLEST))


WAYS = (FullDisk, MayNotGrow)


def tried(home: pathlib.Path, way: type[FullDisk | MayNotGrow]) -> tuple[str, list[str]]:
    """Fill the disk of a demo home that is served, read everything again; what was seen, and what was wrong."""
    made = way(home)
    server = served.Server(made.copy, made.before)
    server.start()
    with contextlib.ExitStack() as ending:
        ending.callback(server.kill)
        clients = {
            role: ending.enter_context(contextlib.closing(served.signed_in(server.base, role))) for role in READS
        }
        officer = ending.enter_context(contextlib.closing(served.signed_in(server.base, "Compliance officer")))
        officer.post("/case", data={"case": "CASE-1"}, headers=served.SAME_ORIGIN)
        before = {(role, path): clients[role].get(path) for role, paths in READS.items() for path in paths}
        wrong = [
            f"{path}: {answer.status_code} with room"
            for (_, path), answer in before.items()
            if answer.status_code != 200
        ]
        people = set(served.PERSON.findall(before["Manager", "/api/v1/not_using"].text))
        made.fill(server)
        answers = {path: clients[role].get(path) for role, path in before}
        answers["search"] = officer.post("/assurance/search", data={"person": min(people)}, headers=served.SAME_ORIGIN)
        days = {"from": "2020-01-01", "to": "2030-01-01"}
        answers["pack"] = officer.post("/assurance/pack", data=days, headers=served.SAME_ORIGIN)
        wrong += [f"{path}: {what}" for path, answer in answers.items() for what in _rows(answer, people)]
    if not people:
        wrong.append("nobody was read with room")
    return f"{way.__name__}: {len(answers)} reads without room", wrong + list(_command(home))


def _rows(answer: httpx2.Response, people: set[str]) -> Iterator[str]:
    if answer.status_code != 503:
        yield f"{answer.status_code} without room"
    if people & set(served.PERSON.findall(answer.text)) or answer.content[:2] == b"PK":
        yield "rows without room"


def _command(home: pathlib.Path) -> Iterator[str]:
    """The command line under the limit: what went wrong, and nobody."""
    asked = ("ask", "quarter_scores", "--as", "compliance", "--purpose", "assurance", "--case", "CASE-1", "--json")
    if apart(home, *asked).code != 0:
        yield "the command does not answer with room"
    done = apart(home, *asked, limit=file_limit(SMALLEST))
    if done.code != Unreachable.exit_code or served.PERSON.search(done.out + done.err):
        yield f"the command: exit {done.code}, {len(done.out)} characters"
