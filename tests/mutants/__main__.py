"""Plants every mutant in a copy of the tree, runs its tests there, and prints which test noticed. Exit 1 if one was not noticed."""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from typing import TypeVar

from .around import AROUND
from .fetched import FETCHED
from .followed import FOLLOWED
from .governed import GOVERNED
from .listed import LISTED, REFRESH, SCORE_PATH, Mutant
from .merged import MERGED
from .outcomes import OUTCOMES
from .repositories import REPOSITORIES

ROOT = pathlib.Path(__file__).resolve().parents[2]
Found = TypeVar("Found")
COPIED = ("src", "tests", "tools", "docs", "pyproject.toml")
MUTANTS = (*LISTED, *REFRESH, *SCORE_PATH, *AROUND, *GOVERNED, *FETCHED, *FOLLOWED, *REPOSITORIES, *OUTCOMES, *MERGED)
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
LIMIT_SECONDS = 300
TIMED_OUT = 124
OPTIONS = ("-p", "tests.mutants.plugin", "-x", "-q", "-rfE", "--no-header", "--tb=no", "-p", "no:cacheprovider")


def main() -> int:
    """Run all mutants, or those whose name holds one of the given texts."""
    options = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    options.add_argument("names", nargs="*", help="texts of names; default: all")
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    chosen = [item for item in MUTANTS if not given.names or any(text in item.name for text in given.names)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = queue.SimpleQueue[pathlib.Path]()
        for number in range(given.workers):
            copies.put(copy_tree(pathlib.Path(folder) / str(number)))
        with concurrent.futures.ThreadPoolExecutor(given.workers) as pool:
            clean = pool.submit(with_copy, copies, lambda copy: run_tests(copy, selection(chosen)))
            found = list(pool.map(lambda item: with_copy(copies, lambda copy: noted(copy, item)), chosen))
    return report(chosen, found, clean.result())


def copy_tree(target: pathlib.Path) -> pathlib.Path:
    """Copy what tests need. Other people may work in the tree: it is read, never written."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)
    return target


def with_copy(copies: queue.SimpleQueue[pathlib.Path], work: Callable[[pathlib.Path], Found]) -> Found:
    """Do something with a copy that nobody else has meanwhile."""
    copy = copies.get()
    try:
        return work(copy)
    finally:
        copies.put(copy)


def selection(mutants: Iterable[Mutant]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(test for item in mutants for test in item.tests))


def noted(copy: pathlib.Path, item: Mutant) -> tuple[bool, str]:
    """The verdict, told on stderr as it falls."""
    found = verdict(copy, item)
    sys.stderr.write(f"{item.name}: {found[1]}\n")
    return found


def verdict(copy: pathlib.Path, item: Mutant) -> tuple[bool, str]:
    """(as it should be, what happened) for one mutant; the copy is as before afterwards."""
    file = copy / "src" / "uptake" / item.file
    whole = file.read_text() if file.is_file() else ""
    if whole.count(item.old) != 1:
        return False, f"DOES NOT APPLY: the text stands {whole.count(item.old)} times in {item.file}"
    file.write_text(whole.replace(item.old, item.new))
    try:
        code, noticed = run_tests(copy, item.tests)
    finally:
        file.write_text(whole)
    if code == 1 and noticed:
        return not item.equivalent, f"killed by {noticed[0]}" + (" (said to be equivalent)" if item.equivalent else "")
    if code == 0:
        return bool(item.equivalent), f"survives, equivalent: {item.equivalent}" if item.equivalent else "SURVIVED"
    return False, f"NO VERDICT: pytest ended with {code}"


def run_tests(copy: pathlib.Path, tests: Iterable[str]) -> tuple[int, list[str]]:
    """Exit code of pytest, and the tests that failed."""
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *OPTIONS, "-m", "not slow", *tests]
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return TIMED_OUT, []
    return done.returncode, FAILED.findall(done.stdout)


def report(chosen: list[Mutant], found: list[tuple[bool, str]], clean: tuple[int, list[str]]) -> int:
    """Print the table; exit code."""
    out = sys.stdout.write
    out("| mutant | where | verdict |\n|---|---|---|\n")
    for item, (_, what) in zip(chosen, found, strict=True):
        out(f"| {item.name} | `{item.file}` | {what} |\n")
    wrong = sum(not right for right, _ in found)
    out(f"\n{len(chosen)} mutants, {wrong} not as they should be\n")
    if clean[0]:
        out(f"The tests do not pass without a mutant: {', '.join(clean[1]) or f'pytest ended with {clean[0]}'}\n")
    return 1 if wrong or clean[0] else 0


if __name__ == "__main__":
    sys.exit(main())
