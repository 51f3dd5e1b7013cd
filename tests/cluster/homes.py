"""Two homes of one invented company, scored by one engine each, and what differs between them."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import duckdb

from uptake.facts import FACTS
from uptake.model import TABLES
from uptake.scores import SCORES
from uptake.warehouse import parts
from uptake.warehouse.refill import read_step

STEPS = [read_step(f"uptake.{part}", name) for part, names in (("facts", FACTS), ("scores", SCORES)) for name in names]
RARE = pathlib.Path(__file__).with_name("rare.sql")
KEPT = [step.name for step in STEPS if step.keep == "yes"]
PATIENT = 900
"""Seconds that a run waits for a worker where none is lost: on a busy machine the first takes more than a minute to start."""
STEPS_BEFORE = 4
"""Steps that a run has written before it is hurt."""
ON_LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.memory": "3g", "spark.executor.memory": "4g"}


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def answer(self) -> dict[str, Any]:
        return dict(json.loads(self.out)) if self.out.strip() else {}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "uptake", *words]


def demo(home: pathlib.Path, people: int, quarters: int) -> None:
    """The invented company as vendor files, loaded; beside it what it has no case of; and all scored."""
    words = ("demo", "--people", str(people), "--quarters", str(quarters), "--no-serve", "--quiet", "--home", str(home))
    subprocess.run(command(*words), check=True, stdout=subprocess.DEVNULL)
    add_rare(home)
    if ended(on_duckdb(home)).code:
        raise SystemExit("the invented company with its rare cases was not scored")


def add_rare(home: pathlib.Path) -> None:
    """Rows of `rare.sql`, in the canonical tables as a load would leave them."""
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb")) as connection:
        for statement in duckdb.extract_statements(RARE.read_text()):
            connection.execute(statement)
        for table in sorted(set(TABLES.values())):
            parts.note_changes(connection, table, f"select source, {parts.day_of(table)} as day from {table}")


def as_of(home: pathlib.Path) -> str:
    return str(pointer(home)["as_of"])


def pointer(home: pathlib.Path) -> dict[str, Any]:
    """What the home publishes now."""
    return dict(json.loads((home / "snapshots" / "current.json").read_text()))


def on_spark(
    home: pathlib.Path,
    address: dict[str, str],
    idle: int = PATIENT,
    day: str = "",
    conf: dict[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Begin a run on the cluster."""
    environment = {
        **os.environ,
        **{f"UPTAKE_SPARK__{name}": value for name, value in address.items()},
        "UPTAKE_SPARK__CORES": "2",
        "UPTAKE_SPARK__START_SECONDS": str(PATIENT),
        "UPTAKE_SPARK__WAIT_SECONDS": str(idle),
        "UPTAKE_SPARK__CONF": json.dumps({**ON_LOOPBACK, **(conf or {})}),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    words = command("score", "--engine", "spark", "--as-of", day or as_of(home), "--json", "--home", str(home))
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def on_duckdb(home: pathlib.Path, day: str = "") -> subprocess.Popen[str]:
    """Begin a run on this machine that makes everything anew."""
    words = command("score", "--full", "--as-of", day or as_of(home), "--json", "--home", str(home))
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(begun: subprocess.Popen[str]) -> Run:
    """Wait for a run; who is interrupted leaves none behind."""
    at = time.monotonic()
    try:
        out, err = begun.communicate()
    finally:
        begun.kill()  # nothing, where it has ended
    return Run(begun.returncode, out, err, time.monotonic() - at)


def copied(home: pathlib.Path, other: pathlib.Path) -> pathlib.Path:
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(home, other)
    return other


def differing(one: pathlib.Path, other: pathlib.Path) -> dict[str, tuple[int, int]]:
    """Kept table -> rows that only one of the two homes has, and rows in all; columns that differ count as every row."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute("set temp_directory = ?", [str(other / "spill")])
        for name, home in (("a", one), ("b", other)):
            connection.execute(f"attach '{home / 'warehouse' / 'warehouse.duckdb'}' as {name} (read_only)")
        for table in KEPT:
            columns = [connection.execute(f"describe {side}.{table}").fetchall() for side in "ab"]
            rows = _one(connection, f"select count(*) from a.{table}")
            only = [
                _one(
                    connection,
                    f"select count(*) from (select * from {x}.{table} except all select * from {y}.{table})",
                )
                for x, y in ("ab", "ba")
                if columns[0] == columns[1]
            ]
            found[table] = (sum(only) if only else max(rows, 1), rows)
    return found


def bare(found: dict[str, tuple[int, int]]) -> list[str]:
    """Kept tables without a row: of these nothing was compared."""
    return [name for name, (_, rows) in found.items() if not rows]


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(connection.execute(sql).fetchall()[0][0])
