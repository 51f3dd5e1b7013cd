"""Row predicates: a small closed algebra and its SQL.

The SQL speaks of the wrapped question as `q` and, for people, of the table
`rights(person_id, manager_id, lft, rgt, depth, lob, legal_entity, told)`: the current reporting tree as nested intervals, one
row a person, which the gate provides from the state store; `told` is true for whoever got the notices of the policy in force in time. Values are always parameters. No predicate is negated, so that
a NULL never opens a row. The plain Python form of the same algebra stands in `reference.py`, written apart.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "(company)"
"""Scope text of the whole company; the parts of any other scope are joined by a slash."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every row."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No row."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """Rows of one person."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Rows of the people at most `depth` steps below a manager in the current tree; never the manager's own."""

    manager_id: str
    depth: int


@dataclass(frozen=True, slots=True)
class Entities:
    """Rows of people whose legal entity is known and listed."""

    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutsideEntities:
    """Rows of people whose legal entity is known and not listed; an unknown entity counts as listed."""

    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameLine:
    """Rows of people of the viewer's own line of business."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Released:
    """Every row of a group question: its table holds released cells only."""


@dataclass(frozen=True, slots=True)
class ReleasedRows:
    """Rows of a group question whose table holds others beside them: those that it marks as released."""

    column: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows of one unit, of all units above it and of all units below it. `scope` is path text."""

    column: str
    scope: str


@dataclass(frozen=True, slots=True)
class Line:
    """Rows of one line of business."""

    column: str
    lob: str


@dataclass(frozen=True, slots=True)
class SeatProposals:
    """Seats that stand as proposals: a proven zero."""


@dataclass(frozen=True, slots=True)
class OptedIn:
    """Rows of people who chose to be listed, in a group that is large enough."""


@dataclass(frozen=True, slots=True)
class Told:
    """Rows of people of the listed legal entities who were told themselves, and whose notice period is over."""

    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SinceQuarter:
    """Rows of quarters that began after a purpose was switched on for the person's legal entity: (entity, first quarter)."""

    since: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Both:
    """Rows that both parts allow."""

    first: Predicate
    second: Predicate


Predicate = (
    Everything
    | Nothing
    | OwnRow
    | Chain
    | Entities
    | OutsideEntities
    | SameLine
    | Released
    | ReleasedRows
    | Branch
    | Line
    | SeatProposals
    | OptedIn
    | Told
    | SinceQuarter
    | Both
)

_KNOWN_ENTITY = "q.person_id in (select r.person_id from rights r where r.legal_entity is not null)"

Sql = tuple[str, tuple[str | int, ...]]


def behind(predicate: Predicate) -> str | None:
    """The one manager below whom everybody stands whom the predicate allows; None where nothing says so.

    Then that manager's own branch of the tree decides the predicate: no row of it needs the rest.
    """
    match predicate:
        case Chain(manager_id, _):
            return manager_id
        case Both(first, second):
            found = {behind(first), behind(second)} - {None}
            return found.pop() if len(found) == 1 else None
        case _:
            return None


def ancestors(scope: str) -> tuple[str, ...]:
    """Return the scopes above `scope`, the company first; empty for the company itself."""
    if scope == COMPANY:
        return ()
    parts = scope.split("/")
    return (COMPANY, *("/".join(parts[:end]) for end in range(1, len(parts))))


def to_sql(predicate: Predicate) -> Sql:  # noqa: PLR0911 - one return a predicate
    """Return the WHERE text of a predicate and its parameters, in order. Raises TypeError for anything unknown."""
    match predicate:
        case Everything() | Released():
            return "true", ()
        case Nothing():
            return "false", ()
        case OwnRow(person_id):
            return "q.person_id = ?", (person_id,)
        case Both(first, second):
            return _both(to_sql(first), to_sql(second))
        case SeatProposals():
            return "q.proposal", ()
        case OptedIn():
            return "q.opted_in", ()
        case ReleasedRows(column):
            return f"q.{column}", ()
        case Branch(column, scope):
            return _branch(column, scope)
        case Line(column, lob):
            return f"q.{column} = ?", (lob,)
        case _:
            return _of_people(predicate)


def _both(first: Sql, second: Sql) -> Sql:
    return f"({first[0]}) and ({second[0]})", first[1] + second[1]


def _branch(column: str, scope: str) -> Sql:
    if scope == COMPANY:
        return f"q.{column} is not null", ()
    line = (*ancestors(scope), scope)
    marks = ", ".join("?" * len(line))
    return f"q.{column} in ({marks}) or starts_with(q.{column}, ?)", (*line, scope + "/")


def _of_people(predicate: Chain | Entities | OutsideEntities | SameLine | Told | SinceQuarter) -> Sql:
    match predicate:
        case Told(entities):
            return _told(entities)
        case SinceQuarter(since):
            return _since(since)
        case Chain(manager_id, depth):
            where = "r.lft > m.lft and r.rgt < m.rgt and r.depth - m.depth <= ?"
            return _through_rights(where, manager_id, depth)
        case SameLine(person_id):
            return _through_rights("r.lob = m.lob", person_id)
        case Entities(entities):
            return _by_entity("in", entities)
        case OutsideEntities(entities):
            return _by_entity("not in", entities)
        case _:
            raise TypeError("not a predicate of this policy")


def _through_rights(where: str, viewer_id: str, *more: int) -> Sql:
    text = f"q.person_id in (select r.person_id from rights r join rights m on m.person_id = ? where {where})"
    return text, (viewer_id, *more)


def _told(entities: tuple[str, ...]) -> Sql:
    if not entities:
        return "false", ()
    marks = ", ".join("?" * len(entities))
    return f"q.person_id in (select r.person_id from rights r where r.told and r.legal_entity in ({marks}))", entities


def _since(since: tuple[tuple[str, str], ...]) -> Sql:
    one = "(q.quarter >= ? and q.person_id in (select r.person_id from rights r where r.legal_entity = ?))"
    values = tuple(value for entity, quarter in since for value in (quarter, entity))
    return (" or ".join([one] * len(since)) or "false"), values


def _by_entity(word: str, entities: tuple[str, ...]) -> Sql:
    if not entities:
        return ("false" if word == "in" else _KNOWN_ENTITY), ()
    marks = ", ".join("?" * len(entities))
    return f"q.person_id in (select r.person_id from rights r where r.legal_entity {word} ({marks}))", entities
