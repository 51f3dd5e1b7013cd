"""What every engineer merged: changes, their reviews, checks, reverts and what went wrong after, sounder or less sound as planted."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Container, Iterator
from dataclasses import dataclass

from uptake.demo.company import WORK, Company, Person, presence
from uptake.demo.draws import Uniform, below, stream
from uptake.demo.latent import IF_HEAVY, IF_LIGHT
from uptake.demo.planted import EFFECTS, Planted
from uptake.demo.seats import Seat
from uptake.demo.window import Window

PER_WEEK = 0.22
"""Changes of an engineer in a working week."""
PERSON_SD = 0.15
CHECKS_PASS, CHECKS_GAIN = 0.74, 0.14
SECOND_ROUND, ROUND_GAIN = 0.34, 0.16
REVIEW_HOURS, REVIEW_GAIN, REVIEW_SD = 1.2, 0.5, 0.9
REVERTED, DEFECT, INCIDENT = 0.03, 0.03, 0.012
NO_REVIEW, STALE, DELETED_ACCOUNT = 0.03, 0.03, 0.003
TASKS = ("feat", "feat", "feat", "fix", "fix", "refactor", "test", "docs")
WEEK = 7
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One merged change. `reverts`: number of the change that it takes back. `defect`, `incident`: days after the merge, 0 for none."""

    number: int
    repository: str
    author: Person | None
    reviewer: Person
    task: str
    opened: dt.datetime
    merged: dt.datetime
    reviews: tuple[tuple[dt.datetime, str, bool], ...]
    """(when, state, on the merged commit)."""
    passed: bool
    lines: int
    assisted: bool
    marked: bool
    reverts: int = 0
    defect: int = 0
    incident: int = 0


def changes(
    company: Company, found: list[Seat], planted: Planted, shared: Container[str], window: Window, seed: int
) -> list[Change]:
    """All merged changes of the window, by day; numbered within their repository in that order. `shared`: departments with one repository."""
    seats: dict[int, list[Seat]] = {}
    for seat in found:
        seats.setdefault(seat.person.number, []).append(seat)
    teams = [[] for _ in company.teams]  # type: list[list[Person]]
    for person in company.engineers:
        if person.team is not None:
            teams[person.team].append(person)
    made: list[_Draft] = []
    for person in company.engineers:
        if person.team is not None and len(teams[person.team]) > 1:
            made += _of_person(person, seats.get(person.number, []), teams[person.team], planted, window, seed)
    made.sort(key=lambda one: (one.merged, one.person.number))
    return _numbered(made, company, shared)


@dataclass(slots=True)
class _Draft:
    person: Person
    reviewer: Person
    task: str
    merged: dt.datetime
    opened: dt.datetime
    reviews: tuple[tuple[dt.datetime, str, bool], ...]
    passed: bool
    lines: int
    assisted: bool
    marked: bool
    deleted: bool
    reverted_after: int
    defect: int
    incident: int


def _of_person(
    person: Person, seats: list[Seat], team: list[Person], planted: Planted, window: Window, seed: int
) -> Iterator[_Draft]:
    draw = stream(seed, 11, person.number)
    own = PERSON_SD * _near_normal(draw)
    effect = EFFECTS[planted.teams[person.team or 0]]
    days = presence(person, window)
    used = _weeks_of_use(seats, window)
    first = -window.first.weekday()
    for week, start in enumerate(range(first, len(days), WEEK)):
        working = [day for day in range(max(start, 0), min(start + WEEK, len(days))) if days[day] == WORK]
        assisted = week in used
        rate = PER_WEEK * len(working) / 5 * (effect.volume if assisted else 1.0)
        for _ in range(_times(draw, rate)):
            skill = own + (effect.soundness if assisted else 0.0)
            yield _draft(draw, person, team, window.days[working[below(draw, len(working))]], skill, assisted=assisted)


