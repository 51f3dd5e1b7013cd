"""Ends a run on a cluster for which no worker does anything: Spark itself would wait for ever, on a master as behind Spark Connect."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

LOOK_SECONDS = 1
PATIENCE = 5
"""Seconds for the thread to end with its run."""


class Work(Protocol):
    """What a session has given to the workers."""

    def waits(self) -> bool:
        """True if there is work and no worker does any."""

    def cancel(self) -> object:
        """Give all of it up: who waits for it meets an error."""


class OnMaster:
    """The work of a session that speaks to the workers itself."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def waits(self) -> bool:
        tracker = self.context.statusTracker()
        stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        return bool(stages) and not any(stage and stage.numActiveTasks for stage in stages)

    def cancel(self) -> object:
        return self.context.cancelAllJobs()


class OnConnect:
    """The work of a session behind Spark Connect, as its server tells of it while we wait for an answer."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.idle = False
        session.registerProgressHandler(self.told)

    def told(self, stages: Any, inflight_tasks: int, operation_id: str | None, done: bool) -> None:
        """Called by Spark whenever something changed; what it told last goes on."""
        del operation_id
        self.idle = not done and inflight_tasks <= 0 and any(not stage.done for stage in stages)

    def waits(self) -> bool:
        return self.idle

    def cancel(self) -> object:
        return self.session.interruptAll()


class Watch:
    """Looks at the work of a run once a second, and cancels it when it has stood still for too long.

    Two waits, with a limit each: for the first worker, whom a busy cluster may grant late; and, once work was done, for another one.
    """

    def __init__(
        self, work: Work, first_seconds: int, idle_seconds: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.work = work
        self.first_seconds = first_seconds
        self.idle_seconds = idle_seconds
        self.clock = clock
        self.begun = False
        self.why = ""
        self.since: float | None = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join(PATIENCE)

    def _watch(self) -> None:
        while not self.why and not self.ended.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:  # noqa: BLE001  whatever ails the session, the run itself meets it and says it
                return

    def look(self) -> None:
        """Look once; `why` is set where the run was ended."""
        if not self.work.waits():
            self.since = None
            return
        now = self.clock()
        self.since = now if self.since is None else self.since
        if now - self.since < (self.idle_seconds if self.begun else self.first_seconds):
            return
        self.why = (
            f"no worker was left to do its work for {self.idle_seconds} seconds (`spark.wait_seconds`)"
            if self.begun
            else f"no worker came within {self.first_seconds} seconds (`spark.start_seconds`)"
        )
        self.work.cancel()
