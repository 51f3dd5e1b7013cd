"""A real standalone cluster on loopback: a master and its workers as processes, of the Spark that pyspark brings."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import pyspark

SPARK = pathlib.Path(pyspark.__file__).parent
START_SECONDS = 120
MEMORY = "6g"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Cluster:
    """What runs, and where its master answers."""

    def __init__(self, folder: pathlib.Path, workers: int = 2) -> None:
        self.folder = folder
        self.port = free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.running = [self._start("master", "master.Master", "--host", "127.0.0.1", "--port", str(self.port))]
        self._wait()
        for number in range(workers):
            self.add_worker(number)

    def add_worker(self, number: int) -> None:
        limits = ("--cores", "1", "--memory", MEMORY, "--work-dir", str(self.folder / f"work-{number}"))
        self.running.append(
            self._start(f"worker-{number}", "worker.Worker", "--host", "127.0.0.1", *limits, self.master)
        )

    def _start(self, name: str, kind: str, *words: str) -> subprocess.Popen[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "SPARK_HOME": str(SPARK), "SPARK_LOCAL_IP": "127.0.0.1"}
        command = [str(SPARK / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", "--webui-port", "0", *words]
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.5)
        raise RuntimeError("the master did not start; see its log")

    def kill(self, number: int) -> None:
        """End one process at once, as a machine that is gone; executors of a worker notice and end by themselves."""
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()

    def stop(self) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)


@contextlib.contextmanager
def cluster(folder: pathlib.Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster for a while."""
    made = Cluster(folder, workers)
    try:
        yield made
    finally:
        made.stop()
