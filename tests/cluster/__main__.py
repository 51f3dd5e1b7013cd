"""Both engines on one invented company, the second on a real cluster: `make cluster-test PEOPLE=65000 QUARTERS=4`.

Prints what was asked, what was seen, and the seconds; exit 1 if anything differs.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial

from tests.acceptance.frame import TITLES, Check, Seen, run
from tests.cluster import homes, letters
from tests.cluster.processes import Cluster, cluster

FIRST_WORKER = 1
PATIENT = 900
"""Seconds that a run waits for a worker where none is lost: on a busy machine the first takes more than a minute to start."""
PUBLISHED = ("inputs_digest", "scores_digest")


def same(work: pathlib.Path, _folder: pathlib.Path) -> Seen:
    """Score on both engines; every kept table and both digests."""
    ours = homes.ended(homes.on_duckdb(work / "duckdb"))
    theirs_home = homes.copied(work / "duckdb", work / "spark")
    with cluster(work / "cluster") as running:
        theirs = homes.ended(homes.on_spark(theirs_home, running.master, PATIENT))
    if ours.code or theirs.code:
        return Seen(f"exit {ours.code} and {theirs.code}: {ours.err}{theirs.err}", held=False)
    found = homes.differing(work / "duckdb", theirs_home)
    rows, differing = sum(rows for _, rows in found.values()), {name: off for name, (off, _) in found.items() if off}
    digests = sum(ours.answer[name] == theirs.answer[name] for name in PUBLISHED)
    text = f"{sum(differing.values())} of {rows} rows differ in {len(found)} tables, {digests} of 2 digests equal"
    text += f", {len(bare := homes.bare(found))} without a row"
    text += f"; DuckDB {ours.seconds:.0f} s, Spark {theirs.seconds:.0f} s" + (
        f"; {differing or ''} {bare or ''}" if differing or bare else ""
    )
    return Seen(text, held=not differing and not bare and digests == len(PUBLISHED))


def _hurt(work: pathlib.Path, hurt: Callable[[Cluster], None], after: float, wait: int) -> tuple[homes.Run, bool, bool]:
    """A run in the middle of which something is ended: how it ended, whether the pointer is untouched, whether what stands is right."""
    home = homes.copied(work / "duckdb", work / "hurt")
    before = homes.pointer(home)
    with cluster(work / "cluster") as running:
        begun = homes.on_spark(home, running.master, wait)
        lake = home / "lake"
        until = time.monotonic() + 600
        while begun.poll() is None and time.monotonic() < until and not list(lake.glob("*/kept/roster/*/_SUCCESS")):
            time.sleep(0.2)
        time.sleep(after)
        if begun.poll() is not None:
            return homes.ended(begun), False, False  # nothing was hurt, so nothing is shown
        hurt(running)
        done = homes.ended(begun)
    now = homes.pointer(home)
    right = all(now[name] == before[name] for name in PUBLISHED)
    return done, now == before, right and not list(lake.rglob("*.parquet"))


def worker_lost(work: pathlib.Path, _folder: pathlib.Path) -> Seen:
    """One worker of two is ended with kill -9 while steps run."""
    done, untouched, right = _hurt(work, lambda running: running.kill(FIRST_WORKER), 10, PATIENT)
    text = f"exit {done.code}, pointer {'as before' if untouched else 'new'}, digests {'equal' if right else 'DIFFER'}"
    return Seen(text, held=right and (done.code == 0) != untouched and done.code in {0, 6})


def all_lost(work: pathlib.Path, _folder: pathlib.Path) -> Seen:
    """Both workers are ended with kill -9: nobody is left to take the work."""

    def hurt(running: Cluster) -> None:
        running.kill(FIRST_WORKER)
        running.kill(FIRST_WORKER + 1)

    done, untouched, right = _hurt(work, hurt, 5, 60)
    text = f"exit {done.code}, pointer {'as before' if untouched else 'NEW'}: {done.err.strip()[-160:]}"
    return Seen(text, held=done.code == 6 and untouched and right and "Traceback" not in done.err)


def no_master(work: pathlib.Path, _folder: pathlib.Path) -> Seen:
    """Nobody answers at the address."""
    before = homes.pointer(work / "duckdb")
    done = homes.ended(homes.on_spark(work / "duckdb", "spark://127.0.0.1:1"))
    return Seen(f"exit {done.code}", held=done.code == 6 and homes.pointer(work / "duckdb") == before)


def every_letter(_work: pathlib.Path, folder: pathlib.Path) -> Seen:
    """Names and logins are folded and trimmed alike, whatever their script."""
    found, asked = letters.differing(folder)
    return Seen(f"{len(found)} of {asked} differ", held=not found)


CHECKS = (
    ("both engines", "0 rows differ in every kept table, none is empty, both digests equal", same),
    ("a worker lost", "the right result, or exit 6 and the old snapshot", worker_lost),
    ("all workers lost", "exit 6, the old snapshot, no traceback", all_lost),
    ("every letter", "0 letters lowered or trimmed in another way", every_letter),
    ("no master", "exit 6 and the old snapshot", no_master),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=65_000)
    parser.add_argument("--quarters", type=int, default=4)
    parser.add_argument("--only", default="", help="names of checks that begin with this")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="uptake-cluster-") as folder:
        work = pathlib.Path(folder)
        homes.demo(work / "duckdb", asked.people, asked.quarters)
        wanted = [
            Check(name, wish, partial(check, work)) for name, wish, check in CHECKS if name.startswith(asked.only)
        ]
        rows, held = run(wanted)
    for row in (TITLES, *rows):
        sys.stdout.write(" | ".join(row) + "\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
