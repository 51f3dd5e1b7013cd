"""Check 9: no egress. The line and the demo under a tracer and without a network; tests without a network."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

from tests.acceptance import frame
from tests.attack.egress import calls_outside, steps, traced

ASKED = "0 calls to a network that is not loopback; the line and the tests of the readers pass without a network"
ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM).connect(('192.0.2.1', 9))"


def check(folder: pathlib.Path) -> frame.Seen:
    if not (shutil.which("strace") and shutil.which("unshare")):
        return frame.Seen("not done: strace or unshare is not installed", held=False)
    wrong = [] if calls_outside(folder, [sys.executable, "-c", PROBE]) else ["the tracer does not see a planted call"]
    outside: list[str] = []
    invented = folder / "invented"
    invented.mkdir()
    commands = [(folder, words) for words in steps(folder)]
    commands.append((invented, ["demo", "--people", "100", "--no-serve", "--quiet"]))
    for place, words in commands:
        done, calls = traced(place, words, offline=True)
        outside += calls
        wrong += [] if done.code == 0 else [f"{words[0]}: exit {done.code}"]
    tests = [
        "unshare",
        *([] if os.geteuid() == 0 else ["--map-root-user"]),
        "--net",
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "tests/sources",
        "tests/test_policy.py",
    ]
    ended = subprocess.run(tests, cwd=ROOT, capture_output=True, text=True, check=False)
    wrong += [] if ended.returncode == 0 else [f"tests without a network: {ended.stdout.strip()[-200:]}"]
    text = f"{len(commands)} commands, {len(outside)} calls; tests exit {ended.returncode}"
    return frame.Seen("; ".join([text, *wrong, *outside[:3]]), held=not wrong and not outside)


if __name__ == "__main__":
    frame.alone(__spec__)
