"""The scheduler of `serve`: fetches and scores that are due, one at a time, each in a process of its own, since a server opens no warehouse.

When a fetch ran and how it ended stands in the run ledger, so a restart forgets nothing, and `uptake doctor` sees the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence

from uptake import jobs
from uptake.errors import UserError
from uptake.jobs import fetching
from uptake.pipeline import Clock
from uptake.settings import Settings
from uptake.state import State

TICK_SECONDS = 20.0
POLL_SECONDS = 0.2
GRACE_SECONDS = 5.0
LOWER = 10
"""Steps of priority (nice) by which a job gives way to answers of the server on the same cores."""
JITTER_PERCENT = 10
"""Of the interval: homes that were started together do not all ask at the full hour."""


SCORE = "score"
"""The job beside those that are named as sources: it drains the spool, fills, scores and publishes."""


def is_wanted(settings: Settings) -> bool:
    """True when something is to run by itself."""
    return settings.score.every > 0 or any(vendor.every for _, vendor in settings.fetch.set_up())


def keep_fetching(settings: Settings, state: State, ended: threading.Event, clock: Clock = jobs.utc_now) -> None:
    """Run what is due until told to end; a fetch that runs then is ended with it, and the next run goes on where it was."""
    begun: dict[str, dt.datetime] = {}
    while not ended.wait(TICK_SECONDS):
        source = None
        with contextlib.suppress(UserError):  # a store that is away for a moment ends no scheduler
            source = next_due(settings, state, clock(), begun)
        if source is not None:
            begun[source] = clock()
            _run(command(settings, source), ended)


def next_due(settings: Settings, state: State, now: dt.datetime, begun: dict[str, dt.datetime]) -> str | None:
    """The source, or `score`, that has been due for the longest time. `begun`: what this process started, in case that came to no ledger.

    None where no warehouse is: a second server has the settings of the first one, and its days would be missing there.
    """
    if not settings.warehouse_file.exists():
        return None
    waiting = []
    for found in outlooks(settings, state, now):
        if found.due is None:
            continue
        due = found.due + _jitter(settings, found)
        mine = begun.get(found.source)
        if mine is not None:
            due = max(due, mine + min(dt.timedelta(hours=found.every), fetching.AFTER_FAILURE))
        if due <= now:
            waiting.append((due, found.source))
    return min(waiting)[1] if waiting else None


def outlooks(settings: Settings, state: State, now: dt.datetime) -> list[fetching.Outlook]:
    """Of every fetch that is set up, and of scoring where it is to run by itself."""
    every = settings.score.every
    scoring = [fetching.outlook(state, SCORE, SCORE, every, now)] if every else []
    return [*fetching.outlooks(settings, state, now), *scoring]


def _jitter(settings: Settings, found: fetching.Outlook) -> dt.timedelta:
    """Some part of the interval, the same for one home and run whenever it is asked for; none before the first run."""
    if found.begun is None:
        return dt.timedelta()
    drawn = hashlib.sha256(f"{settings.home.resolve()}|{found.source}|{found.begun}".encode()).digest()[0]
    return dt.timedelta(hours=found.every) * JITTER_PERCENT * drawn / (100 * 255)


def command(settings: Settings, source: str) -> list[str]:
    """The words of a job in a process of its own. No key is among them: it reads the settings itself."""
    words = [SCORE] if source == SCORE else ["fetch", source]
    return [sys.executable, "-m", "uptake", *words, "--quiet", "--home", str(settings.home.resolve())]


def _run(words: Sequence[str], ended: threading.Event) -> None:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet) as child:  # noqa: S603 - our own words
        with contextlib.suppress(OSError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, child.pid, os.getpriority(os.PRIO_PROCESS, 0) + LOWER)
        while child.poll() is None:
            if ended.wait(POLL_SECONDS):
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(GRACE_SECONDS)
                child.kill()
                return
