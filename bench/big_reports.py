"""`python -m bench.big_reports FOLDER [--people 70000] [--days 28] [--seed 7] [--packed]`: Copilot user reports of a large company.

One NDJSON file a day. The same arguments give the same bytes. Prints rows, bytes and rows a second.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pathlib
import random
import tempfile
import time

from bench import data


def write(folder: pathlib.Path, people: int, days: int, seed: int, suffix: str = "") -> tuple[int, int]:
    """Fill a folder, which must not be there yet. Answers (rows, bytes unpacked)."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="uptake-bench-") as company:
        rows = data.tails(pathlib.Path(company) / "company")
    random.Random(seed).shuffle(rows)
    count = size = 0
    for number in range(days):
        day = data.FIRST_DAY + dt.timedelta(days=number)
        found = data.write_report(folder / f"users-{day}.ndjson{suffix}", rows, day, people)
        count, size = count + found[0], size + found[1]
    return count, size


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.big_reports", description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=70_000)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--packed", action="store_true", help="gzip every file")
    given = parser.parse_args()
    if given.folder.exists():
        parser.error("the folder is there already")
    begun = time.monotonic()
    rows, size = write(given.folder, given.people, given.days, given.seed, ".gz" if given.packed else "")
    seconds = time.monotonic() - begun
    print(f"{rows} rows, {size} bytes, {rows / seconds:.0f} rows/s, in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
