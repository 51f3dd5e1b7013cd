"""The activity report (CSV) of the Copilot access page: logins with their last activity, no ids (SOURCES.md 4.5)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from uptake.model import SeatListing
from uptake.model.folding import fold
from uptake.model.outcome import InputFile, Outcome, Rejected, Stamp, Taken
from uptake.sources.copilot.context import Context, moment_of
from uptake.sources.reading import Broken, CsvRow, csv_rows

COLUMNS = ("report_time", "login", "last_authenticated_at", "last_activity_at", "last_surface_used")
REQUIRED = ("report_time", "login")
ACCOUNT_PREFIX = "login:"
"""The report has no ids: the account of its rows is the login with this prefix, so that identity joins it by login."""

_NEVER = frozenset({"", "-", "none", "null", "never"})
_LOGIN = re.compile(r"[^\s|]{1,255}")


def is_activity_report(head: bytes) -> bool:
    """True when the first bytes of a file are the header of the report."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] not in (b"{", b"[") and b"report_time" in start.split(b"\n", 1)[0].lower()


def activity_report(file: InputFile) -> Iterator[Outcome]:
    """One `Taken` per login; `taken_at` is the report's own time, and the first one stamps the file."""
    context = Context(file)
    stamped = False
    for item in csv_rows(file, COLUMNS, REQUIRED):
        row = (
            Rejected(item.line, item.reason, item.field, item.day) if isinstance(item, Broken) else _row(item, context)
        )
        if isinstance(row, Rejected):
            yield row
            continue
        if not stamped:
            stamped = True
            yield Stamp(row.taken_at)
        yield _taken(item.line, row)


def _row(item: CsvRow, context: Context) -> SeatListing | Rejected:
    login = item.cells.get("login", "").strip()
    if not _LOGIN.fullmatch(login):
        return Rejected(item.line, "no login", "login")
    taken_at = moment_of(_plain(item, "report_time"))
    if taken_at is None or not _credible(taken_at, context):
        return Rejected(item.line, "not a time, or out of range", "report_time")
    never = _plain(item, "last_activity_at").lower() in _NEVER
    active = None if never else moment_of(_plain(item, "last_activity_at"))
    if not never and not _credible(active, context):
        return Rejected(item.line, "not a time, or out of range", "last_activity_at")
    return SeatListing(
        tool="copilot",
        taken_at=taken_at,
        tenant=context.file.account,
        account=ACCOUNT_PREFIX + fold(login),
        login=login,
        last_activity_at=active,
    )


def _plain(item: CsvRow, column: str) -> str:
    return item.cells.get(column, "").strip().removesuffix(" UTC")


def _credible(moment: dt.datetime | None, context: Context) -> bool:
    return moment is not None and context.in_range(moment.date())


def _taken(line: int, row: SeatListing) -> Taken:
    day = row.taken_at.date()
    rank = row.last_activity_at.isoformat() if row.last_activity_at else ""
    return Taken(line, f"{row.tenant}|{day}|{row.account}", [row], day, row.tenant, row.account, rank)
