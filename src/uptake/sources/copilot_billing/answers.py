"""Answers of the billing interface: one spend a line, of the user or the unit that was asked for."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from uptake.model import Spend
from uptake.model.outcome import InputFile, Refused, Rejected
from uptake.sources.copilot_billing.cells import (
    BadCellError,
    amount,
    is_of_use,
    is_ours,
    login,
    model,
    tenant,
    unit,
    word,
)
from uptake.sources.copilot_billing.lines import Read, is_billed
from uptake.sources.copilot_billing.shapes import Answer, Item, StrictAnswer, StrictItem, Time
from uptake.sources.reading import Broken, RawRecord, decode, json_records
from uptake.sources.reading.checks import usable_day, usage_day

_ANSWER = (msgspec.json.Decoder(StrictAnswer), msgspec.json.Decoder(Answer))
_ITEM = (msgspec.json.Decoder(StrictItem), msgspec.json.Decoder(Item))
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class _Head:
    """Of what an answer speaks."""

    days: tuple[dt.date, dt.date] | None
    tenant: str
    account: str
    scope: str


def parts(file: InputFile) -> Iterator[Iterable[Read]]:
    """The lines of each answer, as spends."""
    for piece in json_records(file, ()):
        if isinstance(piece, RawRecord):
            yield _answer(piece, file)
        elif isinstance(piece, Broken):
            yield [(piece.line, _rejected(piece, file))]


def _rejected(broken: Broken, file: InputFile) -> Rejected:
    return Rejected(broken.line, broken.reason, broken.field, usable_day(broken.day, file.fetched_at))


def _answer(record: RawRecord, file: InputFile) -> Iterator[Read]:
    answer: Answer | Broken = decode(record, *_ANSWER, file)
    if isinstance(answer, Broken):
        yield record.line, _rejected(answer, file)
        return
    if bytes(answer.cost_center) not in (b"", b"null"):
        raise Refused("an answer of one cost centre is a part of a bill", "Ask without cost_center_id")
    try:
        head = _head(answer, file)
    except BadCellError as error:
        for _ in answer.usage_items:
            yield record.line, Rejected(record.line, error.reason, error.field)
        return
    for raw in answer.usage_items:
        yield record.line, _item(RawRecord(record.line, bytes(raw)), head, file)


def _head(answer: Answer, file: InputFile) -> _Head:
    who = login(answer.user, "user")
    organization, enterprise = (
        tenant(answer.organization, "organization"),
        tenant(answer.enterprise, "enterprise"),
    )
    scope = ("organization" if organization else "enterprise") + (" user" if who else "")
    days = _days(answer.time_period, file.fetched_at) if answer.time_period else None
    return _Head(days, organization or enterprise or file.account, who, scope)


def _days(time: Time, fetched_at: dt.datetime) -> tuple[dt.date, dt.date]:
    """First and last day. A running month may end in the future, never begin there."""
    if time.day is not None and time.month is None:
        raise BadCellError("timePeriod", "a day without a month")
    try:
        first = dt.date(time.year, 1 if time.month is None else time.month, 1 if time.day is None else time.day)
        last = first if time.day is not None else _last_day(time)
    except (ValueError, OverflowError):
        raise BadCellError("timePeriod", "invalid date") from None
    if usable_day(first, fetched_at) is None:
        raise BadCellError("timePeriod", "day out of range")
    return first, last


def _last_day(time: Time) -> dt.date:
    month = _MONTHS if time.month is None else time.month
    return dt.date(time.year, month, calendar.monthrange(time.year, month)[1])


def _item(record: RawRecord, head: _Head, file: InputFile) -> Spend | Rejected | None:
    item: Item | Broken = decode(record, *_ITEM, file)
    if isinstance(item, Broken):
        return _rejected(item, file)
    day: dt.date | None = head.days[0] if head.days else None
    try:
        first, last = _item_days(item, head, file)
        day = first
        return _spend(item, head, first, last)
    except BadCellError as error:
        return Rejected(record.line, error.reason, error.field, day)


def _item_days(item: Item, head: _Head, file: InputFile) -> tuple[dt.date, dt.date]:
    """The day of the line where it has one, else the time that was asked for."""
    if item.date is None:
        if head.days is None:
            raise BadCellError("timePeriod", "required field missing")
        return head.days
    day = usage_day(item.date, file.fetched_at)
    if isinstance(day, str):
        raise BadCellError("date", day)
    return day, day


def _spend(item: Item, head: _Head, first: dt.date, last: dt.date) -> Spend | None:
    product, sku, counted = word(item.product), word(item.sku), unit(item.unit_type)
    if not is_ours(product, sku, counted):
        return None
    name, auto = model(item.model)
    organization = tenant(item.organization_name, "organizationName")
    quantity = _number(item.gross_quantity, "grossQuantity")
    spend = Spend(
        tool="copilot",
        account=head.account,
        tenant=organization or head.tenant,
        day=first,
        last_day=last,
        scope=head.scope.replace("enterprise", "organization") if organization else head.scope,
        product=product,
        sku=sku,
        unit=counted,
        model=name,
        auto_model=auto,
        quantity=_number(item.quantity, "quantity") if quantity is None else quantity,
        gross_usd=_number(item.gross_amount, "grossAmount"),
        discount_usd=_number(item.discount_amount, "discountAmount"),
        net_usd=_number(item.net_amount, "netAmount"),
    )
    spend.used = is_of_use(counted) and is_billed(spend)
    return spend


def _number(raw: msgspec.Raw, field: str) -> Decimal | None:
    """A number as it is written, or one in a text."""
    text = bytes(raw).decode("utf-8", "replace").strip()
    return amount("" if text == "null" else text.removeprefix('"').removesuffix('"'), field)
