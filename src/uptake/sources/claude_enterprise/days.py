"""Of which day a file is. A row of the report does not say it: the day is a parameter of the question that was asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from uptake.model.outcome import InputFile, Refused
from uptake.sources.claude_enterprise.shapes import Record
from uptake.sources.reading.checks import usage_day


class BadDayError(Exception):
    """A day that is none: the reason and the name of the field."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


class Days:
    """The day of each row, by the first that tells: the row, its envelope, `--from` = `--to`, `last_activity_date` of the file.

    For one day asked for, `last_activity_date` is that day in every row that has one; for a range it is the last day of each user. So two
    of them in one file mean a range, whose sums belong to no day.
    """

    def __init__(self, file: InputFile) -> None:
        self._fetched_at = file.fetched_at
        first, last = file.days or (None, None)
        self._stated = first if first == last else None
        self._seen: dt.date | None = None

    def state(self, values: Mapping[str, Any]) -> None:
        """Take in what an envelope says of itself. Raises `Refused` for an answer about a range."""
        if values.get("starting_date") or values.get("ending_date"):
            raise Refused("an answer about a range of days: its sums belong to no day", "Ask day by day, with `date`")
        said = values.get("date")
        if isinstance(said, str):
            self._stated, self._seen = self._day(said, "date"), None

    def of(self, record: Record) -> dt.date | None:
        """The day of a row; None while no row has told it. Raises `BadDayError`, and `Refused` for a file of several days."""
        if record.date is not None:
            return self._day(record.date, "date")
        if record.last_activity_date is not None:
            active = self._day(record.last_activity_date, "last_activity_date")
            if active != (self._stated or self._seen or active):
                raise Refused(
                    "its rows are of several days, or of another day than stated", "Ask day by day, with `date`, one answer a file"
                )  # fmt: skip
            self._seen = active
        return self._stated or self._seen

    def _day(self, text: str, field: str) -> dt.date:
        day = usage_day(text, self._fetched_at)
        if isinstance(day, str):
            raise BadDayError(day, field)
        return day
