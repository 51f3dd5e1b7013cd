"""Who wrote the lines of one file: run lengths of owners, and how a diff or a merge changes them.

A file of n lines is an array of unsigned 32-bit numbers in pairs `owner, count`; the text of a line is never looked at. Owner
`UNKNOWN` holds lines that no diff told of (a binary file has no lines for git, and may become text later).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Runs = array[int]
else:
    Runs = array  # Python 3.11 knows no array[int] when it runs

UNKNOWN = 0xFFFFFFFF
ENDLESS = 0xFFFFFFFF
"""Length of the run that stands for a file of unknown length; nothing counts it."""

Hunk = tuple[int, int, int]
"""Lines of the old file before it, lines taken out, lines put in."""
Piece = tuple[int, int, int]
"""Parent (`NEW`: none), its lines before the piece, length: lines of a merge inside a changed place."""
NEW = -1
Place = tuple[int, int, list[Piece]]
"""A changed place of a merge: lines of the first parent before it, and before its end; the pieces of the result in it."""


def opaque() -> Runs:
    """The runs of a file whose lines git does not tell."""
    return array("I", (UNKNOWN, ENDLESS))


class Cursor:
    """Walks forward through the runs of a file and copies or drops lines."""

    __slots__ = ("at", "left", "pos", "runs")

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.at = 0
        self.left = runs[1] if runs else 0
        self.pos = 0

    def take(self, lines: int, out: Runs) -> None:
        """The next lines are appended to `out`; a file that ends before that gives lines of nobody."""
        runs, at, left = self.runs, self.at, self.left
        self.pos += lines
        while lines:
            if at >= len(runs):
                append(out, UNKNOWN, lines)
                break
            step = min(left, lines)
            append(out, runs[at], step)
            lines -= step
            left -= step
            if not left:
                at += 2
                left = runs[at + 1] if at < len(runs) else 0
        self.at, self.left = at, left

    def rest(self, out: Runs) -> None:
        """All lines that are left."""
        if self.at < len(self.runs):
            append(out, self.runs[self.at], self.left)
            out.extend(self.runs[self.at + 2 :])
            self.at = len(self.runs)


def append(out: Runs, owner: int, lines: int) -> None:
    if out and out[-2] == owner:
        out[-1] = min(out[-1] + lines, ENDLESS)
    elif lines:
        out.append(owner)
        out.append(lines)


def splice(runs: Runs, hunks: Iterable[Hunk], owner: int) -> tuple[Runs, list[tuple[Runs, bool]]]:
    """The file after a diff without context, and the runs that each hunk took out, with whether it put lines in their place."""
    out: Runs = array("I")
    gone = []
    cursor = Cursor(runs)
    for before, cut, put in hunks:
        cursor.take(before - cursor.pos, out)
        if cut:
            taken: Runs = array("I")
            cursor.take(cut, taken)
            gone.append((taken, put > 0))
        append(out, owner, put)
    cursor.rest(out)
    return out, gone


def weave(parents: list[Runs], places: Iterable[Place], owner: int) -> Runs:
    """A file of a merge: between the changed places as in the first parent, inside them each line from the first parent that has it.

    Lines that no parent has are the merge's own. As `git blame` gives them.
    """
    out: Runs = array("I")
    first = Cursor(parents[0])
    others = [Cursor(runs) for runs in parents]
    for before, after, pieces in places:
        first.take(before - first.pos, out)
        for parent, start, lines in pieces:
            if parent == NEW:
                append(out, owner, lines)
            else:
                drop(others[parent], start - others[parent].pos)
                others[parent].take(lines, out)
        drop(first, after - first.pos)
    first.rest(out)
    return out


def drop(cursor: Cursor, lines: int) -> None:
    if lines:
        cursor.take(lines, array("I"))


def overwritten(runs: Runs, to: int, kept: Runs, lines: int) -> Runs:
    """The same file, but from line `to` on so many lines are owned as `kept` says."""
    out: Runs = array("I")
    cursor = Cursor(runs)
    cursor.take(to, out)
    drop(cursor, lines)
    for at in range(0, len(kept), 2):
        append(out, kept[at], kept[at + 1])
    rest: Runs = array("I")
    cursor.rest(rest)
    if rest:
        append(out, rest[0], rest[1])
        out.extend(rest[2:])
    return out


def owners(runs: Runs, into: dict[int, int], sign: int = 1) -> None:
    """Adds the lines of each owner, times `sign`."""
    for at in range(0, len(runs), 2):
        into[runs[at]] = into.get(runs[at], 0) + sign * runs[at + 1]
