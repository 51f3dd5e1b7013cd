"""The frame of the acceptance checks: run them in order, one table, exit 1 if one is missed.

A check is a module `check_<number>_<name>.py` with `ASKED` (the number that is wanted, in words) and `check(folder)`, which
works in an empty folder and answers what was seen and whether that holds. A module without these has `main() -> exit code`. It ends with `frame.alone(__spec__)`, so that
`python -m tests.acceptance.check_03_no_false_non_user` runs it alone.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import pathlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec

PREFIX = "check_"
TITLES = ("check", "asked", "seen", "result", "seconds")


@dataclass(frozen=True)
class Seen:
    """What a check found: numbers in words, and whether they are what was asked."""

    text: str
    held: bool


@dataclass(frozen=True)
class Check:
    """A check by name, what it asks, and how it is run."""

    name: str
    asked: str
    run: Callable[[pathlib.Path], Seen]


def read(name: str) -> Check:
    """The check of a module; one that has only `main() -> exit code` prints lines that begin with `seen:`."""
    module = importlib.import_module(f"tests.acceptance.{name}")
    short = name.removeprefix(PREFIX)
    if hasattr(module, "check"):
        return Check(short, module.ASKED, module.check)
    return Check(short, (module.__doc__ or "").splitlines()[0], lambda _folder: _printed(module.main))


def _printed(script: Callable[[], int]) -> Seen:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = script()
    sys.stderr.write(out.getvalue())
    seen = [line.removeprefix("seen:").strip() for line in out.getvalue().splitlines() if line.startswith("seen:")]
    return Seen("; ".join(seen), held=code == 0)


def names(wanted: Sequence[str] = (), folder: pathlib.Path | None = None) -> list[str]:
    """Modules in order; with `wanted` only those whose name begins with one of them (such as 03)."""
    here = folder or pathlib.Path(__file__).parent
    found = sorted(path.stem for path in here.glob(f"{PREFIX}*.py"))
    return [name for name in found if not wanted or any(name.startswith(PREFIX + start) for start in wanted)]


def run(checks: Iterable[Check], say: Callable[[str], object] = sys.stderr.write) -> tuple[list[tuple[str, ...]], bool]:
    """Rows of the table, and whether all checks held. A check that raises has failed; the others still run."""
    rows, held = [], True
    for check in checks:
        say(f"{check.name} ...\n")
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="uptake-accept-") as folder:
            seen = _seen(check, pathlib.Path(folder))
        held = held and seen.held
        result = "pass" if seen.held else "FAIL"
        rows.append((check.name, check.asked, seen.text, result, f"{time.monotonic() - begun:.0f}"))
        say(f"{check.name}: {result}, {rows[-1][-1]} s; {seen.text}\n")
    return rows, held


def _seen(check: Check, folder: pathlib.Path) -> Seen:
    try:
        return check.run(folder)
    except Exception as error:  # noqa: BLE001 - one broken check must not hide the others
        return Seen(f"{type(error).__name__}: {error}"[:500], held=False)


def table(rows: Sequence[tuple[str, ...]], titles: tuple[str, ...] = TITLES) -> str:
    """The rows under their titles, columns aligned."""
    lines = [titles, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(titles))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def main(wanted: Sequence[str]) -> int:
    """Run the checks whose names begin as wanted (all without), print the table, answer the exit code."""
    found = names(wanted)
    if not found:
        sys.stderr.write("There is no such check\n")
        return 2
    rows, held = run([read(name) for name in found])
    sys.stdout.write(table(rows))
    return 0 if held else 1


def alone(spec: ModuleSpec | None) -> None:
    """Run the check of this module and exit with its result."""
    name = spec.name.rsplit(".", 1)[-1] if spec else ""
    sys.exit(main([name.removeprefix(PREFIX)]))
