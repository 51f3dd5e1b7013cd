"""Check 18, the part on faults: each call of a load and a score that writes to the disk fails once, or kills the command, in a small home."""

from __future__ import annotations

import pathlib
import shutil
import sys

from tests.acceptance import frame
from tests.attack import faults

PEOPLE, WORKERS, FEWEST = 12, 2, 300
ONE_KILL_IN = 10
ASKED = (
    f"ENOSPC or EIO at each of the first {FEWEST} and more calls that write, short writes, kills at such calls: 0 acknowledged records lost,"
    f" 0 torn, 0 half snapshots, one clear line, the next run within {faults.RESTART_SECONDS} s and one digest"
)


def check(folder: pathlib.Path) -> frame.Seen:
    if not shutil.which("strace"):
        return frame.Seen("not done: strace is not installed", held=False)
    wrong: list[str] = []
    seconds: list[float] = []
    text, calls = [], 0
    for stage in faults.stages(folder, PEOPLE):
        at_calls = faults.planned(stage, folder, faults.ERRORS)
        kills = faults.planned(stage, folder, (faults.KILL,))[::ONE_KILL_IN]
        short = faults.short_writes()
        for name, plan in (("calls", at_calls), ("kills at a call", kills), ("short writes", short)):
            found = faults.all_tried(folder / name, stage, plan, WORKERS)
            wrong += [what for each, _ in found for what in each]
            seconds += [spent for _, spent in found]
            sys.stderr.write("".join(f"{what}\n" for each, _ in found for what in each))
        calls += len(at_calls)
        text.append(f"{stage.name}: {len(at_calls)} calls, {len(kills)} kills, {len(short)} short writes")
    slow = sum(spent > faults.RESTART_SECONDS for spent in seconds)
    text += [f"longest next run {max(seconds):.1f} s", f"{len(wrong)} wrong", *wrong[:5]]
    return frame.Seen("; ".join(text), held=not wrong and not slow and calls >= FEWEST)


if __name__ == "__main__":
    frame.alone(__spec__)
