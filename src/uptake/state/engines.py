"""The two stores: a SQLite file in WAL mode, and a PostgreSQL server. On both, writers of all processes take turns."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, String, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from uptake.errors import WrongUsage

WRITERS = 0x757074616B65
"""Key of the advisory lock on PostgreSQL by which writers take turns."""
WAIT_SECONDS = 30
IDLE_SECONDS = 60
"""After this long without a word inside a write transaction a PostgreSQL server ends it: a host that vanished holds nobody up."""
TEXT = String().with_variant(String(collation="C"), "postgresql")
"""Text of every column: compared and sorted byte by byte on both stores, whatever the locale of the database."""
_TURN = (
    # Under another default the transaction would see the moment before its turn, not the moment of it.
    "set transaction isolation level read committed",
    f"set local lock_timeout = '{WAIT_SECONDS}s'",
    f"set local idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'",
    f"select pg_advisory_xact_lock({WRITERS})",
)


def local(file: Path) -> Engine:
    """A SQLite file, made when it is not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite+pysqlite:///{file}", connect_args={"timeout": WAIT_SECONDS, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("pragma journal_mode = wal")
        cursor.execute("pragma synchronous = full")
        cursor.execute("pragma foreign_keys = on")
        cursor.close()

    return engine


def server(url: str) -> Engine:
    """A PostgreSQL database.

    Raises:
        WrongUsage: not a PostgreSQL URL, or the driver is not installed; the URL is not told.
    """
    wrong = WrongUsage(
        "Setting `state.url` cannot be used",
        why="it must be postgresql://user@host/database",
        next_step="Leave it out to keep the state in the home",
    )
    try:
        named = make_url(url)
    except ArgumentError:
        raise wrong from None
    if named.get_backend_name() != "postgresql":
        raise wrong
    try:
        return create_engine(
            named.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"connect_timeout": WAIT_SECONDS},
        )
    except ModuleNotFoundError:
        raise WrongUsage(
            "The driver of PostgreSQL is not installed", next_step="Install it: pip install 'uptake[postgres]'"
        ) from None


def take_turn(connection: Connection) -> None:
    """Begin a write transaction that no other writer overlaps."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin immediate")
        return
    # One round trip: the driver sends several statements together where none has a parameter.
    connection.exec_driver_sql("; ".join(_TURN), execution_options={"no_parameters": True})


def begin_reading(connection: Connection) -> None:
    """Begin a read transaction that sees one moment."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin")
        return
    connection.exec_driver_sql("set transaction isolation level repeatable read, read only")
