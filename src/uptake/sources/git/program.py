"""The git program, run on a repository that nobody vouches for.

What this guarantees, whatever the repository's own files say:

- Nothing of it is run: no hook, pager, external diff, textconv, fsmonitor, signature check, editor, credential or ssh helper. Only
  plumbing commands are used, and the settings that name programs are overruled.
- Nothing is fetched: no transport is allowed, so that a partial clone cannot ask for objects, and nothing is asked at a terminal.
- Nothing is written: no lock, no index refresh.
- The answer depends on the repository alone: no settings of the system or of the user, no locale, no replaced objects, no grafts, no
  commit graph file, no folder above it.
- A command that ends with another code than 0, or an object that is not there, raises `GitFailed`: never a shorter answer (R-VC-6).
- What git prints on stderr is dropped: it may name a path or a branch.

Answers are bytes: git knows no encoding of paths.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

CHUNK = 1 << 20
_OVERRULED = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.commitGraph=false",
    "core.alternateRefsCommand=false",
    "core.sshCommand=false",
    "core.askPass=",
    "core.pager=cat",
    "credential.helper=",
    "diff.external=",
    "log.showSignature=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "safe.directory=*",
    "safe.bareRepository=all",
)
"""`safe.directory` keeps git from obeying the settings of a repository of somebody else. Here nothing in them is obeyed that runs a
program, and the operator named the folder."""


class GitFailed(Exception):
    """A command of git did not end well, or an object is missing. Says what, never a name, path or value."""


class GitMissing(GitFailed):
    """There is no git on this machine."""


class Found(NamedTuple):
    """An object of the repository. `content` is None where it is larger than was asked for."""

    sha: str
    kind: str
    size: int
    content: bytes | None


class Git:
    """Commands on one repository: a work tree, a bare repository, or the folder of a linked work tree."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def answer(self, *words: str, given: Iterable[str] = (), codes: tuple[int, ...] = (0,)) -> bytes:
        """The whole output of a command with a small one. `given`: lines on its standard input.

        Raises:
            GitFailed: it ended with another code than those of `codes`.
        """
        with self._running(words, given, codes) as output:
            return output.read()

    def parts(self, *words: str, given: Iterable[str] = ()) -> Iterator[bytes]:
        """The output of a command with `-z`, one NUL-ended part at a time, in memory of the longest part.

        Raises:
            GitFailed: as `answer`, after the last part; what was given before must then not be used.
        """
        with self._running(words, given, (0,)) as output:
            rest = b""
            while chunk := output.read(CHUNK):
                *whole, rest = (rest + chunk).split(b"\0") if b"\0" in chunk else (rest + chunk,)
                yield from whole
            if rest:
                raise GitFailed("git ended in the middle of its answer")

    @contextmanager
    def stream(self, *words: str, given: Iterable[str] = ()) -> Iterator[IO[bytes]]:
        """The output of a command as it comes. What was read may be used only after the block has ended without an error.

        Raises:
            GitFailed: as `answer`, at the end of the block, also where it was not read to its end.
        """
        with self._running(words, given, (0,)) as output:
            yield output

    def objects(self, shas: Iterable[str], *, most: int) -> Iterator[Found]:
        """The objects of these names, in that order; of one with more than `most` bytes only its size.

        Raises:
            GitFailed: one of them is not there.
        """
        with self._running(("cat-file", "--batch", "--buffer"), shas, (0,)) as output:
            while line := output.readline(CHUNK):
                sha, kind, size = _header(line)
                if size > most:
                    _skip(output, size)
                    content = None
                else:
                    content = output.read(size)
                if (content is not None and len(content) < size) or output.read(1) != b"\n":
                    raise GitFailed("git ended in the middle of an object")
                yield Found(sha, kind, size, content)

    def sizes(self, shas: Iterable[str]) -> Iterator[Found]:
        """As `objects`, without reading any content. Raises GitFailed where one is not there."""
        with self._running(("cat-file", "--batch-check", "--buffer"), shas, (0,)) as output:
            while line := output.readline(CHUNK):
                sha, kind, size = _header(line)
                yield Found(sha, kind, size, None)

    @contextmanager
    def _running(self, words: tuple[str, ...], given: Iterable[str], codes: tuple[int, ...]) -> Iterator[IO[bytes]]:
        """A command and its output. Its input lies in a file without a name, so that neither side can wait for the other."""
        # What is given are object names, and refs that the site's settings name: never content.
        with tempfile.TemporaryFile() as lines:
            lines.writelines(f"{line}\n".encode() for line in given)
            lines.seek(0)
            with subprocess.Popen(  # noqa: S603 - our own words, no shell
                [program(), *_settings(), "-C", str(self._path), *words],
                stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(self._path),
            ) as child:  # fmt: skip
                done = False
                try:
                    assert child.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
                    yield child.stdout
                    done = not child.stdout.read(1)
                finally:
                    if not done:
                        child.kill()
            if child.returncode not in codes:
                raise GitFailed(f"git {words[0]} ended with code {child.returncode}: an object is missing or damaged")


def program() -> str:
    """Where git is. Raises GitMissing when it is nowhere."""
    found = shutil.which("git")
    if found is None:
        raise GitMissing("the program git is not installed")
    return found


def version() -> str:
    """What git says it is, such as `git version 2.39.5`; empty where it is not installed."""
    try:
        done = subprocess.run([program(), "--version"], capture_output=True, check=False)  # noqa: S603 - our own words
    except GitMissing:
        return ""
    return done.stdout.decode("ascii", "replace").strip()


def _settings() -> list[str]:
    return ["--no-pager", "--literal-pathspecs", *(word for one in _OVERRULED for word in ("-c", one))]


def _environment(path: Path) -> dict[str, str]:
    """All that git gets to know of this machine."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_CEILING_DIRECTORIES": str(path.parent),
        "GIT_FLUSH": "0",
    }


def _header(line: bytes) -> tuple[str, str, int]:
    words = line.split()
    if len(words) != 3 or not words[2].isdigit():
        raise GitFailed("an object is missing")
    return words[0].decode("ascii", "replace"), words[1].decode("ascii", "replace"), int(words[2])


def _skip(output: IO[bytes], size: int) -> None:
    while size and (chunk := output.read(min(size, CHUNK))):
        size -= len(chunk)
