"""Amazon Q Developer reports (SOURCES.md section 10): one record per line, one usage row per feature that the line counts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from uptake.model import ALL_FEATURES, PROACTIVE, PeriodUse, Usage
from uptake.model.folding import fold
from uptake.model.outcome import Ignored, InputFile, Outcome, Parts, Refused, Rejected, Taken
from uptake.sources.amazon_q.columns import (
    ACTIVITY,
    CLIENT,
    COUNTS,
    CREDITS,
    DATE,
    KNOWN,
    MESSAGES,
    REQUIRED,
    SIGNS,
    SPELLINGS,
    TIER,
    USER,
    Feature,
)
from uptake.sources.reading import Broken, csv_rows
from uptake.sources.reading.checks import joined_key, sum_known, usable_day

LIMIT = 10**12
_ACCOUNT = re.compile(r"[A-Za-z0-9._@+-]{1,128}")
"""An Identity Center id; anything else could be free text."""
_PLAIN = re.compile(r"[a-z0-9._+-]{1,64}")
_COUNT = re.compile(r"(\d{1,13})(?:\.0{1,6})?", re.ASCII)
_CREDITS = re.compile(r"\d{1,12}(?:\.\d{1,10})?", re.ASCII)
_FORMATS = {"%Y-%m-%d": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), "%m-%d-%Y": re.compile(r"\d\d-\d\d-\d{4}", re.ASCII)}
_PART = re.compile(r"(?P<before>.*[._-]part_)(?P<number>\d{1,3})(?P<after>\.csv(?:\.gz)?)", re.IGNORECASE)
_UNKNOWN = "unknown"
_OTHER = "other"
_ACTIVITY_REPORT, _USER_REPORT = 1, 2
_CADENCES = {_ACTIVITY_REPORT: "day", _USER_REPORT: "day of the user report"}
"""What a period row of each report is called: of one day there may be one of both."""


class _BadCellError(Exception):
    def __init__(self, field: str, reason: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.field, self.reason, self.day = field, reason, day


def parse(file: InputFile) -> Iterator[Outcome]:
    """One outcome per line.

    Raises:
        Refused: no header with UserId and Date, days in two formats (rule R-AQ-6), or not one column that counts.
    """
    days, clients = _Days(file.fetched_at), _Clients()
    told: set[dt.date] = set()
    counts = True
    for row in csv_rows(file, KNOWN, REQUIRED):
        if isinstance(row, Broken):
            yield Rejected(row.line, row.reason, row.field)
            continue
        row.cells = {SPELLINGS.get(name, name): cell for name, cell in row.cells.items()}
        counts = not row.cells.keys().isdisjoint(COUNTS)
        try:
            day = days.of(row.cells[DATE])
            taken = _taken(row.line, row.cells, day, file)
        except _BadCellError as error:
            yield Rejected(row.line, error.reason, error.field, error.day)
            continue
        if day not in told:
            told.add(day)
            yield from _earlier_parts(file.name, day)
        if _is_user_report(row.cells):
            yield from clients.hold(taken)
        else:
            yield taken
    if not counts:
        # Rows without a count would make a whole day of zeros of people who used the tool.
        raise Refused(
            "none of its columns counts anything that is known",
            "Give the user activity report or the user report as the vendor wrote it",
        )
    yield from clients.records()


class _Clients:
    """Lines of the user report by user and day: one record, for of two records of a user-day only one counts (rule C8)."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, Taken]] = {}

    def hold(self, taken: Taken) -> Iterator[Outcome]:
        """Keep the line until the file ends; a second one of the same client is told at once."""
        surface = taken.rows[0].surface  # type: ignore[attr-defined] # usage rows only
        lines = self._held.setdefault(taken.key, {})
        known = lines.setdefault(surface, taken)
        if known is taken:
            return
        if known.rows == taken.rows:
            yield Ignored(taken.line, "the same line again")
        else:
            yield Rejected(taken.line, "a second line of this user, day and client", CLIENT, taken.day)

    def records(self) -> Iterator[Taken]:
        """The first line of a user-day brings the rows of all its lines; each line stays a record of its own."""
        for lines in self._held.values():
            told = [row for line in lines.values() for row in line.rows]
            evidence = [row for row in told if isinstance(row, PeriodUse)][:1]  # one says it for the day
            rows = [*(row for row in told if isinstance(row, Usage)), *evidence]
            for number, line in enumerate(lines.values()):
                line.rows, line.key = ([], f"{line.key}|{number}") if number else (rows, line.key)
                yield line


def _is_user_report(cells: Mapping[str, str]) -> bool:
    return MESSAGES.counts["prompts"][0] in cells


