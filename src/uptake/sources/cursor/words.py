"""What the three reports share: whose a record is, when it was, and why one cannot be used."""

from __future__ import annotations

import datetime as dt
import re

from uptake.model.folding import folded_name
from uptake.sources.reading.checks import usable_day, usage_day

_ID = re.compile(r"[A-Za-z0-9._:@|-]{1,128}")
_EMAIL = re.compile(r"[^\s@]{1,128}@[^\s@]{1,126}")
_MILLISECONDS = re.compile(r"\d{12,14}", re.ASCII)


class UnusableError(Exception):
    """A record that cannot be used: why, the field, and the day if that much is known. Never a value."""

    def __init__(self, reason: str, field: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.day = reason, field, day


def email_of(text: str | None, field: str, day: dt.date | None = None) -> str | None:
    """An e-mail in lower case; None where there is none."""
    email = folded_name(text)
    if email and not _EMAIL.fullmatch(email):
        raise UnusableError("not an e-mail", field, day)
    return email or None


def id_of(value: int | str | None, field: str, day: dt.date | None = None) -> str:
    """A number or `user_...` as text; empty where there is none."""
    text = str(value).strip() if value is not None else ""
    if text and not _ID.fullmatch(text):
        raise UnusableError("not an id", field, day)
    return text


def moment(value: int | str, field: str, fetched_at: dt.datetime) -> dt.datetime:
    """UTC, of milliseconds since 1970, which may be text, or of an ISO 8601 time."""
    text = str(value).strip()
    try:
        if _MILLISECONDS.fullmatch(text):
            at = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=int(text))  # noqa: DTZ001 - all our times are UTC
        else:
            at = dt.datetime.fromisoformat(text)
            at = at.astimezone(dt.UTC).replace(tzinfo=None) if at.tzinfo else at
    except (ValueError, OverflowError):
        raise UnusableError("invalid date", field) from None
    if usable_day(at.date(), fetched_at) is None:
        raise UnusableError("day out of range", field)
    return at


def day_of(day: str | None, date: int | str | None, fetched_at: dt.datetime) -> dt.date:
    """The day as the vendor writes it, else that of its `date`."""
    if day is not None:
        found = usage_day(day, fetched_at)
        if isinstance(found, str):
            raise UnusableError(found, "day")
        return found
    if date is None:
        raise UnusableError("required field missing", "day")
    return moment(date, "date", fetched_at).date()
