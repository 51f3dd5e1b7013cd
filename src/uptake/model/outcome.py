"""What a reader says of its input: one outcome per vendor record, plus notes on the file as a whole.

Conservation holds by construction: each vendor record gives exactly one of `Taken`, `Ignored`, `Rejected`, and the
warehouse splits `Taken` into loaded and duplicate. None of these carries a value of a bad record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from uptake.model import TelemetryEvent
from uptake.model.commits import LineState


@dataclass(slots=True)
class Taken:
    """One vendor record that was understood, as canonical rows of one kind (VendorTotal and PeriodUse rows may ride along)."""

    line: int
    key: str
    """Identifies the vendor record inside its source; a later version with this key replaces all its rows (C2)."""
    rows: list[msgspec.Struct]
    day: dt.date | None = None
    """The day the record speaks of, for the span and the reporting accounts of a source; None for undated kinds."""
    tenant: str = ""
    account: str | None = None
    rank: str = ""
    """Decides between two versions of one key before the hash does (rule R-SE-1: newest activity); larger wins."""
    group: str | None = None
    """Rows of an older call with the same group vanish when this call brings the group anew (accounts map)."""
    report: int | None = None
    """Which report of its source it is a row of; None: as its rows say. 0: of none. It is an event, or made of events, and vanishes with
    no report, also not with `--complete`: who has events says each once, and a call never holds those of everybody."""
    counted: bool = True
    """False: no record of the vendor but made of many of them, and in no count of records."""


@dataclass(slots=True)
class Ignored:
    """One vendor record that is known and deliberately not taken."""

    line: int
    reason: str


@dataclass(slots=True)
class Rejected:
    """One record that cannot be used; goes to quarantine with its field name, never with a value."""

    line: int
    reason: str
    field: str = ""
    day: dt.date | None = None
    """The day it speaks of, if that much can be read: that day is then not complete, and proves no zero."""


@dataclass(slots=True)
class Span:
    """The file states that it covers these days (report_start_day .. report_end_day)."""

    first: dt.date
    last: dt.date
    tenant: str = ""
    whole: bool = False
    """True when this file alone is the whole report (its own envelope): what it lacks has vanished upstream (C2)."""


@dataclass(slots=True)
class Stamp:
    """The file's own time of making, UTC. Wins over every other `fetched_at`."""

    at: dt.datetime


@dataclass(slots=True)
class Parts:
    """A report envelope that names the part files of a report; the days are whole only when all of them are loaded."""

    names: tuple[str, ...]
    """Base names only: never a path or a link (the link is signed and expires, rule R-GH-3)."""
    first: dt.date
    last: dt.date


@dataclass(slots=True)
class SeatTotal:
    """The seat list says how many seats it has in all; fewer listed than that makes the list incomplete."""

    total: int
    tenant: str = ""


@dataclass(slots=True)
class MoreFollow:
    """The vendor says that further pages follow this one: its days are complete only with the last page."""


@dataclass(slots=True)
class Listed:
    """A page of a directory says how many resources it has in all; fewer read in a call than that makes the snapshot incomplete."""

    total: int


@dataclass(slots=True)
class Known:
    """Records that an earlier load brought and that cannot have changed: not read again, counted as duplicates."""

    records: int


@dataclass(slots=True)
class Gone:
    """Keys of records of earlier loads that are there no more, as the input says that is read now."""

    keys: tuple[str, ...]


SET_ASIDE = "set aside before, and not changed since"
"""Reason for which a snapshot of people passes over somebody whom it could not place before: they are in it, and it is not whole without them."""

Outcome = Taken | Ignored | Rejected | Span | Stamp | Parts | SeatTotal | MoreFollow | Listed | Known | Gone


