"""Switches of the whole site, and the stamp by which a server sees that policy has changed."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from uptake.state.tables import SWITCHES

LOCKDOWN, STAMP = "lockdown", "policy_stamp"
ON, OFF = "on", "off"


def read(connection: Connection) -> dict[str, str]:
    """Name -> value of all that were ever set."""
    return {str(row.name): str(row.value) for row in connection.execute(select(SWITCHES))}


def write(connection: Connection, name: str, value: str, time: str, by: str) -> None:
    """Set a switch, inside a write transaction that is open."""
    connection.execute(delete(SWITCHES).where(SWITCHES.c.name == name))
    connection.execute(insert(SWITCHES).values(name=name, value=value, set_at=time, set_by=by))


def renew_stamp(connection: Connection, time: str, by: str) -> None:
    """What is derived from policy, notices or switches is to be read anew by every process."""
    before = int(read(connection).get(STAMP, "0"))
    write(connection, STAMP, str(before + 1), time, by)
