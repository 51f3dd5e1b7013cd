"""The key of a vendor's interface: of the settings, the environment or a file. It is in no log, no error and no argument of a command."""

from __future__ import annotations

import os
from pathlib import Path

from uptake.errors import WrongUsage
from uptake.settings import Settings, variable_of
from uptake.settings.fetching import BETWEEN, Vendor, table_of

LONGEST = 1000
OTHERS = 0o077


def key_of(name: str, vendor: Vendor) -> str:
    """The key of a fetch.

    Raises:
        WrongUsage: there is none, there are two, or it cannot be one.
    """
    table = f"[{table_of(name)}]"
    if vendor.key is not None and vendor.key_file is not None:
        raise WrongUsage(f"{table} has two keys", next_step="Give `key` or `key_file`")
    found = vendor.key.get_secret_value() if vendor.key else _of_file(vendor.key_file, table) if vendor.key_file else ""
    found = found.strip()
    if not found:
        others = " or ".join(f"{name}{BETWEEN}{one}" for one in vendor.tenants)
        step = f"Fetch {others}" if others else f"Set `key_file` in settings.toml, {table}"
        raise WrongUsage(f"Source {name} is not set up", why="it has no key", next_step=step)
    if not (found.isascii() and found.isprintable()) or " " in found:
        raise WrongUsage(f"The key of {table} cannot be used", why="a key is one word of plain characters")
    return found


def _of_file(path: Path, table: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LONGEST)
    except (OSError, ValueError):
        raise WrongUsage(
            f"`key_file` of {table} cannot be read", next_step="Check that it is there, and its rights"
        ) from None


def others_may_read(settings: Settings, fetch: str) -> str:
    """What to do where the file that holds the key can be read by others than its owner; empty where none can."""
    vendor = settings.fetch.vendor(fetch)
    file, name = vendor.key_file, "The file of the key"
    variable = variable_of(table_of(fetch), "key").replace("-", "_")
    if vendor.key is not None and variable not in map(str.upper, os.environ):
        file, name = settings.home / "settings.toml", "settings.toml, which holds a key,"
    try:
        return f"{name} can be read by others: chmod 600" if file is not None and file.stat().st_mode & OTHERS else ""
    except OSError:
        return ""