class _Days:
    """Days of one file, all in one format: 03-04-2026 read in two ways would move use to another month."""

    def __init__(self, fetched_at: dt.datetime) -> None:
        self._fetched_at = fetched_at
        self._format = ""

    def of(self, text: str) -> dt.date:
        found = next((name for name, form in _FORMATS.items() if form.fullmatch(text)), "")
        if not found:
            raise _BadCellError(DATE, "invalid date")
        if self._format and found != self._format:
            raise Refused("it holds days in two formats (rule R-AQ-6)", "Export it again, one format per file")
        self._format = found
        try:
            day = dt.datetime.strptime(text, found).date()  # noqa: DTZ007 - the vendor's day is a UTC day
        except ValueError:
            raise _BadCellError(DATE, "invalid date") from None
        if not usable_day(day, self._fetched_at):
            raise _BadCellError(DATE, "day out of range")
        return day


def _earlier_parts(name: str, day: dt.date) -> Iterator[Parts]:
    """A part of a report says how many come before it; the day is whole with all of them only (rule R-AQ-2)."""
    found = _PART.fullmatch(name)
    if found:
        before, after = found["before"], found["after"].lower().removesuffix(".gz")
        yield Parts(tuple(f"{before}{number}{after}" for number in range(1, int(found["number"]) + 1)), day, day)


def _taken(line: int, cells: Mapping[str, str], day: dt.date, file: InputFile) -> Taken:
    account = cells[USER]
    if not _ACCOUNT.fullmatch(account):
        reason = "not an account id" if account else "required field missing"
        raise _BadCellError(USER, reason, day)
    surface = _word(cells.get(CLIENT, "")) or _UNKNOWN
    newer = _is_user_report(cells)
    try:
        rows = list(_rows(cells, newer=newer))
        signs = _signs(cells, rows)
    except _BadCellError as error:
        raise _BadCellError(error.field, error.reason, day) from None
    report = _USER_REPORT if newer else _ACTIVITY_REPORT
    for row in rows:
        row.account, row.day, row.surface, row.tenant, row.precedence = account, day, surface, file.account, report
    key = joined_key(str(report), file.account, fold(account), day.isoformat())
    evidence = [_evidence(day, account, file.account, _CADENCES[report])] if signs else []
    return Taken(line, key, [*rows, *evidence], day=day, tenant=file.account, account=account)


def _signs(cells: Mapping[str, str], rows: list[Usage]) -> bool:
    """Whether a line that earns no point tells of use all the same: half of one message is none, but it was sent."""
    if any(row.prompts or row.accept_user or row.review_requests for row in rows):
        return False
    return any(_count(cells, name) for name in (*SIGNS, *ACTIVITY[0].counts["prompts"], *MESSAGES.counts["prompts"]))


def _evidence(day: dt.date, account: str, tenant: str, cadence: str) -> PeriodUse:
    """Nobody may say that it was no use (decision 0110)."""
    return PeriodUse(
        tool="amazon_q", account=account, tenant=tenant, cadence=cadence, first_day=day, last_day=day, used=True,
        used_from=day, used_to=day,
    )  # fmt: skip


def _rows(cells: Mapping[str, str], *, newer: bool) -> Iterator[Usage]:
    """A row for each feature that the line counts; `_all` holds what is given by person and day (rule C4)."""
    for feature in (MESSAGES,) if newer else ACTIVITY:
        counts = {field: sum_known(_count(cells, name) for name in names) for field, names in feature.counts.items()}
        if all(count is None for count in counts.values()):
            continue
        if feature.two_sided and counts["prompts"] is not None:
            counts["prompts"] //= 2
        yield _usage(feature.name, feature.feature_class, _flags(feature), counts)
    tier = _word(cells.get(TIER, ""))
    flags = msgspec.json.encode({"subscription_tier": tier}).decode() if tier else None
    yield _usage(ALL_FEATURES, PROACTIVE, flags, {}, _credits(cells))


def _usage(
    feature: str,
    feature_class: str,
    flags: str | None,
    counts: Mapping[str, int | None],
    spent: Decimal | None = None,
) -> Usage:
    return Usage(
        tool="amazon_q",
        account="",
        day=dt.date.min,
        surface="",
        feature=feature,
        feature_class=feature_class,
        flags_json=flags,
        credits=spent,
        **counts,  # type: ignore[arg-type] # the names of columns.py are fields of Usage; the tests walk all of them
    )


def _flags(feature: Feature) -> str | None:
    flags: dict[str, str | bool] = {}
    if feature.task:
        flags["task"] = feature.task
    if feature.two_sided:
        flags["two_sided"] = True
    return msgspec.json.encode(flags).decode() if flags else None


def _count(cells: Mapping[str, str], name: str) -> int | None:
    """A count; an absent column and an empty cell are not said (rule C1)."""
    text = cells.get(name, "")
    if not text:
        return None
    found = _COUNT.fullmatch(text)
    if not found or int(found[1]) > LIMIT:
        raise _BadCellError(name, "invalid count")
    return int(found[1])


def _credits(cells: Mapping[str, str]) -> Decimal | None:
    text = cells.get(CREDITS, "")
    if text and not _CREDITS.fullmatch(text):
        raise _BadCellError(CREDITS, "invalid number")
    return Decimal(text) if text else None


def _word(text: str) -> str:
    """A vendor's own word in lower case; anything else could be free text and is stored as `other`."""
    word = text.lower()
    return word if not word or _PLAIN.fullmatch(word) else _OTHER
