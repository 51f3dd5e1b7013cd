"""What one commit does to the files of its parents, in runs of owners."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence

from uptake.sources.git.lines.diffs import Damaged, FileDiff
from uptake.sources.git.lines.moves import Move, moves
from uptake.sources.git.lines.runs import (
    UNKNOWN,
    Cursor,
    Runs,
    append,
    drop,
    opaque,
    overwritten,
    owners,
    splice,
    weave,
)
from uptake.sources.git.lines.tree import File, Tree

NOTHING: Runs = array("I")


def path_key(path: bytes) -> bytes:
    """What stands for a path in memory, where all are as short; it is never kept."""
    return hashlib.blake2b(path, digest_size=12).digest()


class Change:
    """Collects new files, lines added, and what became of the lines of others against the first parent."""

    def __init__(self, number: int, trees: Sequence[Tree]) -> None:
        self.number = number
        self.trees = trees
        self.added = 0
        self.gone: dict[tuple[int, bool], int] = {}
        """Lines of a plain commit: (owner, whether others stand in their place) -> lines."""
        self.delta: dict[int, int] = {}
        """Lines of a merge: owner -> more or fewer than in the first parent."""
        self.files: dict[bytes, File | None] = {}

    def plain(self, files: Sequence[FileDiff]) -> None:
        """A commit with one parent, or none."""
        for file in files:
            old = self._old(file)
            if file.deleted or file.opaque or file.status == "T":
                self._lose(old, replaced=file.status == "T")
                old = NOTHING
            runs = opaque()
            if not file.opaque:
                hunks = [(0, 0, file.hunks[-1][2])] if file.status == "T" and file.hunks else file.hunks
                if not file.deleted:
                    self.added += sum(put for _, _, put in hunks)
                    runs, taken = splice(old, hunks, self.number)
                    for part, replaced in taken:
                        self._lose(part, replaced=replaced)
            self._set(file, runs)
        for move in moves([file.taken for file in files], [file.put for file in files]):
            self._move(files[move.source], files[move.target], move)

    def _move(self, source: FileDiff, target: FileDiff, move: Move) -> None:
        """Lines keep their owners at their new place: neither lost nor added."""
        kept: Runs = array("I")
        cursor = Cursor(self._old(source))
        for one in move.lines:
            drop(cursor, one.at - cursor.pos)
            line: Runs = array("I")
            cursor.take(1, line)
            append(kept, line[0], 1)
            if line[0] != UNKNOWN:
                self.gone[line[0], one.replaced] -= 1
        self.added -= len(move.lines)
        key = path_key(target.path)
        name, runs = self.files[key] or (b"", NOTHING)
        self.files[key] = (name, overwritten(runs, move.to, kept, len(move.lines)))

    def merge(self, files: Sequence[FileDiff], against_first: Sequence[FileDiff]) -> None:
        """A commit with several parents: only files that differ from those of the first one, given with and without columns."""
        columns = {file.path: file for file in files}
        for file in against_first:
            runs = NOTHING if file.deleted else self._merged(file, columns.get(file.path))
            owners(self._old(file), self.delta, -1)
            owners(runs, self.delta)
            self._set(file, runs)
        self.delta.pop(UNKNOWN, None)
        self.added = self.delta.pop(self.number, 0)

    def apply(self, tree: Tree) -> None:
        """Writes the new files into a tree of the first parent."""
        for path, file in self.files.items():
            if file is None:
                tree.remove(path)
            else:
                tree.put(path, file)

    def _merged(self, file: FileDiff, columns: FileDiff | None) -> Runs:
        """The whole file of the first parent that has the same one, as blame has it, else line by line."""
        origins = columns.origins if columns else [file.path] * len(self.trees)
        name = bytes.fromhex(file.new.decode("ascii"))
        found = [tree.get(path_key(path)) for tree, path in zip(self.trees, origins, strict=True)]
        same = [tree.get(path_key(file.path)) for tree in self.trees] + found
        for held in (*same, self.trees[0].get(path_key(file.origins[0]))):
            if held and held[0] == name:
                return held[1]
        if not columns:
            raise Damaged("a file of a merge that no parent has and no diff tells of")
        if columns.opaque:
            return opaque()
        return weave([held[1] if held else NOTHING for held in found], columns.places, self.number)

    def _old(self, file: FileDiff) -> Runs:
        """The runs of a file in the first parent."""
        if not file.old[0].strip(b"0"):
            return NOTHING
        held = self.trees[0].get(path_key(file.origins[0]))
        if not held:
            raise Damaged("a change of a file that the parent does not have")
        return held[1]

    def _lose(self, runs: Runs, *, replaced: bool) -> None:
        for at in range(0, len(runs), 2):
            if runs[at] != UNKNOWN:
                key = (runs[at], replaced)
                self.gone[key] = self.gone.get(key, 0) + runs[at + 1]

    def _set(self, file: FileDiff, runs: Runs) -> None:
        if file.deleted or file.origins[0] != file.path:
            self.files.setdefault(path_key(file.origins[0]), None)
        if not file.deleted:
            self.files[path_key(file.path)] = (bytes.fromhex(file.new.decode("ascii")), runs)
