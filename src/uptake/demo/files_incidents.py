"""Incidents and defects of the invented company, as our own CSV (SOURCES.md section 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from uptake.demo.changes import Change
from uptake.demo.window import LAST_DAY
from uptake.demo.writing import write_csv

COLUMNS = ("incident_id", "kind", "day", "repository", "change")


def write_incidents(vendor: Path, made: Iterable[Change], at_gitlab: Collection[str | None]) -> None:
    """What followed a change by the newest day. `at_gitlab`: repositories whose changes are named as GitLab does."""
    write_csv(vendor / "incidents" / "incidents.csv", COLUMNS, _rows(made, at_gitlab))


def _rows(made: Iterable[Change], at_gitlab: Collection[str | None]) -> Iterator[tuple[object, ...]]:
    number = 0
    for one in made:
        sign = "!" if one.repository in at_gitlab else "#"
        for kind, after in (("defect", one.defect), ("incident", one.incident)):
            day = one.merged.date() + dt.timedelta(days=after)
            if after and day <= LAST_DAY:
                number += 1
                yield f"INC-{number:06d}", kind, day, one.repository, f"{one.repository}{sign}{one.number}"
