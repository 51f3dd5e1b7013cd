"""`hr-calendar`: days on which a site does not work."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.model import SiteDay
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import Cells, parse_rows
from uptake.sources.reading.checks import joined_key

COLUMNS = ("site", "day", "kind")
KINDS = ("holiday",)


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, COLUMNS, COLUMNS, _taken)


def _taken(line: int, cells: Cells) -> Taken:
    row = SiteDay(site=cells.required("site"), day=cells.required_day("day"), kind=cells.one_of("kind", KINDS))
    return Taken(line, joined_key(row.site, row.day.isoformat()), [row])
