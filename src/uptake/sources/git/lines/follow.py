"""Lines of each commit followed forward: one pass over the diffs of a history, as exact as a `git blame` of every state (decision 0053).

What is kept of a commit are the runs of owners of its files, and only until its last child was read; a child shares what it does not
change. Owners are numbers of commits in the order in which they were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from uptake.sources.git.lines.arrivals import Arrivals
from uptake.sources.git.lines.change import Change
from uptake.sources.git.lines.diffs import FileDiff, Step
from uptake.sources.git.lines.tree import Tree

MAIN = 0


@dataclass(frozen=True, slots=True)
class Loss:
    """Lines that a branch had before a commit and has no longer with it; fewer than none: a merge brought them back."""

    owner: int
    by: int
    """The commit that took them out: on a branch that a merge brought, else the commit itself."""
    lines: int
    replaced: bool
    """Other lines stand in their place."""


@dataclass(slots=True)
class Followed:
    """What one commit did: lines it added (a merge: lines that no parent has), and lines lost with it."""

    commit: str
    at: int
    merge: bool
    number: int
    added: int
    losses: list[Loss]


@dataclass(slots=True)
class Taking:
    """Lines of another branch that a commit took out of its own."""

    by: int
    lines: int
    replaced: bool


@dataclass(slots=True)
class Branch:
    """Lines that its commits have on it, and what it took out of lines that stand elsewhere until a merge tells."""

    alive: dict[int, int] = field(default_factory=dict)
    taken: dict[int, list[Taking]] = field(default_factory=dict)


class Follower:
    """Reads commits, parents before children. `trees` are those of commits read in an earlier run, whose numbers are `numbers`."""

    def __init__(
        self,
        placed: Arrivals,
        children: dict[str, int],
        numbers: Sequence[str] = (),
        trees: dict[str, Tree] | None = None,
    ) -> None:
        self.placed = placed
        self.children = children
        self.numbers = {commit: number for number, commit in enumerate(numbers)}
        self.trees = trees or {}
        self.branch_of = dict.fromkeys(range(len(numbers)), MAIN)
        self.into: dict[int, int] = {}
        self.branches: dict[int, Branch] = {}

    def read(self, step: Step, at: int, parents: Sequence[str], against_first: Sequence[FileDiff] = ()) -> Followed:
        """`at`: committer time in seconds. `against_first`: for a merge, its files that differ from those of its first parent."""
        number = self.numbers.setdefault(step.commit, len(self.numbers))
        trees = [self.trees[parent] for parent in parents] or [Tree()]
        change = Change(number, trees)
        where = self.placed.branch[step.commit]
        if len(parents) > 1:
            change.merge(step.files, against_first)
            losses = self._merge(step, number, where, change)
        else:
            change.plain(step.files)
            losses = self._plain(number, where, change)
        self.branch_of[number] = where
        if where != MAIN:
            self._branch(where).alive[number] = change.added
        self._hand_on(step.commit, parents, change)
        return Followed(step.commit, at, len(parents) > 1, number, change.added, losses)

    def _plain(self, number: int, where: int, change: Change) -> list[Loss]:
        losses = []
        branch = self._branch(where)
        for (owner, replaced), lines in change.gone.items():
            if not lines:
                continue  # all of them stand elsewhere in the commit
            if self._where(owner) == where:
                losses.append(self._lose(branch, Loss(owner, number, lines, replaced)))
            else:
                branch.taken.setdefault(owner, []).append(Taking(number, lines, replaced))
        return losses

    def _merge(self, step: Step, number: int, where: int, change: Change) -> list[Loss]:
        ended = [self._end(side) for side in self.placed.ends.get(step.commit, ())]
        branch, losses = self._branch(where), []
        for owner, more in change.delta.items():
            if more and self._where(owner) == where:
                losses += [self._lose(branch, loss) for loss in told(owner, -more, number, ended)]
        for side in ended:
            for owner, before in side.alive.items():
                after = change.delta.get(owner, 0)
                if before != after:
                    losses.append(Loss(owner, number, before - after, replaced=False))
                if where != MAIN:
                    branch.alive[owner] = after
        self.into |= dict.fromkeys(self.placed.ends.get(step.commit, ()), where)
        if where != MAIN:
            self._hand_up(branch, where, ended)
        return losses

    def _hand_up(self, branch: Branch, where: int, ended: list[Branch]) -> None:
        for side in ended:
            for owner, takings in side.taken.items():
                if self._where(owner) != where:
                    branch.taken.setdefault(owner, []).extend(takings)

    def _lose(self, branch: Branch, loss: Loss) -> Loss:
        if loss.owner in branch.alive:
            branch.alive[loss.owner] -= loss.lines
        return loss

    def _where(self, owner: int) -> int:
        """The branch on which the commit stands by now."""
        number = self.branch_of[owner]
        while number in self.into:
            number = self.into[number]
        self.branch_of[owner] = number
        return number

    def _branch(self, number: int) -> Branch:
        return self.branches.setdefault(number, Branch())

    def _end(self, number: int) -> Branch:
        return self.branches.pop(number)

    def _hand_on(self, commit: str, parents: Sequence[str], change: Change) -> None:
        """A tree lives until the last child was read; the last child takes it over."""
        first = change.trees[0]
        last = not parents or self.children[parents[0]] == 1
        for parent in parents:
            self.children[parent] -= 1
            if not self.children[parent]:
                del self.trees[parent]
        tree = first if last else first.fork()
        change.apply(tree)
        self.trees[commit] = tree


def told(owner: int, lines: int, merge: int, ended: list[Branch]) -> list[Loss]:
    """Lines that a merge no longer has, by the commits of the branches it brought that took out lines of that owner, oldest first."""
    losses = []
    for side in ended if lines > 0 else ():
        for taking in side.taken.get(owner, ()):
            if part := min(lines, taking.lines):
                losses.append(Loss(owner, taking.by, part, taking.replaced))
                taking.lines -= part
                lines -= part
    if lines:
        losses.append(Loss(owner, merge, lines, replaced=False))
    return losses
