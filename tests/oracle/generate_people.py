"""The people of a generated world: lines of very different size, careers, absences, and what kind of user each is."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from .world import Absence, PersonRow

SITES = ("London", "Pune", "Zurich")
KINDS = {
    "heavy": 0.15,
    "regular": 0.2,
    "light": 0.2,
    "rare": 0.1,
    "steady": 0.08,
    "capped": 0.02,
    "trialist": 0.03,
    "zero": 0.15,
    "silent": 0.07,
}
"""`steady` people do the same every working day (ties); `silent` clients never report."""
DENSE_KINDS = {"heavy": 0.4, "regular": 0.2, "steady": 0.3, "capped": 0.1}


@dataclass(slots=True)
class Profile:
    """One generated person. `clean` = no quirk may touch them: their line must have an exact share of zeros."""

    person_id: str
    number: int
    kind: str
    email: str
    login: str
    first: dt.date
    last: dt.date
    clean: bool = False
    rows: list[PersonRow] = field(default_factory=list)
    absent: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    old_email: str | None = None


@dataclass(slots=True)
class Plan:
    """The generator's dice and calendar."""

    rng: random.Random
    first: dt.date
    last: dt.date
    odd: float
    """Share of people whom each quirk meets."""

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def day(self, margin: int = 5) -> dt.date:
        """Any day of the world, at least `margin` days inside it."""
        return self.first + dt.timedelta(days=self.rng.randrange(margin, (self.last - self.first).days - margin))

    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=count) for count in range((self.last - self.first).days + 1)]


def lines(people: int) -> list[tuple[str, int, int]]:
    """(name, people, how many of them are exact zeros; -1 = as it falls), smallest first."""
    if people >= 400:
        special = [("One", 1, -1), ("Nine", 9, 3), ("Ten", 10, 3), ("Eleven", 11, 3), ("AllZero", 12, 12)]
        special += [("Zero39", 100, 39), ("Zero40", 100, 40), ("Zero41", 100, 41)]
    else:
        special = [("One", 1, -1), ("Nine", 9, 3), ("Ten", 10, 4), ("Eleven", 11, 4), ("AllZero", 10, 10)]
    special = [line for line in special if sum(size for _name, size, _zeros in special) < people]
    rest = people - sum(size for _name, size, _zeros in special)
    staff = min(3, rest)
    rest -= staff
    large, middle = rest * 6 // 10, rest * 3 // 10
    return [
        *special,
        ("Staff", staff, -1),
        ("Risk", rest - large - middle, -1),
        ("Cards", middle, -1),
        ("Retail", large, -1),
    ]


def people(plan: Plan, count: int, *, dense: bool) -> list[Profile]:
    found: list[Profile] = []
    kinds = DENSE_KINDS if dense else KINDS
    for name, size, zeros in lines(count):
        for place in range(size):
            exact = "zero" if place < zeros else "steady" if place % 3 else "regular"
            kind = exact if zeros >= 0 else plan.rng.choices(list(kinds), list(kinds.values()))[0]
            found.append(_person(plan, len(found), name, kind, clean=zeros >= 0))
    return found


def _person(plan: Plan, number: int, lob: str, kind: str, *, clean: bool) -> Profile:
    person = Profile(
        person_id=f"P{number:05d}",
        number=number,
        kind=kind,
        email=f"dev{number}@bank.example",
        login=f"dev{number}",
        first=plan.first,
        last=plan.last,
        clean=clean,
    )
    row = PersonRow(
        person_id=person.person_id,
        lob=lob,
        email=person.email,
        github_login=person.login,
        team=f"{lob}-{number % 97 // 8}",
        department=f"{lob}-D{number % 3}",
        site=plan.rng.choice(SITES),
    )
    person.rows = [row]
    row.engineer = lob != "Staff"
    if not clean:
        for quirk in (_part_time, _career, _names, _move, _staff):
            quirk(plan, person)
    return person


def _part_time(plan: Plan, person: Profile) -> None:
    share = plan.rng.choices(("1", "0.8", "0.6", "0.5", "0.333", "0"), (0.82, 0.06, 0.04, 0.04, 0.02, 0.02))[0]
    person.rows[0].fte = share


def _career(plan: Plan, person: Profile) -> None:
    row = person.rows[0]
    row.start_date = plan.rng.choice((None, plan.first - dt.timedelta(days=400)))
    if plan.chance(plan.odd):
        row.start_date = person.first = plan.day()
    elif plan.chance(plan.odd):
        row.end_date = person.last = plan.day()


def _names(plan: Plan, person: Profile) -> None:
    """People without e-mail or login, in other letter cases, and with an address that changed."""
    row = person.rows[0]
    if plan.chance(plan.odd):
        row.email = None
    elif plan.chance(plan.odd):
        row.email = f" {person.email.upper()} "
    elif plan.chance(2 * plan.odd):
        person.old_email = f"old{person.number}@bank.example"
        changed = plan.day()
        person.rows = [_copy(row, email=person.old_email), _copy(row, effective_from=changed)]
    if plan.chance(plan.odd):
        for own in person.rows:
            own.github_login = None
    elif plan.chance(plan.odd):
        person.rows[-1].github_login = person.login.upper()


def _move(plan: Plan, person: Profile) -> None:
    """A move to another line or team, sometimes with another share of full time, sometimes twice."""
    for _time in range(2):
        if plan.chance(plan.odd):
            row = person.rows[-1]
            since = max(plan.day(), (row.effective_from or plan.first) + dt.timedelta(days=1))
            lob = plan.rng.choice(("Retail", "Cards", "Risk", row.lob))
            fte = plan.rng.choice((row.fte, "0.5"))
            team = f"{lob}-{plan.rng.randrange(13)}"
            person.rows.append(_copy(row, effective_from=since, lob=lob, team=team, fte=fte))


def _staff(plan: Plan, person: Profile) -> None:
    """A few are no engineers; some of them became so by a later row."""
    if plan.chance(plan.odd):
        person.rows[-1].engineer = False


def _copy(row: PersonRow, **changes: object) -> PersonRow:
    values = {name: getattr(row, name) for name in row.__slots__}
    return PersonRow(**{**values, **changes})


def absences(plan: Plan, everybody: list[Profile]) -> list[Absence]:
    """Leave spells, long leave and training."""
    found = []
    for person in everybody:
        if person.clean:
            continue
        for _draw in range(2):
            if plan.chance(0.4):
                first = plan.day(2)
                spell = (first, first + dt.timedelta(days=plan.rng.randrange(15)))
                found.append(Absence(person.person_id, *spell, plan.rng.choice(("leave", "leave", "training"))))
                person.absent.append(spell)
        if plan.chance(plan.odd):
            long = (
                plan.first - dt.timedelta(days=30),
                plan.rng.choice((plan.day(), plan.last + dt.timedelta(days=99))),
            )
            found.append(Absence(person.person_id, *long, "long_leave"))
            person.absent.append(long)
    return found
