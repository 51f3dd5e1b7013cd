"""Outcome walk: no effect, quality figure or ranking of a person is shown to anybody else, by any question, route, file, pack or command.

Outcomes of a company are planted as numbers that nobody else has; the small form of it, with the leaks that it must notice, is `tests/test_outcome_walk.py`.
"""

from __future__ import annotations

import datetime as dt
import pathlib

from tests import policies
from tests.acceptance import frame
from tests.attack import outcome_home, outcome_walk
from tests.test_outcome_walk import WIDEST, hats_of
from tests.test_routes_gate import clients_of
from tests.web.conftest import Site
from uptake.policy import PURPOSES, QUESTIONS, ROLES

DAY = dt.date(2026, 11, 24)
ASKED = f"{len(ROLES)} roles x {len(PURPOSES)} purposes x {len(QUESTIONS)} questions, every route, file, pack and command: 0 outcomes of another person"


def check(folder: pathlib.Path) -> frame.Seen:
    site = Site(outcome_home.home_of(folder / "planted"))
    policies.in_force(site.settings, site.state, DAY, **WIDEST)
    walk, clients = outcome_walk.Walk(site, outcome_walk.outcome_columns(site)), clients_of(site)
    hats = hats_of(site, clients)
    granted = outcome_walk.over_questions(walk)
    opened = outcome_walk.over_routes(walk, clients, hats, 1)
    packs = outcome_walk.over_packs(walk, clients, hats)
    commands = outcome_walk.over_commands(walk, folder, 1)
    walk.joined()
    text = (
        f"{len(granted)} of {len(QUESTIONS)} questions granted to somebody, {len(opened)} routes opened, {packs} packs, {commands} commands, {walk.answers:,} answers, "
        f"{walk.rows:,} rows looked at, {len(walk.columns)} columns of outcomes, {len(walk.people)} people named; {len(walk.found)} findings"
    )
    held = not walk.found and granted == set(QUESTIONS) and packs == 3 and commands > len(QUESTIONS)
    return frame.Seen("; ".join([text, *walk.found[:5]]), held=held)


if __name__ == "__main__":
    frame.alone(__spec__)
