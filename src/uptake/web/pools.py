"""Bounded FIFO pools: three threads for pages, one for files, two for what asks another server, each with a waiting line that refuses when it is full.

A semaphore is unfair under load; an executor's queue serves in the order of arrival (ENGINE.md). Posts of telemetry share a thread's turn: what
waits then is done together, since waking a thread and forcing the disk cost more than a post (decision 0074).
""
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from uptake.errors import Unreachable

T = TypeVar("T")
R = TypeVar("R")
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
            raise _busy()
        future = self._executor.submit(work)
        future.add_done_callback(lambda _done: self._places.release())
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let what runs end; what waits is not begun."""
        self._executor.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[T, R]):
    item: T
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[R]

    def settle(self, found: R | BaseException) -> None:
        """Give the answer to who waits for it, unless nobody does any more."""
        if self.answer.done():
            return
        if isinstance(found, asyncio.CancelledError):
            self.answer.cancel()
        elif isinstance(found, BaseException):
            self.answer.set_exception(found)
        else:
            self.answer.set_result(found)


class SharedPool(Generic[T, R]):
    """Threads that take together what waits: at most `share` of its items, and no more once they weigh `heavy` together.

    `work` answers for each item, or says what was wrong with it. `weight`: of an item, so that light ones do not wait for many heavy ones.
    """

    def __init__(
        self, name: str, threads: int, work: Callable[[Sequence[T]], Sequence[R | Exception]], weight: Callable[[T], int],
        *, longest: int = LONGEST_LINE, share: int, heavy: int,
    ) -> None:  # fmt: skip
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._work, self._weight = work, weight
        self._longest, self._share, self._heavy = longest, share, heavy
        self._lock = threading.Lock()
        self._line: deque[_Waiting[T, R]] = deque()
        self._idle = threads

    async def run(self, item: T) -> R:
        """The answer to an item, made in a thread of the pool.

        Raises:
            Unreachable: the line is full.
        """
        loop = asyncio.get_running_loop()
        mine: _Waiting[T, R] = _Waiting(item, loop, loop.create_future())
        with self._lock:
            if len(self._line) >= self._longest:
                raise _busy()
            self._line.append(mine)
            wake = self._idle > 0
            self._idle -= wake
        if wake:
            self._executor.submit(self._serve)
        return await mine.answer

    def _serve(self) -> None:
        while taken := self._taken():
            found: Sequence[R | Exception]
            try:
                found = self._work([one.item for one in taken])
            except Exception as error:  # noqa: BLE001  whoever waits is told, and the thread goes on
                found = [error] * len(taken)
            _tell(taken, found)

    def _taken(self) -> list[_Waiting[T, R]]:
        """The next items; none, and the thread is idle again, where nothing waits."""
        taken: list[_Waiting[T, R]] = []
        weight = 0
        with self._lock:
            while self._line and len(taken) < self._share and weight < self._heavy:
                taken.append(self._line.popleft())
                weight += self._weight(taken[-1].item)
            self._idle += not taken
        return taken

    def close(self) -> None:
        """Let what runs end; what waits is not begun."""
        with self._lock:
            waiting = list(self._line)
            self._line.clear()
        _tell(waiting, [asyncio.CancelledError()] * len(waiting))
        self._executor.shutdown(wait=True, cancel_futures=True)


def _tell(waiting: Sequence[_Waiting[T, R]], found: Sequence[R | BaseException]) -> None:
    """Answers to who waits for them: one call of a loop for all that wait in it."""
    for loop in {one.loop for one in waiting}:
        told = [(one, said) for one, said in zip(waiting, found, strict=True) if one.loop is loop]
        with contextlib.suppress(RuntimeError):  # it was closed: nobody waits in it any more
            loop.call_soon_threadsafe(_settle, told)


def _settle(told: Sequence[tuple[_Waiting[T, R], R | BaseException]]) -> None:
    for one, said in told:
        one.settle(said)


def _busy() -> Unreachable:
    return Unreachable("The server is busy", next_step="Try again in a moment")


class Pools:
    """The pools of a server; `outside` waits for other servers, so that a slow one holds up no page."""

    def __init__(self) -> None:
        self.light = Pool("light", LIGHT)
        self.heavy = Pool("heavy", HEAVY)
        self.outside = Pool("outside", OUTSIDE)
        self.others: list[Pool | SharedPool[Any, Any]] = []
        """Of routes that bring their own line; closed with the rest."""

    def close(self) -> None:
        for pool in (self.light, self.heavy, self.outside, *self.others):
            pool.close()
