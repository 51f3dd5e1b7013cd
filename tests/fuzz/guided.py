"""`python -m tests.fuzz.guided`: coverage-guided fuzzing of every reader and receiver, with Atheris (libFuzzer).

The corpus of each is kept in `build/fuzz` and the next run goes on from it, so ten minutes each may be spread over many runs. The table at
the end tells of all of them, and of the damaged payloads.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from tests.fuzz import payloads, say, told
from tests.fuzz.told import KEPT, ROOT, Guided

CHILD = """
import random, sys
import atheris
with atheris.instrument_imports(include=["uptake.sources", "uptake.receive"]):
    from tests.fuzz.once import once
from tests.fuzz.payloads import damaged
name = sys.argv.pop(1)
def changed(data, longest, seed):
    draw = random.Random(seed)
    kept = atheris.Mutate(data, longest) if draw.random() < 0.4 else damaged(data, draw, name)
    return kept[:longest]
atheris.Setup(sys.argv, lambda data: once(name, data), custom_mutator=changed)
atheris.Fuzz()
"""
"""Half of the changes keep the payload a payload: bytes alone rarely get past the first bracket."""


SLOW = "slow-unit-"
"""What libFuzzer keeps of ten seconds by the clock: on a busy machine that is waiting. What hangs ends as a timeout, at 20."""


def main() -> int:
    """Print a line for each; 1 if one of them crashed."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    options.add_argument("names", nargs="*", help="readers and receivers; default: all")
    options.add_argument(
        "--seconds", type=int, default=600, help="for each, in this run; 0: only the table of the runs so far"
    )
    options.add_argument("--fresh", action="store_true", help="forget what earlier runs kept")
    given = options.parse_args()
    names = given.names or payloads.everything()
    failed = False
    for name in names:
        if given.fresh:
            shutil.rmtree(KEPT / name / "corpus", ignore_errors=True)
            told.keep(name, Guided())
        if problem := _fuzzed(name, KEPT / name, given.seconds) if given.seconds else "":
            failed = True
            say(f"{name}: {problem}")
    say(told.table(names))
    return int(failed)


def _fuzzed(name: str, folder: pathlib.Path, seconds: int) -> str:
    """One run; what went wrong, empty where nothing did."""
    so_far = told.told(name, Guided)
    corpus, found = folder / "corpus", folder / "found"
    for place in (corpus, found):
        place.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    with tempfile.TemporaryDirectory(prefix="uptake-fuzz-") as seeds:
        _planted(pathlib.Path(seeds), name)
        so_far.edges_at_first = so_far.edges_at_first or _reached(_child(name, seeds, found, "-runs=0").stderr)
        began = time.monotonic()
        done = _child(name, corpus, found, f"-max_total_time={seconds}", seeds)
    crashes = sorted(new for new in set(found.iterdir()) - before if not new.name.startswith(SLOW))
    so_far.seconds += min(seconds, round(time.monotonic() - began))
    so_far.runs += int(_last(r"#(\d+)\s", done.stderr) or 0)
    so_far.kept = len(list(corpus.iterdir()))
    so_far.edges = max(so_far.edges, _reached(done.stderr))
    so_far.faults += len(crashes) or int(bool(done.returncode))
    told.keep(name, so_far)
    shown = (f"  {crash.name}: {crash.read_bytes()[:400]!r}" for crash in crashes)
    return "\n".join([done.stderr[-3000:], *shown]) if done.returncode else ""


def _planted(folder: pathlib.Path, name: str) -> None:
    for number, data in enumerate(payloads.seeds(name)):
        (folder / f"seed-{number}").write_bytes(data)


def _child(name: str, first: pathlib.Path | str, found: pathlib.Path, *more: str) -> subprocess.CompletedProcess[str]:
    options = [
        f"-max_len={2 * max(map(len, payloads.seeds(name)))}",
        f"-artifact_prefix={found}/",
        *("-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"),
    ]
    words = [sys.executable, "-c", CHILD, name, str(first), *more, *options]
    return subprocess.run(words, capture_output=True, check=False, cwd=ROOT, text=True, errors="replace")


def _reached(told: str) -> int:
    return int(_last(r"cov: (\d+)", told) or 0)


def _last(pattern: str, text: str) -> str:
    found = re.findall(pattern, text)
    return found[-1] if found else ""


if __name__ == "__main__":
    sys.exit(main())
