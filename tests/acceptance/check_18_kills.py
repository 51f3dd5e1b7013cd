"""Check 18, the part on kills: `ingest` and `score` killed at random moments, looked at, and run again."""

from __future__ import annotations

import pathlib

from tests.acceptance import frame
from tests.attack.crash import kill_run

ASKED = "25 kills at random moments: 0 acknowledged loads lost, 0 torn, the snapshot always answers, one digest"
SEED = 18


def check(folder: pathlib.Path) -> frame.Seen:
    wrong, kills, runs = [], 0, 0
    while kills < 25 and runs < 4 and not wrong:
        more, hit = kill_run(folder / f"{runs}", people=120, each=6, seed=SEED + runs)
        wrong, kills, runs = wrong + more, kills + hit, runs + 1
    return frame.Seen("; ".join([f"{kills} kills, {len(wrong)} wrong", *wrong[:5]]), held=not wrong and kills >= 25)


if __name__ == "__main__":
    frame.alone(__spec__)
