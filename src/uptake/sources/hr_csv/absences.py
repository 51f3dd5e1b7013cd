"""`hr-absences`: approved absences, both days included; one without a last day is open until a later line closes it.

A line that cannot be read is in quarantine, and whoever it names was away all the same: that much is kept of it (decision 0100).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from uptake.model import Absence, UnreadAbsence
from uptake.model.folding import digest_of
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import Cells, in_order, parse_rows, readable
from uptake.sources.reading.checks import joined_key

COLUMNS = ("person_id", "first_day", "last_day", "kind")
KINDS = ("leave", "long_leave", "training")


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, COLUMNS, COLUMNS, _taken, _unread)


def _taken(line: int, cells: Cells) -> Taken:
    last = cells.day("last_day")
    absence = Absence(
        person_id=cells.required("person_id"),
        first_day=cells.required_day("first_day"),
        last_day=last or dt.date.max,
        kind=cells.one_of("kind", KINDS),
    )
    in_order(absence.first_day, absence.last_day, "last_day")
    key = joined_key(absence.person_id, absence.first_day.isoformat(), absence.kind)
    # Of two rows for one absence in one load the longer one holds: a day too many off can never make a zero. One that says when it ended
    # closes one that did not.
    return Taken(line, key, [absence], rank=last.isoformat() if last else "")


def _unread(line: int, cells: Cells) -> Iterator[Taken]:
    """Who was away, with what can be read of when; of two days in the wrong order either may be the wrong one."""
    person = readable(lambda: cells.text("person_id"))
    if person is None:
        return
    first, last = readable(lambda: cells.day("first_day")), readable(lambda: cells.day("last_day"))
    if first and last and last < first:
        first = last = None
    kind = readable(lambda: cells.one_of("kind", KINDS))
    said = ("" if first is None else first.isoformat(), "" if last is None else last.isoformat(), kind or "")
    who = digest_of(person)
    row = UnreadAbsence(person=who, first_day=first, last_day=last, kind=kind)
    yield Taken(line, joined_key(who, *said), [row], counted=False)
