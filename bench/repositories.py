"""Repositories for the bench: real git, made by `git fast-import`, with branches, merges, rewrites and deletions; the same for a seed."""

from __future__ import annotations

import os
import pathlib
import random
import subprocess
import tempfile
from collections.abc import Iterator

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
START = 1_600_000_000
STEP = 3600 * 2
MARK = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
Files = dict[str, list[bytes]]


def git(repository: pathlib.Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *words], capture_output=True, check=True, text=True, env=ENVIRONMENT
    ).stdout


def make(repository: pathlib.Path, commits: int, seed: int, files: int = 150) -> pathlib.Path:
    """A bare repository with a branch `main` of so many commits, a tenth of them merges."""
    repository.mkdir(parents=True)
    git(repository, "init", "-q", "--bare", "-b", "main")
    imported(repository, stream(random.Random(seed), commits, files))
    return repository


def more(repository: pathlib.Path, commits: int, seed: int) -> None:
    """A day's commits on top of `main`: each adds a file of ten lines."""
    imported(repository, news(int(git(repository, "rev-list", "--count", "main")), commits, seed))


def news(count: int, commits: int, seed: int) -> Iterator[bytes]:
    for number in range(commits):
        body = b"".join(b"new %d %d %d\n" % (seed, number, line) for line in range(10))
        head = header(number + 1, count + number, "more", b"" if number else b"from refs/heads/main^0\n")
        yield head + b"M 100644 inline day/%d-%d.py\ndata %d\n%s\n" % (seed, number, len(body), body)


def imported(repository: pathlib.Path, parts: Iterator[bytes]) -> None:
    with tempfile.TemporaryFile() as feed:
        feed.writelines(parts)
        feed.seek(0)
        words = ["git", "-C", str(repository), "fast-import", "--quiet"]
        subprocess.run(words, stdin=feed, check=True, env=ENVIRONMENT)


def header(mark: int, number: int, message: str, parents: bytes) -> bytes:
    who = b"Ana <ana@example.org> %d +0000" % (START + number * STEP)
    text = message.encode()
    return (
        b"commit refs/heads/main\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (mark, who, who, len(text), text)
        + parents
    )


def stream(draw: random.Random, commits: int, files: int) -> Iterator[bytes]:
    """A main branch, and one side branch of a few commits at a time."""
    main: Files = {}
    side: dict[str, list[bytes]] = {}
    tip, head, left = 0, 0, 0
    for number in range(commits):
        mark = number + 1
        marked = MARK if draw.random() < 0.3 else ""
        message = draw.choice(["Fix a bug", "Add a part", "Tidy", "Rework it"]) + f" {number}{marked}"
        if head and not left and number < commits - 1:
            main |= side
            changes = dict(side)
            yield header(mark, number, f"Merge {number}", b"from :%d\nmerge :%d\n" % (tip, head)) + written(changes)
            tip, head, side = mark, 0, {}
        elif (head and left and draw.random() < 0.5) or (not head and draw.random() < 0.12 and tip):
            left = left - 1 if head else draw.randrange(1, 5)
            changes = change(draw, main | side, files, number, [path for path in main if int(path[1:5], 36) % 2])
            side |= changes
            yield header(mark, number, message, b"from :%d\n" % (head or tip)) + written(changes)
            head = mark
        else:
            held = [path for path in main if not int(path[1:5], 36) % 2] if head else list(main)
            changes = change(draw, main, files, number, held)
            main |= changes
            yield header(mark, number, message, b"from :%d\n" % tip if tip else b"") + written(changes)
            tip = mark
    yield b"reset refs/heads/main\nfrom :%d\n\n" % tip


def change(draw: random.Random, state: Files, files: int, number: int, held: list[str]) -> Files:
    """New contents of one to four files: lines added, replaced, deleted."""
    changes: Files = {}
    for part in range(draw.randrange(1, 5)):
        if len(state) < files and (not held or draw.random() < 0.3):
            path = f"f{number:04d}/{part}.py"
            changes[path] = [b"%d %d %d\n" % (number, part, line) for line in range(draw.randrange(20, 120))]
        elif held:
            path = draw.choice(held)
            lines = list(changes.get(path) or state[path])
            for _ in range(draw.randrange(1, 4)):
                at = draw.randrange(len(lines) + 1)
                cut = draw.randrange(6)
                lines[at : at + cut] = [b"%d %d %d %d\n" % (number, part, at, x) for x in range(draw.randrange(7))]
            changes[path] = lines
    return changes


def written(changes: Files) -> bytes:
    out = []
    for path, lines in changes.items():
        body = b"".join(lines)
        out.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(body), body))
    return b"".join(out)
