"""Check 02: compiled SQL = plain Python = Cedar, over random companies and policies; each planted bug of the policy is caught.

A decision is one row put to one viewer, question and policy. What is refused as a whole is counted apart, and not among them.
"""

from __future__ import annotations

import os
import pathlib
import random
import time

from tests.acceptance import frame
from tests.cedar import companies
from tests.cedar.bugs import BUGS
from tests.cedar.ways import Count, World, compare, total

DECISIONS = int(os.environ.get("UPTAKE_ACCEPT_DECISIONS", "3000000"))
CEDAR, SECONDS = 10_000, 60
ASKED = f">= {DECISIONS:,} decisions, Cedar on >= {CEDAR:,}, 0 differences, <= {SECONDS} s of one core; each of {len(BUGS)} planted bugs caught"
PEOPLE, ROWS, POLICIES = 150, 3000, 4


def check(_folder: pathlib.Path) -> frame.Seen:
    begun = time.process_time()
    found = _decided()
    seconds = time.process_time() - begun
    missed = [name for name in BUGS if not caught(name)]
    text = (
        f"{found.rows:,} row decisions ({found.allowed:,} allowed), {found.refusals:,} refusals as a whole, Cedar on "
        f"{found.asked_cedar:,} cells by {len(found.cedar)} rules, {len(found.differing)} differences, {seconds:.0f} s; "
        f"{len(BUGS) - len(missed)} of {len(BUGS)} bugs caught"
    )
    held = (
        not found.differing
        and not missed
        and found.rows >= DECISIONS
        and found.asked_cedar >= CEDAR
        and seconds <= SECONDS
    )
    return frame.Seen("; ".join([text, *found.differing[:3], *missed]), held=held)


def _decided() -> Count:
    """Companies until there are enough decisions, each under a few policies."""
    found, seed = Count(), 0
    while found.rows < DECISIONS:
        world, rng = World(seed, PEOPLE, ROWS), random.Random(9000 + seed)
        found = total([found, *(compare(world, companies.policy(rng), cedar=4) for _ in range(POLICIES))])
        seed += 1
    return found


def caught(bug: str, seeds: int = 60) -> bool:
    """Whether a company among the first `seeds` tells the bug from the right policy."""
    for seed in range(seeds):
        world, rng = World(seed, 60, 90), random.Random(1000 + seed)
        if compare(world, companies.policy(rng), 0, BUGS[bug], companies.ENOUGH).differing:
            return True
    return False


if __name__ == "__main__":
    frame.alone(__spec__)
