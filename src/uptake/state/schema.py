"""The tables of a state store, brought to this release by migrations when they are of an older one."""

from __future__ import annotations

from importlib import resources

from sqlalchemy import Connection, inspect, text

from uptake.errors import Unreachable

HEAD = "0005"
"""The newest migration; a test holds it against the folder."""


def ensure(connection: Connection) -> None:
    """Bring the tables to HEAD, inside the write transaction that is open: all of it, or nothing.

    Raises:
        Unreachable: the store was written by a newer release.
    """
    found = _version(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise Unreachable(
            "The state store was written by a newer release", next_step="Install that release, or restore a backup"
        )
    # Only here: the library takes longer to import than most commands take to run.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    with resources.as_file(resources.files("uptake.state") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("select version_num from alembic_version")).first()
    return str(row[0]) if row else None
