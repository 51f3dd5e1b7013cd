"""The history of a branch, read by git in one pass, followed line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from uptake.sources.git.lines.arrivals import arrivals
from uptake.sources.git.lines.diffs import Damaged, FileDiff, Step, steps
from uptake.sources.git.lines.follow import Followed, Follower
from uptake.sources.git.lines.tree import Tree
from uptake.sources.git.program import Git

DIFF_TREE = (
    *("diff-tree", "--stdin", "--always", "--root", "-r", "--raw", "--no-abbrev", "--full-index"),
    *("--no-ext-diff", "--no-textconv", "--no-color", "--diff-algorithm=default", "--indent-heuristic"),
    *("--inter-hunk-context=0", "--ignore-submodules=none", "--submodule=short"),
)


@dataclass(frozen=True, slots=True)
class Base:
    """A commit on the branch from which following goes on: its files, and the commits whose lines they hold, in order of their numbers."""

    commit: str
    numbers: Sequence[str]
    tree: Tree


class History:
    """Follows the lines of all commits of `tip` that `base` does not have. A new name of a file is a death unless `renames` is set, a new place
    of a block unless `moves` is.

    Raises:
        GitFailed: git did, or an object is missing.
    """

    def __init__(
        self, git: Git, tip: str, *, renames: bool = False, moves: bool = False, base: Base | None = None
    ) -> None:
        self.git = git
        self.renames, self.moves = renames, moves
        self.times: dict[str, int] = {}
        self.parents: dict[str, list[str]] = {}
        self._list((tip, f"^{base.commit}") if base else (tip,))
        children: dict[str, int] = {}
        for parents in self.parents.values():
            for parent in parents:
                children[parent] = children.get(parent, 0) + 1
        self.placed = arrivals(self.parents, tip)
        self.follower = Follower(
            self.placed,
            children,
            base.numbers if base else (),
            {base.commit: base.tree} if base else None,
        )

    def follow(self) -> Iterator[Followed]:
        """One after the other, parents first. Nothing may be counted before it has come to its end.

        Raises:
            GitFailed, Damaged: git failed, or told something else than it promises.
        """
        merges = [commit for commit, parents in self.parents.items() if len(parents) > 1]
        with ExitStack() as streams:
            plain = self._diffs(streams, self.parents, "-p", "-U0")
            # A combined diff without context hides lines; the diffs that it is made of have none all the same.
            columns = self._diffs(
                streams, merges, "-c", "-p", "-U1", *(("--combined-all-paths",) if self.renames else ())
            )
            against_first = self._diffs(streams, [f"{merge} {self.parents[merge][0]}" for merge in merges])
            for commit, parents in self.parents.items():
                first: Sequence[FileDiff] = ()
                step = next_of(plain, commit)
                if len(parents) > 1:
                    step = next_of(columns, commit)
                    first = next_of(against_first, commit).files
                yield self.follower.read(Step(commit, step.files), self.times[commit], parents, first)
            if any(next(others, None) for others in (plain, columns, against_first)):
                raise Damaged("git tells of more commits than the history has")

    def _diffs(self, streams: ExitStack, given: Sequence[str] | dict[str, list[str]], *how: str) -> Iterator[Step]:
        names = "--find-renames" if self.renames else "--no-renames"
        moves = self.moves and "-U0" in how
        return steps(streams.enter_context(self.git.stream(*DIFF_TREE, names, *how, given=given)), moves=moves)

    def _list(self, commits: tuple[str, ...]) -> None:
        """Time and parents of all commits, parents before children."""
        words = ("rev-list", "--topo-order", "--reverse", "--parents", "--timestamp", *commits, "--")
        with self.git.stream(*words) as out:
            for line in out:
                at, commit, *parents = line.decode("ascii").split()
                self.times[commit] = int(at)
                self.parents[commit] = list(dict.fromkeys(parents))


def next_of(steps_: Iterator[Step], commit: str) -> Step:
    """The next commit of an answer, which comes in the order that was asked for."""
    step = next(steps_, None)
    if not step or step.commit != commit:
        raise Damaged("git tells of other commits than were asked for")
    return step
