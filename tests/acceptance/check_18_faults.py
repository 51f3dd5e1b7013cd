"""Check 18, the part on faults: each call of a load and a score that writes to the disk fails once, or kills the command, in a small home.

UPTAKE_ACCEPT_STAGES, such as "first load,load", tries some stages alone: the loads alone are more than the calls that are asked.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import sys
from collections.abc import Sequence

from tests.acceptance import frame
from tests.acceptance.kept import Kept
from tests.attack import faults

PEOPLE, WORKERS, FEWEST = 12, 2, 300
ATTEMPTS = 3
"""Of a fault after which the next run came late; the last one counts."""
STAGES = [name for name in os.environ.get("UPTAKE_ACCEPT_STAGES", "").split(",") if name]
ONE_KILL_IN = 10
ASKED = (
    f"ENOSPC or EIO at each of the first {FEWEST} and more calls that write, short writes, kills at such calls: 0 acknowledged records lost,"
    f" 0 torn, 0 half snapshots, one clear line, the next run within {faults.RESTART_SECONDS} s and one digest"
)


def check(folder: pathlib.Path) -> frame.Seen:
    if not shutil.which("strace"):
        return frame.Seen("not done: strace is not installed", held=False)
    kept, found, text, calls = Kept("faults"), list[tuple[list[str], float]](), [], 0
    every = faults.stages(folder, PEOPLE)
    if unknown := {*STAGES} - {stage.name for stage in every}:
        return frame.Seen(f"not done: there is no stage {', '.join(sorted(unknown))}", held=False)
    for stage in [stage for stage in every if not STAGES or stage.name in STAGES]:
        at_calls = faults.planned(stage, folder, faults.ERRORS)
        kills = faults.planned(stage, folder, (faults.KILL,))[::ONE_KILL_IN]
        short = faults.short_writes()
        found += _tried(folder / "tried" / stage.name, stage, [*at_calls, *kills, *short], kept)
        calls += len(at_calls)
        text.append(f"{stage.name}: {len(at_calls)} calls, {len(kills)} kills, {len(short)} short writes")
    missed = sum(_missed(each) for each, _ in found)
    wrong = [what for each, _ in found for what in each if not _missed(each)]
    slowest = max(seconds for _, seconds in found)
    text += [f"longest next run {slowest:.1f} s", f"{missed} not met", f"{len(wrong)} wrong", *wrong[:5]]
    calls -= missed
    return frame.Seen("; ".join(text), held=not wrong and slowest <= faults.RESTART_SECONDS and calls >= FEWEST)


def _tried(
    folder: pathlib.Path, stage: faults.Stage, plan: Sequence[faults.Fault], kept: Kept
) -> list[tuple[list[str], float]]:
    """What was wrong, and the seconds of the next run, of each fault; those that are known from before are not tried again."""

    def keep(fault: faults.Fault, wrong: list[str], seconds: float) -> None:
        kept.add(f"{stage.name}, {fault}", [wrong, seconds])
        sys.stderr.write("".join(f"{what}\n" for what in wrong))

    for _ in range(ATTEMPTS):
        left = [fault for fault in plan if _open(kept, f"{stage.name}, {fault}")]
        sys.stderr.write(f"{stage.name}: {len(left)} of {len(plan)} faults to try\n")
        faults.all_tried(folder, stage, left, WORKERS, keep)
    return [(wrong, seconds) for wrong, seconds in (kept[f"{stage.name}, {fault}"] for fault in plan)]


def _missed(wrong: Sequence[str]) -> bool:
    """Whether all that is said is that the call did not come: not every run makes as many, and such a fault proves nothing either way."""
    return bool(wrong) and all(what.endswith(faults.MISSED) for what in wrong)


def _open(kept: Kept, key: str) -> bool:
    """Whether it has to be tried: what was wrong once stays wrong, but a late run may have waited for others on a busy machine."""
    return key not in kept or (not kept[key][0] and kept[key][1] > faults.RESTART_SECONDS)


if __name__ == "__main__":
    frame.alone(__spec__)
