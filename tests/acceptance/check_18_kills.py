"""Check 18, the part on kills: `ingest` and `score` (which publishes) killed at random moments, looked at, and run again."""

from __future__ import annotations

import pathlib

from tests.acceptance import frame
from tests.attack.crash import kill_run
from tests.attack.faults import RESTART_SECONDS

KILLS, MOST_RUNS = 200, 12
ASKED = (
    f"{KILLS} kills at random moments: 0 acknowledged loads lost, 0 torn, 0 half snapshots, the snapshot always answers,"
    f" the next run within {RESTART_SECONDS} s of an undisturbed one, one digest"
)
SEED = 18


def check(folder: pathlib.Path) -> frame.Seen:
    wrong: list[str] = []
    kills = runs = 0
    late = 0.0
    while kills < KILLS and runs < MOST_RUNS and not wrong:
        found = kill_run(folder / f"{runs}", people=30, each=9, seed=SEED + runs)
        wrong, kills, runs = wrong + found.wrong, kills + found.kills, runs + 1
        late = max(late, found.after - found.calm)
    text = f"{kills} kills, longest run after one {late:+.1f} s against undisturbed, {len(wrong)} wrong"
    return frame.Seen("; ".join([text, *wrong[:5]]), held=not wrong and kills >= KILLS and late < RESTART_SECONDS)


if __name__ == "__main__":
    frame.alone(__spec__)
