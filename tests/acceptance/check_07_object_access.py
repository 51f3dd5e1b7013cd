"""Check 07: ids of others and random ids in every place of a request that takes one, by eight roles; absent and forbidden look alike.

Each id is put in one place by each role, the places in turn. UPTAKE_ACCEPT_IDS changes the number of ids.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import random
from collections import defaultdict

from bench import measure

from tests.acceptance import frame
from tests.attack import hostile_who
from tests.attack.hostile import Findings, Truth, Wire, cast, serving
from tests.attack.hostile_day import Afternoon

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_PEOPLE_07", "1000"))
IDS = int(os.environ.get("UPTAKE_ACCEPT_IDS", "10000"))
CLOSE_MS = 5.0
ASKED = f"{IDS:,} ids x 8 roles x {len(hostile_who.PLACES)} places: 0 leaks; absent = forbidden: same status, same bytes, p95 within {CLOSE_MS:.0f} ms"


def check(folder: pathlib.Path) -> frame.Seen:
    home = folder / "home"
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", home)
    truth, found = Truth(home), Findings()
    with serving(home) as base, contextlib.closing(Wire(base)) as wire:
        day = Afternoon(wire, truth, cast(wire, truth), found, random.Random(11), IDS)
        apart = tried(day)
        spent = hostile_who.timing(day)
    slow = {name: pair for name, pair in spent.items() if abs(pair[0] - pair[1]) > CLOSE_MS}
    told = ", ".join(f"{name} {forbidden:.1f} / {absent:.1f}" for name, (forbidden, absent) in spent.items())
    text = (
        f"{found.asked.total():,} requests, {len(found.leaks)} leaks, {len(found.oddities)} faults, {len(apart)} places where absent and forbidden "
        f"differ; p95 ms forbidden / absent: {told}"
    )
    bad = [*found.leaks, *found.oddities, *apart, *slow]
    return frame.Seen("; ".join([text, *bad[:5]]), held=not bad)


def tried(day: Afternoon) -> list[str]:
    """Every id by every role, each in the next place; the places in which a real id got another answer than one that never was."""
    answers: dict[tuple[str, tuple[str, str]], dict[bool, set[tuple[int, bytes]]]] = defaultdict(
        lambda: {True: set(), False: set()}
    )
    roles = [visitor for visitor in day.cast if visitor.cookie]
    for number, given in enumerate(day.ids()):
        for step, visitor in enumerate(roles):
            # 4 kinds of ids go round; the places move on after each round, so that every kind meets every place
            place = hostile_who.PLACES[(number // 4 + step) % len(hostile_who.PLACES)]
            reply = hostile_who.foreign_id(day, visitor, place, given, "object access")
            if given.isdigit() and given not in visitor.may_see and reply.status >= 400:
                answers[visitor.name, place][given in day.truth.everybody].add(reply.shown)
    both = {where: told for where, told in answers.items() if all(told.values())}
    return [
        f"{who} {place}: {len(told[True] | told[False])} answers"
        for (who, place), told in both.items()
        if len(told[True] | told[False]) > 1
    ]


if __name__ == "__main__":
    frame.alone(__spec__)
