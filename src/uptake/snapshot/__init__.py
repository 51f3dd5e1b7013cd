"""Publish and load snapshots: small, immutable, versioned, content-hashed read models in one read-only file each.

A snapshot is built beside its place, synced, renamed, and then named by one atomic pointer, so that a reader sees the old one
or the new one and never a part of it.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from uptake import disk
from uptake.errors import NotYet, Unreachable, UserError

POINTER = "current.json"
RESTORE = "Restore the folder snapshots of the home from a copy"
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
    waiting: str = ""
    """Closed quarters, by commas, that keep their figures although later data would change them."""
    restated: Mapping[str, str] = field(default_factory=dict)
    """Closed quarter -> last day of the data with which its figures, those of groups too, were made again."""
    few: str = ""
    """Closed quarters, by commas, restated for so few people that figures of groups stand as they were."""
    released: Mapping[str, str] = field(default_factory=dict)
    """Quarter whose figures of groups stand for this week -> the as-of day of their release."""


Connection = duckdb.DuckDBPyConnection
EngineKey = tuple[str, int, int, str, int]
"""File, its inode and time of change, memory limit, threads."""
ENGINES_KEPT = 2
_ENGINES: dict[EngineKey, Connection] = {}
_LOCK = threading.Lock()
QUOTE = "'"


def newest(folder: Path) -> Path | None:
    """The file of the current snapshot, if there is one."""
    try:
        file = folder / current(folder).file
    except UserError:
        return None
    return file if file.is_file() else None


def unrecorded(_made: Snapshot) -> None:
    """A snapshot of which no release is written down."""


def publish(
    folder: Path,
    build: Callable[[Path], Mapping[str, Any]],
    now: dt.datetime,
    told: Callable[[Snapshot], None] = unrecorded,
) -> Snapshot:
    """Build the next snapshot with `build(file) -> digests`, and make it the current one. `told` is called before it is; where that fails,
    the one before stays, and the new file goes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.building*"):
        left.unlink()
    number = max((int(file.stem) for file in folder.glob("*.duckdb") if file.stem.isdigit()), default=0) + 1
    beside = folder / f"{number}.building"
    facts = build(beside)
    disk.sync(beside)
    file = folder / f"{number}.duckdb"
    beside.replace(file)
    with file.open("rb") as raw:
        content = hashlib.file_digest(raw, "sha256").hexdigest()
    # The name must be on the disk before the pointer says it.
    disk.sync(folder)
    snapshot = Snapshot(
        id=number, file=file.name, published_at=now.isoformat(timespec="seconds") + "Z", content_sha256=content, **facts
    )
    try:
        told(snapshot)
    except BaseException:
        file.unlink()
        raise
    _point(folder, snapshot)
    for old in sorted((old for old in folder.glob("*.duckdb") if old.stem.isdigit()), key=lambda old: int(old.stem))[
        :-KEPT
    ]:
        old.unlink()
    return snapshot


def _point(folder: Path, snapshot: Snapshot) -> None:
    beside = folder / f"{POINTER}.building"
    beside.write_text(json.dumps(asdict(snapshot), indent=1) + "\n")
    disk.sync(beside)
    beside.replace(folder / POINTER)
    disk.sync(folder)


_FIRST = (
    "Load people first (`uptake ingest hr-people FILE`), then seats and what your vendors report (`uptake ingest SOURCE FILE`; any other name "
    "lists the sources), then run `uptake score`; `uptake doctor` says what is missing"
)


def current(folder: Path) -> Snapshot:
    """The snapshot that pages show.

    Raises:
        NotYet: none has been published.
        UserError: the pointer to it is damaged.
    """
    try:
        return Snapshot(**json.loads((folder / POINTER).read_text()))
    except FileNotFoundError:
        raise NotYet(
            "There are no scores yet",
            why="what is shown is what was scored, and nothing was scored in this home",
            next_step=_FIRST,
        ) from None
    except (ValueError, TypeError):
        raise UserError("The pointer to the snapshot is damaged", next_step="Run `uptake score`") from None


@contextlib.contextmanager
def reading(folder: Path, snapshot: Snapshot, *, memory: str = "512MB", threads: int = 0) -> Iterator[Connection]:
    """The snapshot, read-only, attached as `s`, in a session of its own: temporary tables of one are seen by no other one.

    An engine takes 15 ms to start, so the newest ones stay; `memory` and `threads` are of the engine.

    Raises:
        UserError: the file is gone.
        Unreachable: it is damaged, or cannot be read.
    """
    file = folder / snapshot.file
    try:
        known = file.stat()
    except FileNotFoundError:
        raise UserError(f"Snapshot {snapshot.id} is not there any more", next_step="Run `uptake score`") from None
    key = (str(file), known.st_ino, known.st_mtime_ns, memory, threads)
    try:
        with readable(file):
            with _LOCK:
                session = _engine(key).cursor()
            with contextlib.closing(session):
                session.execute("set TimeZone = 'UTC'")
                yield session
    except Unreachable:
        with _LOCK:
            _ENGINES.pop(key, None)  # one that met damage answers nothing more, and starts soon where it did not
        raise


@contextlib.contextmanager
def readable(file: Path) -> Iterator[None]:
    """Where a snapshot is read: its damage is told as such.

    Raises:
        Unreachable: the file is damaged, or cannot be read.
    """
    try:
        yield
    except duckdb.Error as error:
        # What DuckDB says of a wrong checksum is of no class of its own.
        if not isinstance(error, duckdb.IOException | duckdb.FatalException) and type(error) is not duckdb.Error:
            raise
        why = "its file is damaged, or the disk refuses it"
        raise Unreachable(f"Snapshot {file.stem} cannot be read", why=why, next_step=RESTORE) from None


def whole(folder: Path, snapshot: Snapshot) -> bool:
    """Whether the file of a snapshot is what was published, byte by byte."""
    try:
        with (folder / snapshot.file).open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest() == snapshot.content_sha256
    except OSError:
        return False


@atexit.register
def _end() -> None:
    """Before the interpreter takes itself apart: an engine that outlives it complains on the way out."""
    while _ENGINES:
        _ENGINES.popitem()[1].close()


def _engine(key: EngineKey) -> Connection:
    """The engine of a file as it lies there now. An older one ends with its last session."""
    found = _ENGINES.pop(key, None) or _started(key[0], *key[3:])
    _ENGINES[key] = found
    while len(_ENGINES) > ENGINES_KEPT:
        del _ENGINES[next(iter(_ENGINES))]  # closing it would close its sessions
    return found


def _started(file: str, memory: str, threads: int) -> Connection:
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set memory_limit = ?", [memory])
        connection.execute("set autoinstall_known_extensions = false")
        connection.execute("set autoload_known_extensions = false")
        if threads:
            connection.execute("set threads = ?", [threads])
        connection.execute(f"attach '{file.replace(QUOTE, QUOTE * 2)}' as s (read_only)")
    except duckdb.Error:
        connection.close()
        raise
    return connection
