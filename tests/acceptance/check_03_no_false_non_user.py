"""Check 3: no false non-user. People with a visible reason, in vendor files, in four forms."""

from __future__ import annotations

import pathlib

from tests.acceptance import frame
from tests.attack import labels, plants
from tests.attack.world import FIRST, Day

ASKED = (
    "2,000 people with a reason: 0 called non-user or non-adopter, each with a reason that fits; true non-users found"
)
EACH = 15
FORMS = (("bare", FIRST), ("envelope", FIRST), ("both", FIRST), ("bare", Day(2026, 4, 1)))


def check(folder: pathlib.Path) -> frame.Seen:
    judged, found, wrong = 0, 0, []
    for number, (form, first) in enumerate(FORMS):
        plan = plants.build(EACH, form, first)
        home = labels.scored_home(plan, folder / f"{number}")
        more, people = labels.wrong_labels(plan, home, "non_user" if first == FIRST else "non_adopter")
        wrong += [f"{form} from {first}: {what}" for what in more]
        judged += people
        found += len(plan.true_non_users)
    text = f"{judged} people in {len(FORMS)} forms, {len(wrong)} wrong; {found} true non-users looked for"
    return frame.Seen("; ".join([text, *wrong[:5]]), held=not wrong and judged >= 2000)


if __name__ == "__main__":
    frame.alone(__spec__)
