"""Bounded FIFO pools: three threads for pages, one for files, two for what asks another server, each with a waiting line that refuses when it is full.

A semaphore is unfair under load; an executor's queue serves in the order of arrival (ENGINE.md).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from uptake.errors import Unreachable

T = TypeVar("T")
LIGHT, HEAVY, OUTSIDE = 3, 1, 2
LONGEST_LINE = 256
"""Requests that may wait for a thread of one pool; more are told to come back."""


class Pool:
    """Threads and the line before them."""

    def __init__(self, name: str, threads: int, longest: int = LONGEST_LINE) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(threads + longest)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, made in a thread of the pool.

        Raises:
            Unreachable: the line is full.
        """
        if not self._places.acquire(blocking=False):
            raise Unreachable("The server is busy", next_step="Try again in a moment")
        future = self._executor.submit(work)
        future.add_done_callback(lambda _done: self._places.release())
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let what runs end; what waits is not begun."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class Pools:
    """The pools of a server; `outside` waits for other servers, so that a slow one holds up no page."""

    def __init__(self) -> None:
        self.light = Pool("light", LIGHT)
        self.heavy = Pool("heavy", HEAVY)
        self.outside = Pool("outside", OUTSIDE)
        self.others: list[Pool] = []
        """Of routes that bring their own line; closed with the rest."""

    def close(self) -> None:
        for pool in (self.light, self.heavy, self.outside, *self.others):
            pool.close()
