"""One telemetry post: who may send it, its bytes inflated under a limit, its records into the spool, and the answer (SOURCES.md section 6).

Nothing here waits for a socket and nothing knows of HTTP beyond status codes; the routes call it in a thread.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uptake.receive.seen import keep
from uptake.receive.spool import Spool, SpoolFullError
from uptake.sources.data_classes.parse import Line
from uptake.sources.data_classes.tally import Tally
from uptake.sources.otlp.parse import Refusal, encoded, post
from uptake.sources.otlp.record import Signal
from uptake.sources.otlp.wire import Undecodable

__all__ = [
    "AGAIN",
    "JSON",
    "PROTOBUF",
    "RETRY_SECONDS",
    "WIRE_BYTES",
    "Receiver",
    "RefusedPostError",
    "Sent",
    "Signal",
    "form_of",
    "said",
    "sender_of",
]

WIRE_BYTES, INFLATED_BYTES = 16 * 2**20, 64 * 2**20
"""Limits of a body, as it comes and unpacked (rule R-OT-3)."""
MEGABYTE = 1_000_000
REJECTED = {"logs": "rejectedLogRecords", "metrics": "rejectedDataPoints", "traces": "rejectedSpans"}
PROTOBUF, JSON = "application/x-protobuf", "application/json"
KINDS = {PROTOBUF: True, JSON: False}
AGAIN = {429, 503}
"""Codes after which a client sends the same bytes again (rule R-OT-4)."""
RETRY_SECONDS = 10


class RefusedPostError(Exception):
    """The whole post is refused: `status` of HTTP, and why, with no text of the post in it."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Sent:
    """A post as it came: which signal, whether in protobuf, whether packed, its bytes, and whose key it came with."""

    signal: Signal
    protobuf: bool
    packed: bool
    body: bytes
    account: str


def sender_of(senders: Mapping[str, str], authorization: str) -> str:
    """The account that a key speaks for, empty for a collector of many.

    Raises:
        RefusedPostError: 401, there is no such key.
    """
    scheme, _, key = authorization.partition(" ")
    digest = hashlib.sha256(key.strip().encode(errors="surrogatepass")).hexdigest()
    if scheme.lower() != "bearer" or digest not in senders:
        raise RefusedPostError(401, "send the key of a sender as a bearer token; `uptake token sender` makes one")
    return senders[digest]


def form_of(content_type: str, content_encoding: str) -> tuple[bool, bool]:
    """(protobuf, packed) by the headers of a post (rule R-OT-2).

    Raises:
        RefusedPostError: 415, it is something else.
    """
    kind = content_type.partition(";")[0].strip().lower()
    encoding = content_encoding.strip().lower()
    if kind not in KINDS or encoding not in {"", "identity", "gzip"}:
        raise RefusedPostError(415, "send protobuf or JSON, packed with gzip or not")
    return KINDS[kind], encoding == "gzip"


def inflated(body: bytes) -> bytes:
    """A gzip body unpacked.

    Raises:
        RefusedPostError: 413, it is larger than the limit; 400, it is none.
    """
    unpacking = zlib.decompressobj(wbits=31)
    try:
        whole = unpacking.decompress(body, INFLATED_BYTES + 1)
    except zlib.error:
        raise RefusedPostError(400, "the body is not gzip") from None
    if len(whole) > INFLATED_BYTES:
        raise RefusedPostError(413, "the body is too large unpacked")
    if not unpacking.eof or unpacking.unused_data:
        raise RefusedPostError(400, "the body is not whole")
    return whole


