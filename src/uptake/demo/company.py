"""The people of the invented company: lines, departments, teams, managers, sites, joins, moves, leaves."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from functools import lru_cache

from uptake.demo import names
from uptake.demo.draws import Uniform, below, pick, portions, stream
from uptake.demo.window import FRIDAY, ONE_DAY, Window

DEPARTMENT, TEAM = 60, 8
TINY_LINE = 7
"""People of the smallest line: below the comparison group of 10, so it is rolled up."""
MOST_EAGER = 0.3
"""Largest share of the eager line: beyond it the planted number of active seats would not fill the line to its median."""
JOIN, LEAVE, MOVE, LONG_LEAVE, RENAME, OTHER_STAFF = 0.04, 0.03, 0.03, 0.015, 0.01, 0.02
FTE = ((100, 0.90), (80, 0.05), (60, 0.03), (50, 0.02))
SPELL_CHANCE, SPELL_DAYS, TRAINING_CHANCE = 0.55, 15, 0.05

AWAY, FREE, WORK = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    department: str
    line: int
    site: int


@dataclass(slots=True)
class Person:
    """One person. `team` is None for heads above teams; moves and renames take effect on `moved_on`, `renamed_on`."""

    number: int
    key: str
    email: str
    login: str
    line: int
    department: str
    team: int | None
    site: int
    manager: int | None = None
    engineer: bool = True
    lead: bool = False
    fte: int = 100
    start: dt.date = dt.date(2020, 1, 1)
    end: dt.date | None = None
    moved_on: dt.date | None = None
    moved_to: int | None = None
    old_email: str | None = None
    renamed_on: dt.date | None = None
    absences: list[tuple[dt.date, dt.date, str]] = field(default_factory=list)


@dataclass(slots=True)
class Company:
    lines: list[str]
    teams: list[Team]
    people: list[Person]
    leads: list[int]
    """Number of the person who leads each team."""

    @property
    def engineers(self) -> list[Person]:
        return [person for person in self.people if person.engineer]


def company(people: int, window: Window, seed: int) -> Company:
    """`people` engineers with their units, and the few non-engineers above and beside them."""
    draw = stream(seed, 1)
    made = Company(names.LINES[: _lines(people)], [], [], [])
    for line, size in enumerate(_line_sizes(draw, people, len(made.lines))):
        _fill_line(made, draw, line, size)
    _add_heads(made)
    _add_other_staff(made, draw, round(people * OTHER_STAFF))
    _give_terms(made, draw, window)
    for person in made.people:
        _give_absences(person, stream(seed, 2, person.number), window)
    _give_long_leave(made, draw, window)
    return made


def _lines(people: int) -> int:
    return max(3, min(len(names.LINES), people // 100))


def _line_sizes(draw: Uniform, people: int, lines: int) -> list[int]:
    """Dirichlet(3) shares, the last line tiny."""
    tiny = min(TINY_LINE, max(1, people // 20))
    shares = [-math.log((1 - draw()) * (1 - draw()) * (1 - draw())) for _ in range(lines - 1)]
    floor = (people - tiny) // (lines * 3)
    sizes = [floor + part for part in portions(people - tiny - floor * (lines - 1), shares)]
    spare = max(0, sizes[names.EAGER] - int(people * MOST_EAGER))
    sizes[names.EAGER] -= spare
    sizes[names.IDLE] += spare
    return [*sizes, tiny]


def _fill_line(made: Company, draw: Uniform, line: int, size: int) -> None:
    departments = portions(size, [1.0] * max(1, round(size / DEPARTMENT)))
    for place, members in enumerate(departments, 1):
        department = f"{made.lines[line]} {place:02d}"
        for number, people in enumerate(portions(members, [1.0] * max(1, round(members / TEAM))), 1):
            if people:
                made.teams.append(Team(f"{department}-{number:02d}", department, line, below(draw, len(names.SITES))))
                made.leads.append(len(made.people))
                for position in range(people):
                    _add(made, len(made.teams) - 1, lead=position == 0)


def _add(made: Company, team: int, *, lead: bool = False, engineer: bool = True) -> None:
    number, unit = len(made.people), made.teams[team]
    person = _named(number, unit.line, unit.department, team, unit.site)
    person.engineer, person.lead = engineer, lead
    if not lead:
        person.manager = made.leads[team]
    made.people.append(person)


def _named(number: int, line: int, department: str, team: int | None, site: int) -> Person:
    first, last = names.of(number)
    return Person(
        number=number,
        key=f"{number + 1:06d}",
        email=f"{first}.{last}.{number + 1}@{names.DOMAIN}",
        login=f"{first}-{last}-{number + 1}_{names.SHORTCODE}",
        line=line,
        department=department,
        team=team,
        site=site,
    )


def _add_heads(made: Company) -> None:
    """Three levels above the team leads: departments, lines, the company."""
    top = _head(made, 0, "")
    line_heads = [_head(made, line, "") for line in range(len(made.lines))]
    department_heads: dict[str, int] = {}
    for team, lead in zip(made.teams, made.leads, strict=True):
        if team.department not in department_heads:
            department_heads[team.department] = _head(made, team.line, team.department)
            made.people[department_heads[team.department]].manager = line_heads[team.line]
        made.people[lead].manager = department_heads[team.department]
    for head in line_heads:
        made.people[head].manager = top


def _head(made: Company, line: int, department: str) -> int:
    person = _named(len(made.people), line, department, None, line % len(names.SITES))
    person.engineer = False
    made.people.append(person)
    return person.number


def _add_other_staff(made: Company, draw: Uniform, number: int) -> None:
    for _ in range(number):
        _add(made, below(draw, len(made.teams)), engineer=False)


def _give_terms(made: Company, draw: Uniform, window: Window) -> None:
    """Start, end, move and new e-mail: exact quotas of the engineers who lead nobody; leads stay."""
    engineers = made.engineers
    people = len(engineers)
    mixed = pick(draw, engineers, people)
    for fte, share in FTE[1:]:
        for person in _take(mixed, round(people * share)):
            person.fte = fte
    for person in made.people:
        person.start = window.first - ONE_DAY * (200 + below(draw, 4000))
    changing = pick(draw, [person for person in engineers if not person.lead], people)
    quotas = [round(people * share) for share in (JOIN, LEAVE, MOVE, RENAME)]
    for person in _take(changing, quotas[0]):
        person.start = _any_day(draw, window)
    for person in _take(changing, quotas[1]):
        person.end = _any_day(draw, window)
    for person in _take(changing, quotas[2]):
        person.moved_on, person.moved_to = _any_day(draw, window), _other_team(draw, made, person)
    for person in _take(changing, quotas[3]):
        person.old_email, person.renamed_on = person.email.replace(".", "_", 1), _any_day(draw, window)


def _take(people: list[Person], number: int) -> list[Person]:
    taken, people[:] = people[:number], people[number:]
    return taken


def _any_day(draw: Uniform, window: Window) -> dt.date:
    """A day of the closed quarters."""
    return window.days[below(draw, window.quarters[-1][1])]


def _other_team(draw: Uniform, made: Company, person: Person) -> int:
    team = below(draw, len(made.teams))
    return team if team != person.team else (team + 1) % len(made.teams)


def _give_absences(person: Person, draw: Uniform, window: Window) -> None:
    """Two chances of leave in each quarter, of 1 to 15 days; now and then a training day."""
    for _, first, behind in window.quarters:
        for chance, longest, kind in (
            (SPELL_CHANCE, SPELL_DAYS, "leave"),
            (SPELL_CHANCE, SPELL_DAYS, "leave"),
            (TRAINING_CHANCE, 3, "training"),
        ):
            due, start, length = draw() < chance, first + below(draw, behind - first), below(draw, longest)
            begin = window.days[start]
            end = begin + ONE_DAY * length
            if due and not any(begin <= last and end >= early for early, last, _ in person.absences):
                person.absences.append((begin, end, kind))


def _give_long_leave(made: Company, draw: Uniform, window: Window) -> None:
    """Long leave covers at least one closed quarter."""
    staying = [person for person in made.engineers if person.end is None and person.start < window.first]
    for person in pick(draw, staying, round(len(made.engineers) * LONG_LEAVE)):
        _, start, behind = window.closed[below(draw, len(window.closed))]
        begin = window.days[start] - ONE_DAY * below(draw, 30)
        end = window.days[behind - 1] + ONE_DAY * below(draw, 60)
        person.absences = [away for away in person.absences if away[1] < begin or away[0] > end]
        person.absences.append((begin, end, "long_leave"))


def presence(person: Person, window: Window) -> bytearray:
    """For each day of the window: WORK, FREE (weekend or holiday of the site) or AWAY (absent, not employed)."""
    found = bytearray(_site_days(person.site, window))
    start, end = window.number(person.start), window.number(person.end) if person.end else len(found)
    _blank(found, 0, start - 1)
    _blank(found, end + 1, len(found))
    for first, last, _ in person.absences:
        _blank(found, window.number(first), window.number(last))
    return found


def _blank(days: bytearray, first: int, last: int) -> None:
    first, last = max(first, 0), min(last, len(days) - 1)
    if first <= last:
        days[first : last + 1] = bytes(last - first + 1)


@lru_cache(maxsize=64)
def _site_days(site: int, window: Window) -> bytes:
    holidays = names.SITES[site].holidays
    return bytes(FREE if day.weekday() > FRIDAY or (day.month, day.day) in holidays else WORK for day in window.days)
