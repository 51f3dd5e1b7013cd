"""`python -m bench [--people N] [--runs 3] [--growth 5000,20000] [--home HOME]`: figures of ENGINE on this machine, both sides of a ratio in one run.

Nothing here fails on a time: the ratios are for reading, and only those of one run may be compared.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import platform
import sys
import tempfile

from bench import figures
from bench.table import Line, drawn

GROWTH = "1000,5000"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--people", type=int, default=5_000, help="people of the demo company; as many accounts load")
    parser.add_argument("--runs", type=int, default=3, help="runs of each piece of work; the median is shown")
    parser.add_argument("--growth", default=GROWTH, help="sizes of the growth lines, such as 5000,20000,65000,200000")
    parser.add_argument(
        "--home", type=pathlib.Path, help="a demo home that is there: only its refresh is measured, on a copy"
    )
    given = parser.parse_args()
    if given.runs < 1 or given.people < 100:
        parser.error("--runs is at least 1, --people at least 100")
    return given


def measured(folder: pathlib.Path, given: argparse.Namespace) -> list[Line]:
    """All lines; each figure is announced on stderr."""
    if given.home:
        say("refresh")
        return figures.refresh_of(given.home, folder, given.runs)
    lines: list[Line] = []
    say("load")
    lines += figures.load(folder / "load", given.people, given.runs)
    home = folder / "demo"
    say("demo")
    figures.made_demo(home, given.people)
    say("score")
    lines += figures.score(home, given.people, given.runs)
    say("engines")
    lines += figures.engines(home, folder / "facts", given.people, given.runs)
    say("ask")
    lines += figures.ask(home, given.runs)
    say("refresh")
    lines += figures.refresh(home, folder / "days", given.people, given.runs)
    say("growth")
    sizes = [int(size) for size in given.growth.split(",")]
    return lines + figures.growth(folder, sizes, given.runs)


def say(text: str) -> None:
    sys.stderr.write(f"{text} ...\n")


def main() -> int:
    given = arguments()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="uptake-bench-") as folder:
        lines = measured(pathlib.Path(folder), given)
    cores = os.cpu_count()
    print(f"{cores} cores, load {load_before:.1f} before, Python {platform.python_version()}; medians of {given.runs}")
    print(drawn(lines), end="")
    print("Other rows of ENGINE, and what prints them:")
    print("".join(f"  {row}: {command}\n" for row, command in figures.ELSEWHERE), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
