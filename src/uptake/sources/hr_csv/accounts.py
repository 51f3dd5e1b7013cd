"""`accounts`: the explicit map of accounts to people, which wins over every other way of joining."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.model import HOSTS, TOOLS, AccountLink
from uptake.model.folding import fold
from uptake.model.outcome import InputFile, Outcome, Taken
from uptake.sources.hr_csv.cells import Cells, parse_rows
from uptake.sources.reading.checks import joined_key

COLUMNS = ("source", "account", "person_id")
SYSTEMS = (*TOOLS, *HOSTS)
"""Where an account is: with the vendor of a tool, or where code is kept."""


def parse(file: InputFile) -> Iterator[Outcome]:
    return parse_rows(file, COLUMNS, COLUMNS, _taken)


def _taken(line: int, cells: Cells) -> Taken:
    """A later map of an account replaces all people of the earlier one; several people in one map share it."""
    link = AccountLink(
        tool=cells.one_of("source", SYSTEMS),
        account=cells.required("account"),
        person_id=cells.required("person_id"),
    )
    group = joined_key(link.tool, fold(link.account))
    return Taken(line, f"{group}|{joined_key(link.person_id)}", [link], group=group)
