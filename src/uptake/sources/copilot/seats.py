"""Reader `copilot-seats`: seat lists of the billing API, and the activity report of the web page (SOURCES.md 4.5)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

import msgspec

from uptake.model import SeatListing
from uptake.model.folding import fold
from uptake.model.outcome import InputFile, Outcome, Rejected, SeatTotal, Taken
from uptake.sources.copilot.context import Context, day_of, moment_of, text_of, utc
from uptake.sources.copilot.foreign import SEATS
from uptake.sources.copilot.seat_activity import activity_report, is_activity_report
from uptake.sources.copilot.seat_shapes import Granter, Seat, StrictSeat
from uptake.sources.copilot.walk import Form, walk
from uptake.sources.reading.checks import stated_total

PERSON = "User"
PLANS = frozenset({"business", "enterprise"})
OTHER_PLAN = "unknown"

_HEAD = 1024


def parse(file: InputFile) -> Iterator[Outcome]:
    """One `Taken` per listed seat; several listings of one account and day share a key (rule R-SE-1)."""
    stream = file.stream
    if not hasattr(stream, "peek"):
        stream = cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", stream)))
    file.stream = stream
    if is_activity_report(cast("io.BufferedReader", stream).peek(_HEAD)):
        return activity_report(file)
    return walk(file, FORM)


def listing(record: Seat, line: int, context: Context, unknown: Sequence[str]) -> Iterator[Outcome]:
    """One seat as one team or organisation grants it. A seat without a person is kept, for cost (rule R-SE-2)."""
    del unknown
    active_at, ends_on = moment_of(record.last_activity_at), day_of(record.pending_cancellation_date)
    if wrong := _unreadable(record, active_at, ends_on):
        yield Rejected(line, "not a time", wrong)
        return
    times = {"created_at": record.created_at, "last_activity_at": active_at}
    if wrong := next((name for name, time in times.items() if time and not context.in_range(time.date())), ""):
        yield Rejected(line, "time out of range", wrong)
        return
    taken_at, tenant, holder = context.file.fetched_at, context.file.account, record.assignee
    row = SeatListing(
        tool="copilot",
        taken_at=taken_at,
        tenant=tenant,
        account=str(holder.id) if holder else None,
        login=holder.login.strip() if holder else None,
        created_day=utc(record.created_at).date(),
        ends_on=ends_on,
        last_activity_at=active_at,
        granted_by=_granter(record.assigning_team) or _granter(record.organization),
        plan=_plan(record.plan_type),
        service=holder is not None and holder.type is not None and holder.type != PERSON,
    )
    who = f"{row.account}|{fold(row.login)}" if row.login else f"none|{line}|{row.created_day}|{row.granted_by}"
    rank = active_at.isoformat() if active_at else ""
    yield Taken(line, f"{tenant}|{taken_at.date()}|{who}", [row], taken_at.date(), tenant, row.account, rank)


def list_says(values: Mapping[str, Any], context: Context) -> Iterator[Outcome]:
    """How many seats there are in all, over all pages."""
    total = stated_total(values.get("total_seats"))
    if total is not None:
        yield SeatTotal(total, context.file.account)


def _unreadable(record: Seat, active_at: dt.datetime | None, ends_on: dt.date | None) -> str:
    """The field that says something which is no time. An empty text says nothing: the seat is held all the same."""
    if active_at is None and (record.last_activity_at or "").strip():
        return "last_activity_at"
    return "pending_cancellation_date" if ends_on is None and (record.pending_cancellation_date or "").strip() else ""


def _granter(granter: Granter | None) -> str | None:
    if granter is None:
        return None
    return granter.slug or granter.login or text_of(granter.id) or None


def _plan(plan: str | None) -> str | None:
    return plan if plan is None or plan in PLANS else OTHER_PLAN


FORM = Form(
    kind=SEATS,
    lists=("seats",),
    strict=msgspec.json.Decoder(StrictSeat),
    lenient=msgspec.json.Decoder(Seat),
    rows=listing,
    betrayed_by=frozenset({"user_id", "user_login", "day", "day_totals", "download_links"}),
    beside=list_says,
)
