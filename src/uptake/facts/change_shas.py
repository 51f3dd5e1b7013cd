"""The commits of a change: what it became, what its merge brought, its heads, and what its pushes and the order of commits say (rule R-VC-5).

A commit that it became, or that came with its merge, joins it to git; the commits of its branch do so only for marks, for a squash leaves none
of them in the history (decision 0079).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

BY = "all"
NEEDS = ("code_changes",)
GRAIN = ("change", "sha")
COLUMNS = {"change": str, "sha": str, "role": str, "merged": bool}
READS = {
    "became": """
        select change, merge_sha as sha from changes_now where merge_sha is not null
        union select change, squash_sha from changes_now where squash_sha is not null order by all""",
    "brought": """
        select p.change, p.sha
        from (
            select
                b.change,
                l.sha,
                row_number() over (partition by l.sha order by case when o.sha is null then 1 else 2 end, l.repository) as place
            from merged_branches as b
            join commit_lineage as l on l.repository = b.repository and l.merge_sha = b.merge_sha and l.side_sha = b.side_sha
            join commit_facts as f on f.sha = l.sha and not f.merge
            left join commit_copies as o on o.repository = l.repository and o.sha = l.sha
        ) as p
        where p.place = 1
        order by all""",
    "replayed": """
        select distinct l.sha, l.parent_sha
        from commit_lineage as l
        join commit_facts as c on c.sha = l.sha
        join commit_facts as p on p.sha = l.parent_sha
        where not c.merge and not p.merge and c.authored_at < c.committed_at and p.authored_at < p.committed_at
            and date_diff('second', p.committed_at, c.committed_at) between 0 and 60
        order by all""",
    "heads": "select distinct change, head_sha, repository from code_changes where head_sha is not null order by all",
    "newest": "select change, head_sha, coalesce(commits, 0) from changes_now where head_sha is not null order by all",
    "pushed": "select distinct repository, head_sha, sha from change_commits where head_sha is not null order by all",
    "parents": "select distinct repository, sha, parent_sha from change_commits where parent_sha is not null order by all",
}
BECAME, HEAD, BRANCH = "became", "head", "branch"


def make(
    became: Iterable[tuple[str, str]],
    brought: Iterable[tuple[str, str]],
    replayed: Iterable[tuple[str, str]],
    heads: Iterable[tuple[str, str, str]],
    newest: Iterable[tuple[str, str, int]],
    pushed: Iterable[tuple[str, str, str]],
    parents: Iterable[tuple[str, str, str]],
) -> Iterator[tuple[str, str, str, bool]]:
    """Rows (change, sha, role, merged). Of a commit in two roles the first one counts: became, head, branch.

    `merged`: it stands in the history of a repository because of this change.
    """
    by_push: dict[tuple[str, str], list[str]] = defaultdict(list)
    for repository, head, sha in pushed:
        by_push[repository, head].append(sha)
    parent = {(repository, sha): before for repository, sha, before in parents}
    found: dict[tuple[str, str], str] = dict.fromkeys(became, BECAME)
    ends = list(found)
    repositories = {}
    branch: list[tuple[str, str]] = []
    for change, head, repository in heads:
        repositories[change] = repository
        found.setdefault((change, head), HEAD)
        branch += [(change, sha) for sha in by_push[repository, head]]
    counts = {}
    for change, head, commits in newest:
        counts[change] = commits
        branch += [(change, sha) for sha in _before(parent, repositories[change], head, commits)]
    merged = {*ends, *brought, *_rebased(ends, dict(replayed), counts)}
    for key in (*branch, *merged):
        found.setdefault(key, BRANCH)
    for (change, sha), role in sorted(found.items()):
        yield change, sha, role, (change, sha) in merged


def _rebased(ends: list[tuple[str, str]], before: dict[str, str], counts: dict[str, int]) -> Iterator[tuple[str, str]]:
    """The commits that a rebase put below the one that a change became: as many as the host says that it has, and none of another change.

    `before`: the parent of each commit that was made anew within the same minute. A squash is made at once, not anew.
    """
    taken = {sha for _, sha in ends}
    for change, end in ends:
        sha = end
        for _ in range(counts.get(change, 0) - 1):
            parent = before.get(sha)
            if parent is None or parent in taken:
                break
            sha = parent
            yield change, sha


def _before(parent: dict[tuple[str, str], str], repository: str, head: str, commits: int) -> Iterator[str]:
    """The commits of a branch from its head backwards: as many as the host says that it has, as far as they are known."""
    sha = head
    for _ in range(commits):
        yield sha
        before = parent.get((repository, sha))
        if before is None:
            return
        sha = before
