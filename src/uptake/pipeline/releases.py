"""Which figures of groups are released anew, and which stand although more is known since: whoever holds two releases subtracts.

A closed quarter is released once, and again as a restatement (decisions 0049, 0103). One that moves yet, running or with the fate of its
changes open, is released once a week (decision 0109).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields, replace
from typing import Self

from uptake.pipeline import effects
from uptake.pipeline.scoring import Scored
from uptake.snapshot.base import GROUPS, Before
from uptake.warehouse import money, seals
from uptake.warehouse.connect import Connection


@dataclass(frozen=True, slots=True)
class ReleaseCall:
    """What a release needs to know. `rules`: quarter -> what its figures are made by, its cells and the code. `again`: quarters that move are
    released although they were this week.
    """

    as_of: dt.date
    made: Scored
    k: int
    rules: Mapping[str, str]
    again: bool = False


@dataclass(slots=True)
class Found:
    """`groups`: quarter -> what its figures of groups are made from, or were where they stand. `later`: quarters that stand until they are
    restated; `few`: those that were, for a few people. `weekly`: quarters that stand this week -> the as-of day of their release.
    """

    groups: dict[str, str] = field(default_factory=dict)
    later: list[str] = field(default_factory=list)
    few: list[str] = field(default_factory=list)
    weekly: dict[str, dt.date] = field(default_factory=dict)


def found(connection: Connection, call: ReleaseCall, previous: Before) -> Found:
    """What the figures of groups of each quarter are made from, beside the snapshot before."""
    answer = Found()
    for quarter, inputs in call.made.runs:
        now = _made_from(connection, call, quarter, inputs)
        held = MadeFrom.read(previous.parts.get((GROUPS, quarter), "")) or now
        stands = quarter in call.made.sealed and now.leaves(held)
        tells_few = quarter in call.made.restated and 0 < _differ(connection, quarter, now, held) <= call.k
        waits = not call.again and effects.settled(quarter, call.as_of) == call.as_of and now.waits(held)
        answer.groups[quarter] = held.text if stands or tells_few or waits or now.equals(held) else now.text
        answer.later += [quarter] if stands else []
        answer.few += [quarter] if tells_few else []
        if waits:
            answer.weekly[quarter] = held.day
    return answer


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """Digests of what the group figures of a quarter are made from: its scores as they were `restated` so often out of their `data`, its cells
    and the `rules` of the code; beside it `bills`, and `work`: calls, changes and what became of them, looked at `until` a day. `released`: the
    as-of day of the release.
    """

    restated: str
    data: str
    rules: str
    bills: str
    work: str
    until: str
    released: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Of the `text` of an older snapshot; None where it has none, or one of another shape."""
        parts = text.split(" ")
        return cls(*parts) if len(parts) == len(fields(cls)) else None

    @property
    def text(self) -> str:
        return " ".join(astuple(self))

    @property
    def day(self) -> dt.date:
        """The as-of day of the release."""
        return dt.date.fromisoformat(self.released)

    def equals(self, held: Self) -> bool:
        """Whether both are made from the same, whenever that was."""
        return replace(held, released=self.released) == self

    def leaves(self, held: Self) -> bool:
        """Whether figures of a closed quarter that were made from `held` may stand although its work is known otherwise since: that is one
        person's as often as not, and who holds both files would subtract (decision 0103). A bill alone is taken in.
        """
        return replace(held, bills=self.bills, work=self.work).equals(self) and held.work != self.work

    def waits(self, held: Self) -> bool:
        """Whether figures of a quarter that moves stand till the next week: they were released on an earlier day of this one, by the rules of
        now. What is scored again as of the day of the release takes everything in.
        """
        same = held.rules == self.rules and held.restated == self.restated
        return same and held.day < self.day and held.day.isocalendar()[:2] == self.day.isocalendar()[:2]


def _differ(connection: Connection, quarter: str, now: MadeFrom, held: MadeFrom) -> int:
    """How many people of a closed quarter have other figures now than its group figures were made from; 0 where these have to be made anew
    whoever that is, for other cells or other rules.
    """
    return seals.differ_since(connection, quarter, int(held.restated)) if held.rules == now.rules else 0


def _made_from(connection: Connection, call: ReleaseCall, quarter: str, inputs: str) -> MadeFrom:
    data, _, must = inputs.partition(" ")  # what a seal holds back of its inputs, and what it does not
    work = f"{money.made_from(connection, quarter)} {effects.made_from(connection, quarter)}"
    return MadeFrom(
        str(call.made.restated.get(quarter, 0)),
        data,
        digest(f"{must} {call.rules[quarter]}"),
        digest(money.bills(connection, quarter)),
        digest(work),
        str(effects.settled(quarter, call.as_of)),
        call.as_of.isoformat(),
    )


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
