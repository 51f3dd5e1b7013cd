"""The output of `git diff-tree -p -U0` as numbers: which file, how many lines out and in, and where. The text of a line is skipped.

A merge comes as a combined diff (`-c`): only files that differ from every parent, with one column for each parent that says whether it
has the line. All other files of a merge are those of one parent, which a second, patchless log against first parents tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from uptake.sources.git.lines.moves import Line, line
from uptake.sources.git.lines.runs import NEW, Hunk, Piece, Place
from uptake.sources.git.program import CHUNK, GitFailed

COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
PLAIN = re.compile(rb"\n(?:@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@|([^+\-\\@\n ][^\n]*))")
WITH_TEXT = re.compile(PLAIN.pattern[:-1] + rb"|([+\-])([^\n]*))")
"""For moved blocks: the text of a line as well, which is hashed at once."""
COMBINED = re.compile(rb"\n(?:(@@@[^\n]*)|([^+\-\\@\n ][^\n]*)|([+\- ]+))")
RANGE = re.compile(rb"-(\d+)(?:,(\d+))?")
LONG = 1 << 16


@dataclass(slots=True)
class FileDiff:
    """What became of one file. Paths are as git quotes them; they are hashed for use in memory and never kept."""

    status: str
    path: bytes
    origins: list[bytes]
    """Its path in each parent (one, or as many as the merge has)."""
    old: list[bytes]
    """Object name in each parent."""
    new: bytes
    hunks: list[Hunk] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    opaque: bool = False
    """git tells no lines: a binary file."""
    taken: list[Line] = field(default_factory=list)
    """Lines taken out and put in, where moved blocks are looked for."""
    put: list[Line] = field(default_factory=list)

    @property
    def deleted(self) -> bool:
        return not self.new.strip(b"0")


@dataclass(slots=True)
class Step:
    """A commit and its files."""

    commit: str
    files: list[FileDiff] = field(default_factory=list)


class Damaged(GitFailed):
    """The output is not what git promises."""


def steps(out: IO[bytes], *, moves: bool = False) -> Iterator[Step]:
    """Commits in the order that was asked for. `moves`: with the hashes of their lines."""
    reader = Reader(WITH_TEXT if moves else PLAIN)
    for block in blocks(out):
        yield from reader.read(block)
    if reader.step:
        yield reader.step


def blocks(out: IO[bytes]) -> Iterator[bytes]:
    """Whole lines, each with the line feed before it; of a line longer than 64 KiB only its start."""
    tail = b"\n"
    while chunk := out.read(CHUNK):
        block = tail + chunk
        end = block.rfind(b"\n")
        yield block[:end]
        tail = block[end:]
        if len(tail) > LONG and tail[1:2] in b"+- \\":
            tail = tail[:LONG]
    yield tail


class Reader:
    """Turns blocks of lines into steps."""

    def __init__(self, plain: re.Pattern[bytes] = PLAIN) -> None:
        self.step: Step | None = None
        self.plain = plain
        self.pattern = plain
        self.which = -1
        self.file: FileDiff | None = None
        self.sections = 0
        self.positions: list[int] = []

    def read(self, block: bytes) -> Iterator[Step]:
        at = 0
        while match := self.pattern.search(block, at):
            at = match.end()
            if self.pattern is COMBINED and (match[1] or match[3]):
                self._combined(match[1], match[3])
            elif self.pattern is self.plain and match[1]:
                self._hunk(int(match[1]), match[2], match[3])
            elif self.pattern is WITH_TEXT and match[5]:
                self._text(match[5], match[6])
            else:
                header = match[2] if self.pattern is COMBINED else match[4]
                if COMMIT.fullmatch(header):
                    if self.step:
                        yield self.step
                    self._commit(header)
                else:
                    self._header(header)

    def _commit(self, header: bytes) -> None:
        self.step = Step(header.decode("ascii"))
        self.pattern, self.which, self.file, self.sections = self.plain, -1, None, 0

    def _header(self, header: bytes) -> None:
        if header.startswith(b":"):
            self.step_now.files.append(raw(header))
        elif header.startswith(b"diff --git "):
            self._section()
        elif header.startswith(b"diff --combined "):
            path = header[16:]
            self.pattern = COMBINED
            self.file = next((file for file in self.step_now.files if file.path == path), None)
            if not self.file:
                raise Damaged("a combined diff of a file that is not listed")
        elif header.startswith(b"index ") and self.pattern is not COMBINED:
            self._check(header)
        elif header.startswith(b"Binary files ") and self.file:
            self.file.opaque = True

    def _section(self) -> None:
        """Sections come in the order of the list; a file that changes its type has two, one for each type."""
        files = self.step_now.files
        if self.file and self.file.status == "T" and self.sections == 1:
            self.sections = 2
            return
        self.which += 1
        if self.which >= len(files):
            raise Damaged("more diffs than files are listed")
        self.file, self.sections = files[self.which], 1

    def _check(self, header: bytes) -> None:
        file = self.file
        if file and file.status != "T" and header[6:].split(b" ")[0] != file.old[0] + b".." + file.new:
            raise Damaged("a diff does not belong to the file that is listed")

    def _hunk(self, start: int, cut: bytes | None, put: bytes | None) -> None:
        if not self.file:
            raise Damaged("a change of no file")
        lines = int(cut) if cut else 1
        before, added = start - 1 if lines else start, int(put) if put else 1
        if self.pattern is WITH_TEXT:
            shift = sum(more - less for _, less, more in self.file.hunks)
            self.positions = [before, before + shift, added]
        self.file.hunks.append((before, lines, added))

    def _text(self, sign: bytes, text: bytes) -> None:
        """A line that was taken out or put in; the two lines that name the files come before the first change."""
        if not self.file or not self.file.hunks or self.file.status == "T":
            return
        held, place = (self.file.taken, 0) if sign == b"-" else (self.file.put, 1)
        if len(text) < LONG - 2:  # of a longer one only the start is here
            held.append(line(self.positions[place], text, replaced=self.positions[2] > 0))
        self.positions[place] += 1

    def _combined(self, header: bytes | None, columns: bytes | None) -> None:
        if not self.file:
            raise Damaged("a change of no file")
        if header:
            self.positions = [max(int(start) - 1, 0) for start, _ in RANGE.findall(header.split(b" +")[0])]
            self.file.places.append((self.positions[0], self.positions[0], []))
            return
        if not columns or not self.file.places:
            return  # the two lines that name the files, before the first place
        before, _, pieces = self.file.places[-1]
        self._line(columns[: len(self.positions)], pieces)
        self.file.places[-1] = (before, self.positions[0], pieces)

    def _line(self, columns: bytes, pieces: list[Piece]) -> None:
        lost = b"-" in columns
        mark = b"-"[0] if lost else b" "[0]
        if not lost:
            source = columns.find(b" ")
            start = self.positions[source] if source >= 0 else 0
            last = pieces[-1] if pieces else None
            if last and last[0] == source and (source == NEW or last[1] + last[2] == start):
                pieces[-1] = (source, last[1], last[2] + 1)
            else:
                pieces.append((source, start, 1))
        for parent, column in enumerate(columns):
            self.positions[parent] += column == mark

    @property
    def step_now(self) -> Step:
        if not self.step:
            raise Damaged("a file before the first commit")
        return self.step


def raw(header: bytes) -> FileDiff:
    """A line of `--raw`: one colon for each parent; modes, object names, status letters, then paths parted by tabs."""
    colons = len(header) - len(header.lstrip(b":"))
    facts, *paths = header[colons:].split(b"\t")
    words = facts.split(b" ")
    names = words[colons + 1 : 2 * colons + 2]
    status = words[2 * colons + 2].decode("ascii")
    origins = paths[:-1] or paths * colons
    return FileDiff(status[:colons], paths[-1], origins, names[:-1], names[-1])
