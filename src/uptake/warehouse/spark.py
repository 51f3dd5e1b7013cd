"""A session on an Apache Spark cluster that is there already. Knows nothing of what a step means: queries in, Parquet in the lake out.

`pyspark` is an extra: it is imported when a run asks for it, and not before.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from uptake.errors import Unreachable, WrongUsage
from uptake.settings.engines import Spark
from uptake.warehouse.dialects import rendered
from uptake.warehouse.lake import Columns, Lake
from uptake.warehouse.watch import OnConnect, OnMaster, Watch

NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
}
"""What equal results need: one time zone, days before 1582 as they are, an overflow as an error. A site cannot change it."""
_TYPES = {"VARCHAR": "string", "INTEGER": "int", "TIMESTAMP": "timestamp_ntz"}
_THEIRS = {"pyspark", "py4j", "grpc"}
_FAULTS_OF_OURS = {"AnalysisException", "ParseException"}
_NO_LAKE = "it cannot read the lake; `spark.lake`, or `spark.lake_on_cluster`, must name one folder that every worker reaches and may read"
_MEANS = {
    "JAVA_GATEWAY_EXITED": "Java did not start; Spark needs Java 17 or 21, and JAVA_HOME, where it is set, says which one is taken",
    "PACKAGE_NOT_INSTALLED": "this Python lacks the packages of Spark Connect: pip install 'uptake[spark-connect]'",
    "PATH_NOT_FOUND": _NO_LAKE,
    "FAILED_READ_FILE": _NO_LAKE,
}
"""What a condition of Spark, or the family that it belongs to, means here."""
PROBE_SECONDS = 5
RETRY_SECONDS = 5
"""Longest pause before the server of Spark Connect is asked again."""


class Cluster:
    """A session and the lake of one run."""

    def __init__(self, session: Any, lake: Lake) -> None:
        self.session = session
        self.lake = lake

    def take(self, name: str, columns: Columns, rows: duckdb.DuckDBPyRelation) -> None:
        """Copy rows of this machine to the lake, and show them to the cluster as a view."""
        names = [column for column, _ in columns]
        parts: tuple[str, ...] = ()
        kept = columns
        if {"tool", "day"} <= set(names):
            parts, kept = ("tool", "month"), (*columns, ("month", "VARCHAR"))
            rows = rows.project("*, strftime(day, '%Y-%m') as month")
        folder = f"inputs/{name}"
        written = self.lake.write(folder, rows.to_arrow_reader(100_000), parts)
        self.show(name, columns, [folder] if written else [], kept)

    def show(self, name: str, columns: Columns, folders: Iterable[str], kept: Columns = ()) -> None:
        """A view of what lies in folders of the lake. `kept`: what the files hold, where that is more."""
        wanted = [self.lake.url(folder) for folder in folders]
        if not wanted:
            empty = ", ".join(f"cast(null as {_type(kind)}) as `{column}`" for column, kind in columns)
            self.session.sql(f"select {empty} where false").createOrReplaceTempView(name)
            return
        schema = ", ".join(f"`{column}` {_type(kind)}" for column, kind in kept or columns)
        found = self.session.read.schema(schema).parquet(*wanted)
        found.selectExpr(*(f"`{column}`" for column, _ in columns)).createOrReplaceTempView(name)

    def narrow(self, name: str, column: str, value: str) -> None:
        """A view that keeps one value; stated as a constant, so that files without it are not read."""
        self.session.table(name).where(f"`{column}` = '{value}'").createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        """A view of a query, computed where it is used."""
        self.session.sql(rendered(sql)).createOrReplaceTempView(name)

    def fill(self, columns: Columns, sql: str, folder: str) -> None:
        """Run a query on the cluster into a folder of the lake; its columns get the names and types of DuckDB."""
        made = self.session.sql(rendered(sql)).toDF(*(column for column, _ in columns))
        typed = made.selectExpr(*(f"cast(`{column}` as {_type(kind)}) as `{column}`" for column, kind in columns))
        typed.write.mode("overwrite").parquet(self.lake.url(folder))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query, on this machine."""
        found = self.session.sql(rendered(sql)).toArrow()
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def twice(self, name: str, grain: tuple[str, ...]) -> bool:
        """True if two rows of a view stand for one."""
        keys = ", ".join(f"`{key}`" for key in grain)
        return bool(self.session.sql(f"select 1 from `{name}` group by {keys} having count(*) > 1 limit 1").collect())


def _type(kind: str) -> str:
    return _TYPES.get(kind, kind.lower())


@contextlib.contextmanager
def opened(settings: Spark, lake: str, log: Path) -> Iterator[Cluster]:
    """A session on the cluster of the settings; what the lake holds of the run goes at the end. `log` takes what the cluster says.

    Raises:
        WrongUsage: pyspark or Java is not there, or no cluster is named.
        Unreachable: the cluster cannot be reached, takes no work, or was lost.
    """
    pyspark = _pyspark()
    where = _reached(settings)
    files = Lake(lake, settings.lake_on_cluster)
    files.empty()
    watch: Watch | None = None
    with _unlogged(), _clear_errors(lambda: watch.why if watch else ""):
        session = _session(pyspark, settings, where, log)
        try:
            watch = _watch(session, settings)
            with watch:
                session.range(1).selectExpr("max(id)").collect()
                watch.begun = True
                yield Cluster(session, files)
        finally:
            _left(session)
            files.empty()


def _watch(session: Any, settings: Spark) -> Watch:
    context = getattr(session, "_sc", None)
    if context is not None:
        return Watch(OnMaster(context), settings.start_seconds, settings.wait_seconds)
    _ask_again(session, settings.wait_seconds)
    return Watch(OnConnect(session), settings.start_seconds, settings.wait_seconds)


