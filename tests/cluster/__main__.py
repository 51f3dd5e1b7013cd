"""Both engines on one invented company, the second on a real cluster: `make cluster-test PEOPLE=65000 QUARTERS=4`.

Prints what was asked, what was seen, and the seconds; exit 1 if anything differs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pathlib
import sys
import tempfile
from collections.abc import Callable
from functools import partial

from tests.acceptance.frame import TITLES, Check, Seen, run
from tests.cluster import faults, homes, letters
from tests.cluster.processes import cluster

PUBLISHED = faults.PUBLISHED
DAYS_BEFORE = 7


def same(work: pathlib.Path, _folder: pathlib.Path, *, connect: bool = False) -> Seen:
    """Score on both engines; every kept table and both digests."""
    ours = homes.ended(homes.on_duckdb(work / "duckdb"))
    theirs_home = homes.copied(work / "duckdb", work / "spark")
    with cluster(work / "cluster", connect=connect) as running:
        theirs = homes.ended(homes.on_spark(theirs_home, running.address))
    if ours.code or theirs.code:
        return Seen(f"exit {ours.code} and {theirs.code}: {(ours.err + theirs.err)[-500:]}", held=False)
    found = homes.differing(work / "duckdb", theirs_home)
    rows, differing = sum(rows for _, rows in found.values()), {name: off for name, (off, _) in found.items() if off}
    digests = sum(ours.answer[name] == theirs.answer[name] for name in PUBLISHED)
    text = f"{sum(differing.values())} of {rows} rows differ in {len(found)} tables, {digests} of 2 digests equal"
    text += f", {len(bare := homes.bare(found))} without a row"
    text += f"; DuckDB {ours.seconds:.0f} s, Spark {theirs.seconds:.0f} s" + (
        f"; {differing or ''} {bare or ''}" if differing or bare else ""
    )
    return Seen(text, held=not differing and not bare and digests == len(PUBLISHED))


def prepared(work: pathlib.Path, people: int, quarters: int) -> None:
    """Two homes of one company: what is right, and the same some days before, which a hurt run must leave published."""
    if not (work / "duckdb").is_dir():
        homes.demo(work / "duckdb", people, quarters)
        home = homes.copied(work / "duckdb", work / "before")
        day = dt.date.fromisoformat(homes.as_of(home)) - dt.timedelta(DAYS_BEFORE)
        if homes.ended(homes.on_duckdb(home, str(day))).code:
            raise SystemExit("the days before were not scored")


def no_master(work: pathlib.Path, _folder: pathlib.Path) -> Seen:
    """Nobody answers at the address."""
    before = homes.pointer(work / "duckdb")
    done = homes.ended(homes.on_spark(work / "duckdb", {"MASTER": "spark://127.0.0.1:1"}))
    return Seen(f"exit {done.code}", held=done.code == 6 and homes.pointer(work / "duckdb") == before)


def every_letter(_work: pathlib.Path, folder: pathlib.Path) -> Seen:
    """Names and logins are folded and trimmed alike, whatever their script."""
    found, asked = letters.differing(folder)
    return Seen(f"{len(found)} of {asked} differ", held=not found)


def _hurt(fault: faults.Fault, work: pathlib.Path, _folder: pathlib.Path, *, here: bool) -> Seen:
    return faults.seen(work, fault, here=here)


EQUAL = "0 rows differ in every kept table, none is empty, both digests equal"
CHECKS: tuple[tuple[str, str, Callable[[pathlib.Path, pathlib.Path], Seen]], ...] = (
    ("both engines", EQUAL, same),
    ("Connect: both engines", EQUAL, partial(same, connect=True)),
    ("every letter", "0 letters lowered or trimmed in another way", every_letter),
    ("no master", "exit 6 and the old snapshot", no_master),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=65_000)
    parser.add_argument("--quarters", type=int, default=4)
    parser.add_argument("--only", default="", help="names of checks that begin with this")
    parser.add_argument("--again", choices=("cluster", "here"), default="cluster", help="where a hurt run is repeated")
    parser.add_argument("--work", type=pathlib.Path, help="a folder that keeps the company for the next time")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="uptake-cluster-") as folder:
        work = asked.work or pathlib.Path(folder)
        prepared(work, asked.people, asked.quarters)
        hurt = [(fault.name, fault.asked, partial(_hurt, fault, here=asked.again == "here")) for fault in faults.FAULTS]
        wanted = [
            Check(name, wish, partial(check, work))
            for name, wish, check in (*CHECKS, *hurt)
            if name.startswith(asked.only)
        ]
        rows, held = run(wanted)
    for row in (TITLES, *rows):
        sys.stdout.write(" | ".join(row) + "\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
