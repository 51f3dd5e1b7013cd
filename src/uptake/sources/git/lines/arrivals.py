"""On which branch each commit stands, and by which commit it arrived on the next one (decision 0053).

The first parents of the newest commit are branch 0. A merge on it brings the commits that were not reachable before: they are a branch
of their own that ends in the merge, and the same holds inside it. So each commit but the newest one has exactly one next commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Parents = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Arrivals:
    """Branch of each commit, and the branches that end in a commit, by the order of its parents."""

    branch: dict[str, int]
    ends: dict[str, list[int]] = field(default_factory=dict)
    sides: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Of each branch but 0: the merge in which it ends, and its newest commit."""

    def brought(self, commit: str) -> tuple[str, str] | None:
        """The merge that brought a commit to the next branch, and the newest commit that it brought with it."""
        return self.sides.get(self.branch[commit])


def arrivals(parents: Parents, tip: str) -> Arrivals:
    """`parents` holds the commits to place, and nothing of what was placed before."""
    found = Arrivals(dict.fromkeys(parents, 0))
    heads = [tip] if tip in parents else []
    for number, head in enumerate(heads):  # it grows while it is walked
        chain = first_parents(parents, head, found.branch, number)
        for side, into in claims(parents, chain, found.branch, number, len(heads)):
            found.ends.setdefault(into, []).append(len(heads))
            found.sides[len(heads)] = (into, side)
            heads.append(side)
    return found


def first_parents(parents: Parents, head: str, branch: Mapping[str, int], number: int) -> list[str]:
    """The chain of a branch, from its oldest to its newest commit."""
    chain = []
    commit = head
    while branch.get(commit) == number:
        chain.append(commit)
        if not parents[commit]:
            break
        commit = parents[commit][0]
    return chain[::-1]


def claims(
    parents: Parents, chain: list[str], branch: dict[str, int], number: int, free: int
) -> Iterator[tuple[str, str]]:
    """The heads of branches that end in a commit of the chain; what each brings gets the next free number."""
    settled = set(chain)
    for commit in chain:
        for head in parents[commit][1:]:
            if branch.get(head) != number or head in settled:
                continue
            claim(parents, head, branch, free, settled)
            yield head, commit
            free += 1


def claim(parents: Parents, head: str, branch: dict[str, int], to: int, settled: set[str]) -> None:
    number = branch[head]
    branch[head] = to
    waiting = [head]
    while waiting:
        for parent in parents[waiting.pop()]:
            if branch.get(parent) == number and parent not in settled:
                branch[parent] = to
                waiting.append(parent)
