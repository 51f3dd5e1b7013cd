"""Daily usage: one record a member and day, into one row a feature (rules R-CU-11 to R-CU-13)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import msgspec

from uptake.model import ALL_FEATURES, AUTONOMOUS, PASSIVE, PROACTIVE, PeriodUse, Usage
from uptake.model.outcome import InputFile, Taken
from uptake.sources.cursor.shapes import Daily
from uptake.sources.cursor.words import UnusableError, day_of, email_of, id_of
from uptake.sources.reading.checks import joined_key

SURFACE = "cursor"
_FEATURES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("composer", PROACTIVE, {"prompts": "composerRequests"}),
    ("chat", PROACTIVE, {"prompts": "chatRequests"}),
    ("agent", PROACTIVE, {"prompts": "agentRequests"}),
    ("cmdk", PROACTIVE, {"prompts": "cmdkUsages"}),
    ("tabs", PASSIVE, {"generations": "totalTabsShown", "accept_user": "totalTabsAccepted"}),
    ("apply", PASSIVE, {"accept_unsplit": "totalAccepts", "reject_user": "totalRejects"}),
    ("bugbot", AUTONOMOUS, {"generations": "bugbotUsages"}),
)
"""Feature, class, field of `Usage` -> the vendor's count. A feature of which nothing is said has no row."""
_SIGNS = ("isActive", "totalApplies", "subscriptionIncludedReqs", "usageBasedReqs", "apiKeyReqs")
"""Each tells of use by itself; without a point beside it, of use that cannot be counted."""
_POINTS = ("composerRequests", "chatRequests", "agentRequests", "cmdkUsages", "totalTabsAccepted")
_FLAGS = {
    "is_active": "isActive",
    "applies": "totalApplies",
    "requests_included": "subscriptionIncludedReqs",
    "requests_by_usage": "usageBasedReqs",
    "requests_by_api_key": "apiKeyReqs",
}
_VERSION = re.compile(r"[A-Za-z0-9.+_-]{1,32}")


def taken(record: Daily, line: int, file: InputFile) -> Taken:
    """Raises UnusableError."""
    day = day_of(record.day, record.date, file.fetched_at)
    email = email_of(record.email, "email", day)
    account = id_of(record.userId, "userId", day) or email
    if not account:
        raise UnusableError("required field missing", "userId", day)
    rows: list[Usage | PeriodUse] = [*_rows(record, day, account, email, file.account)]
    if any(getattr(record, name) for name in _SIGNS) and not any(getattr(record, name) for name in _POINTS):
        rows.append(_evidence(day, account, email, file.account))
    return Taken(
        line,
        joined_key("day", file.account, account, day.isoformat()),
        [*rows],
        day=day,
        tenant=file.account,
        account=account,
        # A later answer may name by its id whom an earlier one named by e-mail: it takes the place of that row.
        group=joined_key(file.account, email, day.isoformat()) if email else None,
    )


def _evidence(day: dt.date, account: str, email: str | None, tenant: str) -> PeriodUse:
    """The vendor says that the member was active, or served requests, and counts nothing that earns a point: nobody may say that it was no use."""
    return PeriodUse(
        tool="cursor", account=account, email=email, tenant=tenant, cadence="day", first_day=day, last_day=day, used=True,
        used_from=day, used_to=day,
    )  # fmt: skip


def _rows(record: Daily, day: dt.date, account: str, email: str | None, tenant: str) -> Iterator[Usage]:
    def row(feature: str, kind: str, flags: str | None = None, **counts: int | None) -> Usage:
        return Usage(
            tool="cursor",
            account=account,
            email=email,
            tenant=tenant,
            day=day,
            surface=SURFACE,
            feature=feature,
            feature_class=kind,
            flags_json=flags,
            **counts,  # type: ignore[arg-type] # fields of Usage; the tests walk all of them
        )

    for feature, kind, names in _FEATURES:
        counts = {name: getattr(record, vendor) for name, vendor in names.items()}
        if any(count is not None for count in counts.values()):
            yield row(feature, kind, **counts)
    lines = {"lines_added": record.acceptedLinesAdded, "lines_deleted": record.acceptedLinesDeleted}
    yield row(ALL_FEATURES, PROACTIVE, _flags(record), **lines)


def _flags(record: Daily) -> str | None:
    flags = {name: value for name, vendor in _FLAGS.items() if (value := getattr(record, vendor)) is not None}
    version = (record.clientVersion or "").strip()
    if _VERSION.fullmatch(version):
        flags["client_version"] = version
    return msgspec.json.encode(flags).decode() if flags else None
