"""Signed heads: how long the audit log is, and the hash that it ends in, written to a second place.

A chain alone does not notice that its end was cut off, or that all of it was written anew. A head that lies where this service
cannot change what it wrote does (GOVERNANCE.md section 8). One line a head, canonical JSON, signed with Ed25519.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, select

from uptake.state.tables import AUDIT

LOG = logging.getLogger("uptake.audit")
EVERY_SECONDS = 60
EVERY_RECORDS = 1000
FILE, PUBLIC_KEY = "heads.jsonl", "public-key.txt"


@dataclass(frozen=True, slots=True)
class Head:
    """`count` records end in `hash` at `time` (ISO, UTC). `signature`: Ed25519 (hex) over the canonical JSON of these three."""

    count: int
    hash: str
    time: str
    signature: str

    @property
    def signed(self) -> bytes:
        return rfc8785.dumps({"count": self.count, "hash": self.hash, "time": self.time})


class Signer:
    """The key pair of one home, from 32 random bytes that lie beside the store."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> str:
        """32 bytes, hex."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, text: bytes) -> str:
        """The signature, hex."""
        return self._key.sign(text).hex()

    def head(self, count: int, ending: str, now: dt.datetime) -> Head:
        """A signed head."""
        made = Head(count, ending, f"{now.isoformat(timespec='seconds')}Z", "")
        return Head(made.count, made.hash, made.time, self.sign(made.signed))


def holds(public_key: str, text: bytes, signature: str) -> bool:
    """Whether a signature (hex) is that of the key (hex) over the text."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def ending(connection: Connection) -> tuple[int, str] | None:
    """Number and hash of the last record; None for an empty log."""
    row = connection.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    return (int(row.seq), str(row.hash)) if row else None


def waiting_since(connection: Connection, count: int) -> dt.datetime | None:
    """Time of the first record after record `count`; None where there is none."""
    row = connection.execute(select(AUDIT.c.record).where(AUDIT.c.seq > count).order_by(AUDIT.c.seq).limit(1)).first()
    if row is None:
        return None
    return dt.datetime.fromisoformat(str(json.loads(row.record)["time"]).removesuffix("Z"))


def read(folder: Path) -> list[Head]:
    """The heads of a folder, oldest first; a line that is torn or foreign is a head that holds for nothing."""
    file = folder / FILE
    return parse(file.read_text(encoding="utf-8", errors="replace")) if file.exists() else []


def parse(text: str) -> list[Head]:
    """As `read`, of the text of such a file."""
    return [_head(line) for line in text.splitlines()]


def _head(line: str) -> Head:
    try:
        found = json.loads(line)
        return Head(int(found["count"]), str(found["hash"]), str(found["time"]), str(found["signature"]))
    except (ValueError, KeyError, TypeError):
        return Head(0, "", "", "")


class Keeper:
    """Writes heads to the second place, when they are due. A head that cannot be written fails no answer: `doctor` says so."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self.folder, self._signer = folder, signer
        self._lock = threading.Lock()
        self._last = (0.0, -1, 0)
        self.newest: Head | None = None
        self.failing = False

    def due(self, appended: int) -> bool:
        """Whether a minute or 1,000 records have passed since this process tried to write one. `appended`: records that it wrote."""
        then, _, before = self._last
        return appended > before and (time.monotonic() - then >= EVERY_SECONDS or appended - before >= EVERY_RECORDS)

    def write(self, connection: Connection, now: dt.datetime, appended: int = 0) -> None:
        """Write the head of this moment, unless it is the last one already."""
        found = ending(connection)
        with self._lock:
            if found is None or found[0] == self._last[1]:
                self._last = (time.monotonic(), self._last[1], appended)
                return
            made = self._signer.head(*found, now)
            try:
                self._append(made)
            except OSError as error:
                LOG.warning(json.dumps({"event": "head_not_written", "kind": type(error).__name__}))
                self._last, self.failing = (time.monotonic(), *self._last[1:]), True
                return
            self._last, self.newest, self.failing = (time.monotonic(), found[0], appended), made, False

    def late(self, appended: int) -> bool:
        """Whether the newest head is older than it may be, or could not be written."""
        then, _, before = self._last
        return self.failing or (appended > before and time.monotonic() - then > 2 * EVERY_SECONDS)

    def _append(self, made: Head) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        key = self.folder / PUBLIC_KEY
        if not key.exists():
            key.write_text(self._signer.public_key + "\n")
        handle = os.open(self.folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        line, before = rfc8785.dumps(asdict(made)) + b"\n", os.fstat(handle).st_size
        try:
            if os.write(handle, line) != len(line):
                # The disk is full: half a head would hold for nothing, for ever.
                os.ftruncate(handle, before)
                raise OSError(errno.ENOSPC, "no space")
            os.fsync(handle)
        finally:
            os.close(handle)

    @property
    def public_key(self) -> str:
        return self._signer.public_key


def unsigned(heads: Sequence[Head], public_key: str) -> list[int]:
    """Places (from 1) of the heads that the key (hex) did not sign."""
    return [place for place, head in enumerate(heads, 1) if not holds(public_key, head.signed, head.signature)]


def wrong(heads: Sequence[Head], endings: Mapping[int, str]) -> list[str]:
    """What heads say against a log, in words. `endings`: record number -> hash, of the numbers that heads name and the log holds."""
    found = []
    for head in heads:
        if head.count not in endings:
            found.append(f"the log ends before record {head.count}, which a head of {head.time} names")
        elif endings[head.count] != head.hash:
            found.append(f"record {head.count} is not the one that a head of {head.time} names")
    return found
