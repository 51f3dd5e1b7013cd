"""`python -m tests.fuzz.mutated`: 10,000 damaged payloads of every reader through `uptake ingest`, in calls of fifty files."""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
from dataclasses import dataclass, field

from tests.attack import samples
from tests.attack.drive import run
from tests.attack.fuzz import counted
from tests.fuzz import payloads, say

FILES = 50
ANSWERS = {0, 3, 4}


@dataclass
class Seen:
    """What became of the payloads of one reader."""

    payloads: int = 0
    refused: int = 0
    records: int = 0
    loaded: int = 0
    quarantined: int = 0
    wrong: list[str] = field(default_factory=list)


def tried(folder: pathlib.Path, source: str, count: int, first: int = 0) -> Seen:
    """Payloads `first` to `first + count` of a reader, each a file, into one home."""
    seen = Seen()
    for start in range(first, first + count, FILES):
        inputs = folder / f"{source}-{start}"
        inputs.mkdir(parents=True)
        numbers = range(start, min(start + FILES, first + count))
        for number in numbers:
            (inputs / f"{number}.txt").write_bytes(payloads.mutated(source, number))
        _one_call(folder / "home", source, inputs, seen)
        seen.payloads += len(numbers)
        for path in inputs.iterdir():
            path.unlink()
    return seen


def _one_call(home: pathlib.Path, source: str, inputs: pathlib.Path, seen: Seen) -> None:
    done = run(home, "ingest", source, inputs, "--json", "--quiet", *samples.MORE.get(source, ()))
    wrong = [f"exit {done.code}: {done.err.strip()[:300]}"] if done.code not in ANSWERS else counted(done)
    seen.wrong += [f"{inputs.name}: {what}" for what in wrong]
    answer = {} if wrong else done.json()
    seen.refused += len(answer.get("refused", ())) if "error" not in answer else FILES
    seen.records += answer.get("records_in", 0)
    seen.loaded += answer.get("loaded", 0)
    seen.quarantined += answer.get("quarantined", 0)


def main() -> int:
    """Print a table; 1 if anything was wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz.mutated", description=__doc__)
    options.add_argument("sources", nargs="*", help="readers; default: all")
    options.add_argument("--payloads", type=int, default=10_000)
    given = options.parse_args()
    failed = False
    say("| reader | payloads | files refused | records | loaded | quarantined | wrong |\n|---|---|---|---|---|---|---|")
    for source in given.sources or payloads.named():
        with tempfile.TemporaryDirectory(prefix="uptake-fuzz-") as folder:
            seen = tried(pathlib.Path(folder), source, given.payloads)
        failed |= bool(seen.wrong)
        cells = (seen.payloads, seen.refused, seen.records, seen.loaded, seen.quarantined, len(seen.wrong))
        say(f"| {source} | {' | '.join(f'{cell:,}' for cell in cells)} |")
        for what in seen.wrong[:5]:
            say(f"  {what}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
