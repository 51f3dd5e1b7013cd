"""Check 5: re-derive. One digest of the scores whatever the threads, the order, the batches, the home, or a rebuild.

UPTAKE_ACCEPT_REDERIVE changes the number of people.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bench import measure

from tests.acceptance import frame
from tests.oracle.generate import make_world
from tests.oracle.world import World
from tests.oracle.write import Call, Quirks, write

PEOPLE = int(os.environ.get("UPTAKE_ACCEPT_REDERIVE", "2000"))
THREADS = (1, 2, 4, 8)
SHUFFLES = 10
RUNS = len(THREADS) + SHUFFLES + 3
ASKED = f"{PEOPLE} people: 1 digest in {RUNS} runs (threads 1/2/4/8, {SHUFFLES} shuffles, split batches, a copied home, rebuild)"


@dataclass
class Runs:
    """The digests so far, by what was done."""

    world: World
    folder: pathlib.Path
    digests: dict[str, str] = field(default_factory=dict)

    def load(self, home: pathlib.Path, calls: Iterable[Call]) -> None:
        for source, paths, more in calls:
            measure.uptake("ingest", source, *paths, *more, "--json", "--home", home)

    def score(self, name: str, home: pathlib.Path, command: str = "score", threads: int = 0) -> None:
        env: Mapping[str, str] = {"UPTAKE_ENGINE__THREADS": str(threads)}
        done = measure.uptake(command, "--as-of", self.world.as_of, "--json", "--home", home, env=env)
        self.digests[name] = str(json.loads(done.out)["scores_digest"])

    def written(self, name: str, quirks: Quirks) -> list[Call]:
        return write(self.world, self.folder / name / "vendor", quirks)

    def fresh(self, name: str, calls: Iterable[Call], threads: int) -> None:
        """Load into a home of its own, score it, and clear it away."""
        home = self.folder / name
        self.load(home, calls)
        self.score(name, home, threads=threads)
        shutil.rmtree(home)


def pieces(calls: Iterable[Call], count: int = 3) -> list[Call]:
    """Reports of use in several calls of the same time of fetching; lists stay whole, for they are one answer."""
    split: list[Call] = []
    for source, paths, more in calls:
        parts = min(count, len(paths)) if source in ("copilot-users", "claude-code") else 1
        split += [(source, paths[start::parts], more) for start in range(parts)]
    return split


def check(folder: pathlib.Path) -> frame.Seen:
    runs = Runs(make_world(55, PEOPLE, 1), folder)
    home = folder / "plain"
    runs.load(home, runs.written("plain", Quirks()))
    for threads in THREADS:
        runs.score(f"{threads} threads", home, threads=threads)
    for seed in range(SHUFFLES):
        calls = runs.written(f"shuffle {seed}", Quirks(shuffle=seed, repeat=seed % 2 == 1))
        random.Random(seed).shuffle(calls)
        runs.fresh(f"shuffle {seed}", calls, THREADS[seed % len(THREADS)])
    runs.fresh("split", pieces(runs.written("split", Quirks())), 2)
    shutil.copytree(home, folder / "copy")
    runs.score("copied home", folder / "copy", "rebuild", 8)
    runs.score("rebuild", home, "rebuild", 1)
    (usual, *others) = sorted(set(runs.digests.values()), key=list(runs.digests.values()).count, reverse=True)
    differing = [name for name, digest in runs.digests.items() if digest != usual]
    text = f"{len(runs.digests)} runs, {1 + len(others)} digests ({usual[:12]})"
    return frame.Seen("; ".join([text, *differing]), held=not others and len(runs.digests) == RUNS)


if __name__ == "__main__":
    frame.alone(__spec__)
