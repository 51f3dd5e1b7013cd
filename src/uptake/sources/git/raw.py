"""A commit as git stores it, taken apart in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from uptake.model.folding import folded_name

_TIME = re.compile(rb" (-?\d+) [+-]?\d+\s*\Z")
_ADDRESS = re.compile(r"[^\s@<>|]{1,128}@[^\s@<>|]{1,128}")
_NOREPLY = re.compile(r"(?:\d+\+)?([a-z0-9][a-z0-9-]{0,38}(?:\[bot\])?)@users\.noreply\.github\.com")
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - all our times are UTC without zone


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when, as a commit says it. `name` is read for a mark and goes no further."""

    name: str
    email: str
    at: dt.datetime | None
    """UTC; None where it is no time that a calendar holds."""


@dataclass(frozen=True, slots=True)
class RawCommit:
    """The parts of a commit that are looked at. Nothing of `message` leaves the reader."""

    author: Signature
    committer: Signature
    message: str


def raw_commit(content: bytes) -> RawCommit:
    """Take a commit object apart. A part that is missing reads as empty."""
    head, _, message = content.partition(b"\n\n")
    lines: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        lines.setdefault(key, value)
    encoding = lines.get(b"encoding", b"utf-8").decode("ascii", "replace")
    # Git shows a message up to its first NUL.
    text = _text(message.partition(b"\0")[0], encoding)
    return RawCommit(_signature(lines.get(b"author", b"")), _signature(lines.get(b"committer", b"")), text)


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError):
        return data.decode("utf-8", "replace")


def _signature(value: bytes) -> Signature:
    """`Name <address> seconds zone`, read as git reads it: the address from the first `<` to the next `>`."""
    name, _, rest = value.partition(b"<")
    email = rest.partition(b">")[0]
    found = _TIME.search(value[value.rfind(b">") + 1 :])
    return Signature(
        name.decode("utf-8", "replace").strip(),
        folded_name(email.decode("utf-8", "replace")),
        moment(int(found[1])) if found else None,
    )


def moment(seconds: int) -> dt.datetime | None:
    """UTC time of so many seconds since 1970; None where it lies outside the years 1 to 9999."""
    try:
        return EPOCH + dt.timedelta(seconds=seconds)
    except OverflowError:
        return None


def account_of(email: str) -> str:
    """The account key of an author: the address; where there is none, a hash of what stands in its place."""
    plain = folded_name(email)
    if _ADDRESS.fullmatch(plain):
        return plain
    return "author:" + hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def login_of(email: str) -> str | None:
    """The GitHub login in a noreply address."""
    found = _NOREPLY.fullmatch(folded_name(email))
    return found[1] if found else None