def _ask_again(session: Any, seconds: int) -> None:
    """How long a server of Spark Connect that is gone is asked again: its client would go on for more than ten minutes."""
    retries = importlib.import_module("pyspark.sql.connect.client.retries")
    pause = {"initial_backoff": 1000, "backoff_multiplier": 1.5, "max_backoff": 1000 * RETRY_SECONDS}
    times = -(-seconds // RETRY_SECONDS)
    session.client.set_retry_policies([retries.DefaultPolicy(max_retries=times, **pause)] if times else [])


def _left(session: Any) -> None:
    """End the session; a cluster that is gone is not waited for once more."""
    with contextlib.suppress(Exception):
        if getattr(session, "_sc", None) is None:
            _ask_again(session, 0)
        session.stop()


def _pyspark() -> Any:
    try:
        return importlib.import_module("pyspark.sql")
    except ImportError:
        raise WrongUsage(
            "Spark is not installed here",
            why="the package pyspark is an extra",
            next_step="Install it: pip install 'uptake[spark]'",
        ) from None


def _reached(settings: Spark) -> str:
    """The address of the cluster, after somebody has answered there: Spark itself would ask for a minute, and then say little."""
    where = settings.master or settings.remote or os.environ.get("SPARK_REMOTE", "")
    if not where:
        raise WrongUsage(
            "No cluster is named",
            why="`spark.master` and `spark.remote` are empty",
            next_step="Set UPTAKE_SPARK__MASTER, such as spark://host:7077",
        )
    kind, _, rest = where.partition("://")
    if kind in {"spark", "sc"} and not any(_answers(host) for host in re.split(r"[/;]", rest)[0].split(",")):
        raise Unreachable(
            "The Spark cluster cannot be reached",
            why="nobody answers at its address",
            next_step="Check `spark.master` or `spark.remote`, and that the master runs. The last snapshot stays",
        )
    if kind != "sc" and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise WrongUsage(
            "Java is not there", why="Spark needs it on this machine", next_step="Install Java 17 or set JAVA_HOME"
        )
    return where


_PORTS = {"spark": 7077, "sc": 15002}


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=PROBE_SECONDS):
            return True
    except (OSError, ValueError):
        return False


def _session(pyspark: Any, settings: Spark, where: str, log: Path) -> Any:
    remote = where.startswith("sc://")
    builder = pyspark.SparkSession.builder.appName("uptake")
    if remote:
        builder = builder.remote(where)
    else:
        # The master of our settings stands: the variable of the site would turn it into an error of pyspark.
        os.environ.pop("SPARK_REMOTE", None)
        builder = builder.master(where)
        for key, value in {**_usual(settings), **settings.conf, **NEEDED}.items():
            builder = builder.config(key, value)
    with _said_to(log):
        session = builder.getOrCreate()
    for key, value in {**settings.conf, **NEEDED}.items():
        if key.startswith("spark.sql."):
            session.conf.set(key, value)
    return session


def _usual(settings: Spark) -> dict[str, str]:
    """What we choose and a site may change. Without `spark.cores.max` a standalone master gives us every core it has."""
    return {
        "spark.cores.max": str(settings.cores),
        "spark.sql.shuffle.partitions": str(4 * settings.cores),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "WARN",
    }


@contextlib.contextmanager
def _said_to(log: Path) -> Iterator[None]:
    """What Java prints goes to a file, all its life: it inherits the place from us. A user reads our words only."""
    log.parent.mkdir(parents=True, exist_ok=True)
    kept = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """The client of Java logs an interruption with its traceback, and where nobody takes logs it would print them itself."""
    nobody = logging.NullHandler()
    logging.getLogger().addHandler(nobody)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nobody)


@contextlib.contextmanager
def _clear_errors(stalled: Callable[[], str]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        kind = type(error)
        # A connection that breaks is the one to Java or to the server: nobody else is spoken to here.
        theirs = kind.__module__.partition(".")[0] in _THEIRS or isinstance(error, ConnectionError)
        if not theirs or (kind.__name__ in _FAULTS_OF_OURS and _condition(error) not in _MEANS):
            raise
        raise Unreachable(
            "The Spark cluster did not finish the run",
            why=stalled() or _why(error),
            next_step="Nothing was published and the last snapshot stays. See logs/spark.log in the home, then run it again",
        ) from error


def _why(error: Exception) -> str:
    """The name of the failure, never its text: that may hold values of rows."""
    if "InvalidClassException" in str(error):
        return "the cluster runs another version of Spark than this machine"
    if getattr(getattr(error, "getGrpcStatusCode", lambda: None)(), "name", "") == "UNAVAILABLE":
        return "the server of Spark Connect is gone, and did not come back in time (`spark.wait_seconds`)"
    if isinstance(error, ConnectionError) or type(error).__name__ == "Py4JNetworkError":
        return (
            "the line to Java on this machine broke, through which the cluster is spoken to: it has ended, or was ended"
        )
    java = getattr(getattr(error, "java_exception", None), "getClass", None)
    name = getattr(error, "getCondition", lambda: None)() or (java().getSimpleName() if java else type(error).__name__)
    return _MEANS.get(_condition(error), str(name))


def _condition(error: Exception) -> str:
    """The family of conditions that Spark counts a failure to: that of what a task met on a worker stands in the text alone."""
    told = str(getattr(error, "getCondition", lambda: None)() or "").partition(".")[0]
    return told if told in _MEANS else next((family for family in _MEANS if f"[{family}" in str(error)), told)
