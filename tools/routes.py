"""The three routes of CONTRIBUTING, with the files of a real example each: `python -m tools.routes` writes, `--check` compares.

A route that grows is a finding: the list is read off the tree, and an edited file must hold the word that the example added to it.
"""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- routes: made by python -m tools.routes -->\n", "<!-- end of routes -->\n"


@dataclasses.dataclass(frozen=True)
class Route:
    """An example: files that are its own (glob patterns), and shared ones with the word that stands in them for it."""

    title: str
    example: str
    own: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]


ROUTES = (
    Route(
        "A new vendor source",
        "Claude Code's daily report",
        ("src/uptake/sources/claude_code/*.py", "src/uptake/sources/claude_code/README.md",
         "src/uptake/sources/claude_code/fixtures/*.in", "src/uptake/sources/claude_code/fixtures/*.expected"),
        (("src/uptake/sources/__init__.py", "claude_code"),),
    ),
    Route(
        "A new score rule",
        "a seat list proves idleness",
        ("tests/specs/seat-list-proves-idleness.txt", "src/uptake/scores/seat_proofs.sql"),
        (("src/uptake/scores/__init__.py", '"seat_proofs"'),),
    ),
    Route(
        "A new page",
        "Definitions",
        ("src/uptake/reads/definitions.sql", "src/uptake/web/pages/definitions.py"),
        (("src/uptake/policy/questions.py", '"definitions"'), ("src/uptake/reads/orders.py", '"definitions"'),
         ("src/uptake/web/pages/__init__.py", "DEFINITIONS")),
    ),
)  # fmt: skip


def files(route: Route) -> list[str]:
    """Paths of the example's own files. Raises SystemExit where a pattern finds nothing or a shared file lacks its word."""
    found = []
    for pattern in route.own:
        paths = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern))
        if not paths:
            raise SystemExit(f"{route.title}: nothing matches {pattern}")
        found += paths
    for name, word in route.shared:
        if word not in (ROOT / name).read_text(encoding="utf-8"):
            raise SystemExit(f"{route.title}: {name} does not hold {word}")
    return found


def text() -> str:
    """The table between the two marks."""
    lines = ["| route | example | files of its own | shared files with a line of it |", "|---|---|---|---|"]
    for route in ROUTES:
        own, shared = files(route), [name for name, _ in route.shared]
        listed = "<br>".join(f"`{pattern}`" for pattern in route.own)
        edited = "<br>".join(f"`{name}`" for name in shared)
        lines.append(f"| {route.title} | {route.example} | {len(own)}: {listed} | {len(shared)}: {edited} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    page = PAGE.read_text(encoding="utf-8")
    start, stop = page.index(BEGIN) + len(BEGIN), page.index(END)
    made = page[:start] + text() + page[stop:]
    if check and made != page:
        sys.stderr.write("CONTRIBUTING.md: the routes differ from the tree; run: make docs\n")
        return 1
    if not check:
        PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
