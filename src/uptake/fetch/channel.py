"""What the two ways out have in common: a safe connection, a secret of the settings, and a failure in our own words."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Protocol

from uptake.errors import WrongUsage

LONGEST = 1000


class Secret(Protocol):
    """A value that is shown nowhere."""

    def get_secret_value(self) -> str: ...


class NotTold(Exception):
    """A message was not taken. Its text is ours: nothing that a server said, no address and no secret."""


def trust(ca_file: Path | None, table: str) -> ssl.SSLContext:
    """Checks certificates and names; TLS 1.2 or newer.

    Raises:
        WrongUsage: the file of certificates cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise WrongUsage(
            f"`ca_file` of [{table}] cannot be read", next_step="Give a file of certificates (PEM)"
        ) from None


def secret_of(given: Secret | None, file: Path | None, table: str, name: str) -> str:
    """The secret, of the settings or of its file; empty where there is none.

    Raises:
        WrongUsage: there are two, or the file cannot be read.
    """
    if given is not None and file is not None:
        raise WrongUsage(f"[{table}] has two of `{name}`", next_step=f"Give `{name}` or `{name}_file`")
    if given is not None:
        return given.get_secret_value().strip()
    if file is None:
        return ""
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.read(LONGEST).strip()
    except (OSError, ValueError):
        raise WrongUsage(
            f"`{name}_file` of [{table}] cannot be read", next_step="Check that it is there, and its rights"
        ) from None
