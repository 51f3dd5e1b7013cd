"""Corrections that two people decided, as rows of our own CSV files: they come in by the way of every other input.

A row for a person's history repeats what the newest row says, and changes what was decided, from a day on.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rfc8785

from uptake.pipeline import Ingest, LoadReport, Progress, ingest, of_home, silent
from uptake.settings import Settings

FOLDER = "corrections"
_PERSON = """
select * exclude (source, key, fte_percent), printf('%.2f', fte_percent / 100) as fte
from people
where person_id = ? and effective_from <= ?
order by effective_from desc
limit 1
"""
_FIGURES = """
select segment, reason, certainty, score_micro, coverage, expected_days, observed_days, lob, team
from quarter_scores
where person_id = ? and quarter = ?
"""


def apply(
    settings: Settings,
    number: int,
    person_id: str,
    source: str,
    fields: Mapping[str, str],
    now: dt.datetime,
    progress: Progress = silent,
) -> LoadReport:
    """Load the correction of a change; loading it again is a duplicate.

    Raises: as `ingest`.
    """
    row = _row(settings, person_id, source, fields)
    folder = settings.home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"change-{number}-{source}.csv"
    _write(file, row)
    return ingest(settings, Ingest(source, (str(file),), now), progress)


def _row(settings: Settings, person_id: str, source: str, fields: Mapping[str, str]) -> dict[str, str]:
    given = {name: value for name, value in fields.items() if value}
    if source == "accounts":
        return given
    if source != "hr-people":
        return {"person_id": person_id, **given}
    with of_home(settings) as connection:
        found = connection.execute(_PERSON, [person_id, given["effective_from"]])
        names = [column[0] for column in found.description or ()]
        newest = found.fetchone()
    held = {
        name: _text(value)
        for name, value in zip(names, newest or [None] * len(names), strict=True)
        if value is not None
    }
    return {**held, "person_id": person_id, **given}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(file: Path, row: Mapping[str, str]) -> None:
    part = file.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as out:
        lines = csv.DictWriter(out, fieldnames=list(row))
        lines.writeheader()
        lines.writerow(row)
    part.replace(file)


def figures(settings: Settings, person_id: str, quarter: str) -> str:
    """Canonical JSON of a person's figures of a quarter as they stand in the warehouse; `{}` where there are none."""
    with of_home(settings) as connection:
        made = connection.execute("select count(*) from duckdb_tables() where table_name = 'quarter_scores'").fetchall()
        if not made[0][0]:
            return "{}"
        found = connection.execute(_FIGURES, [person_id, quarter])
        names = [column[0] for column in found.description or ()]
        row = found.fetchone()
    return rfc8785.dumps(
        json.loads(json.dumps(dict(zip(names, row, strict=True)) if row else {}, default=str))
    ).decode()