@dataclass(frozen=True, slots=True)
class _Read:
    """What is kept of a post: its line of the spool, empty where it has no records; counts of classes of data; and what was refused."""

    line: bytes = b""
    seen: list[Line] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class Receiver:
    """Takes posts of a home into its spool. `max_age_days` and `spool_mb` are settings of the section `telemetry`; `detector` answers which
    classes of data policy has counted now, none: no prompt is looked at.
    """

    def __init__(
        self, folder: Path, *, max_age_days: int, spool_mb: int, detector: Callable[[], Collection[str]] = tuple
    ) -> None:
        self._detector = detector
        self._spool = Spool(folder)
        self._folder = folder
        self._max_age_days = max_age_days
        self._most = spool_mb * MEGABYTE

    def take(self, sent: Sent, now: dt.datetime) -> bytes:
        """`take_together` of one post.

        Raises:
            RefusedPostError: 400, 413, 429 or 503; nothing of it is kept.
        """
        (found,) = self.take_together([sent], now)
        if isinstance(found, Exception):
            raise found
        return found

    def take_together(self, posts: Sequence[Sent], now: dt.datetime) -> list[bytes | Exception]:
        """Put the records of posts on the disk, all with one write; for each the body of status 200, or why nothing of it is kept: a
        RefusedPostError of 400, 413, 429 or 503, or a fault that this post alone meets. Spans are taken and dropped (rule R-OT-3).
        """
        full, classes = self._held() >= self._most, self._detector()
        read = [self._read(sent, now, classes, full=full) for sent in posts]
        took = self._kept([one for one in read if isinstance(one, _Read) and one.line])
        return [self._said(sent, one, took=took) for sent, one in zip(posts, read, strict=True)]

    def _read(self, sent: Sent, now: dt.datetime, classes: Collection[str], *, full: bool) -> _Read | Exception:
        """What a post says. Whatever is wrong with it is its own: the others of the same write go on."""
        if sent.signal == "traces":
            return _Read()
        if full:
            return RefusedPostError(429, "the spool is full: `uptake ingest otlp` or `uptake score` drains it")
        tally = Tally(classes) if classes else None
        try:
            made = post(
                sent.signal, inflated(sent.body) if sent.packed else sent.body, now, protobuf=sent.protobuf, sender=sent.account,
                max_age_days=self._max_age_days, sees=tally,
            )  # fmt: skip
            line = encoded(made) if made.records else b""
        except Undecodable:
            return RefusedPostError(400, "the body is no OTLP request of this kind")
        except Exception as error:  # noqa: BLE001  the route tells of it
            return error
        return _Read(line, tally.lines() if tally else [], made.refused)

    def _kept(self, read: Sequence[_Read]) -> bool:
        """Whether the disk took it."""
        try:
            if read:
                self._spool.append(b"".join(one.line for one in read))
                keep(self._folder, [line for one in read for line in one.seen])
        except (SpoolFullError, OSError):
            return False
        return True

    @staticmethod
    def _said(sent: Sent, read: _Read | Exception, *, took: bool) -> bytes | Exception:
        if isinstance(read, Exception):
            return read
        if read.line and not took:
            return RefusedPostError(503, "the disk took nothing")
        return answer(sent, read.refused)

    def _held(self) -> int:
        return sum(path.stat().st_size for path in self._folder.glob("*.spool"))


def answer(sent: Sent, refused: list[Refusal]) -> bytes:
    """The body of status 200 in the encoding of the post: empty, or how many records were refused and why (rule R-OT-4)."""
    why = "; ".join(sorted({f"{one.reason} ({one.field})" for one in refused}))
    if sent.protobuf:
        from uptake.sources.otlp import protobuf  # noqa: PLC0415  its library is slow to import

        return protobuf.answer(sent.signal, len(refused), why)
    partial = {REJECTED[sent.signal]: str(len(refused)), "errorMessage": why}
    return json.dumps({"partialSuccess": partial} if refused else {}).encode()


def said(error: RefusedPostError, *, as_protobuf: bool) -> bytes:
    """The body of a refusal: `google.rpc.Status` with its message."""
    if as_protobuf:
        from uptake.sources.otlp import protobuf  # noqa: PLC0415  its library is slow to import

        return protobuf.status(error.why)
    return json.dumps({"message": error.why}).encode()
