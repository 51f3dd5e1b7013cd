"""The commits of a change that only a walk finds: down its branch from its head, and down the history from what a rebase made of it.

Few changes are walked: most have one commit, or one whose parent nobody told. All others are joined in `change_shas` (decision 0079).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

BY = "all"
NEEDS = ("code_changes",)
GRAIN = ("change", "sha")
COLUMNS = {"change": str, "sha": str, "merged": bool}
_BECAME = """
        select change, merge_sha as sha from changes_now where merge_sha is not null
        union select change, squash_sha as sha from changes_now where squash_sha is not null"""
_REPLAYED = """
        select distinct l.sha, l.parent_sha
        from commit_lineage as l
        join commit_facts as c on c.sha = l.sha
        join commit_facts as p on p.sha = l.parent_sha
        where not c.merge and not p.merge and c.authored_at < c.committed_at and p.authored_at < p.committed_at
            and date_diff('second', p.committed_at, c.committed_at) between 0 and 60"""
READS = {
    "heads": """
        select distinct c.change, c.repository, c.head_sha, c.commits
        from changes_now as c
        join change_commits as k on k.repository = c.repository and k.sha = c.head_sha and k.parent_sha is not null
        where c.commits > 1
        order by all""",
    "parents": "select distinct repository, sha, parent_sha from change_commits where parent_sha is not null order by all",
    "ends": f"""
        with became as ({_BECAME}),
        replayed as ({_REPLAYED})
        select distinct b.change, b.sha, c.commits
        from became as b
        join changes_now as c on c.change = b.change and c.head_sha is not null and c.commits > 1
        join replayed as r on r.sha = b.sha
        order by all""",
    "taken": f"""
        with became as ({_BECAME}),
        replayed as ({_REPLAYED})
        select distinct b.sha from became as b join replayed as r on r.parent_sha = b.sha order by all""",
    "replayed": f"{_REPLAYED} order by all",
}


def make(
    heads: Iterable[tuple[str, str, str, int]],
    parents: Iterable[tuple[str, str, str]],
    ends: Iterable[tuple[str, str, int]],
    taken: Iterable[tuple[str]],
    replayed: Iterable[tuple[str, str]],
) -> Iterator[tuple[str, str, bool]]:
    """Rows (change, sha, merged). `merged`: it stands in the history of a repository because of this change."""
    parent = {(repository, sha): before for repository, sha, before in parents}
    rebased = set(_rebased(ends, dict(replayed), {sha for (sha,) in taken}))
    branch = {
        (change, sha)
        for change, repository, head, commits in heads
        for sha in _before(parent, repository, head, commits)
    }
    for change, sha in sorted(branch | rebased):
        yield change, sha, (change, sha) in rebased


def _rebased(
    ends: Iterable[tuple[str, str, int]], before: dict[str, str], taken: set[str]
) -> Iterator[tuple[str, str]]:
    """The commits that a rebase put below the one that a change became: as many as the host says that it has, and none of another change.

    `before`: the parent of each commit that was made anew within the same minute. A squash is made at once, not anew.
    """
    for change, end, commits in ends:
        sha = end
        for _ in range(commits - 1):
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
