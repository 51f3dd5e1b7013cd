"""`repositories`: what the site says of its repositories: how much harm a fault in one can do."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.model.changes import RepositoryTier
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import Cells, parse_rows
from uptake.sources.hr_csv.incidents import REPOSITORY, like
from uptake.sources.reading.checks import joined_key

COLUMNS = ("repository", "risk_tier")
TIERS = ("critical", "high", "medium", "low")


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, COLUMNS, COLUMNS, _taken)


def _taken(line: int, cells: Cells) -> Taken:
    cells.required("repository")
    name = like(cells, "repository", "expected owner/name", REPOSITORY) or ""
    row = RepositoryTier(repository=name, risk_tier=cells.one_of("risk_tier", TIERS))
    return Taken(line, joined_key(row.repository), [row])
