"""Publish and load snapshots: small, immutable, versioned, content-hashed read models in one read-only file each.

A snapshot is built beside its place, synced, renamed, and then named by one atomic pointer, so that a reader sees the old one
or the new one and never a part of it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from uptake.errors import UserError

POINTER = "current.json"
KEPT = 8
"""Snapshots kept; older files go when a newer one is published (GOVERNANCE.md section 7)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a page states of the figures it shows."""

    id: int
    file: str
    as_of: str
    published_at: str
    score_version: str
    version_sha256: str
    inputs_digest: str
    scores_digest: str
    content_sha256: str


Connection = duckdb.DuckDBPyConnection


def publish(folder: Path, build: Callable[[Path], dict[str, str]], now: dt.datetime) -> Snapshot:
    """Build the next snapshot with `build(file) -> digests`, and make it the current one."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.building*"):
        left.unlink()
    number = max((int(file.stem) for file in folder.glob("*.duckdb") if file.stem.isdigit()), default=0) + 1
    beside = folder / f"{number}.building"
    facts = build(beside)
    _sync(beside)
    file = folder / f"{number}.duckdb"
    beside.replace(file)
    with file.open("rb") as raw:
        content = hashlib.file_digest(raw, "sha256").hexdigest()
    snapshot = Snapshot(
        id=number, file=file.name, published_at=now.isoformat(timespec="seconds") + "Z", content_sha256=content, **facts
    )
    _point(folder, snapshot)
    for old in sorted((old for old in folder.glob("*.duckdb") if old.stem.isdigit()), key=lambda old: int(old.stem))[
        :-KEPT
    ]:
        old.unlink()
    return snapshot


def _point(folder: Path, snapshot: Snapshot) -> None:
    beside = folder / f"{POINTER}.building"
    beside.write_text(json.dumps(asdict(snapshot), indent=1) + "\n")
    _sync(beside)
    beside.replace(folder / POINTER)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def current(folder: Path) -> Snapshot:
    """The snapshot that pages show.

    Raises:
        UserError: none has been published yet.
    """
    try:
        return Snapshot(**json.loads((folder / POINTER).read_text()))
    except FileNotFoundError:
        raise UserError("There are no scores yet", next_step="Run `uptake score`") from None


@contextlib.contextmanager
def reading(folder: Path, snapshot: Snapshot, *, memory: str = "512MB", threads: int = 0) -> Iterator[Connection]:
    """The snapshot, read-only, attached as `s` beside an empty memory database for the tables of the gate."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set memory_limit = ?", [memory])
        connection.execute("set autoinstall_known_extensions = false")
        connection.execute("set autoload_known_extensions = false")
        connection.execute("set TimeZone = 'UTC'")
        if threads:
            connection.execute("set threads = ?", [threads])
        connection.execute(f"attach '{_quoted(folder / snapshot.file)}' as s (read_only)")
        yield connection
    finally:
        connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
