"""What people change, and who may: audit log, rights tree, run ledger. The only code that writes state. SQLite in WAL mode."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from uptake.errors import Unreachable
from uptake.state.tables import METADATA


class State:
    """The state store of one home."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.engine = _engine(file)
        self._ready = False

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction; writers of all processes take turns. Commits at the end, or nothing of it stays.

        Raises:
            Unreachable: the store cannot be written; what waited for it must not happen.
        """
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("begin immediate")
                if not self._ready:
                    METADATA.create_all(connection)
                    self._ready = True
                yield connection
                connection.commit()
        except DBAPIError as error:
            raise Unreachable(
                "The state store cannot be written",
                why=type(error.orig).__name__,
                next_step="Check free space and rights of the home",
            ) from None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction, which waits for no writer; an empty store reads as empty tables.

        Raises:
            Unreachable: the store cannot be read.
        """
        if not self._ready:
            with self.writing():
                pass
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("begin")
                yield connection
                connection.rollback()
        except DBAPIError as error:
            raise Unreachable(
                "The state store cannot be read",
                why=type(error.orig).__name__,
                next_step="Check that the home is whole and readable",
            ) from None

    def secret(self, name: str) -> bytes:
        """A key that lies beside the store and never in it, made at first use, readable by its owner only."""
        folder = self.file.parent / "keys"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{name}.key"
        with contextlib.suppress(FileExistsError):
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(secrets.token_bytes(32))
        return file.read_bytes()

    def pseudonym(self, text: str) -> str:
        """HMAC-SHA-256 of an id under the audit key; a plain hash would not hide it."""
        return hmac.new(self.secret("audit"), text.encode(), "sha256").hexdigest()[:32]


def _engine(file: Path) -> Engine:
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite+pysqlite:///{file}", connect_args={"timeout": 30, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("pragma journal_mode = wal")
        cursor.execute("pragma synchronous = full")
        cursor.execute("pragma foreign_keys = on")
        cursor.close()

    return engine
