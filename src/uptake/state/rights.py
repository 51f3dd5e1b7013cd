"""The current reporting tree as nested intervals: what rights are read from, written after each load of HR data (GOVERNANCE.md section 4)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from uptake.model.folding import fold
from uptake.state import State, switches
from uptake.state.tables import RIGHTS

RIGHTS_COLUMNS = ("person_id", "manager_id", "lft", "rgt", "depth", "lob", "department", "team", "legal_entity")
PLACE = ("lob", "department", "team")
_LED = "led"
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
    """Replace the tree; it takes effect on the next request of every server, which sees it by the stamp.

    Who stands elsewhere than before is marked until cells are cut for the new tree: whom a leader gains may be all that was missing to those of a cell.
    """
    with state.writing() as connection:
        before = {str(row.person_id): row for row in connection.execute(select(RIGHTS))}
        places, places_before = _places(rows), _places([row._asdict() for row in before.values()])
        made = [row | {"moved": _moved(str(row["person_id"]), before, places, places_before)} for row in rows]
        connection.execute(delete(RIGHTS))
        if made:
            connection.execute(insert(RIGHTS), made)
        _renew(connection, made)


def cut(state: State, stamp_then: str) -> None:
    """Cells were cut for the tree of that stamp: nobody has moved since, unless another tree was written meanwhile."""
    with state.writing() as connection:
        if stamp_then != switches.read(connection).get(STAMP):
            return
        if connection.execute(update(RIGHTS).where(RIGHTS.c.moved > 0).values(moved=0)).rowcount:
            _renew(connection, every(connection))


def stamp_of(state: State) -> str:
    """The stamp of the tree as it is now."""
    with state.reading() as connection:
        return switches.read(connection).get(STAMP, "")


def moved(connection: Connection, steps: int) -> set[str]:
    """Who has somebody else above them, that near, than when cells were cut; inside a transaction that is open."""
    asked = select(RIGHTS.c.person_id).where(RIGHTS.c.moved.between(1, steps))
    return {str(who) for who in connection.execute(asked).scalars()}


def _places(rows: list[dict[str, object]]) -> dict[str, tuple[object, ...]]:
    """Person -> everybody above them, nearest first, and their line."""
    managers = {str(row["person_id"]): row["manager_id"] for row in rows}
    above: dict[str, tuple[object, ...]] = {}
    for row in sorted(rows, key=lambda row: int(str(row["depth"]))):  # whoever is above comes first
        manager = managers[str(row["person_id"])]
        above[str(row["person_id"])] = () if manager is None else (manager, *above.get(str(manager), ()))
    return {str(row["person_id"]): (row["lob"], *above[str(row["person_id"])]) for row in rows}


def _moved(
    person: str,
    before: Mapping[str, Row[Any]],
    now: Mapping[str, Sequence[object]],
    then: Mapping[str, Sequence[object]],
) -> int:
    """How near above a person somebody else stands now, or stood since the cut; 1 for another line. 0 for who is new: no cell holds them."""
    if person not in before:
        return 0
    pairs = enumerate(zip_longest(now[person], then[person], fillvalue=""))
    steps = [max(1, step) for step, (one, other) in pairs if one != other]
    return min([*steps, *([int(before[person].moved)] if before[person].moved else [])], default=0)


def _renew(connection: Connection, rows: Sequence[object]) -> None:
    switches.write(connection, STAMP, hashlib.sha256(repr(rows).encode()).hexdigest(), "", "people")


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


def common_below(state: State, person_id: str) -> tuple[str, ...]:
    """Line, department and team that everybody below a person has in common, up to the first in which they differ or that one of them lacks.
    Empty where nobody is below, or they are of several lines.

    Kept by the stamp of the tree: a manager asks for it on each request.
    """
    with state.reading() as connection:
        stamp = switches.read(connection).get(STAMP)
        kept = state.kept.get(_LED)
        found = kept[1] if kept is not None and kept[0] == stamp is not None and isinstance(kept[1], dict) else {}
        if person_id not in found:
            found[person_id] = _common_below(connection, person_id)
        state.kept[_LED] = (stamp, found)
        return tuple(found[person_id])


def _common_below(connection: Connection, person_id: str) -> tuple[str, ...]:
    above = select(RIGHTS.c.lft, RIGHTS.c.rgt).where(RIGHTS.c.person_id == person_id).subquery()
    parts = [
        part
        for name in PLACE
        for part in (func.min(RIGHTS.c[name]), func.max(RIGHTS.c[name]), func.count(RIGHTS.c[name]))
    ]
    asked = select(func.count(), *parts).where(RIGHTS.c.lft > above.c.lft, RIGHTS.c.rgt < above.c.rgt)
    people, *found = connection.execute(asked).one()
    common: list[str] = []
    for first, last, named in zip(found[::3], found[1::3], found[2::3], strict=True):
        if not people or named < people or first != last or not first:
            break
        common.append(str(first))
    return tuple(common)


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
