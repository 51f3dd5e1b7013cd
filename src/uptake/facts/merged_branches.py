"""Which merged change each branch in a history came with: the innermost merge around it that a change became (decision 0079).

A merge brings a side branch, and with it whatever had been merged into that one. Commits of a branch inside it that came with a change of its
own are those of that change; all others are those of the change around it. So no commit is in two changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

BY = "all"
NEEDS = ("commit_lineage",)
GRAIN = ("repository", "merge_sha", "side_sha")
COLUMNS = {"repository": str, "merge_sha": str, "side_sha": str, "change": str}
READS = {
    "branches": """
        select distinct l.repository, l.merge_sha, l.side_sha, m.merge_sha as next_merge, m.side_sha as next_side
        from commit_lineage as l
        left join commit_lineage as m on m.repository = l.repository and m.sha = l.merge_sha
        where l.merge_sha is not null
        order by all""",
    "became": """
        select change, merge_sha, head_sha, squash_sha from changes_now
        where merged_at is not null and merge_sha is not null
        order by all""",
}
Branch = tuple[str, str, str]
"""Repository, the merge in which it ends, its newest commit."""


def make(
    branches: Iterable[tuple[str, str, str, str | None, str | None]],
    became: Iterable[tuple[str, str, str | None, str | None]],
) -> Iterator[tuple[str, str, str, str]]:
    """Rows (repository, merge, newest commit of the branch, change); none of a branch that came with no known change."""
    changes: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for change, merge, *heads in became:
        changes[merge][change] = {sha for sha in heads if sha}
    around: dict[Branch, Branch | None] = {}
    sides: dict[tuple[str, str], list[str]] = defaultdict(list)
    for repository, merge, side, above, above_side in branches:
        around[repository, merge, side] = (repository, above, above_side) if above and above_side else None
        sides[repository, merge].append(side)
    found: dict[Branch, str | None] = {}
    for branch in around:
        passed: list[Branch] = []
        at: Branch | None = branch
        while at is not None and at not in found:
            own = change_of(at[2], changes.get(at[1], {}), sides[at[:2]])
            if own:
                found[at] = own
            else:
                passed.append(at)
                at = around[at]
        found |= dict.fromkeys(passed, found[at] if at else None)
        if of := found[branch]:
            yield (*branch, of)


def change_of(side: str, changes: dict[str, set[str]], sides: list[str]) -> str | None:
    """Of the changes that became a merge the one whose newest commit the branch ends with.

    A host may know another newest commit than was merged: then the one change has the one branch.
    """
    named = [change for change, heads in changes.items() if side in heads]
    if named or len(changes) != 1:
        return named[0] if len(named) == 1 else None
    (change, heads), *_ = changes.items()
    return None if heads & set(sides) else change
