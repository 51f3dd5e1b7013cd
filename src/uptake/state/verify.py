"""Verification of the audit log: the chain, gaps, clock steps, the lists of people, and the heads that were kept elsewhere."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from uptake.state import audit, heads
from uptake.state.tables import AUDIT, AUDIT_SUBJECTS

_TIME = re.compile(r'"time":"([^"]{19})')
TOLERATED_STEP = dt.timedelta(minutes=5)
"""How far the clock of a later record may lie behind: several threads and processes stamp before they take turns."""


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


Rows = Iterator[tuple[int, str, str, str]] | Sequence[tuple[int, str, str, str]]


def chain(rows: Rows, verdict: Verdict, wanted: set[int], before: tuple[int, str] = (0, audit.START)) -> dict[int, str]:
    """Walk the chain once; answers the hashes of the records that are wanted. Rows are (seq, record, previous, hash) by seq.

    `before`: number and hash of the record before the first one.
    """
    (count, previous), latest, found = before, "", dict[int, str]()
    for seq, text, linked, made in rows:
        count += 1
        if seq != count:
            verdict.bad(count, f"record {count} is missing")
            break
        if f'"seq":{seq},' not in text or linked != previous or made != audit.chained(previous, text):
            verdict.bad(seq, f"record {seq} does not fit the chain")
            break
        stamped = _TIME.search(text)
        if stamped:
            if stamped[1] < latest and _behind(stamped[1], latest):
                verdict.clock_steps.append(seq)
            latest = stamped[1]
        if seq in wanted:
            found[seq] = made
        previous = made
    verdict.records, verdict.head = count, previous
    return found


def _behind(time: str, latest: str) -> bool:
    try:
        return dt.datetime.fromisoformat(latest) - dt.datetime.fromisoformat(time) > TOLERATED_STEP
    except ValueError:
        return True


def log(connection: Connection, kept: Sequence[heads.Head], public_key: str) -> Verdict:
    """Verify a whole log against the heads that were kept elsewhere."""
    verdict = Verdict(heads=len(kept))
    rows = connection.execution_options(yield_per=10_000).execute(select(AUDIT).order_by(AUDIT.c.seq))
    found = chain((tuple(row) for row in rows), verdict, {head.count for head in kept})
    for reason in heads.wrong(list(kept), public_key, found):
        verdict.bad(None, reason)
    if verdict.first_bad is None:
        _people(connection, verdict)
    return verdict


def _people(connection: Connection, verdict: Verdict) -> None:
    """The list of the people of each record is the one that the record names."""
    listed = connection.execution_options(yield_per=10_000).execute(
        select(AUDIT_SUBJECTS).order_by(AUDIT_SUBJECTS.c.seq)
    )
    at: tuple[int, str] | None = next(((int(seq), str(who)) for seq, who in listed), None)
    rows = connection.execution_options(yield_per=10_000).execute(
        select(AUDIT.c.seq, AUDIT.c.record).order_by(AUDIT.c.seq)
    )
    for seq, text in rows:
        mine: list[str] = []
        while at is not None and at[0] <= seq:
            mine.append(at[1] if at[0] == seq else "of no record")
            at = next(((int(number), str(who)) for number, who in listed), None)
        if (mine or '"subject_count":0,' not in text) and not _named(json.loads(text), sorted(mine)):
            verdict.bad(int(seq), f"record {seq} names other people than the list beside it")
            return
    if at is not None:
        verdict.bad(at[0], f"people are listed for record {at[0]}, which is not there")


def _named(body: dict[str, Any], mine: list[str]) -> bool:
    if "subject_count" not in body:
        return not mine
    if body["subject_count"] > audit.MANY_SUBJECTS:
        return bool(len(mine) == body["subject_count"] and audit.digest(mine) == body["subjects_sha256"])
    return bool(mine == body["subjects"])
