"""`vendor-gaps`: days on which a vendor did not report a person, both included, as two people decided: they prove no zero."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.model import VendorGap
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import Cells, in_order, parse_rows
from uptake.sources.reading.checks import joined_key

COLUMNS = ("tool", "person_id", "first_day", "last_day")


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, COLUMNS, COLUMNS, _taken)


def _taken(line: int, cells: Cells) -> Taken:
    gap = VendorGap(
        tool=cells.tool("tool"),
        person_id=cells.required("person_id"),
        first_day=cells.required_day("first_day"),
        last_day=cells.required_day("last_day"),
    )
    in_order(gap.first_day, gap.last_day, "last_day")
    key = joined_key(gap.tool, gap.person_id, gap.first_day.isoformat())
    # Of two rows for one gap in one load the longer one holds: a day too many not observed can never make a zero.
    return Taken(line, key, [gap], rank=gap.last_day.isoformat())
