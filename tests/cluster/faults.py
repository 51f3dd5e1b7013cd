"""What is done in the middle of a run to the cluster, or to the run, and what must come of it: the right result, or a clear
failure after which the former snapshot stands, nothing is left in the lake, and the same run on the mended cluster gives the right result.
"""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.acceptance.frame import Seen
from tests.cluster import homes
from tests.cluster.processes import CONNECT, MASTER, WORKERS, Cluster, cluster
from uptake import pipeline
from uptake.settings import read_settings

UNDER_WAY_SECONDS = 900
RIGHT, FAILED, KILLED, INTERRUPTED = 0, 6, -9, 130
PUBLISHED = ("inputs_digest", "scores_digest")
Begun = subprocess.Popen[str]


@dataclass(frozen=True)
class Fault:
    """`codes`: how the run may end. `idle`: how long it may stand still. `within`: seconds in which it must have ended, where it is lost."""

    name: str
    asked: str
    hurt: Callable[[Cluster, Begun], object]
    codes: tuple[int, ...]
    idle: int = homes.PATIENT
    within: int = 3600
    connect: bool = False
    conf: dict[str, str] = field(default_factory=dict)


def _workers(running: Cluster, _begun: Begun) -> None:
    for name in WORKERS:
        running.kill(name)


def _run_killed(_running: Cluster, begun: Begun) -> None:
    begun.kill()


def _run_told(_running: Cluster, begun: Begun) -> None:
    begun.terminate()


def _java(_running: Cluster, begun: Begun) -> None:
    """The JVM that a run starts for itself: the program pyspark starts becomes it."""
    found = pathlib.Path(f"/proc/{begun.pid}/task").glob("*/children")
    children = [int(word) for file in found for word in file.read_text().split()]
    subprocess.run(["kill", "-9", *map(str, children)], check=True)


LIKELY = "the right result, or exit 6 and the old snapshot"
OVER = "exit 6 and the old snapshot; run again, the right result"
TOLD = "exit 130, the old snapshot and nothing in the lake; run again, the right result"
QUICK = {
    "spark.network.timeout": "40s",
    "spark.network.timeoutInterval": "10s",
    "spark.executor.heartbeatInterval": "5s",
}
FAULTS = (
    Fault("a worker lost", LIKELY, lambda running, _: running.kill(WORKERS[0]), (RIGHT, FAILED)),
    Fault("all workers lost", OVER, _workers, (FAILED,), idle=20, within=180),
    Fault(
        "a worker standing still",
        LIKELY,
        lambda running, _: running.signal(WORKERS[0], signal.SIGSTOP),
        (RIGHT, FAILED),
        conf=QUICK,
    ),
    Fault("the master lost", LIKELY, lambda running, _: running.kill(MASTER), (RIGHT, FAILED)),
    Fault("Java of the run lost", OVER, _java, (FAILED,), within=60),
    Fault("the run killed", "the old snapshot; run again, the right result", _run_killed, (KILLED,)),
    Fault("the run told to end", TOLD, _run_told, (INTERRUPTED,), within=60),
    Fault("Connect: all workers lost", OVER, _workers, (FAILED,), idle=20, within=180, connect=True),
    Fault(
        "Connect: the server lost",
        OVER,
        lambda running, _: running.kill(CONNECT),
        (FAILED,),
        idle=20,
        within=180,
        connect=True,
    ),
    Fault(
        "Connect: the run killed", "the old snapshot; run again, the right result", _run_killed, (KILLED,), connect=True
    ),
    Fault("Connect: the run told to end", TOLD, _run_told, (INTERRUPTED,), within=60, connect=True),
)


def seen(work: pathlib.Path, fault: Fault, *, here: bool = False) -> Seen:
    """Hurt a run that would publish a later day than the home does, and look at what it left. `here`: run it again with this machine's engine."""
    home, folder = homes.copied(work / "before", work / "hurt"), work / "cluster"
    day, before, wanted = homes.as_of(work / "duckdb"), homes.pointer(home), homes.pointer(work / "duckdb")
    if any(before[name] == wanted[name] for name in PUBLISHED):
        return Seen("the two days have one digest: nothing could be told apart", held=False)
    with cluster(folder, connect=fault.connect) as running:
        begun = homes.on_spark(home, running.address, fault.idle, day, fault.conf)
        try:
            if not _under_way(begun, home):
                return Seen(f"over before it was hurt: {homes.ended(begun).err[-300:]}", held=False)
            fault.hurt(running, begun)
            done = homes.ended(begun)
        finally:
            begun.kill()  # nothing, where it has ended
        stands = homes.pointer(home) == before and pipeline.whole_snapshot(read_settings(home)).as_of == before["as_of"]
        left = len(list((home / "lake").rglob("*.parquet"))) if done.code != KILLED else 0
        again = None
        if done.code != RIGHT and here:
            again = homes.ended(homes.on_duckdb(home, day))
        elif done.code != RIGHT:
            running.mend()
            again = homes.ended(homes.on_spark(home, running.address, homes.PATIENT, day))
    return _told(work, fault, done, again, stands=stands, left=left)


def _told(
    work: pathlib.Path, fault: Fault, done: homes.Run, again: homes.Run | None, *, stands: bool, left: int
) -> Seen:
    home = work / "hurt"
    now, wanted = homes.pointer(home), homes.pointer(work / "duckdb")
    off = sum(rows for rows, _ in homes.differing(work / "duckdb", home).values())
    right = not off and all(now[name] == wanted[name] for name in PUBLISHED)
    clean = "Traceback" not in done.err and not left
    text = f"exit {done.code} {done.seconds:.0f} s after it, {'former' if stands else 'new'} snapshot"
    text += f", {left} files left" if left else ""
    text += f", again exit {again.code}" if again else ""
    text += f"; {off} rows differ, digests {'equal' if right else 'DIFFER'}"
    _, spoke, words = done.err.strip().rpartition("uptake: ")
    said = words if spoke else ""
    ended = (
        done.code in fault.codes and (done.code == RIGHT) != stands and (not done.code or done.seconds < fault.within)
    )
    return Seen(f"{text}: {said[-200:]}", held=ended and clean and right and (not again or again.code == RIGHT))


def _under_way(begun: Begun, home: pathlib.Path) -> bool:
    """Wait until steps were written: a run that is over by then shows nothing. Folders of Spark go while they are looked at, which a walk allows."""
    until = time.monotonic() + UNDER_WAY_SECONDS
    while begun.poll() is None and time.monotonic() < until:
        if sum("_SUCCESS" in files for _, _, files in os.walk(home / "lake")) >= homes.STEPS_BEFORE:
            return True
        time.sleep(0.2)
    return False
