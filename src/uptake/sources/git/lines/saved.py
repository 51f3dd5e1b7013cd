"""Whose the lines of a commit are, as text that a later load goes on from. Files stand in the order in which git lists them: no path is in it."""

from __future__ import annotations

import base64
import datetime as dt
import sys
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from uptake.model.commits import LineState
from uptake.sources.git.lines.change import path_key
from uptake.sources.git.lines.diffs import Damaged
from uptake.sources.git.lines.runs import UNKNOWN, Runs
from uptake.sources.git.lines.tree import Tree
from uptake.sources.git.program import Git
from uptake.sources.git.raw import moment

BYTE_ORDER = "little"


class Owner(msgspec.Struct, gc=False, array_like=True):
    """A commit whose lines are there, and its committer time in seconds."""

    commit: bytes
    at: int
    merge: bool


class State(msgspec.Struct, gc=False, array_like=True):
    """Owners in order of their numbers; for each file, as `git ls-tree` lists them, the name of its content and its runs."""

    owners: list[Owner]
    files: list[tuple[bytes, bytes]]


def pack(git: Git, commit: str, tree: Tree, owners: Sequence[Owner]) -> str:
    """Owners without lines are left out, and the others numbered anew."""
    numbers: dict[int, int] = {UNKNOWN: UNKNOWN}
    files = []
    for path in listed(git, commit):
        held = tree.get(path)
        if not held:
            raise Damaged("a file of the newest commit was not followed")
        runs = held[1][:]
        for at in range(0, len(runs), 2):
            runs[at] = numbers.setdefault(runs[at], len(numbers) - 1)
        files.append((held[0], plain(runs).tobytes()))
    state = State([owners[number] for number in numbers if number != UNKNOWN], files)
    return base64.b85encode(zlib.compress(msgspec.msgpack.encode(state), 1)).decode("ascii")


def unpack(git: Git, saved: LineState) -> tuple[Tree, list[Owner]]:
    """The files of a commit and the owners of their lines.

    Raises:
        GitFailed: git lists other files than were saved.
    """
    state = msgspec.msgpack.decode(zlib.decompress(base64.b85decode(saved.state)), type=State)
    tree = Tree()
    for path, (name, packed) in zip(listed(git, saved.commit), state.files, strict=True):
        runs = Runs("I")
        runs.frombytes(packed)
        tree.put(path, (name, plain(runs)))
    return tree, state.owners


def plain(runs: Runs) -> Runs:
    """The same on every machine: a home may move."""
    if sys.byteorder != BYTE_ORDER:
        runs.byteswap()
    return runs


def listed(git: Git, commit: str) -> Iterator[bytes]:
    """Keys of the files of a commit, in git's order."""
    with git.stream("ls-tree", "-r", "--full-tree", commit) as out:
        for line in out:
            yield path_key(line.rstrip(b"\n").split(b"\t", 1)[1])


def when(seconds: int) -> dt.datetime:
    """UTC without zone. A time that no calendar holds is the nearest one that it does; the commit itself is set aside by the reader."""
    return moment(seconds) or (dt.datetime.max if seconds > 0 else dt.datetime.min)  # noqa: DTZ901 - without zone, as all ours
