"""Check 01: performance_review is off, and nothing comes through: every route, file and question x every role, found by introspection.

There is no mail: `tests/test_routes_gate.py` fails as soon as a module could send one.
"""

from __future__ import annotations

import contextlib
import os
import pathlib

from bench import measure

from tests.acceptance import frame
from tests.attack import wall
from tests.attack.hostile import Truth, Wire, cast, serving
from tests.web.conftest import Site
from uptake.policy import QUESTIONS, ROLES

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_WALL", "1000"))
ASKED = f"{len(ROLES)} roles for performance_review while off: 0 person rows, 100% of routes by introspection"


def check(folder: pathlib.Path) -> frame.Seen:
    home = folder / "home"
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", home)
    site, truth = Site(home), Truth(home)
    keys = wall.keys(site, ROLES)
    with serving(home) as base, contextlib.closing(Wire(base)) as wire:
        visitors = cast(wire, truth)
        pages = wall.over_routes(wire, site, keys)
        taken = wall.over_hats(wire, visitors)
    people = {one.viewer.person_id for one in visitors if one.viewer.person_id}
    commands = wall.over_commands(home, sorted(people), keys, QUESTIONS)
    every = set(wall.routes_of(site))
    text = (
        f"{len(pages.routes)} of {len(every)} routes, {pages.requests:,} requests, {len(pages.rows)} answers with person rows; "
        f"{len(QUESTIONS)} questions at the command line, {commands.requests:,} commands, {len(commands.rows)} answered; {len(taken)} hats taken"
    )
    bad = [*pages.rows, *commands.rows, *taken]
    return frame.Seen("; ".join([text, *bad[:5]]), held=not bad and pages.routes == every)


if __name__ == "__main__":
    frame.alone(__spec__)
