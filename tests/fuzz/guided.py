"""`python -m tests.fuzz.guided`: coverage-guided fuzzing of every reader, ten minutes each, with Atheris (libFuzzer)."""

from __future__ import annotations

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

from tests.fuzz import payloads, say
from tests.fuzz.payloads import POSTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHILD = """
import random, sys
import atheris
with atheris.instrument_imports(include=["uptake.sources"]):
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


def main() -> int:
    """Print a line for each reader; 1 if one of them crashed."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    options.add_argument("names", nargs="*", help="readers, and post-json, post-protobuf; default: all")
    options.add_argument("--seconds", type=int, default=600, help="for each")
    given = options.parse_args()
    say("| reader | runs | edges reached | crashes |\n|---|---|---|---|")
    return max([_fuzzed(name, given.seconds) for name in given.names or (*payloads.named(), *POSTS)])


def _fuzzed(name: str, seconds: int) -> int:
    with tempfile.TemporaryDirectory(prefix="uptake-fuzz-") as folder:
        corpus, found = pathlib.Path(folder, "corpus"), pathlib.Path(folder, "found")
        corpus.mkdir()
        found.mkdir()
        seeds = payloads.seeds(name)
        for number, data in enumerate(seeds):
            (corpus / f"seed-{number}").write_bytes(data)
        longest = 2 * max(map(len, seeds))
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={longest}",
            f"-artifact_prefix={found}/",
            "-timeout=20",
            "-rss_limit_mb=4096",
        ]
        done = subprocess.run(
            [sys.executable, "-c", CHILD, name, str(corpus), *options], capture_output=True, check=False, cwd=ROOT, text=True, errors="replace"
        )  # fmt: skip
        runs, edges = (
            _last(pattern, done.stderr) for pattern in (r"#(\d+)\s+(?:DONE|NEW|REDUCE|pulse)", r"cov: (\d+)")
        )
        crashes = sorted(found.iterdir())
        say(f"| {name} | {int(runs):,} | {int(edges):,} | {len(crashes)} |")
        if done.returncode:
            say(done.stderr[-3000:])
            for crash in crashes:
                say(f"  {crash.name}: {crash.read_bytes()[:400]!r}")
        return int(bool(done.returncode))


def _last(pattern: str, text: str) -> str:
    found = re.findall(pattern, text)
    return found[-1] if found else "0"


if __name__ == "__main__":
    sys.exit(main())
