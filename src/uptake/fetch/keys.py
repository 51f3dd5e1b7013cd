"""The key of a vendor's interface: of the settings, the environment or a file. It is in no log, no error and no argument of a command."""

from __future__ import annotations

import os
from pathlib import Path

from uptake.errors import WrongUsage
from uptake.settings import Settings, Vendor, variable_of

LONGEST = 1000
OTHERS = 0o077


def key_of(source: str, vendor: Vendor) -> str:
    """The key.

    Raises:
        WrongUsage: there is none, there are two, or it cannot be one.
    """
    table = f"[fetch.{source}]"
    if vendor.key is not None and vendor.key_file is not None:
        raise WrongUsage(f"{table} has two keys", next_step="Give `key` or `key_file`")
    found = vendor.key.get_secret_value() if vendor.key else _of_file(vendor.key_file, table) if vendor.key_file else ""
    found = found.strip()
    if not found:
        raise WrongUsage(
            f"Source {source} is not set up", why="it has no key", next_step=f"Set `key_file` in settings.toml, {table}"
        )
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


def is_set_up(vendor: Vendor) -> bool:
    """True when a key is named at all."""
    return vendor.key is not None or vendor.key_file is not None


def others_may_read(settings: Settings, source: str) -> str:
    """What to do where the file that holds the key can be read by others than its owner; empty where none can."""
    vendor = settings.fetch.vendor(source)
    file, name = vendor.key_file, "The file of the key"
    if vendor.key is not None and variable_of(f"fetch.{source.replace('-', '_')}", "key") not in map(
        str.upper, os.environ
    ):
        file, name = settings.home / "settings.toml", "settings.toml, which holds a key,"
    try:
        return f"{name} can be read by others: chmod 600" if file is not None and file.stat().st_mode & OTHERS else ""
    except OSError:
        return ""
