"""The current reporting tree as nested intervals: what rights are read from, written after each load of HR data (GOVERNANCE.md section 4)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from uptake.model.folding import fold
from uptake.state import State, switches
from uptake.state.tables import RIGHTS

RIGHTS_COLUMNS = ("person_id", "manager_id", "lft", "rgt", "depth", "lob", "department", "team", "legal_entity")
STAMP = "rights_digest"
"""The switch that holds the digest of the tree: what is derived from the tree stands as long as it does."""
_READ = [RIGHTS.c[name] for name in RIGHTS_COLUMNS]


@dataclass(frozen=True, slots=True)
class Employee:
    """The newest HR row of a person, as far as rights need it."""

    person_id: str
    manager_id: str | None
    lob: str | None
    department: str | None
    team: str | None
    legal_entity: str | None
    email_key: str | None = None


def tree(people: Iterable[Employee]) -> tuple[list[dict[str, object]], list[str]]:
    """Rows of the table `rights`, and the people whose manager is missing, themselves, or part of a circle: cut there (rule R-HR-6)."""
    known = {person.person_id: person for person in people}
    managers, cut = _managers(known)
    reports: dict[str | None, list[str]] = defaultdict(list)
    for person in sorted(known):
        reports[managers[person]].append(person)
    rows: list[dict[str, object]] = []
    counter = 0
    stack = [(person, 0, False) for person in reversed(reports[None])]
    left: dict[str, int] = {}
    while stack:
        person, depth, leaving = stack.pop()
        counter += 1
        if not leaving:
            left[person] = counter
            stack.append((person, depth, True))
            stack += [(report, depth + 1, False) for report in reversed(reports[person])]
            continue
        of = known[person]
        rows.append(
            {
                "person_id": person, "manager_id": managers[person], "lft": left[person], "rgt": counter, "depth": depth,
                "lob": of.lob, "department": of.department, "team": of.team, "legal_entity": of.legal_entity,
                "email_key": of.email_key,
            }
        )  # fmt: skip
    return rows, sorted(cut)


def _managers(known: dict[str, Employee]) -> tuple[dict[str, str | None], set[str]]:
    managers: dict[str, str | None] = {}
    cut: set[str] = set()
    for person, of in known.items():
        managers[person] = of.manager_id if of.manager_id in known and of.manager_id != person else None
        if of.manager_id and managers[person] is None:
            cut.add(person)
    settled: set[str] = set()
    for start in sorted(known):
        path: list[str] = []
        on_path: set[str] = set()
        above: str | None = start
        while above is not None and above not in settled and above not in on_path:
            path.append(above)
            on_path.add(above)
            above = managers[above]
        if above is not None and above in on_path:
            circle = min(path[path.index(above) :])
            managers[circle] = None
            cut.add(circle)
        settled.update(path)
    return managers, cut


def write(state: State, rows: list[dict[str, object]]) -> None:
    """Replace the tree; it takes effect on the next request of every server, which sees it by the stamp."""
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    with state.writing() as connection:
        connection.execute(delete(RIGHTS))
        if rows:
            connection.execute(insert(RIGHTS), rows)
        switches.write(connection, STAMP, digest, "", "people")


def stamp(state: State) -> None:
    """Give a tree that an older release wrote its digest; one that has it keeps it."""
    with state.reading() as connection:
        if STAMP in switches.read(connection):
            return
    with state.writing() as connection:
        if STAMP not in switches.read(connection):
            digest = hashlib.sha256(repr(every(connection)).encode()).hexdigest()
            switches.write(connection, STAMP, digest, "", "people")


def read(state: State) -> list[tuple[object, ...]]:
    """All rows, columns as RIGHTS_COLUMNS."""
    with state.reading() as connection:
        return every(connection)


def every(connection: Connection) -> list[tuple[object, ...]]:
    """As `read`, inside a transaction that is open."""
    return [tuple(row) for row in connection.execute(select(*_READ).order_by(RIGHTS.c.lft)).fetchall()]


def of_person(state: State, person_id: str) -> dict[str, object] | None:
    """The row of one person, or None."""
    with state.reading() as connection:
        row = connection.execute(select(*_READ).where(RIGHTS.c.person_id == person_id)).first()
        return dict(zip(RIGHTS_COLUMNS, row, strict=True)) if row else None


def of_entity(connection: Connection, legal_entity: str) -> list[str]:
    """The people of a legal entity, inside a transaction that is open."""
    asked = select(RIGHTS.c.person_id).where(RIGHTS.c.legal_entity == legal_entity).order_by(RIGHTS.c.person_id)
    return [str(who) for who in connection.execute(asked).scalars()]


def sizes_of_entities(connection: Connection) -> dict[str, int]:
    """Legal entity -> number of its people, inside a transaction that is open."""
    asked = select(RIGHTS.c.legal_entity, func.count()).where(RIGHTS.c.legal_entity.is_not(None))
    return {str(entity): int(people) for entity, people in connection.execute(asked.group_by(RIGHTS.c.legal_entity))}


def by_email(state: State, email: str) -> str | None:
    """The person of an e-mail; None when nobody has it, or more than one."""
    key = email_key(state, email)
    with state.reading() as connection:
        found = connection.execute(select(RIGHTS.c.person_id).where(RIGHTS.c.email_key == key).limit(2)).scalars().all()
    return str(found[0]) if key and len(found) == 1 else None


def email_key(state: State, email: str | None) -> str | None:
    """Keyed hash of an e-mail, whatever the case of its ASCII letters.

    Other letters stay as they are: under Unicode rules two addresses of two people can fold into one.
    """
    text = fold((email or "").strip())
    return state.pseudonym(text, "sign-in") if text else None


def leads(state: State, person_id: str) -> bool:
    """Whether anybody reports to a person now."""
    with state.reading() as connection:
        return (
            connection.execute(select(RIGHTS.c.person_id).where(RIGHTS.c.manager_id == person_id).limit(1)).first()
            is not None
        )


def entities(connection: Connection) -> set[str]:
    """Legal entities in which somebody is employed now, inside a transaction that is open."""
    asked = select(RIGHTS.c.legal_entity).where(RIGHTS.c.legal_entity.is_not(None)).distinct()
    return {str(one) for one in connection.execute(asked).scalars()}
