"""Trace a command for calls to the network, with or without one."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

from tests.attack.crash import AS_OF, loads
from tests.attack.drive import COMPLIANCE, Done, apart, home_with_roles

CALLS = "connect,sendto,sendmsg,sendmmsg"
_OUTSIDE = re.compile(r"sa_family=AF_INET6?\b")
_LOOPBACK = re.compile(r'inet_addr\("127\.|"::1"')


def steps(folder: pathlib.Path, people: int = 5) -> list[list[object]]:
    """Commands from vendor files to answers, for the home `home` below the folder."""
    home_with_roles(folder / "home", "administrator", "compliance")
    asks: list[list[object]] = [["ask", "quarter_scores", *COMPLIANCE, "--json"], ["ask", "funnel", "--json"]]
    return [*loads(folder / "files", people), ["score", "--as-of", AS_OF, "--json"], *asks]


def _outside(file: pathlib.Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if _OUTSIDE.search(line) and not _LOOPBACK.search(line)]


def traced(folder: pathlib.Path, words: list[object], *, offline: bool) -> tuple[Done, list[str]]:
    """How a command of the product ended, and its calls to anything but the loopback."""
    log = folder / "trace"
    tracer = ["strace", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(log)]
    # Root needs no user namespace for it, and in a chroot may not make one.
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    alone = ["unshare", *root, "--net"] if offline else []
    done = apart(folder / "home", *words, before=[*tracer, *alone])
    return done, _outside(log)


def calls_outside(folder: pathlib.Path, argv: list[str]) -> list[str]:
    """Calls of any program to anything but the loopback."""
    log = folder / "trace"
    subprocess.run(["strace", "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(log), *argv], check=False, timeout=60)
    return _outside(log)
