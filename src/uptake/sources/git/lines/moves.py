"""Blocks of lines that one commit takes out of one place and puts into another, of the same file or of another one.

A block is as many lines in a row as are alike on both sides, with 20 letters or digits in it at least: the measure of `git blame -M` and of
`git diff --color-moved=blocks`, so that lone brackets are no blocks. Of several places the one that gives the longest block counts, of equal
ones the first. Lines are compared by a hash that lives as long as the commit is read.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

LEAST = 20
"""Letters and digits of a block."""
MOST_PLACES = 100
"""Places that are tried for a line, so that a line which is everywhere costs no more."""


class Line(NamedTuple):
    """A line that a commit took out or put in: its place from 0 on in the old or the new file."""

    at: int
    digest: bytes
    letters: int
    replaced: bool
    """Of a line taken out: others stand in its place."""


class Move(NamedTuple):
    """`lines` of the old file `source` are those of the new file `target` from `to` on; files by their order."""

    source: int
    lines: Sequence[Line]
    target: int
    to: int


def line(at: int, text: bytes, *, replaced: bool) -> Line:
    letters = sum(character.isalnum() for character in text.decode("utf-8", "replace"))
    return Line(at, hashlib.blake2b(text, digest_size=12).digest(), letters, replaced)


def moves(taken: Sequence[Sequence[Line]], put: Sequence[Sequence[Line]]) -> list[Move]:
    """`taken` and `put`: for each file the lines taken out and put in, in order."""
    places: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for source, lines in enumerate(taken):
        for place, one in enumerate(lines):
            if one.letters and len(places[one.digest]) < MOST_PLACES:
                places[one.digest].append((source, place))
    used: dict[int, set[int]] = defaultdict(set)
    found = []
    for target, lines in enumerate(put):
        place = 0
        while place < len(lines):
            blocks = [
                (source, block(taken[source], start, lines, place, used[source]))
                for source, start in places.get(lines[place].digest, ())
                if start not in used[source]
            ]
            source, longest = max(blocks, key=lambda one: len(one[1]), default=(0, []))
            if sum(taken[source][at].letters for at in longest) < LEAST:
                place += 1
                continue
            used[source].update(longest)
            found.append(Move(source, [taken[source][at] for at in longest], target, lines[place].at))
            place += len(longest)
    return found


def block(old: Sequence[Line], start: int, new: Sequence[Line], place: int, used: set[int]) -> list[int]:
    """Places of `old` from `start` on that are alike `new` from `place` on, without a gap on either side."""
    found: list[int] = []
    for step in range(min(len(old) - start, len(new) - place)):
        one, other = old[start + step], new[place + step]
        apart = one.at != old[start].at + step or other.at != new[place].at + step
        if apart or one.digest != other.digest or start + step in used:
            break
        found.append(start + step)
    return found
