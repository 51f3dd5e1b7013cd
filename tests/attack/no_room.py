"""A log that cannot be written, for real: a disk that is full, a file that may not grow. Page, file, API, form and command give no row."""

from __future__ import annotations

import contextlib
import json
import pathlib
import resource
import shutil
from collections.abc import Callable, Iterator

import httpx2

from tests.attack import served
from tests.attack.drive import apart
from uptake.jobs import State
from uptake.settings import read_settings
from uptake.state import rights

UNREACHABLE = 4
ROOM = 4_000_000
"""Bytes left on the small disk before it is filled: enough to start and to sign in."""
READS = {
    "Manager": ("/team", "/team/not_using.csv", "/team/not_using.xlsx", "/api/v1/not_using", "/api/v1/not_using.parquet"),
    "Engineer": ("/me", "/me.json", "/api/v1/quarter_scores"),
}


class FullDisk:
    """The home on a disk of its own, which is filled to the brim (an unprivileged mount of memory, seen by the server alone)."""

    def __init__(self, home: pathlib.Path) -> None:
        self.home = home
        size = sum(one.stat().st_size for one in home.rglob("*") if one.is_file())
        self.copy = home.parent / f"{home.name}-of-memory"
        self.copy.mkdir()
        script = f"mount -t tmpfs -o size={2 * size + ROOM} tmpfs {self.copy} && cp -r {home}/. {self.copy} && exec \"$@\""
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
        self.before = ()

    def fill(self, server: served.Server) -> None:
        assert server.process is not None
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
"""
