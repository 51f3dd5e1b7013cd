"""Index Y once more, slow and without SQL: exact fractions from change to unit. Shares no line with the product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isqrt

from tests.outcomes.worlds import COMPANY, FIRST, LAST, Company, Merged, Person

WORSE = {"rework", "reverted", "rounds", "hours", "defects", "incidents"}
Key = tuple[str, str, str, str]


def signals(one: Merged, company: Company) -> dict[str, int]:
    """What is known of the soundness of a change."""
    settled = company.as_of >= one.day + dt.timedelta(days=21)
    found: dict[str, int | None] = {"rounds": one.rounds if one.rounds is None else min(one.rounds, 10)}
    if one.retained is not None:
        found["retained"], found["rework"] = 1000 * one.retained, 1000 * (one.rework or 0)
    found["hours"] = None if one.minutes is None else (one.minutes // 60).bit_length()
    found["checks"] = None if one.checks is None else int(one.checks)
    if settled:
        found["reverted"] = int(one.reverted is not None and one.reverted <= one.day + dt.timedelta(days=21))
        if company.incidents_told:
            found["defects"], found["incidents"] = int(one.defects > 0), int(one.incidents > 0)
    return {name: value for name, value in found.items() if value is not None}


def stratum(one: Merged, person: Person | None) -> Key:
    group = one.repository.rsplit("/", 1)[0]
    days = None if person is None else (one.day - person.start).days
    tenure = (
        "unknown"
        if days is None
        else "under 1 year"
        if days < 365
        else "1 to 3 years"
        if days < 1095
        else "3 years or more"
    )
    return group, one.language or "unknown", one.task or "unknown", tenure


def whole(value: Fraction) -> int:
    """To the nearest whole number, half to even: `round` of a Fraction does that."""
    return round(value)


class Oracle:
    """All changes of a company's quarter."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.people = {person.name: person for person in company.people}
        last = min(LAST, company.as_of)
        self.rows = [one for one in company.changes if not one.bot and FIRST <= one.day <= last]
        self.strata = {one.change: stratum(one, self.people.get(one.person or "")) for one in self.rows}
        self.known = {one.change: signals(one, company) for one in self.rows}

    def cell(self, one: Merged) -> str | None:
        person = self.people.get(one.person or "")
        return person.cell if person else None

    def peers(self, one: Merged, signal: str) -> list[int] | None:
        """Values of the narrowest stratum that is large enough."""
        for end in range(4, -1, -1):
            part = self.strata[one.change][:end]
            inside = [
                other
                for other in self.rows
                if not other.exposure and self.strata[other.change][:end] == part and signal in self.known[other.change]
            ]
            values = [self.known[other.change][signal] for other in inside]
            units = {self.cell(other) for other in inside} - {None}
            if len(values) >= 30 and len(units) >= 2 and len(set(values)) > 1:
                return values
        return None

    def z(self, one: Merged) -> int | None:
        """Mean z in thousandths over three or more signals."""
        found = []
        for signal, value in self.known[one.change].items():
            values = self.peers(one, signal)
            if values is not None:
                n, total = len(values), sum(values)
                root = isqrt(10**6 * (n * sum(v * v for v in values) - total * total))
                z = whole(Fraction(10**6 * (value * n - total), root))
                found.append(-z if signal in WORSE else z)
        return whole(Fraction(sum(found), len(found))) if len(found) >= 3 else None

    def work(self) -> dict[str, dict[str, list[int]]]:
        """Finest cell -> author -> z of the AI-assisted changes."""
        found: dict[str, dict[str, list[int]]] = {}
        for one in self.rows:
            cell = self.cell(one)
            z = self.z(one) if one.exposure and cell else None
            if z is not None and cell is not None and one.person is not None:
                found.setdefault(cell, {}).setdefault(one.person, []).append(z)
        return found


def flat(authors: dict[str, list[int]]) -> list[int]:
    return [z for own in authors.values() for z in own]


def noise(cells: Iterable[dict[str, list[int]]]) -> Fraction:
    """Exact: the product rounds three times on the way, each time by less than one in a million."""
    within = clustered = Fraction(0)
    freedom = 0
    for authors in cells:
        values = flat(authors)
        if len(values) > 1:
            mean = Fraction(sum(values), len(values))
            within += sum((value - mean) ** 2 for value in values)
            clustered += sum((sum(own) - len(own) * mean) ** 2 for own in authors.values())
            freedom += len(values) - 1
    return within / freedom * max(Fraction(1), clustered / within) * 10**6 if freedom and within else Fraction(0)


def expected(company: Company) -> dict[str, tuple[float, float]]:
    """unit -> (Y, its error) in standard deviations, of every unit with ten AI-assisted changes or more."""
    made = Oracle(company)
    finest = made.work()
    chance = noise(finest.values())
    units: dict[str, list[int]] = {}
    for cell, authors in finest.items():
        at = cell
        while at != COMPANY:
            units.setdefault(at, []).extend(flat(authors))
            at = company.parents.get(at, COMPANY)
    large = {unit: values for unit, values in units.items() if len(values) >= 10}
    found = {}
    for unit, values in large.items():
        same = [other for name, other in large.items() if name.count("/") == unit.count("/")]
        spread = _spread(same, chance)
        mean = Fraction(1000 * sum(values), len(values))
        below = len(values) * spread + chance
        share = len(values) * spread / below if below else Fraction(0)
        found[unit] = (float(mean * share) / 1e6, float(spread * chance / below) ** 0.5 / 1e6 if below else 0.0)
    return found


def _spread(units: Sequence[list[int]], chance: Fraction) -> Fraction:
    weighed = sum(Fraction(1000 * sum(values)) ** 2 / len(values) for values in units)
    return max(Fraction(0), (weighed - len(units) * chance) / sum(len(values) for values in units))
