"""The row predicates in plain Python, written apart from the SQL: an oracle for tests, and the answer to "why".

Where the SQL compares intervals, this walks up the managers one by one; where the SQL compares texts, this compares parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uptake.policy import predicates as p

Row = Mapping[str, Any]
Rights = Mapping[str, Row]
"""Person id -> row of the rights table."""


def allows(predicate: p.Predicate, row: Row, rights: Rights) -> bool:  # noqa: PLR0911 - one return a predicate
    """Tell whether a row may be seen. Raises KeyError where the row lacks the column that the scope needs."""
    match predicate:
        case p.Nothing():
            return False
        case p.Everything() | p.Released():
            return True
        case p.OwnRow(person_id):
            return bool(row["person_id"] == person_id)
        case p.Both(first, second):
            return allows(first, row, rights) and allows(second, row, rights)
        case p.SeatProposals() | p.OptedIn() | p.ReleasedRows():
            return row[_flag(predicate)] is True
        case p.SinceQuarter(since):
            return _since(since, row["quarter"], rights.get(row["person_id"]))
        case p.Line(column, lob):
            return bool(row[column] == lob)
        case p.Branch(column, scope):
            return _on_branch(row[column], scope)
        case _:
            return _about_person(predicate, row["person_id"], rights)


def _flag(predicate: p.SeatProposals | p.OptedIn | p.ReleasedRows) -> str:
    """The column that is true in the rows that are allowed."""
    match predicate:
        case p.SeatProposals():
            return "proposal"
        case p.OptedIn():
            return "opted_in"
        case p.ReleasedRows(column):
            return column


def _since(since: tuple[tuple[str, str], ...], quarter: str | None, person: Row | None) -> bool:
    begins = dict(since).get(person["legal_entity"] or "") if person else None
    if begins is None or quarter is None:
        return False
    return (int(quarter[:4]), int(quarter[5])) >= (int(begins[:4]), int(begins[5]))


def _on_branch(unit: str | None, scope: str) -> bool:
    if unit is None:
        return False
    if p.COMPANY in (unit, scope):
        return True
    mine, theirs = scope.split("/"), unit.split("/")
    shared = min(len(mine), len(theirs))
    return mine[:shared] == theirs[:shared]


def _about_person(predicate: p.Predicate, person_id: str | None, rights: Rights) -> bool:
    person = rights.get(person_id) if person_id is not None else None
    if person is None:
        return False
    match predicate:
        case p.Chain(manager_id, depth):
            return _reports_to(person, manager_id, depth, rights)
        case p.SameLine(viewer_id):
            return viewer_id in rights and person["lob"] is not None and person["lob"] == rights[viewer_id]["lob"]
        case p.Entities(entities):
            return person["legal_entity"] in entities
        case p.Told(entities):
            return person["told"] is True and person["legal_entity"] in entities
        case p.OutsideEntities(entities):
            return person["legal_entity"] is not None and person["legal_entity"] not in entities
        case _:
            raise TypeError("not a predicate of this policy")


def _reports_to(person: Row, manager_id: str, depth: int, rights: Rights) -> bool:
    for _ in range(depth):
        above = person["manager_id"]
        if above == manager_id:
            return manager_id in rights
        if above is None or above not in rights:
            return False
        person = rights[above]
    return False
