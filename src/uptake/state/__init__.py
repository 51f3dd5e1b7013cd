"""What people change, and who may: audit log, rights tree, run ledger. The only code that writes state. SQLite, or PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from uptake.errors import Unreachable
from uptake.settings import Settings
from uptake.state import keys, schema
from uptake.state.engines import begin_reading, local, server, take_turn
from uptake.state.heads import Keeper, Signer

__all__ = ["Act", "Connection", "Damaged", "State"]

DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
"""Names by which SQLite says that a file is none of its own, or torn; longer names begin like these."""


class Damaged(Unreachable):
    """The file of the store is not what was written there: it does not come back by waiting."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, on which route, and when: what the audit record of an act says beside the act itself.

    `identity`: who it is where two people must be different; empty for nobody known.
    """

    actor: str
    route: str
    now: dt.datetime
    identity: str = ""

    @property
    def time(self) -> str:
        return self.now.isoformat(timespec="seconds") + "Z"

    def event(self, action: str, policy_version: str, role: str, purpose: str, result: str) -> dict[str, Any]:
        """The body of the audit record."""
        return {
            "time": self.time, "actor": self.actor, "route": self.route, "action": action, "role": role,
            "purpose": purpose, "policy_version": policy_version, "result": result,
        }  # fmt: skip


class State:
    """The state store of one home: a SQLite file, or a PostgreSQL database by URL. Keys lie beside the file, never in it."""

    def __init__(self, file: Path, url: str | None = None) -> None:
        self.file = file
        self.engine = server(url) if url else local(file)
        self._ready = False
        self._secrets: dict[str, bytes] = {}
        self.kept: dict[str, tuple[object, object]] = {}
        """Values derived from the store, each with the stamp under which it was derived."""
        self.group: Any = None
        """Audit records of this process that wait to be written together: see `audit.Group`."""
        self.appended = 0
        """Audit records that this process wrote."""
        self.keeper: Keeper | None = None

    @classmethod
    def of(cls, settings: Settings) -> State:
        """The store that the settings name."""
        url = settings.state.url
        made = cls(settings.state_file, url.get_secret_value() if url else None)
        made.keeper = Keeper(settings.heads_folder, made.signer)
        return made

    @cached_property
    def signer(self) -> Signer:
        """The key by which heads and packs of evidence are signed."""
        return Signer(self.secret("heads"))

    def keep_head(self, now: dt.datetime | None = None) -> None:
        """Write the head of the audit log to the second place, unless it lies there."""
        if self.keeper is not None:
            with self.reading() as connection:
                self.keeper.write(connection, now or _utc(), self.appended)

    def close(self) -> None:
        """Let the connections go; they are made anew when they are needed."""
        self.engine.dispose()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction; writers of all processes take turns. Commits at the end, or nothing of it stays.

        Raises:
            Unreachable: the store cannot be written; what waited for it must not happen.
        """
        try:
            with self.engine.connect() as connection:
                take_turn(connection)
                if not self._ready:
                    schema.ensure(connection)
                yield connection
                connection.commit()
                self._ready = True
                self._head(connection)
        except DBAPIError as error:
            raise self._unusable("written", error, "Check free space and rights of the home") from None

    def _head(self, connection: Connection) -> None:
        """The head that is due, after a commit: what was committed stands, whatever becomes of the head."""
        if self.keeper is None or not self.keeper.due(self.appended):
            return
        with contextlib.suppress(DBAPIError):
            begin_reading(connection)
            self.keeper.write(connection, _utc(), self.appended)
            connection.rollback()

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
                begin_reading(connection)
                yield connection
                connection.rollback()
        except DBAPIError as error:
            raise self._unusable("read", error, "Check that the home is whole and readable") from None

    def _unusable(self, how: str, error: DBAPIError, of_a_file: str) -> Unreachable:
        """What to say of a store that fails. A damaged file is told apart: no free space and no right would mend it."""
        name = _named(error)
        if name.startswith(DAMAGED):
            return Damaged(
                f"The state store {self.file.name} is damaged",
                why=name,
                next_step="Stop `uptake serve`, restore the file from a copy, and run `uptake verify`; "
                "a new one would begin without policy, contests and audit log",
            )
        if self.engine.dialect.name != "sqlite":
            of_a_file = "Check that the server of the setting `state.url` answers and has room"
        return Unreachable(f"The state store cannot be {how}", why=name, next_step=of_a_file)

    def secret(self, name: str) -> bytes:
        """A key of this home, read once; see `keys.key`."""
        if name not in self._secrets:
            self._secrets[name] = keys.key(self.file.parent / "keys", name)
        return self._secrets[name]

    def pseudonym(self, text: str, key: str = "audit") -> str:
        """HMAC-SHA-256 of an id under a key, the audit key unless named; a plain hash would not hide it."""
        return hmac.digest(self.secret(key), text.encode(), "sha256").hex()[:32]


def _named(error: DBAPIError) -> str:
    """What the store says of an error, as a name: never its text, which may hold what was to be written."""
    return str(getattr(error.orig, "sqlite_errorname", "") or type(error.orig).__name__)


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
