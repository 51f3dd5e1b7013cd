"""The quadrant against the planted units of the demo: which corners planted departments and teams get, and how often it says "not clear".

`python -m tests.acceptance quadrant` makes the company and asks twice: with the smallest group of 10, where a team of eight is never
shown and departments speak, and with the least that a site may set, 5, where teams do. UPTAKE_ACCEPT_QUADRANT changes the number of
people; `python -m tests.acceptance.check_quadrant HOME` judges a demo home that is there.
"""

from __future__ import annotations

import csv
import json
import os
import pathlib
import sys
from collections import Counter
from collections.abc import Iterable, Mapping

from bench import measure

from tests.acceptance import frame
from uptake.demo.window import AS_OF
from uptake.jobs import utc_now
from uptake.pipeline import ScoreCall, Shown, score_and_publish, version_named
from uptake.settings import read_settings

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_QUADRANT", "5000"))
QUARTER = "2026Q3"
LEAST_GROUP = 5
COMPLIANCE = ("--as", "compliance")
WORSE, SOUNDER = ("theatre", "not_yet"), ("quiet", "effective")
"""Planted kinds whose AI-assisted changes are less sound, and those whose are sounder."""
BELOW, ABOVE, NOT_CLEAR = ("frequent, not effective", "not yet"), ("effective", "selective, effective"), "not clear"
FOUND, UNCLEAR = 0.60, 0.50
"""Shares that have to be reached: planted units whose side is found, neutral units that are called not clear. A neutral unit lies beyond one
standard error by chance in a third of draws; that is the width of the band, and shrinkage takes some of it."""
ASKED = (
    f"{PEOPLE} people, smallest group 10 and 5: of planted units with a corner at least {FOUND:.0%} on the planted side and none on the other;"
    f" of neutral ones at least {UNCLEAR:.0%} not clear"
)
Row = Mapping[str, str]


def judged(truth: Iterable[Row], answers: Iterable[Mapping[str, object]]) -> dict[str, Counter[str]]:
    """Kind of the planted unit -> how many stand where: `found`, `not clear`, `wrong side`, `no corner`; units not released count as such."""
    corners = {str(row["unit"]): row["corner"] for row in answers}
    found: dict[str, Counter[str]] = {}
    for row in truth:
        counts = found.setdefault(f"{row['kind']} {row['level']}s", Counter())
        counts[_place(row["kind"], corners.get(row["unit"], "(not released)"))] += 1
    return found


def _place(kind: str, corner: object) -> str:
    if corner is None:
        return "no corner"
    if corner == "(not released)":
        return "not released"
    if corner == NOT_CLEAR:
        return NOT_CLEAR
    side = BELOW if corner in BELOW else ABOVE
    if kind not in (*SOUNDER, *WORSE):
        return "a clear corner"
    return "found" if (side == BELOW) == (kind in WORSE) else "wrong side"


def held(counts: Mapping[str, Counter[str]], level: str) -> bool:
    """Whether the units of a level are found as asked. Where none of a kind has a corner there is nothing to hold."""
    planted, neutral = Counter[str](), Counter[str]()
    for kind, found in counts.items():
        if kind.endswith(level) and kind.split()[0] in (*SOUNDER, *WORSE):
            planted += found
        elif kind == f"neutral {level}":
            neutral += found
    shown, plain = (
        planted["found"] + planted[NOT_CLEAR] + planted["wrong side"],
        neutral[NOT_CLEAR] + neutral["a clear corner"],
    )
    return planted["wrong side"] == 0 and planted["found"] >= FOUND * shown and neutral[NOT_CLEAR] >= UNCLEAR * plain


def text(counts: Mapping[str, Counter[str]], level: str) -> str:
    """The counts of a level in words."""
    kinds = sorted(kind for kind in counts if kind.endswith(level) and not kind.startswith("mixed"))
    order = ("found", NOT_CLEAR, "a clear corner", "wrong side", "no corner", "not released")
    return "; ".join(
        f"{kind}: {', '.join(f'{counts[kind][one]} {one}' for one in order if counts[kind][one])}" for kind in kinds
    )


def asked(home: pathlib.Path) -> dict[str, Counter[str]]:
    """The planted units of a home beside what `ask quadrant` says of them."""
    answer = home / "quadrant.json"
    measure.uptake(
        "ask", "quadrant", *COMPLIANCE, "--quarter", QUARTER, "--format", "json", "--out", answer, "--home", home
    )
    with (home / "truth" / "units.csv").open(encoding="utf-8", newline="") as opened:
        return judged(csv.DictReader(opened), json.loads(answer.read_text()))


def seen(home: pathlib.Path) -> frame.Seen:
    """Both smallest groups, one after the other; nobody is seen by name under the lower one, which the home keeps."""
    wide = asked(home)
    settings = read_settings(home)
    call = ScoreCall(AS_OF, version_named(settings.score.version))
    score_and_publish(settings, call, Shown(LEAST_GROUP), utc_now)
    narrow = asked(home)
    said = f"smallest group 10, {text(wide, 'departments')}; smallest group 5, {text(narrow, 'departments')}; {text(narrow, 'teams')}"
    return frame.Seen(said, held=held(wide, "departments") and held(narrow, "departments") and held(narrow, "teams"))


def check(folder: pathlib.Path) -> frame.Seen:
    home = folder / "home"
    measure.uptake("demo", "--people", PEOPLE, "--no-serve", "--json", "--home", home)
    return seen(home)


if __name__ == "__main__":
    if sys.argv[1:]:
        result = seen(pathlib.Path(sys.argv[1]))
        sys.stdout.write(result.text.replace("; ", "\n") + f"\n{'held' if result.held else 'missed'}\n")
        sys.exit(0 if result.held else 1)
    frame.alone(__spec__)
