"""`incidents`: what went wrong after changes, by ids and days alone: no title, no text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uptake.model.changes import Incident
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import BadCellError, Cells, parse_rows
from uptake.sources.reading.checks import joined_key

REQUIRED = ("incident_id", "kind", "day")
KNOWN = (*REQUIRED, "repository", "change", "sha", "fixed_by")
KINDS = ("incident", "defect", "hotfix")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:#/\-]{0,63}", re.ASCII)
REPOSITORY = re.compile(r"[a-z0-9_.\-]{1,100}(?:/[a-z0-9_.\-]{1,100})+", re.ASCII)
_CHANGE = re.compile(r"[a-z0-9_.\-]{1,100}(?:/[a-z0-9_.\-]{1,100})+[#!][1-9]\d{0,11}", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, KNOWN, REQUIRED, _taken)


def _taken(line: int, cells: Cells) -> Taken:
    """The change or commit that is named is one the site holds to be the cause: an explicit link. Without one only time can link."""
    incident = cells.required("incident_id")
    if not _ID.fullmatch(incident):
        raise BadCellError("incident_id", "expected an id: letters, digits, - _ . : # /, at most 64, no spaces")
    row = Incident(
        incident=incident,
        kind=cells.one_of("kind", KINDS),
        day=cells.required_day("day"),
        repository=like(cells, "repository", "expected owner/name", REPOSITORY),
        change=like(cells, "change", "expected owner/name#12 or group/name!12", _CHANGE),
        sha=like(cells, "sha", "expected a whole commit hash", _SHA),
        fixed_by=like(cells, "fixed_by", "expected a change or a whole commit hash", _CHANGE, _SHA),
    )
    # One incident may have several causes: a row each.
    return Taken(line, joined_key(row.kind, row.incident, row.change or row.sha or ""), [row])


def like(cells: Cells, name: str, reason: str, *shapes: re.Pattern[str]) -> str | None:
    """The cell in lower case, where it has one of the shapes; None where it is empty. Raises `BadCellError`."""
    text = (cells.text(name) or "").lower()
    if text and not any(shape.fullmatch(text) for shape in shapes):
        raise BadCellError(name, reason)
    return text or None
