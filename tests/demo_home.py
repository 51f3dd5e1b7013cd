"""A demo home for the tests of one file, without the vendor files that it was loaded from. One run makes each company once; the others get copies."""

from __future__ import annotations

import fcntl
import pathlib
import shutil

from uptake.demo import run


def made(home: pathlib.Path, people: int, quarters: int = 2, seed: int = 5) -> pathlib.Path:
    """Make, load and score the company; its files are taken away again."""
    folder = _of_the_run(home)
    if folder is None:
        return fresh(home, people, quarters, seed)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{people}-{quarters}-{seed}"
    with (folder / f"{kept.name}.lock").open("w") as lock:  # two processes run the tests
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            fresh(folder / f"{kept.name}.new", people, quarters, seed).rename(kept)
    shutil.copytree(kept, home)
    return home


def fresh(home: pathlib.Path, people: int, quarters: int = 2, seed: int = 5) -> pathlib.Path:
    """One of its own: for a test that sets where its state lies."""
    run.demo(home, people=people, quarters=quarters, seed=seed, progress=lambda *_: None)
    shutil.rmtree(home / "vendor")
    return home


def _of_the_run(home: pathlib.Path) -> pathlib.Path | None:
    """The folder of this run of all tests, which pytest takes away with the rest of it."""
    return next((parent / "homes" for parent in home.parents if parent.parent.name.startswith("pytest-of-")), None)
