"""Rules on the repository itself: sizes, machine paths, registry hosts, generated files, links inside the docs.

Each rule takes one file as text and yields findings; `main` walks the files git knows (or would add) and prints them.
"""

from __future__ import annotations

import ast
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_BYTES = 300_000
LOCK_MAX_BYTES = 1_000_000

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|farm|opt|home)/[a-zA-Z]")
REGISTRY_HOST = re.compile(
    r"pypi\.(?:org|python\.org)|pythonhosted\.org|deb\.debian\.org|archive\.ubuntu|registry\.npmjs|--(?:extra-)?index-url",
    re.IGNORECASE,
)
GENERATED = re.compile(
    r"(?:^|/)(?:__pycache__|\.venv|build|dist|uptake-home|demo-home|[^/]+\.egg-info)/"
    r"|\.(?:pyc|duckdb|db|wal|whl|parquet|coverage)$"
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.*)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
RULES_THEMSELVES = ("tools/repo_rules.py", "tests/test_repo.py")


def is_fixture(path: str) -> bool:
    """Fixtures and locks hold what they hold; they have no line budget."""
    return "/fixtures/" in path or path.endswith((".lock", ".min.js"))


def long_file(path: str, text: str) -> Iterator[str]:
    count = text.count("\n")
    if path.startswith(("src/", "tests/", "tools/", "bench/")) and count > MAX_FILE_LINES:
        yield f"{path}: {count} lines; a file stops at {MAX_FILE_LINES}: split it by idea"


def long_functions(path: str, text: str) -> Iterator[str]:
    if not path.endswith(".py"):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > MAX_FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {size} lines; a function stops at {MAX_FUNCTION_LINES}"


def foreign_names(path: str, text: str) -> Iterator[str]:
    """Paths of one machine and hosts of package registries: neither belongs into a repository."""
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield f"{path}:{number}: names a path of one machine"
        if REGISTRY_HOST.search(line):
            yield f"{path}:{number}: names a package registry; the client's own configuration says where to fetch"


def anchors(markdown: str) -> set[str]:
    """Anchors of the headings, as the usual renderers make them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", markdown)))
    return {text.strip().replace(" ", "-") for text in plain}


def broken_links(path: str, text: str, root: pathlib.Path = ROOT) -> Iterator[str]:
    """Links from one page to files of the repository and to headings; links to elsewhere are not followed."""
    if not path.endswith(".md"):
        return
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        page = (root / path).parent / name if name else root / path
        if not page.exists():
            yield f"{path}: link to {target}: no such file"
        elif anchor and page.suffix == ".md" and anchor not in anchors(page.read_text(encoding="utf-8")):
            yield f"{path}: link to {target}: no such heading"


def unwanted_file(path: str, size: int) -> Iterator[str]:
    if GENERATED.search(path):
        yield f"{path}: is made by a command; it is not committed"
    limit = LOCK_MAX_BYTES if path.endswith(".lock") else MAX_BYTES
    if size > limit:
        yield f"{path}: {size} bytes; a committed file stops at {limit}"


def check_file(path: str, root: pathlib.Path = ROOT) -> Iterator[str]:
    """All findings on one file. `path` is relative to `root`, with forward slashes."""
    data = (root / path).read_bytes()
    yield from unwanted_file(path, len(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    if path not in RULES_THEMSELVES:
        yield from foreign_names(path, text)
    yield from broken_links(path, text, root)
    if not is_fixture(path):
        yield from long_file(path, text)
        yield from long_functions(path, text)


def repository_files(root: pathlib.Path = ROOT) -> list[str]:
    """Files that are committed, or would be by `git add .`; each exists."""
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(name for name in set(names) if name and (root / name).is_file())


def main() -> int:
    findings = [finding for path in repository_files() for finding in check_file(path)]
    print(*findings, sep="\n", end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
