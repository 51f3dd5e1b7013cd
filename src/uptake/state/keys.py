"""Keys of a home: 32 random bytes each, beside the store and never in it, made at first use, readable by their owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from uptake.errors import Unreachable

LENGTH = 32


def key(folder: Path, name: str) -> bytes:
    """The key of a name; made when there is none.

    Raises:
        Unreachable: it cannot be made or read, or what lies there is no key. A damaged key is never replaced: what it signed and
            whom it stands for would be lost without a word.
    """
    file = folder / f"{name}.key"
    try:
        if not file.exists():
            _make(file)
        found = file.read_bytes()
    except OSError as error:
        raise Unreachable(
            f"The key `{name}` of this home cannot be kept",
            why=str(error.strerror or type(error).__name__),
            next_step="Check free space and rights of the folder keys beside the state store",
        ) from None
    if len(found) != LENGTH:
        raise Unreachable(
            f"The key `{name}` of this home is damaged",
            why=f"it has {len(found)} bytes, not {LENGTH}",
            next_step="Put it back from a backup of the folder keys",
        )
    return found


def _make(file: Path) -> None:
    """Whole or not at all, whoever makes it first: a full disk leaves no half of a key, and two processes take the same one."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(LENGTH))
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
