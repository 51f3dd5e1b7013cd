"""`hr-people`: the history of each person, several rows each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from uptake.model import Person
from uptake.model.folding import fold
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import BadCellError, Cells, in_order, parse_rows
from uptake.sources.reading.checks import joined_key

REQUIRED = ("person_id", "lob")
KNOWN = (
    *("person_id", "email", "github_login", "manager_id", "team", "department", "lob", "site", "country"),
    *("legal_entity", "job_family", "engineer", "fte", "start_date", "end_date", "effective_from"),
)
START_OF_TIME = dt.date(1, 1, 1)


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, KNOWN, REQUIRED, _taken)


def _taken(line: int, cells: Cells) -> Taken:
    person = _person(cells)
    key = joined_key(person.person_id, person.effective_from.isoformat())
    return Taken(line, key, [person])


def _person(cells: Cells) -> Person:
    email = cells.text("email")
    start, end = cells.day("start_date"), cells.day("end_date")
    in_order(start, end, "end_date")
    return Person(
        person_id=cells.required("person_id"),
        effective_from=cells.day("effective_from") or START_OF_TIME,
        lob=cells.required("lob"),
        email=fold(email) if email else None,
        github_login=cells.text("github_login"),
        manager_id=cells.text("manager_id"),
        team=cells.text("team"),
        department=cells.text("department"),
        site=cells.text("site"),
        country=cells.text("country"),
        legal_entity=cells.text("legal_entity"),
        job_family=cells.text("job_family"),
        engineer=cells.truth("engineer", default=True),
        fte_percent=_percent(cells),
        start_date=start,
        end_date=end,
    )


def _percent(cells: Cells) -> int:
    """Whole percent of a full position, half to even (decision 0002, reading 26)."""
    share = cells.number("fte")
    if share is None:
        return 100
    if share > 1:
        raise BadCellError("fte", "value out of range")
    return int((share * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
