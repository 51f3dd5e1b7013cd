"""A repository followed line by line, and all that was said on the way."""

import pathlib
from collections import Counter

from tests import git_histories as gh

from uptake.sources.git.lines.follow import Followed
from uptake.sources.git.lines.history import Base, History
from uptake.sources.git.lines.runs import UNKNOWN
from uptake.sources.git.lines.tree import Tree
from uptake.sources.git.program import Git


def lines_of(tree: Tree) -> Counter[int]:
    found: Counter[int] = Counter()
    for _, (_, runs) in tree.files():
        for at in range(0, len(runs), 2):
            if runs[at] != UNKNOWN:
                found[runs[at]] += runs[at + 1]
    return found


class Told:
    """All that following a history says: by commit what it did, and whose lines it has."""

    def __init__(
        self,
        repository: pathlib.Path,
        tip: str,
        *,
        renames: bool = False,
        moves: bool = False,
        base: Base | None = None,
    ) -> None:
        self.history = History(Git(repository), tip, renames=renames, moves=moves, base=base)
        self.rows: dict[str, Followed] = {}
        self.states: dict[str, Counter[str]] = {}
        self.trees: dict[str, Tree] = {}
        follower = self.history.follower
        for row in self.history.follow():
            self.rows[row.commit] = row
            self.trees[row.commit] = follower.trees[row.commit].fork()
            names = list(follower.numbers)
            self.states[row.commit] = Counter({names[n]: c for n, c in lines_of(self.trees[row.commit]).items()})
        self.names = list(follower.numbers)

    def alive(self, commit: str, when: int) -> int:
        born = self.rows[commit]
        lost = sum(
            loss.lines
            for row in self.rows.values()
            if row.at <= when
            for loss in row.losses
            if loss.owner == born.number
        )
        return born.added - lost


def linear(repository: pathlib.Path, *states: dict[str, bytes], message: str = "work") -> list[gh.Drawn]:
    history = [
        gh.Drawn([number - 1] if number else [], files, gh.START + number * gh.DAY, message)
        for number, files in enumerate(states)
    ]
    gh.write(repository, history)
    return history
