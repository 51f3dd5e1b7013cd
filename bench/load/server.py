"""The product in processes of its own: one that serves, and one after the other that load a day and score it."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import http.client
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

from bench.measure import ROOT

WAIT = 300
"""Seconds: a machine of two cores at a load of 30 needs 40 for the first page of a small company."""
TICKS = os.sysconf("SC_CLK_TCK")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})\.ndjson\.gz$")


def copied(home: pathlib.Path, to: pathlib.Path, *without: str) -> pathlib.Path:
    """A home without its vendor files, and with nobody's sessions touched: what is measured changes nothing of the original."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("vendor", "logs", "truth", "*.db-shm", *without))
    return to


class Server:
    """`uptake serve` of a home: where it is, what it used.

    `pages`: what is asked first, one after the other, each by the cookie of somebody who is signed in (empty: nobody).
    `started`: (page, seconds, CPU seconds) from the start of the process to the end of each of them, the address itself first.
    """

    def __init__(self, home: pathlib.Path, pages: Sequence[tuple[str, str]] = ()) -> None:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "uptake", "serve", "--home", str(home), "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        line = self.process.stderr.readline() if self.process.stderr else ""
        found = re.search(r"http://(127\.0\.0\.1):(\d+)", line)
        if found is None:
            raise RuntimeError("the server did not start")
        self.where = (found[1], int(found[2]))
        self.started = [("the address is told", time.perf_counter() - begun, self.cpu())]
        for path, cookie in pages:
            asked = http.client.HTTPConnection(*self.where, timeout=WAIT)
            asked.request("GET", path, headers={"Cookie": cookie})
            answer = asked.getresponse()
            answer.read()
            asked.close()
            if answer.status != 200:
                raise RuntimeError(f"the first {path} was answered with {answer.status}")
            what = f"{path} for {'somebody who is signed in' if cookie else 'nobody'}"
            self.started.append((what, time.perf_counter() - begun, self.cpu()))
        # What it says afterwards is not read: the pipe must not fill.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()  # type: ignore[union-attr]

    def cpu(self) -> float:
        """CPU seconds so far, of all threads."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> tuple[float, float]:
        """MB of memory now, and at most so far."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        now, most = (int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1000 for name in ("VmRSS", "VmHWM"))  # type: ignore[index]
        return now, most

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=WAIT)


class Ingest:
    """Loads a new day and scores it, again and again with the next day, until it is told to stop; counts the days that are done."""

    def __init__(self, home: pathlib.Path, vendor: pathlib.Path, as_of: dt.date) -> None:
        self._home, self._vendor, self._as_of = home, vendor, as_of
        self._ended, self.done = threading.Event(), 0
        self._running: subprocess.Popen[bytes] | None = None

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            if self._running is not None:
                self._running.terminate()
            thread.join()

    def _run(self) -> None:
        folder = self._vendor / "copilot-users"
        files = sorted(file for file in folder.iterdir() if _DAY.search(file.name))
        text, last = gzip.decompress(files[-1].read_bytes()).decode(), _DAY.search(files[-1].name)[1]  # type: ignore[index]
        day = dt.date.fromisoformat(last)
        while not self._ended.is_set():
            day += dt.timedelta(days=1)
            beside = self._home / f"users-1-day-{day}.ndjson.gz"
            beside.write_bytes(gzip.compress(text.replace(last, day.isoformat()).encode(), 1))
            as_of = max(self._as_of, day + dt.timedelta(days=1))
            made = self._command("ingest", "copilot-users", beside) and self._command("score", "--as-of", as_of)
            beside.unlink()
            self.done += made
            if not made:
                return

    def _command(self, *words: object) -> bool:
        command = [sys.executable, "-m", "uptake", *map(str, words), "--home", str(self._home), "--quiet"]
        self._running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        return self._running.wait() in (0, 4)
