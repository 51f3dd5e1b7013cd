"""What a Copilot report says of itself beside its records: tenant, span, time of making, parts (SOURCES.md 4.1)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from uptake.model.outcome import Ignored, InputFile, Outcome, Parts, Rejected, Span, Stamp

FIRST_DAY = dt.date(2015, 1, 1)
ONE_DAY = dt.timedelta(days=1)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PART = re.compile(r"[A-Za-z0-9._~=+-]{1,200}|[A-Za-z0-9 ._~=+-]{1,190}\.[a-z]{2,8}")


def text_of(value: object) -> str:
    """An id as text: the vendor gives numbers in old files, strings in newer ones; `` when absent."""
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def utc(moment: dt.datetime) -> dt.datetime:
    """Naive UTC; a time without offset is UTC already (rule R-SE-5)."""
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


def moment_of(text: object) -> dt.datetime | None:
    """Naive UTC of an ISO 8601 text with or without offset; None when it cannot be read."""
    if not isinstance(text, str):
        return None
    try:
        return utc(dt.datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return None


def day_of(text: object) -> dt.date | None:
    """A plain day; None when it cannot be read."""
    if not isinstance(text, str):
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(slots=True)
class Context:
    """State of one file while it is read. `organization`, `enterprise`, `first`, `last` come from its envelope."""

    file: InputFile
    organization: str = ""
    enterprise: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    took: bool = False
    """True once a record was understood: from then on a foreign record is quarantined and the file is not refused."""
    newest: dt.date = field(init=False)
    _spans: set[tuple[dt.date, dt.date, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.newest = self.file.fetched_at.date() + ONE_DAY

    def learn(self, values: Mapping[str, Any]) -> Iterator[Outcome]:
        """Take in an envelope; replaces what an earlier envelope of the file said."""
        self.organization = _id_of(values.get("organization_id"))
        self.enterprise = _id_of(values.get("enterprise_id"))
        stated = day_of(values.get("report_day"))
        self.first = day_of(values.get("report_start_day")) or stated
        self.last = day_of(values.get("report_end_day")) or stated
        yield from self.span(self.first, self.last, self.tenant(None, None), whole=True)
        made = moment_of(values.get("created_at"))
        if made is not None:
            yield Stamp(made)

    def tenant(self, organization: object, enterprise: object) -> str:
        """Organisation of the row or envelope, else enterprise, else the tenant given with the file (rule C2)."""
        return text_of(organization) or self.organization or text_of(enterprise) or self.enterprise or self.file.account

    def has_organization(self, organization: object) -> bool:
        """True when the row or its envelope names an organisation (rule R-CP-6)."""
        return bool(text_of(organization) or self.organization)

    def span(self, first: dt.date | None, last: dt.date | None, tenant: str, *, whole: bool = False) -> Iterator[Span]:
        """The span that an envelope or a row states, once per file; an envelope holds its report whole."""
        if first is None or last is None or first > last or not self.in_range(first):
            return
        if (first, last, tenant) not in self._spans:
            self._spans.add((first, last, tenant))
            yield Span(first, last, tenant, whole)

    def in_range(self, day: dt.date) -> bool:
        """A day that telemetry can speak of: from 2015 to one day after the file was fetched."""
        return FIRST_DAY <= day <= self.newest


def links(values: Mapping[str, Any], line: int) -> Iterator[Outcome]:
    """A bare report envelope: the base names of its part files and its days. The links themselves are dropped (R-GH-3)."""
    stated = day_of(values.get("report_day"))
    first = day_of(values.get("report_start_day")) or stated
    last = day_of(values.get("report_end_day")) or stated
    if first is None or last is None or first > last:
        yield Rejected(line, "report envelope without its days", "report_day")
        return
    given = values.get("download_links")
    names = [_base_name(link) for link in given] if isinstance(given, list) else [""]
    if not all(names):
        yield Rejected(line, "report envelope with a link that names no file", "download_links")
        return
    yield Parts(tuple(names), first, last)
    yield Ignored(line, "report envelope")


def _id_of(value: object) -> str:
    text = text_of(value)
    return text if _ID.fullmatch(text) else ""


def _base_name(link: object) -> str:
    """Last path segment of a link, without query; empty when it is no plain file name."""
    if not isinstance(link, str):
        return ""
    try:
        name = unquote(urlsplit(link).path).replace("\\", "/").rsplit("/", 1)[-1]
    except ValueError:
        return ""
    return name if _PART.fullmatch(name) else ""
