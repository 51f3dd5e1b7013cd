"""Seconds and memory of a piece of work, each time in a new process."""

from __future__ import annotations

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: `wall` and `cpu` in seconds, `peak` in bytes, `result` what the work answered, `out` its standard output."""

    wall: float
    cpu: float
    peak: int
    result: Any
    out: str = ""

    @property
    def peak_mb(self) -> float:
        return self.peak / 1e6


@dataclass(frozen=True, slots=True)
class Series:
    """Several runs of one piece of work."""

    runs: tuple[Figures, ...]

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        return max(run.peak for run in self.runs)

    @property
    def spread(self) -> float:
        """Longest less shortest wall time, over the median."""
        walls = [run.wall for run in self.runs]
        return (max(walls) - min(walls)) / self.wall if self.wall else 0.0

    @property
    def result(self) -> Any:
        """What every run answered. Raises ValueError where they differ: then they did not do the same work."""
        answers = {json.dumps(run.result, sort_keys=True) for run in self.runs}
        if len(answers) != 1:
            raise ValueError("the runs of one piece of work gave different answers")
        return self.runs[0].result


def uptake(*words: object, env: Mapping[str, str] | None = None) -> Figures:
    """One command of the product, with settings of `env`. Raises RuntimeError unless it ends with 0 or 4."""
    return _child(["uptake", *(str(word) for word in words)], fine=(0, 4), env=env)


def call(module: str, name: str, **arguments: object) -> Figures:
    """One function of a module, its arguments JSON values."""
    return _child(["call", module, name, json.dumps(arguments)], fine=(0,))


def _child(words: Sequence[str], fine: tuple[int, ...], env: Mapping[str, str] | None = None) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        note = pathlib.Path(folder) / "note"
        command = [sys.executable, "-m", "bench.child", str(note), *words]
        own = {**os.environ, **(env or {})}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=own)
        if done.returncode not in fine or not note.is_file():
            raise RuntimeError(f"{' '.join(words[:3])} ended with {done.returncode}: {done.stderr[-2000:]}")
        return Figures(**json.loads(note.read_text()), out=done.stdout)
