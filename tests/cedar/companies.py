"""Random companies, policies, viewers and rows, drawn so that every rule has somebody on each side of it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any

from tests.cedar.plain import Company, Someone
from uptake.policy import PROFILES, PURPOSES, ROLES, Policy, Viewer

ENTITIES = ("NL", "DE", "US", None)
LINES = ("A", "AB", "B", None)
QUARTERS = ("2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4", None)
CASES = ("C-1", "C-1", "", "  ", None)
PERSON_QUESTIONS = (
    "usage_days", "day_scores", "quarter_scores", "not_using", "idle_seats", "seats", "my_contests", "who_looked", "my_offers",
    "my_notices", "lineage", "period_use", "my_changes", "leaderboard", "my_outcomes", "my_months",
)  # fmt: skip
ENOUGH = ("usage_days", "quarter_scores", "not_using", "seats", "leaderboard", "my_outcomes")
"""Questions in which every rule shows."""
DEPTHS = (0, 1, 1, 2, 3, 9)


def company(rng: random.Random, people: int) -> Company:
    """People of a few legal entities under one head, at most eight levels deep; a few have no manager, or one who left."""
    found: dict[str, Someone] = {}
    levels: dict[str, int] = {}
    for number in range(people):
        above = [who for who in list(found)[: max(1, people // 3)] if levels[who] < 7]
        manager = rng.choice(above) if above and rng.random() > 0.03 else None
        levels[f"p{number}"] = levels[manager] + 1 if manager else 0
        gone = manager is None and rng.random() < 0.5
        told = rng.random() < 0.7
        found[f"p{number}"] = Someone("gone" if gone else manager, rng.choice(LINES), rng.choice(ENTITIES), told)
    return found


def rows(rng: random.Random, made: Company, count: int) -> list[dict[str, Any]]:
    """Rows of people, of somebody who left, and of nobody."""
    people = [*made, "left the company", None]
    return [
        {
            "person_id": rng.choice(people), "quarter": rng.choice(QUARTERS), "proposal": rng.choice((True, False, None)),
            "opted_in": rng.choice((True, False, None)),
        }
        for _ in range(count)
    ]  # fmt: skip


def _some(rng: random.Random, chance: float) -> frozenset[str]:
    return frozenset(name for name in ENTITIES if name is not None and rng.random() < chance)


def policy(rng: random.Random) -> Policy:
    """Any policy that a site could have, and many that it could not: rules must hold without leaning on each other."""
    return Policy(
        profile=rng.choice(list(PROFILES)), manager_depth=rng.choice(DEPTHS), lob_lead_depth=rng.choice(DEPTHS),
        board_bands=rng.random() < 0.6, board_entities=_some(rng, 0.7), board_reach=rng.choice(("line", "everyone")),
        aggregate_only=_some(rng, 0.2), noticed_entities=_some(rng, 0.8),
        review_since=tuple((name, rng.choice(QUARTERS[:4])) for name in sorted(_some(rng, 0.4))), lockdown=rng.random() < 0.2,
    )  # fmt: skip


def askings(rng: random.Random, made: Company, questions: Sequence[str]) -> Iterator[tuple[str, Viewer]]:
    """Every role x purpose x question, each by somebody drawn anew: mostly one who leads people where that matters."""
    leaders, everybody = sorted({one.manager for one in made.values()} & set(made)), list(made)
    for role, purpose, question in itertools.product(ROLES, (None, "nonsense", *PURPOSES), questions):
        among = leaders if role in ("manager", "lob_lead") and rng.random() < 0.9 else everybody
        person = None if rng.random() < 0.05 else "left the company" if rng.random() < 0.03 else rng.choice(among)
        yield question, Viewer(role=role, purpose=purpose, person_id=person, case_id=rng.choice(CASES))