class Refused(Exception):
    """The whole file is of a shape that is not taken. Names what the file is and what to export instead."""

    def __init__(self, reason: str, instead: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


@dataclass(frozen=True, slots=True)
class RepositoryWishes:
    """How a site wants its repositories to be read."""

    refs: tuple[str, ...] = ("HEAD",)
    identities: str = ""
    """Further rows of the list of AI identities, as CSV text."""
    without: tuple[str, ...] = ()
    """Tools whose marks are not looked for."""
    assisted_by: bool = False
    """Whether a line `Assisted-by:` is a mark."""
    strip_messages: bool = False
    """Whether a git-ai note with a conversation in it is taken without it, in place of being refused (R-GA-8)."""
    renames: bool = False
    """Whether the lines of a file live on under its new name."""
    moves: bool = False
    """Whether lines of a block that a commit moves live on at their new place."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that is read, or whose facts are. `known`: keys of its records of earlier loads."""

    name: str
    path: Path | None = None
    known: frozenset[str] = frozenset()
    wishes: RepositoryWishes = RepositoryWishes()
    may_replace: bool = False
    """The operator says that what is read is whole (`--complete`), even where nothing of what is known is in it."""
    states: tuple[LineState, ...] = ()
    """Of the newest load: whose the lines were, newest first."""
    lines: Callable[[], Iterable[Outcome]] | None = None
    """What following its lines gives, where it was begun ahead of its turn."""


class Sees(Protocol):
    """Counts which classes of data a prompt holds, and keeps nothing of it. `origin` names the bytes that it came in."""

    def see(self, text: str, origin: str, tool: str, day: dt.date) -> None: ...


@dataclass(slots=True)
class InputFile:
    """A file as a reader sees it: its bytes (already gunzipped), its default tenant and its default time."""

    name: str
    stream: BinaryIO
    account: str = ""
    fetched_at: dt.datetime = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - all our times are UTC without zone
    """UTC, naive: manifest, else --fetched-at, else the time of the call. `Stamp` overrides it."""
    unknown_keys: dict[str, int] = field(default_factory=dict)
    """Reader counts unknown keys here: dotted key name -> occurrences. Names only."""
    days: tuple[dt.date, dt.date] | None = None
    """What the operator states that the files of the call cover (`--from`, `--to`)."""
    repository: Repository | None = None
    """Of a source that reads repositories; `stream` is empty where the input is one and no file."""
    sees: Sees | None = None
    """The local detector, where policy has switched it on: it looks at prompts in memory, before they are dropped."""


class Parse(Protocol):
    """The one function of a reader."""

    def __call__(self, file: InputFile) -> Iterator[Outcome]: ...


class MakeDays(Protocol):
    """Day rows of all events of some accounts, from a first day on; any order of the events gives the same rows."""

    def __call__(self, events: Iterable[TelemetryEvent], first: dt.date) -> Iterator[Taken]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """A reader and the properties of its vendor feed that facts need."""

    name: str
    tool: str | None
    title: str
    parse: Parse
    grain: str = ""
    """Points rule of MEASUREMENT section 2: `day`, `session`, `event`; empty for sources without use."""
    counts_on_server: bool = False
    """Witness (a) of MEASUREMENT section 3: the vendor counts on its own side, so no row means no use."""
    tenants_repeat: bool = False
    """True when two tenants report the same use of one account (rule R-CP-6): take one, never add."""
    many_days_report: int = 0
    """Precedence of a bare file that holds more than one day and states no span (rule R-CP-9); 0 = as the reader says."""
    account_kind: str = ""
    """What an account key is when nothing else maps it: `email`, `login`, or empty."""
    whole_file_on_conflict: bool = False
    """True when two different rows of one key refuse the file (rule R-HR-3)."""
    sums_events: bool = False
    """True when `days` may be given sums of events by account and day: those of one kind and detail united in one."""
    in_pieces: bool = False
    """True when a call of many files may be loaded in several transactions: nothing of one file hangs on another one of the call,
    but for the parts of a report, and a file that names them has `names_parts` in it."""
    names_parts: bytes = b""
    holds_people: bool = False
    """True when losing more than 10 % of the known people holds the file for approval (rule R-HR-4)."""
    snapshots: bool = False
    """True when a call holds people as they are on one day: only what changed since the last one makes a row of their history (rule R-SC-3).
    The `account` of a record is the name by which others call it their manager."""
    session_tool: str = ""
    """A second tool of the same report, whose use is told by sessions alone: its rows have the points rule `session`."""
    account_is_person: bool = False
    """True when `--account` names whose files these are: it must be given, it is no tenant, and no day is complete by files of one person."""
    find: Callable[[Path], list[Path]] | None = None
    """Of a source that reads repositories: those at or below a path, and files of facts. Each gives a `Repository` with its name."""
    reads_marks: bool = False
    """True when its texts are read in memory for marks of AI tools, by the list in force for the site: its files give a `Repository`."""
    holds_prompts: bool = False
    """True when its files hold what people wrote, which the reader drops: the local detector may look at it first."""
    days: MakeDays | None = None
    """Of a source of events: the function that makes its day rows."""
