"""Check 18, the part on kills: `ingest` and `score` (which publishes) killed at random moments, looked at, and run again."""

from __future__ import annotations

import pathlib
import sys

from tests.acceptance import frame
from tests.acceptance.kept import Kept
from tests.attack.crash import kill_run, undisturbed
from tests.attack.faults import RESTART_SECONDS

KILLS, EACH, MOST_RUNS = 200, 8, 40
"""`EACH`: kills of a command between two ordinary runs. A run has few, since what it found is kept at its end."""
ASKED = (
    f"{KILLS} kills at random moments: 0 acknowledged loads lost, 0 torn, 0 half snapshots, the snapshot always answers,"
    f" the next run within {RESTART_SECONDS} s of an undisturbed one, one digest"
)
SEED, PEOPLE = 18, 12


def check(folder: pathlib.Path) -> frame.Seen:
    kept, wrong, kills, late = Kept("kills"), list[str](), 0, 0.0
    line = undisturbed(folder / "undisturbed", PEOPLE)
    for run in range(MOST_RUNS):
        if f"{run}" not in kept:
            found = kill_run(folder / f"{run}", line, each=EACH, seed=SEED + run)
            kept.add(f"{run}", [found.wrong, found.kills, found.after - found.calm])
        more, hit, behind = kept[f"{run}"]
        wrong, kills, late = wrong + more, kills + hit, max(late, behind)
        sys.stderr.write(f"{kills} kills, {len(wrong)} wrong\n")
        if kills >= KILLS or wrong:
            break
    text = f"{kills} kills, longest run after one {late:+.1f} s against undisturbed, {len(wrong)} wrong"
    return frame.Seen("; ".join([text, *wrong[:5]]), held=not wrong and kills >= KILLS and late < RESTART_SECONDS)


if __name__ == "__main__":
    frame.alone(__spec__)
