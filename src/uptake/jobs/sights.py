"""Who sees whom by name, for the cut of cells: what such a viewer can take out of a cell must leave k people or nobody (GOVERNANCE.md section 5).

It says of every viewer what the gate would grant: managers and leads of lines to the depth of each, people who were told in entities that
may be named, an open board. A viewer who sees more at one time than at another is a viewer for each, since all but a few seen by name is
worse than all of them. So the sight to come counts beside that of today: an approved document comes into force, and a notice period
ends, between two runs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from uptake.policy import Policy
from uptake.policy.proposals import last_notice_day
from uptake.state import State, notices, rights

AHEAD = dt.timedelta(days=31)
"""More than a notice period of ten business days, so that a run falls between the notice and the day on which it counts."""


@dataclass(frozen=True, slots=True)
class _Person:
    manager: str | None
    line: str | None
    entity: str | None


@dataclass(frozen=True, slots=True)
class _Sight:
    """Whom a policy lets be named, and to whom. `depths`: role -> steps down the tree. `board`: whose people an open board names, to whom."""

    told: AbstractSet[str]
    listed: AbstractSet[str]
    depths: tuple[tuple[str, int], ...]
    board: AbstractSet[str]
    to_everyone: bool

    def viewers(self, person: str, people: Mapping[str, _Person], leaders: AbstractSet[str]) -> Iterator[str]:
        """Of one person: those who lead them where they may be named, themselves where they lead, and the readers of the board."""
        of = people[person]
        for role, depth in self.depths:
            if person in leaders:
                yield f"{role} {person}"
            above = of.manager
            for _ in range(depth if self._named(person, of, self.listed) else 0):
                if above is None:
                    break
                yield f"{role} {above}"
                above = people[above].manager
        if self._named(person, of, self.board):
            yield "board" if self.to_everyone else f"board {of.line}"

    def _named(self, person: str, of: _Person, entities: AbstractSet[str]) -> bool:
        return person in self.told and of.entity in entities


def seen_by(state: State, policies: Iterable[tuple[Policy, dt.date]]) -> dict[str, tuple[str, ...]]:
    """Person -> viewers who see that person by name under any of these policies, each on its day; who nobody sees is missing."""
    people = {
        str(row["person_id"]): _Person(*(_text(row[name]) for name in ("manager_id", "lob", "legal_entity")))
        for row in (dict(zip(rights.RIGHTS_COLUMNS, values, strict=True)) for values in rights.read(state))
    }
    leaders = {of.manager for of in people.values() if of.manager is not None}
    found: dict[str, list[str]] = defaultdict(list)
    for number, sight in enumerate(dict.fromkeys(_sight(state, policy, day) for policy, day in policies)):
        for person in people:
            found[person] += [f"{number} {viewer}" for viewer in sight.viewers(person, people, leaders)]
    return {person: tuple(viewers) for person, viewers in found.items() if viewers}


def _sight(state: State, policy: Policy, day: dt.date) -> _Sight:
    listed = policy.noticed_entities - policy.aggregate_only
    with state.reading() as connection:
        told = notices.told(connection, policy.notice_refs, last_notice_day(day)) if policy.notice_refs else {}
    depths = (
        {"manager": policy.manager_depth, "lob_lead": policy.lob_lead_depth} if policy.named_lists and listed else {}
    )
    return _Sight(
        frozenset(told),
        listed,
        tuple((role, depth) for role, depth in depths.items() if depth),
        listed & policy.board_entities if policy.board == "open" else frozenset(),
        policy.board_reach == "everyone",
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
