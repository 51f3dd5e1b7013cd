"""What changed in a quarter since it was made, as conditions over its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

DAY, PERSON_DAY = "day", "person, day"
"""How far a change reaches into a table: whole days, or also single people. Headers of steps and of read models say so."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Reach:
    """What changed in a quarter since it was made from `made_from`: days of all people, days of use, and all days of the people in the
    work table `reached_people`, of which `people` says whether there are any. The quarter is known up to `to_day`.
    """

    quarter: str
    made_from: str
    days: tuple[dt.date, ...]
    use_days: tuple[dt.date, ...]
    people: bool
    to_day: dt.date

    @property
    def of_days(self) -> str:
        """SQL for a person-day on a day that changed."""
        return _inside(self.days)

    @property
    def of_people(self) -> str:
        """SQL for another day of a person who was reached."""
        return f"not ({self.of_days}) and {REACHED}"

    @property
    def of_use(self) -> str:
        """SQL for a row of use that has to be made again."""
        return _inside(self.use_days)

    def by_week(self) -> Reach:
        """With all days of the weeks of its days: for tables that lie sorted by week and person, so that a person is found fast. The days of
        the running week lie one after the other; when the next one begins, they are put in order.
        """
        return replace(self, days=self._in_weeks(self.days), use_days=self._in_weeks(self.use_days))

    def _in_weeks(self, days: tuple[dt.date, ...]) -> tuple[dt.date, ...]:
        running = _monday(self.to_day)
        over = {_monday(day) for day in days if day < running}
        if running in days:
            over.add(running - dt.timedelta(days=WEEK))
        whole = {monday + dt.timedelta(days=number) for monday in over for number in range(WEEK)}
        return tuple(sorted(whole | set(days)))

    def strips(self, reach: str) -> list[str]:
        """Conditions that together name every row that changed, of a table that a change reaches so far."""
        if reach == DAY:
            return [self.of_use] if self.use_days else []
        return ([self.of_days] if self.days else []) + ([self.of_people] if self.people else [])


REACHED = "person_id in (select name from reached_people)"


def _inside(days: Iterable[dt.date]) -> str:
    told = ", ".join(f"date '{day}'" for day in days)
    return f"day in ({told})" if told else "false"


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