def _weeks_of_use(seats: list[Seat], window: Window) -> set[int]:
    """Weeks of the window, from its first Monday or before, in which the person used any tool."""
    shift, weeks = window.first.weekday(), set[int]()
    for seat in seats:
        for place, (_, start, behind) in enumerate(window.quarters):
            mask = (0, IF_LIGHT, IF_HEAVY)[seat.classes[place]]
            if mask:
                weeks.update((day + shift) // WEEK for day in range(start, behind) if seat.pattern[day] & mask)
    return weeks


def _times(draw: Uniform, rate: float) -> int:
    """Poisson, by its inverse."""
    left, number, term = draw(), 0, math.exp(-rate)
    while left > term:
        left -= term
        number += 1
        term *= rate / number
    return number


def _near_normal(draw: Uniform) -> float:
    """Mean 0, standard deviation 1, by the sum of three uniforms."""
    return 2 * (draw() + draw() + draw() - 1.5)


def _draft(draw: Uniform, person: Person, team: list[Person], day: dt.date, skill: float, *, assisted: bool) -> _Draft:
    minutes = int(60 * math.exp(REVIEW_HOURS - REVIEW_GAIN * skill + REVIEW_SD * _near_normal(draw)))
    merged = dt.datetime.combine(day, dt.time(8 + below(draw, 10), below(draw, 60)))
    asked = merged - dt.timedelta(minutes=minutes)
    rarer = math.exp(-skill)
    others = [one for one in team if one is not person]
    return _Draft(
        person,
        others[below(draw, len(others))],
        TASKS[below(draw, len(TASKS))],
        merged,
        asked - dt.timedelta(minutes=30 + below(draw, 600)),
        _reviews(draw, asked, merged, skill),
        draw() < CHECKS_PASS + CHECKS_GAIN * skill,
        4 + int(60 * -math.log(1 - draw())),
        assisted,
        assisted and draw() < 0.5,
        draw() < DELETED_ACCOUNT,
        1 + below(draw, 15) if draw() < REVERTED * rarer else 0,
        1 + below(draw, 18) if draw() < DEFECT * rarer else 0,
        1 + below(draw, 18) if draw() < INCIDENT * rarer else 0,
    )


def _reviews(
    draw: Uniform, asked: dt.datetime, merged: dt.datetime, skill: float
) -> tuple[tuple[dt.datetime, str, bool], ...]:
    """None at all now and then; else approved in the end, after further rounds on older commits; some approvals are stale."""
    odd = draw()
    if odd < NO_REVIEW:
        return ()
    rounds = sum(draw() < SECOND_ROUND - ROUND_GAIN * skill for _ in range(2))
    step = (merged - asked) / (rounds + 1)
    states = [(asked + step * place, "CHANGES_REQUESTED", False) for place in range(rounds)]
    last = asked + step * rounds
    return (*states, (last, "APPROVED", not odd < NO_REVIEW + STALE))


def _numbered(made: list[_Draft], company: Company, shared: Container[str]) -> list[Change]:
    found: list[Change] = []
    next_number: dict[str, int] = {}
    for one in made:
        repository = repository_of(company, one.person.team or 0, shared)
        number = next_number.get(repository, 0) + 1
        next_number[repository] = number + (one.reverted_after > 0)
        author = None if one.deleted else one.person
        found.append(
            Change(
                number, repository, author, one.reviewer, one.task, one.opened, one.merged, one.reviews, one.passed,
                one.lines, one.assisted, one.marked, 0, one.defect, one.incident,
            )
        )  # fmt: skip
        if one.reverted_after:
            found.append(_revert(one, number + 1, repository))
    return found


def _revert(one: _Draft, number: int, repository: str) -> Change:
    """Taken back by whoever reviewed it, approved by the author."""
    when = one.merged + dt.timedelta(days=one.reverted_after)
    review = (when - dt.timedelta(minutes=20), "APPROVED", True)
    asked = when - dt.timedelta(minutes=45)
    return Change(
        number, repository, one.reviewer, one.person, "revert", asked, when, (review,), True, one.lines, False, False, number - 1
    )  # fmt: skip


def repository_of(company: Company, team: int, shared: Container[str]) -> str:
    """The repository of a team, or of its whole department where that shares one; the owner is the line."""
    unit = company.teams[team]
    return f"{_slug(company.lines[unit.line])}/{_slug(unit.department if unit.department in shared else unit.name)}"


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")
