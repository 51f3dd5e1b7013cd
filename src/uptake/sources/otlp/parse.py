"""OTLP into telemetry events: one row for each record of a request, whether it is taken, known and not taken, or refused.

The receiver makes these rows before anything touches the disk and puts them into the spool; `ingest otlp` reads the spool, or an OTLP
JSON file that a collector wrote. Records in = rows out, so that nothing is lost between the two.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator

import msgspec

from uptake.model import TelemetryEvent
from uptake.model.outcome import Ignored, InputFile, Outcome, Refused, Rejected, Sees, Taken
from uptake.sources.data_classes.tally import origin_of
from uptake.sources.otlp.allowed import PROMPT
from uptake.sources.otlp.clients import UnusableError, event
from uptake.sources.otlp.record import Signal
from uptake.sources.otlp.wire import KINDS, Undecodable, records
from uptake.sources.reading.checks import joined_key

AHEAD = dt.timedelta(hours=24)
MAX_AGE_DAYS = 30
LONGEST_FILE = 64 * 2**20
SPOOLED = b'{"received"'
"""With this begins a line of the spool."""
SEGMENT = ".spool"
"""With this ends the name of a file of the spool."""


class Refusal(msgspec.Struct, array_like=True):
    """Records that cannot be used: why, and the name of the field."""

    reason: str
    field: str
    day: dt.date | None = None


class Post(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One accepted request, as it lies in the spool: its records without content."""

    received: dt.datetime
    """UTC, naive."""
    taken: list[TelemetryEvent] = []
    ignored: dict[str, int] = {}
    refused: list[Refusal] = []

    @property
    def records(self) -> int:
        """How many records the request had."""
        return len(self.taken) + sum(self.ignored.values()) + len(self.refused)


_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(Post)


def encoded(post: Post) -> bytes:
    """A post as one line of the spool."""
    return _ENCODER.encode(post) + b"\n"


def post(
    signal: Signal, body: bytes, received: dt.datetime, *, protobuf: bool, sender: str = "", max_age_days: int = MAX_AGE_DAYS,
    sees: Sees | None = None,
) -> Post:  # fmt: skip
    """What a request says; `sees` looks at its prompts. Raises Undecodable."""
    made, ignored = Post(received=received, taken=[], refused=[]), Counter[str]()
    origin = origin_of(body) if sees else ""
    for record in records(signal, body, protobuf=protobuf, prompts=sees is not None):
        prompt = record.attributes.pop(PROMPT, None)
        try:
            found = event(signal, record, sender)
            if isinstance(found, str):
                ignored[found] += 1
                continue
            _check_time(found, received, max_age_days)
            made.taken.append(found)
            if sees and found.kind == "prompt" and isinstance(prompt, str):
                sees.see(prompt, origin, found.tool, found.day)
        except UnusableError as error:
            made.refused.append(Refusal(error.reason, error.field))
    made.ignored = dict(ignored)
    return made


def _check_time(found: TelemetryEvent, received: dt.datetime, max_age_days: int) -> None:
    """The clock of a laptop may be wrong (rule R-OT-10)."""
    if found.happened_at > received + AHEAD:
        raise UnusableError("more than 24 hours ahead", "timeUnixNano")
    if found.happened_at < received - dt.timedelta(days=max_age_days):
        raise UnusableError("older than telemetry.max_age_days", "timeUnixNano")


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per record: of a segment of the spool, or of OTLP JSON, one request a line or one in all.

    Raises:
        Refused: it is neither.
    """
    number = 0
    for made in _posts(file):
        for found in made.taken:
            number += 1
            yield Taken(number, key(found), [found], day=found.day, account=found.account, report=0)
        for reason, count in made.ignored.items():
            for _ in range(count):
                number += 1
                yield Ignored(number, reason)
        for refusal in made.refused:
            number += 1
            yield Rejected(number, refusal.reason, refusal.field, refusal.day)


def key(found: TelemetryEvent) -> str:
    """Names an event or a point, in whatever post it comes (rules R-CC-4, R-CX-6, R-OT-5)."""
    return joined_key(
        "event", found.tool, found.account, found.basis, found.series, str(found.started), str(found.ended)
    )


def _posts(file: InputFile) -> Iterator[Post]:
    first = file.stream.readline(LONGEST_FILE)
    if first.startswith(SPOOLED) or file.name.endswith(SEGMENT):
        for line in itertools.chain((first,), file.stream):
            if line.endswith(b"\n"):  # else it was cut off by a kill before it was acknowledged: it was never there
                yield _of_spool(line, file)
        return
    whole = first + file.stream.read(LONGEST_FILE)
    try:
        yield _of_json(whole, file)
    except Undecodable:
        yield from [_of_json(line, file) for line in whole.splitlines() if line.strip()]


def _of_spool(line: bytes, file: InputFile) -> Post:
    try:
        return _DECODER.decode(line)
    except ValueError:
        # The disk lost what it had: how many records stood in the line nobody knows, so it counts as one.
        return Post(received=file.fetched_at, refused=[Refusal("a line of the spool is damaged", "line")])


def _of_json(body: bytes, file: InputFile) -> Post:
    for signal, name in KINDS.items():
        if f'"{name}"'.encode() in body:
            try:
                return post(signal, body, file.fetched_at, protobuf=False, sees=file.sees)  # type: ignore[arg-type]
            except Undecodable:
                if body.count(b"\n") > 1:
                    raise
    raise Refused("no OTLP request in JSON", "Give a body of /v1/logs or /v1/metrics, as a collector writes it")
