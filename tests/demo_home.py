"""A small demo home for the tests of one file, without the vendor files that it was loaded from."""

from __future__ import annotations

import pathlib
import shutil

from uptake.demo import run


def made(home: pathlib.Path, people: int, quarters: int = 2) -> pathlib.Path:
    """Make, load and score the company; its files are taken away again."""
    run.demo(home, people=people, quarters=quarters, seed=5, progress=lambda *_: None)
    shutil.rmtree(home / "vendor")
    return home
