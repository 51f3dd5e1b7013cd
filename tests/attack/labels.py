"""Run a plan through the command line and hold what the product says of the planted people against what fits."""

from __future__ import annotations

import pathlib
from collections import Counter

from tests.attack.drive import asked, home_with_roles, ingest_all, run
from tests.attack.plants import Plan
from tests.attack.world import AS_OF, QUARTER

NEGATIVE = frozenset({"non_user", "non_adopter"})


def scored_home(plan: Plan, folder: pathlib.Path) -> pathlib.Path:
    """The plan as vendor files, loaded and scored by commands."""
    home = home_with_roles(folder / "home", "administrator", "compliance")
    ingest_all(home, plan.world.write(folder / "files", plan.form))
    done = run(home, "score", "--as-of", AS_OF, "--json")
    assert done.code == 0, done.err
    return home


def wrong_labels(plan: Plan, home: pathlib.Path, negative: str = "non_user") -> tuple[list[str], int]:
    """What is wrong in `quarter_scores` and `not_using`, and how many planted people were judged."""
    rows = {row["person_id"]: row for row in asked(home, "quarter_scores", "--quarter", QUARTER)}
    listed = {row["person_id"]: row for row in asked(home, "not_using", "--quarter", QUARTER)}
    wrong: Counter[str] = Counter()
    for person, (plant, allowed) in plan.allowed.items():
        row = rows.get(person)
        said = (row["segment"], row["reason"]) if row else ("no row", "")
        if said not in allowed:
            wrong[f"{plant}: said {said[0]}/{said[1]}"] += 1
        wrong.update(_wrong_listing(plant, listed.get(person), said))
    for person in plan.true_non_users:
        if rows[person]["segment"] != negative or listed[person]["segment"] != negative:
            wrong[f"true non-user: said {rows[person]['segment']}/{rows[person]['reason']}"] += 1
    return [f"{what} ({count})" for what, count in sorted(wrong.items())], len(plan.allowed)


def _wrong_listing(plant: str, row: dict[str, object] | None, said: tuple[str, str]) -> list[str]:
    if row is None:
        return []
    wrong = [f"{plant}: stands in not_using as {row['segment']}"] if row["segment"] in NEGATIVE else []
    if said[0] in {"light", "heavy"}:
        wrong.append(f"{plant}: uses, and stands in not_using")
    if row["detail"] != said[1] or not row["reason"]:
        wrong.append(f"{plant}: not_using gives another reason, {row['detail']}")
    if said[0] == "insufficient" and row["reason"] == "seat_never_used":
        wrong.append(f"{plant}: not_using says seat_never_used")
    return wrong
