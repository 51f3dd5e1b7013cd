"""A command in a process of its own that forks from one in which the program is imported: what it does to the disk, without the second that a start takes.

The process it forks from has run nothing, so that each command begins as the one before did and makes the same calls in the same order.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pathlib
import resource
import subprocess
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from tests.attack.drive import Done
from uptake import cli

IMPORTED = ["uptake.cli", "uptake.jobs", "uptake.cli.scoring", "uptake.pipeline.scoring", "tests.attack.warm"]
PATIENCE = 30.0
"""Seconds until the tracer must hold the process."""
_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1 & 0xFFFFFFFFFFFFFFFF)
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(IMPORTED)


class Running:
    """One command under way in a process of its own."""

    def __init__(
        self, home: pathlib.Path, words: Sequence[object], limit: int | None = None, tracer: Sequence[str] = ()
    ) -> None:
        go, self._told = _CONTEXT.Pipe(duplex=False)
        pipes = [_CONTEXT.Pipe(duplex=False) for _ in ("out", "err")]
        given = [*(str(word) for word in words), "--home", str(home)]
        self._process = _CONTEXT.Process(
            target=_command, args=(go, [end for _, end in pipes], given, str(home.parent), limit)
        )
        self._process.start()
        for end in (go, *(end for _, end in pipes)):
            end.close()
        self._printed = [start for start, _ in pipes]
        self._holding = _held(self._process.pid, tracer) if tracer and self._process.pid else None
        self._told.send_bytes(b"go")

    def wait(self, seconds: float) -> bool:
        """Whether it still runs after so long; sooner where it ends."""
        self._process.join(seconds)
        return self._process.exitcode is None

    def kill(self) -> None:
        self._process.kill()

    def done(self) -> Done:
        """How it ended, once it has."""
        out, err = (_all(start) for start in self._printed)
        self._process.join()
        if self._holding is not None:
            self._holding.wait()
        self._told.close()
        return Done(self._process.exitcode or 0, out, err)


def warm(home: pathlib.Path, *words: object, limit: int | None = None, tracer: Sequence[str] = ()) -> Done:
    """One command. `limit`: bytes beyond which no file grows. `tracer`: words of one that takes `-p PID`; it holds the process before the command begins."""
    return Running(home, words, limit, tracer).done()


def _held(pid: int, tracer: Sequence[str]) -> subprocess.Popen[bytes]:
    holding = subprocess.Popen([*tracer, "-p", str(pid)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while "TracerPid:\t0\n" in pathlib.Path(f"/proc/{pid}/status").read_text():
        if holding.poll() is not None or time.monotonic() > until:
            raise AssertionError("the tracer does not hold the command")
        time.sleep(0.005)
    return holding


def _all(start: Any) -> str:
    """What came through a pipe until its other end was closed; it is read as bytes, not as messages."""
    with os.fdopen(os.dup(start.fileno()), "rb") as stream:
        text = stream.read().decode("utf-8", "replace")
    start.close()
    return text


def _command(go: Connection, ends: Sequence[Connection], words: list[str], folder: str, limit: int | None) -> None:
    """In the new process: wait for the word, then be the command."""
    for number, end in enumerate(ends, start=1):
        os.dup2(end.fileno(), number)
        end.close()
    os.chdir(folder)
    # Where a kernel lets only ancestors trace, this allows it to the tracer beside us.
    ctypes.CDLL(None).prctl(_PTRACER, _ANYBODY, 0, 0, 0)
    go.recv_bytes()
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    cli.main(words)
