"""Open the warehouse file. One process at a time may have it open; whoever writes opens it for as long as it writes."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from uptake import disk
from uptake.errors import InputRefused, Unreachable, UserError
from uptake.model.macros import MACROS
from uptake.warehouse.tables import add_tables, create_tables

Connection = duckdb.DuckDBPyConnection


@contextlib.contextmanager
def opened(file: Path, *, memory: str = "650MB", threads: int = 0) -> Iterator[Connection]:
    """The warehouse, made when it is not there yet. Closed at the end, also on failure.

    Raises:
        Unreachable: another process has it open.
        InputRefused: the disk is full or cannot be written.
    """
    with _clear_errors():
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _create(file)
    connection = _connect(file, memory=memory, threads=threads)
    # We hold the file alone: whatever lies there was left by a process that was killed.
    shutil.rmtree(file.parent / "spill", ignore_errors=True)
    try:
        with _clear_errors():
            add_tables(connection)
            connection.execute(MACROS)
            yield connection
            connection.execute("checkpoint")
    finally:
        connection.close()


@contextlib.contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise UserError(
            "The engine ran out of memory",
            why="the limit is too small for this input",
            next_step="Set UPTAKE_ENGINE__MEMORY higher",
        ) from error
    except (duckdb.IOException, duckdb.FatalException, duckdb.TransactionException, OSError) as error:
        raise _refused(_why(error) or "the disk refused a write") from error


def _refused(why: str) -> InputRefused:
    return InputRefused(
        "The warehouse cannot be written",
        why=why,
        next_step="Check free space and rights of the home, then run the command again",
    )


_KNOWN = (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EACCES, errno.EROFS, errno.EDQUOT)


@contextlib.contextmanager
def together(connection: Connection) -> Iterator[None]:
    """One transaction: all of it, or nothing."""
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            connection.execute("rollback")
        raise


def _why(error: Exception) -> str:
    """The operating system's word for it, where the engine passes it on; never a path. Empty where it says nothing of the disk."""
    number = getattr(error, "errno", None)
    if number:
        return os.strerror(number)
    return next((word for word in map(os.strerror, _KNOWN) if word in str(error)), "")


def _create(file: Path) -> None:
    """Make the database beside its place, then rename: a creation that fails half-way leaves a file that will not open."""
    beside = file.with_suffix(f".new-{os.getpid()}")
    beside.unlink(missing_ok=True)
    connection = duckdb.connect(str(beside))
    try:
        create_tables(connection)
        connection.execute("checkpoint")
    finally:
        connection.close()
    # A link, not a rename: another process may have made the file in the meantime, with records already in it.
    with contextlib.suppress(FileExistsError):
        os.link(beside, file)
    beside.unlink(missing_ok=True)
    disk.sync(file.parent)


def _connect(file: Path, *, memory: str, threads: int) -> Connection:
    try:
        connection = duckdb.connect(str(file))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise Unreachable(
                "The warehouse is in use",
                why="another uptake command has it open",
                next_step="Wait for it and run this again",
            ) from None
        if _why(error):
            # What a killed run left in its log is written at the next opening: a full disk there is no damage.
            raise _refused(_why(error)) from None
        raise InputRefused(
            "The warehouse cannot be opened",
            why="the file is damaged or not ours",
            next_step="Restore a backup of the home",
        ) from None
    tune(connection, file.parent, memory=memory, threads=threads)
    return connection


def tune(connection: Connection, folder: Path, *, memory: str, threads: int) -> None:
    """Limits of one connection; spills stay inside the home, and the session speaks UTC."""
    # After a write that the disk refused, closing would try once more, and point the file at a block that is half there.
    connection.execute("pragma disable_checkpoint_on_shutdown")
    connection.execute("set memory_limit = ?", [memory])
    connection.execute("set temp_directory = ?", [str(folder / "spill")])
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set checkpoint_threshold = '256MB'")
    connection.execute("set allocator_flush_threshold = '32MB'")
    if threads:
        connection.execute("set threads = ?", [threads])
