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
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from uptake.errors import WrongUsage
from uptake.state import audit, heads
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS

TOLERATED_STEP = dt.timedelta(minutes=5)
"""How far the clock of a later record may lie behind: several threads and processes stamp before they take turns."""
SIDE_BY_SIDE = 100_000
"""Records above which a log in a file is verified by several processes."""
_STAMPED = re.compile(rb'"time":"([^"]{19})')
_RECORDS = """select seq, cast(record as blob), cast(previous as blob), cast(hash as blob) from audit
where seq > ? and seq <= ? order by seq"""
_PEOPLE = """select seq, count(*), group_concat(subject, '|') from (select seq, subject from audit_subjects
where seq > ? and seq <= ? order by seq, subject) group by seq order by seq"""
_BEFORE = "select seq, hash, record from audit where seq <= ? order by seq desc limit 1"
_FILE = "select file from pragma_database_list where name = 'main'"

Row = tuple[int, bytes, bytes, bytes]
"""Number, record, hash before it, own hash."""
Listed = tuple[int, int, str]
"""Number of a record, how many people its list holds, and the list: pseudonyms, sorted, joined by `|`."""


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


class _Lists:
    """The lists of people beside the records, walked in step with them."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._listed = iter(listed)
        self._at = next(self._listed, None)

    def fit(self, seq: int, text: bytes) -> bool:
        """Whether the list of a record is the one that the record names."""
        at = self._at
        if at is None or at[0] > seq:
            return b'"subject_count":0,' in text or b'"subject_count":' not in text
        self._at = next(self._listed, None)
        count, joined = at[1], at[2].encode()
        if at[0] != seq or b'"subject_count":%d,' % count not in text:
            return False
        if count <= audit.MANY_SUBJECTS:
            return b'"subjects":["%b"]' % joined.replace(b"|", b'","') in text
        return b'"subjects_sha256":"%b"' % hashlib.sha256(joined).hexdigest().encode() in text

    @property
    def left(self) -> int | None:
        """Number of a record that has a list and is not there."""
        return self._at[0] if self._at else None


def chain(
    rows: Iterable[Row], verdict: Verdict, wanted: set[int], before: Before = Before(), listed: Iterable[Listed] | None = None  # noqa: B008  it cannot change
) -> dict[int, str]:  # fmt: skip
    """Walk a stretch of the chain once; answers the hashes of the records that are wanted. Rows come by number.

    `listed`: the lists of people of the same records; without them (a pack holds none) they are not compared.
    """
    count, previous, latest, found = before.seq, before.hash.encode(), before.time, dict[int, str]()
    lists = _Lists(listed) if listed is not None else None
    sha256 = hashlib.sha256
    for seq, text, linked, made in rows:
        count += 1
        if seq != count:
            verdict.bad(count, f"record {count} is missing")
            break
        if linked != previous or made != sha256(linked + text).hexdigest().encode() or b'"seq":%d,' % seq not in text:
            verdict.bad(seq, f"record {seq} does not fit the chain")
            break
        if lists is not None and not lists.fit(seq, text):
            verdict.bad(seq, f"record {seq} names other people than the list beside it")
            break
        stamp = time_of(text)
        if stamp < latest and stamp and _behind(stamp, latest):
            verdict.clock_steps.append(seq)
        latest = stamp or latest
        if seq in wanted:
            found[seq] = made.decode()
        previous = made
    verdict.records, verdict.head = count, previous.decode()
    if lists is not None and lists.left is not None and verdict.first_bad is None:
        verdict.bad(lists.left, f"people are listed for record {lists.left}, which is not there")
    return found


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


def log(connection: Connection, kept: Sequence[heads.Head], public_key: str) -> Verdict:
    """Verify a whole log against the heads that were kept elsewhere."""
    wanted = {head.count for head in kept}
    if connection.dialect.name == "sqlite":
        verdict, found = _file(str(connection.exec_driver_sql(_FILE).scalar()), wanted)
    else:
        verdict = Verdict()
        found = chain(_rows(connection), verdict, wanted, listed=_listed(connection))
    verdict.heads = len(kept)
    against(verdict, kept, public_key, found)
    return verdict


def against(verdict: Verdict, kept: Sequence[heads.Head], public_key: str, found: dict[int, str]) -> None:
    """Hold heads against the hashes that a walk found; behind a break there are none, but a signature still counts."""
    broken = verdict.first_bad
    known = [head for head in kept if broken is None or head.count < broken]
    for reason in heads.unsigned(kept, public_key) + heads.wrong(known, found):
        verdict.bad(None, reason)


def _rows(connection: Connection) -> Iterator[Row]:
    asked = connection.execution_options(yield_per=10_000).execute(select(AUDIT).order_by(AUDIT.c.seq))
    return ((seq, text.encode(), before.encode(), made.encode()) for seq, text, before, made in asked)


def _listed(connection: Connection) -> Iterator[Listed]:
    column, people = AUDIT_SUBJECTS.c.seq, AUDIT_SUBJECTS.c.subject
    joined = func.array_to_string(func.array_agg(aggregate_order_by(people, people)), "|")
    asked = select(column, func.count(), joined).group_by(column).order_by(column)
    return ((seq, count, text) for seq, count, text in connection.execution_options(yield_per=10_000).execute(asked))


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
        connection.execute("begin")
        row = connection.execute(_BEFORE, (after,)).fetchone()
        before = Before(int(row[0]), str(row[1]), time_of(str(row[2]).encode())) if row and after else Before()
        rows, listed = (connection.execute(asked, (after, last)) for asked in (_RECORDS, _PEOPLE))
        return verdict, chain(rows, verdict, wanted, before, listed)


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
