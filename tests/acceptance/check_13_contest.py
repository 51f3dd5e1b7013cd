"""Check 13: contests to their end. Seeded cases in a world of the oracle: lists, decisions, figures, notices, and an error that comes again.

UPTAKE_ACCEPT_CONTESTS changes the number of cases; there are four people to a case.
"""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

from tests import contested
from tests.acceptance import frame
from tests.contested import QUARTER, Claim, Home
from tests.oracle import oracle
from uptake.state import contests, notices

CASES = int(os.environ.get("UPTAKE_ACCEPT_CONTESTS", "500"))
SEED = 13
ASKED = f"{CASES} of {CASES} right: out of lists at the next read, decided by two, both values, every figure the oracle's, viewers told"

Rows = Mapping[tuple[str, str], Mapping[str, Any]]


def check(folder: pathlib.Path, cases: int = CASES) -> frame.Seen:
    home = contested.made(folder, SEED, 4 * cases, odd=0.05)
    start = home.differences()
    wanted_before = oracle.expected_quarters(home.world, home.world.as_of)
    drawn = contested.Claims(home.world, SEED).draw(cases)
    people = [claim.person for claim in drawn]
    listed = home.listed(people)
    contested.opened(home, drawn)
    hidden = home.listed(people)
    states = {claim.person: contested.decided(home, claim) for claim in drawn}
    home.score()
    differences = home.differences()
    wanted_after = oracle.expected_quarters(home.world, home.world.as_of)
    found = {
        claim.person: _wrong(home, claim, (listed[claim.person], hidden[claim.person]), (wanted_before, wanted_after))
        for claim in drawn
    }
    home.load_again("hr-people", "hr-absences", "accounts")
    home.score()
    again = home.differences()
    wrong = [f"{person}: {', '.join(words)}" for person, words in found.items() if words]
    upheld = sum(state == contests.DECIDED for state in states.values())
    text = (
        f"{cases - len(wrong)} of {cases} right ({upheld} upheld, {cases - upheld} rejected;"
        f" {sum(map(bool, listed.values()))} stood in lists); rows that differ from the oracle: {len(start)} before,"
        f" {len(differences)} after, {len(again)} after the sources repeated their errors"
    )
    held = not (wrong or start or differences or again)
    return frame.Seen("; ".join([text, *wrong[:3], *differences[:3]]), held)


def _wrong(home: Home, claim: Claim, lists: tuple[set[str], set[str]], wanted: tuple[Rows, Rows]) -> list[str]:
    """What is not as it should be about one case, in words."""
    case = next(one for one in contests.of(home.state, claim.person) if one.id == claim.number)
    said = {
        "still in a list": not lists[1],
        "not closed": case.state == contests.CLOSED and case.decision == claim.decision,
        "not two people": {case.reviewer, case.decided_by} == {contested.MAKER, contested.CHECKER},
        "viewers or person not told": _told(home, claim, lists[0]),
    }
    if claim.decision == contests.UPHELD:
        for name, kept, rows in (("before", case.before, wanted[0]), ("after", case.after, wanted[1])):
            said[f"{name} is not the oracle's"] = _equal(kept, rows.get((QUARTER, claim.person), {}))
    return [words for words, held in said.items() if not held]


def _equal(kept: str | None, row: Mapping[str, Any]) -> bool:
    found = json.loads(kept or "{}")
    return bool(found) and all(found[name] == row[name] for name in found if name in row)


def _told(home: Home, claim: Claim, lists: set[str]) -> bool:
    """The person of each step; and their manager of the new value, where the person stood in a list of theirs."""
    with home.state.reading() as connection:
        own = {one.kind for one in notices.of(connection, claim.person) if one.ref == str(claim.number)}
        manager = home.managers.get(claim.person)
        above = notices.of(connection, manager) if manager else []
    told = any((one.kind, one.ref) == (notices.RESTATED, str(claim.number)) for one in above)
    if claim.decision == contests.REJECTED:
        return {"decided", "closed"} <= own and not told
    return {"decided", "recomputed", "closed"} <= own and told == any(name.startswith("manager") for name in lists)


if __name__ == "__main__":
    frame.alone(__spec__)
