"""Who an address, a line or a name stands for: the list of AI identities as data (R-GT-7), with the rows that a site adds.

Columns of the list: `tool`; `mark_class`: `authorship`, `review_suggestion`, `weak`, or `review_bot` and `robot`, which are no marks;
`match`: what `value` is compared with, case-blind: `email` (whole), `line` (begins so), `name_ends` (of the author or committer),
`subject` (the first line begins so), `bare` (a name without address, alone or before its model); `name`: the name that must stand
before the address, where the address alone proves nothing; `valid_from`, `valid_to`: days, both included, empty where there is no end.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from uptake.model.commits import AUTHORSHIP, REVIEW_SUGGESTION, WEAK
from uptake.model.folding import folded_name
from uptake.model.outcome import RepositoryWishes

COLUMNS = ("tool", "mark_class", "match", "value", "name", "valid_from", "valid_to")
MARKS = (AUTHORSHIP, REVIEW_SUGGESTION, WEAK)
NO_MARKS = ("review_bot", "robot")
MATCHES = ("email", "line", "name_ends", "subject", "bare")


class IdentitiesError(ValueError):
    """The list that a site adds cannot be used. Says which row and column."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One row of the list."""

    tool: str
    mark_class: str
    match: str
    value: str
    """In lower case."""
    name: str
    first: dt.date
    last: dt.date

    def on(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


class Identities:
    """The list in force for a site."""

    def __init__(self, rows: Iterable[Identity], wishes: RepositoryWishes) -> None:
        self.assisted_by = wishes.assisted_by
        self.without = wishes.without
        self._by_email: dict[str, list[Identity]] = defaultdict(list)
        self._others: dict[str, list[Identity]] = defaultdict(list)
        told = []
        for row in rows:
            told.append(repr(row))
            if row.tool in wishes.without and row.mark_class in MARKS:
                continue
            if row.match == "email":
                # A row of the site stands before one of ours for the same address.
                self._by_email[row.value].insert(0, row)
            else:
                self._others[row.match].append(row)
        self.line_starts = frozenset({row.value[0] for row in self._others["line"]} | {"c", "a"})
        """First characters of lines that can stand for anything, in lower case: those of the list and of trailers."""
        said = repr((sorted(told), sorted(wishes.without), wishes.assisted_by))
        self.digest = hashlib.sha256(said.encode()).hexdigest()

    def of_email(self, email: str, name: str, day: dt.date) -> Identity | None:
        """Whose address it is on a day."""
        rows = self._by_email.get(folded_name(email), ())
        return next((row for row in rows if row.on(day) and _named(row, name)), None)

    def of_line(self, line: str, day: dt.date) -> Identity | None:
        """What a line of a message stands for."""
        return self._begins("line", line, day)

    def of_subject(self, line: str, day: dt.date) -> Identity | None:
        """What a first line stands for by how it begins."""
        return self._begins("subject", line, day)

    def of_name(self, name: str, day: dt.date) -> Identity | None:
        """What the name of an author or committer stands for by how it ends."""
        text = name.lower()
        return next((row for row in self._others["name_ends"] if text.endswith(row.value) and row.on(day)), None)

    def of_bare(self, name: str, day: dt.date) -> Identity | None:
        """What a name without address stands for; a model may follow it in brackets."""
        text = name.lower().partition(" (")[0].strip()
        return next((row for row in self._others["bare"] if text == row.value and row.on(day)), None)

    def _begins(self, match: str, line: str, day: dt.date) -> Identity | None:
        text = line[:200].lower()
        return next((row for row in self._others[match] if text.startswith(row.value) and row.on(day)), None)


def _named(row: Identity, name: str) -> bool:
    return not row.name or name.lower().startswith(row.name.lower())


def identities(wishes: RepositoryWishes) -> Identities:
    """The list that ships with the program, and the rows of the site.

    Raises:
        IdentitiesError: a row of the site cannot be used.
    """
    own = (resources.files("uptake.sources.git") / "ai_identities.csv").read_text(encoding="utf-8")
    return Identities([*_rows(own), *(_rows(wishes.identities) if wishes.identities.strip() else ())], wishes)


def _rows(text: str) -> Iterator[Identity]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [name for name in COLUMNS[:4] if name not in (reader.fieldnames or ())]
    if missing:
        raise IdentitiesError(f"column `{missing[0]}` is missing")
    for number, row in enumerate(reader, start=2):
        yield _identity({name: row.get(name) or "" for name in COLUMNS}, number)


def _identity(row: dict[str, str], number: int) -> Identity:
    for name, allowed in (("mark_class", (*MARKS, *NO_MARKS)), ("match", MATCHES)):
        if row[name].strip() not in allowed:
            raise IdentitiesError(f"row {number}: `{name}` is none of {', '.join(allowed)}")
    for name in ("tool", "value"):
        if not row[name].strip():
            raise IdentitiesError(f"row {number}: `{name}` is empty")
    value = row["value"] if row["match"] == "name_ends" else row["value"].strip()
    return Identity(
        row["tool"].strip(),
        row["mark_class"].strip(),
        row["match"].strip(),
        value.lower(),
        row["name"].strip(),
        _day(row, "valid_from", number, dt.date.min),
        _day(row, "valid_to", number, dt.date.max),
    )


def _day(row: dict[str, str], name: str, number: int, otherwise: dt.date) -> dt.date:
    if not row[name].strip():
        return otherwise
    try:
        return dt.date.fromisoformat(row[name].strip())
    except ValueError:
        raise IdentitiesError(f"row {number}: `{name}` is no day such as 2026-07-01") from None
