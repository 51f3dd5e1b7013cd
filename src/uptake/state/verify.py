"""Verification of the audit log: the chain, gaps, clock steps, the lists of people, and the heads that were kept elsewhere.

Every link compares stored bytes, so stretches of a log are verified side by side; no record is parsed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from uptake.errors import WrongUsage
from uptake.state import audit, heads
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS

TOLERATED_STEP = dt.timedelta(minutes=5)
"""How far the clock of a later record may lie behind: several threads and processes stamp before they take turns."""
SIDE_BY_SIDE = 300_000
"""Records above which a log in a file is verified by several processes."""
_STAMPED = re.compile(rb'"time":"([^"]{19})')
_RECORDS = """select a.seq, a.record, a.previous, a.hash, (select instr(a.record,
'"subject_count":' || count(*) || ',"subjects":[' || coalesce('"' || group_concat(s.subject, '","') || '"', '') || ']')
from audit_subjects s where s.seq = a.seq) from audit a where a.seq > ? and a.seq <= ? order by a.seq"""
_PEOPLE = "select subject from audit_subjects where seq = ? order by subject"
_BEFORE = "select seq, hash, record from audit where seq <= ? order by seq desc limit 1"
_FILE = "select file from pragma_database_list where name = 'main'"

Row = tuple[int, bytes, bytes, bytes, int]
"""Number, record, hash before it, own hash, and 0 where the list of its people must be looked at, since the record does not spell it out."""
Lists = Callable[[int], Sequence[str]]
"""Number of a record -> the list of its people, sorted."""


@dataclass(slots=True)
class Verdict:
    """What a verification found. `first_bad`: number of the first record that does not hold. `clock_steps`: records whose time lies
    before that of the record before them by more than five minutes; they are said, and prove nothing by themselves.
    """

    records: int = 0
    head: str = audit.START
    first_bad: int | None = None
    reasons: list[str] = field(default_factory=list)
    clock_steps: list[int] = field(default_factory=list)
    heads: int = 0
    newest_head: int = 0
    """Number of the record up to which the newest head speaks; 0: no head, and nothing shows whether the end was cut off."""

    @property
    def ok(self) -> bool:
        return not self.reasons

    def bad(self, number: int | None, reason: str) -> None:
        """Note what does not hold."""
        self.reasons.append(reason)
        if number is not None and (self.first_bad is None or number < self.first_bad):
            self.first_bad = number


@dataclass(frozen=True, slots=True)
class Before:
    """The record before a stretch, as it is stored."""

    seq: int = 0
    hash: str = audit.START
    time: bytes = b""


def chain(
    rows: Iterable[Row], verdict: Verdict, wanted: set[int], before: Before = Before(), lists: Lists = lambda _seq: ()
) -> dict[int, str]:
    """Walk a stretch of the chain once, by number, up to the first record that does not hold; answers the hashes that are wanted."""
    count, previous, latest, found = before.seq, before.hash.encode(), before.time, dict[int, str]()
    sha256 = hashlib.sha256
    for seq, text, linked, made, spelt in rows:
        count += 1
        if seq != count:
            verdict.bad(count, f"record {count} is missing")
            break
        if linked != previous or made != sha256(linked + text).hexdigest().encode() or b'"seq":%d,' % seq not in text:
            verdict.bad(seq, f"record {seq} does not fit the chain")
            break
        if not spelt and not _named(lists(seq), text):
            verdict.bad(seq, f"record {seq} names other people than the list beside it")
            break
        stamp = time_of(text)
        if stamp != latest and stamp:
            if stamp < latest and _behind(stamp, latest):
                verdict.clock_steps.append(seq)
            latest = stamp
        if seq in wanted:
            found[seq] = made.decode()
        previous = made
    verdict.records, verdict.head = count, previous.decode()
    return found


def _named(people: Sequence[str], text: bytes) -> bool:
    """Whether a list of people that its record does not spell out is the one that the record stands for."""
    if len(people) <= audit.MANY_SUBJECTS:
        return not people and b'"subject_count":' not in text
    named = f'"subject_count":{len(people)},"subjects":[],"subjects_sha256":"{audit.digest(people)}"'
    return named.encode() in text


def time_of(text: bytes) -> bytes:
    """The time of a record to the second, empty where it has none. It is the last field, since fields are sorted."""
    if text[-31:-22] == b',"time":"' and text[-3:] == b'Z"}':
        return text[-22:-3]
    stamped = _STAMPED.search(text)
    return stamped[1] if stamped else b""


def _behind(time: bytes, latest: bytes) -> bool:
    try:
        later, earlier = (dt.datetime.fromisoformat(one.decode()) for one in (latest, time))
    except ValueError:
        return True
    return later - earlier > TOLERATED_STEP


def log(
    connection: Connection, kept: Sequence[heads.Head], public_key: str, seen: tuple[int, str] | None = None
) -> Verdict:
    """Verify a whole log against the heads that were kept elsewhere, and a record that was `seen`: number, first digits of its hash."""
    wanted = {head.count for head in kept} | ({seen[0]} if seen else set())
    if connection.dialect.name == "sqlite":
        verdict, found = _file(str(connection.exec_driver_sql(_FILE).scalar()), wanted)
    else:
        verdict = Verdict()
        with contextlib.closing(_rows(connection)) as rows:
            found = chain(rows, verdict, wanted, lists=_lists(connection))
    verdict.heads, verdict.newest_head = len(kept), max((head.count for head in kept), default=0)
    if seen and not found.get(seen[0], "").startswith(seen[1]):
        verdict.bad(None, f"record {seen[0]} is not the one that was seen, or is gone")
    against(verdict, kept, public_key, found)
    listed = AUDIT_SUBJECTS.c.seq
    stray = connection.execute(select(func.min(listed)).where((listed < 1) | (listed > verdict.records))).scalar()
    if stray is not None and verdict.first_bad is None:
        verdict.bad(stray, f"people are listed for record {stray}, which is not there")
    return verdict


def against(verdict: Verdict, kept: Sequence[heads.Head], public_key: str, found: dict[int, str]) -> None:
    """Hold heads against the hashes that a walk found; behind a break there are none, but a signature still counts."""
    broken, foreign = verdict.first_bad, frozenset(heads.unsigned(kept, public_key))
    own = [head for place, head in enumerate(kept, 1) if place not in foreign]
    for place in sorted(foreign):
        verdict.bad(None, f"head {place} is not signed by this home")
    for reason in heads.wrong([head for head in own if broken is None or head.count < broken], found):
        verdict.bad(None, reason)


def _rows(connection: Connection) -> Generator[Row, None, None]:
    people = AUDIT_SUBJECTS.c.subject
    joined = func.coalesce(
        literal('"')
        .concat(func.array_to_string(func.array_agg(aggregate_order_by(people, people)), '","'))
        .concat('"'),
        "",
    )
    spelt = literal('"subject_count":').concat(func.count()).concat(',"subjects":[').concat(joined).concat("]")
    listed = select(func.strpos(AUDIT.c.record, spelt)).where(AUDIT_SUBJECTS.c.seq == AUDIT.c.seq).scalar_subquery()
    asked = select(AUDIT, listed).order_by(AUDIT.c.seq)
    with connection.execution_options(yield_per=10_000).execute(asked) as rows:
        for seq, text, before, made, place in rows:
            yield seq, text.encode(), before.encode(), made.encode(), place


def _lists(connection: Connection) -> Lists:
    asked = select(AUDIT_SUBJECTS.c.subject).order_by(AUDIT_SUBJECTS.c.subject)
    return lambda seq: connection.execute(asked.where(AUDIT_SUBJECTS.c.seq == seq)).scalars().all()


def _file(name: str, wanted: set[int]) -> tuple[Verdict, dict[int, str]]:
    """A log in a SQLite file: at once, or in as many stretches as this machine has processors."""
    with contextlib.closing(sqlite3.connect(uri(name), uri=True)) as connection:
        last = int(connection.execute("select coalesce(max(seq), 0) from audit").fetchone()[0])
    parts = min(os.cpu_count() or 1, 1 + last // SIDE_BY_SIDE)
    ends = [last * part // parts for part in range(parts)]
    calls = [(name, begin, end, wanted) for begin, end in zip(ends, [*ends[1:], last + 1], strict=True)]
    if parts == 1:
        return _stretch(*calls[0])
    with ProcessPoolExecutor(parts, get_context("spawn")) as pool:
        return _together(list(pool.map(_stretch, *zip(*calls, strict=True))))


def uri(name: str) -> str:
    """A SQLite file to be read and never written: a copy that nobody writes needs no room beside it either."""
    live = any(Path(name + end).exists() for end in ("-wal", "-shm"))
    return f"{Path(name).resolve().as_uri()}?mode=ro{'' if live else '&immutable=1'}"


def _stretch(name: str, after: int, last: int, wanted: set[int]) -> tuple[Verdict, dict[int, str]]:
    verdict = Verdict()
    with contextlib.closing(sqlite3.connect(uri(name), uri=True)) as connection:
        connection.text_factory = bytes
        row = connection.execute(_BEFORE, (after,)).fetchone()
        before = Before(row[0], row[1].decode(), time_of(row[2])) if row and after else Before()
        rows = connection.execute(_RECORDS, (after, last))
        return verdict, chain(
            rows, verdict, wanted, before, lambda seq: [one.decode() for (one,) in connection.execute(_PEOPLE, (seq,))]
        )


def _together(parts: Sequence[tuple[Verdict, dict[int, str]]]) -> tuple[Verdict, dict[int, str]]:
    """One verdict of stretches in their order: up to the first break, as one walk would have found."""
    whole, found = Verdict(), dict[int, str]()
    for part, hashes in parts:
        whole.records, whole.head = part.records, part.head
        whole.clock_steps += part.clock_steps
        found |= hashes
        if part.reasons:
            whole.bad(part.first_bad, part.reasons[0])
            break
    return whole, found


@contextlib.contextmanager
def copy(file: Path) -> Iterator[Connection]:
    """A copy of a state store, read and never changed.

    Raises:
        WrongUsage: it holds no audit log.
    """
    from sqlalchemy import create_engine  # noqa: PLC0415  only here
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    engine = create_engine("sqlite+pysqlite://", creator=lambda: sqlite3.connect(uri(str(file)), uri=True))
    try:
        with engine.connect() as connection:
            yield connection
    except (DBAPIError, sqlite3.DatabaseError):
        raise WrongUsage(
            "There is no audit log in that file", next_step="Give the file state.db of a home or of a backup, or a pack"
        ) from None
    finally:
        engine.dispose()
