"""A real standalone cluster on loopback: a master and its workers as processes, of the Spark that pyspark brings; before them, if wanted, a server of Spark Connect."""

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

from tests.cluster.homes import ON_LOOPBACK

SPARK = pathlib.Path(pyspark.__file__).parent
START_SECONDS = 180
STOP_SECONDS = 30
MEMORY = "6g"
MASTER, CONNECT = "master", "connect"
WORKERS = ("worker-0", "worker-1")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Cluster:
    """What runs, by name, and where it answers."""

    def __init__(self, folder: pathlib.Path, *, connect: bool = False) -> None:
        self.folder = folder
        self.ports = {MASTER: free_port()}
        self.master = f"spark://127.0.0.1:{self.ports[MASTER]}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.names = (MASTER, *WORKERS)
        if connect:
            self.ports[CONNECT] = free_port()
            self.names += (CONNECT,)
        self.mend()

    @property
    def address(self) -> dict[str, str]:
        """Setting -> where a run finds the cluster."""
        return {"REMOTE": f"sc://127.0.0.1:{self.ports[CONNECT]}"} if CONNECT in self.ports else {"MASTER": self.master}

    def mend(self) -> None:
        """Start what does not run, under the address that it had."""
        for name in self.names:
            if name not in self.running or self.running[name].poll() is not None:
                self.running[name] = self._start(name)
            self.running[name].send_signal(signal.SIGCONT)
            if name in self.ports:
                self._wait(self.ports[name])

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "SPARK_HOME": str(SPARK), "SPARK_LOCAL_IP": "127.0.0.1"}
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                self._command(name), env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def _command(self, name: str) -> list[str]:
        if name == CONNECT:
            conf = {
                **ON_LOOPBACK,
                "spark.connect.grpc.binding.port": str(self.ports[name]),
                "spark.sql.shuffle.partitions": "8",
                "spark.ui.enabled": "false",
            }
            words = [word for key, value in conf.items() for word in ("--conf", f"{key}={value}")]
            server = "org.apache.spark.sql.connect.service.SparkConnectServer"
            return [str(SPARK / "bin" / "spark-submit"), "--class", server, "--master", self.master, *words]
        deploy = [str(SPARK / "bin" / "spark-class"), "org.apache.spark.deploy."]
        if name == MASTER:
            words = ["--host", "127.0.0.1", "--port", str(self.ports[name])]
            return [deploy[0], deploy[1] + "master.Master", "--webui-port", "0", *words]
        words = ["--cores", "1", "--memory", MEMORY, "--work-dir", str(self.folder / name), self.master]
        return [deploy[0], deploy[1] + "worker.Worker", "--webui-port", "0", "--host", "127.0.0.1", *words]

    def _wait(self, port: int) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.5)
        raise RuntimeError(f"nobody answers at the port {port}; see the logs in {self.folder}")

    def signal(self, name: str, number: signal.Signals) -> None:
        """To a process and to all that it started: a worker goes with its executors, as a machine does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, number)

    def kill(self, name: str) -> None:
        """End it at once, as a machine that is gone."""
        self.signal(name, signal.SIGKILL)
        self.running[name].wait()

    def stop(self) -> None:
        for number in (signal.SIGCONT, signal.SIGTERM):
            for name in self.running:
                self.signal(name, number)
        for name, process in self.running.items():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill(name)


@contextlib.contextmanager
def cluster(folder: pathlib.Path, *, connect: bool = False) -> Iterator[Cluster]:
    """A cluster for a while."""
    made = Cluster(folder, connect=connect)
    try:
        yield made
    finally:
        made.stop()
