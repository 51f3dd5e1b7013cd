"""Which units are planted: how AI use changes the volume and the soundness of their work, always with opposite signs where both change."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from uptake.demo import names
from uptake.demo.company import Company
from uptake.demo.seats import Seat

THEATRE, QUIET, EFFECTIVE, NOT_YET, NEUTRAL, MIXED = "theatre", "quiet", "effective", "not_yet", "neutral", "mixed"
TYPICAL_SCORE = (0, 12, 55)
"""Score of a person by class: none, light, heavy. Only to choose units whose use is clearly frequent, or clearly not."""
KEEN_OF_EAGER, KEEN_OF_OTHERS = 3, 6
"""One in so many departments uses AI far more than its line: else no whole department would be frequent, and frequent use alone is shown."""
FREQUENT_FROM, SELDOM_FROM, SELDOM_TO = 34, 4, 24
OF_FREQUENT = (THEATRE, EFFECTIVE, THEATRE, NEUTRAL)
OF_SELDOM = (QUIET, NEUTRAL, MIXED, NEUTRAL, NOT_YET, NEUTRAL, QUIET, MIXED)
"""Kinds by turns, so that a small company has some of each. Of a mixed department single teams are planted."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What AI does to a change in a week of use: `soundness` in standard deviations of skill, `volume` as a factor of the number."""

    soundness: float
    volume: float


EFFECTS = {
    THEATRE: Effect(-0.8, 1.5),
    QUIET: Effect(0.8, 0.8),
    EFFECTIVE: Effect(0.8, 0.9),
    NOT_YET: Effect(-0.8, 1.2),
    NEUTRAL: Effect(0.0, 1.0),
}
Unit = tuple[str, str, str | None]
"""Line, department, team or None."""


@dataclass(frozen=True, slots=True)
class Planted:
    """Kind of each team, by number; and kind, people and typical score of each unit."""

    teams: tuple[str, ...]
    units: dict[Unit, tuple[str, int, int]]


def keen_departments(company: Company) -> frozenset[str]:
    """Departments that use AI far more than the others of their line; none of the idle line."""
    found, seen = set[str](), [0, 0]
    for department, line in {team.department: team.line for team in company.teams}.items():
        if line != names.IDLE:
            eager = line == names.EAGER
            seen[eager] += 1
            if seen[eager] % (KEEN_OF_EAGER if eager else KEEN_OF_OTHERS) == 1:
                found.add(department)
    return frozenset(found)


def plant_units(company: Company, found: list[Seat], closed: int) -> Planted:
    """Choose the planted units by the classes of the newest closed quarter, `closed` its place."""
    members = _members(company, found, closed)
    departments: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, team in enumerate(company.teams):
        departments[team.line, team.department].append(number)
    kinds, turns = [NEUTRAL] * len(company.teams), Turns()
    units: dict[Unit, tuple[str, int, int]] = {}
    for (line, department), teams in departments.items():
        scores = [score for number in teams for score in members[number]]
        kind = turns.next(scores)
        for number in teams:
            kinds[number] = turns.next(members[number], mixed=False) if kind == MIXED else kind
            units[company.lines[line], department, company.teams[number].name] = _unit(kinds[number], members[number])
        units[company.lines[line], department, None] = _unit(kind, scores)
    return Planted(tuple(kinds), units)


class Turns:
    """Kinds by turns, for units of frequent and of seldom use apart."""

    def __init__(self) -> None:
        self._frequent, self._seldom = itertools.cycle(OF_FREQUENT), itertools.cycle(OF_SELDOM)

    def next(self, scores: list[int], *, mixed: bool = True) -> str:
        """The kind of the next unit, by its use; between frequent and seldom nothing is planted."""
        use = _mean(scores)
        if use >= FREQUENT_FROM:
            return next(self._frequent)
        if not SELDOM_FROM <= use <= SELDOM_TO:
            return NEUTRAL
        return next(kind for kind in self._seldom if mixed or kind != MIXED)


def _unit(kind: str, scores: list[int]) -> tuple[str, int, int]:
    return kind, len(scores), _mean(scores)


def _mean(scores: list[int]) -> int:
    return sum(scores) // max(1, len(scores))


def _members(company: Company, found: list[Seat], closed: int) -> list[list[int]]:
    """Typical scores of the engineers of each team."""
    level: dict[int, int] = {}
    for seat in found:
        level[seat.person.number] = max(level.get(seat.person.number, 0), seat.classes[closed])
    members: list[list[int]] = [[] for _ in company.teams]
    for person in company.engineers:
        if person.team is not None:
            members[person.team].append(TYPICAL_SCORE[level.get(person.number, 0)])
    return members


def truth_rows(planted: Planted) -> Iterator[tuple[object, ...]]:
    """Rows of `truth/units.csv`: unit, level, kind, people, typical score, soundness in thousandths, volume in percent."""
    for (line, department, team), (kind, people, use) in sorted(
        planted.units.items(), key=lambda item: (item[0][:2], item[0][2] or "")
    ):
        effect = EFFECTS.get(kind)
        unit = "/".join(part for part in (line, department, team) if part)
        figures = (round(1000 * effect.soundness), round(100 * effect.volume)) if effect else (None, None)
        yield unit, "team" if team else "department", kind, people, use, *figures
