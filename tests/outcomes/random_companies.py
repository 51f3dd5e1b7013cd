"""Companies drawn at random, with merged changes: what the tests of the quadrant and of quality share."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from tests.outcomes.worlds import FIRST, Company, Merged, Person


def random_company(seed: int) -> Company:
    """Some units of unequal size under two lines, in shared and in own repositories; what is known differs from change to change."""
    rng = random.Random(seed)
    people, changes, parents = [], [], {}
    for unit in range(rng.randint(4, 9)):
        line = f"L{unit % 2}"
        cell = f"{line}/D{unit}"
        parents[cell] = line
        lift = rng.choice((-1.5, 0, 0, 1.5))
        for number in range(rng.randint(8, 22)):
            name = f"{unit}.{number}"
            start = dt.date(2026, 9, 1) - dt.timedelta(days=rng.choice((100, 700, 3000)))
            segment = rng.choice(("light", "heavy", "non_user", "insufficient"))
            people.append(Person(name, cell, rng.randrange(100_000_001), segment, start, rng.random() < 0.8))
            changes += [_random_change(rng, f"{name}#{n}", name, unit, lift) for n in range(rng.randint(0, 5))]
    changes += [_random_change(rng, f"nobody#{n}", None, 0, 0) for n in range(10)]
    changes += [replace(_random_change(rng, f"bot#{n}", people[0].name, 0, 0), bot=True) for n in range(10)]
    return Company(people, changes, parents, rng.random() < 0.8, dt.date(2026, 10, rng.choice((2, 10, 31))))


def _random_change(rng: random.Random, name: str, person: str | None, unit: int, lift: float) -> Merged:
    assisted = rng.random() < 0.7
    skill = lift if assisted else 0.0
    day = FIRST + dt.timedelta(days=rng.randrange(100))
    return Merged(
        name, person, day, rng.choice(("line", "change", "person_week")) if assisted else None,
        rng.choice((f"o{unit % 3}/r{unit}", "shared/r")), rng.choice(("java", "python", None)), rng.choice(("fix", "feature", None)),
        lines=rng.randrange(500), rounds=rng.choice((None, max(0, round(rng.gauss(3 - skill, 2))))),
        minutes=rng.choice((None, round(rng.expovariate(1) * 600 * (2 - skill / 2)))),
        checks=rng.choice((None, rng.random() < 0.6 + skill / 5)), reverted=day + dt.timedelta(days=rng.randrange(40)) if rng.random() < 0.1 else None,
        defects=int(rng.random() < 0.1), incidents=int(rng.random() < 0.05),
        retained=rng.choice((None, rng.randrange(1001))), rework=rng.randrange(300),
    )  # fmt: skip
