"""The watch over a run on a cluster: two waits with a limit each, on a master and behind Spark Connect, without Java."""

import types

import pytest

from uptake.settings.engines import Spark
from uptake.warehouse.watch import OnConnect, OnMaster, Watch


class Work:
    """Work that waits as it is told, and is counted when it is given up."""

    def __init__(self):
        self.idle = True
        self.cancelled = 0

    def waits(self):
        return self.idle

    def cancel(self):
        self.cancelled += 1


def looked(work, seconds, *, begun, busy=()):
    """A watch with limits of 30 and 10 seconds that looked once each second."""
    now = [0]
    watch = Watch(work, 30, 10, lambda: now[0])
    watch.begun = begun
    for now[0] in range(seconds + 1):
        work.idle = now[0] not in busy
        watch.look()
        if watch.why:
            break
    return watch, now[0]


@pytest.mark.parametrize(
    ("begun", "ends", "setting"), [(False, 30, "spark.start_seconds"), (True, 10, "spark.wait_seconds")]
)
def test_the_first_worker_and_the_next_one_have_a_limit_each(begun, ends, setting):
    work = Work()
    watch, at = looked(work, 60, begun=begun)
    assert (at, work.cancelled) == (ends, 1)
    assert f"{ends} seconds (`{setting}`)" in watch.why


def test_whoever_works_now_and_then_is_not_ended():
    work = Work()
    watch, _ = looked(work, 60, begun=True, busy=range(0, 61, 9))
    assert not watch.why
    assert not work.cancelled


def test_the_first_task_ends_the_longer_wait():
    work, now = Work(), [0]
    watch = Watch(work, 30, 10, lambda: now[0])
    watch.look()
    watch.begun, work.idle = True, False
    watch.look()
    work.idle, now[0] = True, 20
    watch.look()
    assert not watch.why
    now[0] = 31
    watch.look()
    assert watch.why


def test_a_session_that_cannot_be_asked_ends_no_run():
    class Broken(Work):
        def waits(self):
            raise ConnectionError

    watch = Watch(Broken(), 0, 0)
    with watch:
        watch.thread.join(5)
    assert not watch.thread.is_alive()
    assert not watch.why


def context(*stages):
    tracker = types.SimpleNamespace(
        getActiveStageIds=lambda: range(len(stages)),
        getStageInfo=lambda number: stages[number] and types.SimpleNamespace(numActiveTasks=stages[number] - 1),
    )
    return types.SimpleNamespace(statusTracker=lambda: tracker)


@pytest.mark.parametrize(("stages", "waits"), [((), False), ((1,), True), ((1, 2), False), ((None,), True)])
def test_on_a_master_stages_without_a_task_wait(stages, waits):
    assert OnMaster(context(*stages)).waits() is waits


class Session:
    def registerProgressHandler(self, handler):  # noqa: N802  Spark's
        self.told = handler

    def interruptAll(self):  # noqa: N802  Spark's
        self.interrupted = True


def stages(*done):
    return [types.SimpleNamespace(done=one) for one in done]


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        ((stages(False), 0, "x", False), True),
        ((stages(True, False), 0, "x", False), True),
        ((stages(False), 1, "x", False), False),
        ((stages(True), 0, "x", False), False),
        ((stages(False), 0, "x", True), False),
    ],
)
def test_behind_connect_the_server_tells_what_waits(told, waits):
    session = Session()
    work = OnConnect(session)
    assert work.waits() is False
    session.told(*told)
    assert work.waits() is waits
    work.cancel()
    assert session.interrupted


def test_the_first_worker_may_come_later_than_the_next():
    assert Spark().start_seconds > Spark().wait_seconds
