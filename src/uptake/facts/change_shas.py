"""The commits of a change: what it became, its heads, and what its pushes and the order of commits say (rule R-VC-5).

A commit that it became joins it to git; the commits of its branch do so only for marks, for a squash leaves none of them in the history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

BY = "all"
NEEDS = ("code_changes",)
GRAIN = ("change", "sha")
COLUMNS = {"change": str, "sha": str, "role": str}
READS = {
    "became": """
        select change, merge_sha as sha from changes_now where merge_sha is not null
        union select change, squash_sha from changes_now where squash_sha is not null order by all""",
    "heads": "select distinct change, head_sha, repository from code_changes where head_sha is not null order by all",
    "newest": "select change, head_sha, coalesce(commits, 0) from changes_now where head_sha is not null order by all",
    "pushed": "select distinct repository, head_sha, sha from change_commits where head_sha is not null order by all",
    "parents": "select distinct repository, sha, parent_sha from change_commits where parent_sha is not null order by all",
}
BECAME, HEAD, BRANCH = "became", "head", "branch"


def make(
    became: Iterable[tuple[str, str]],
    heads: Iterable[tuple[str, str, str]],
    newest: Iterable[tuple[str, str, int]],
    pushed: Iterable[tuple[str, str, str]],
    parents: Iterable[tuple[str, str, str]],
) -> Iterator[tuple[str, str, str]]:
    """Rows (change, sha, role). Of a commit in two roles the first one counts: became, head, branch."""
    by_push: dict[tuple[str, str], list[str]] = defaultdict(list)
    for repository, head, sha in pushed:
        by_push[repository, head].append(sha)
    parent = {(repository, sha): before for repository, sha, before in parents}
    found: dict[tuple[str, str], str] = dict.fromkeys(became, BECAME)
    repositories = {}
    branch: list[tuple[str, str]] = []
    for change, head, repository in heads:
        repositories[change] = repository
        found.setdefault((change, head), HEAD)
        branch += [(change, sha) for sha in by_push[repository, head]]
    for change, head, commits in newest:
        branch += [(change, sha) for sha in _before(parent, repositories[change], head, commits)]
    for key in branch:
        found.setdefault(key, BRANCH)
    for (change, sha), role in sorted(found.items()):
        yield change, sha, role


def _before(parent: dict[tuple[str, str], str], repository: str, head: str, commits: int) -> Iterator[str]:
    """The commits of a branch from its head backwards: as many as the host says that it has, as far as they are known."""
    sha = head
    for _ in range(commits):
        yield sha
        before = parent.get((repository, sha))
        if before is None:
            return
        sha = before
