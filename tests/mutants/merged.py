"""Faults of merged branches and of clones: lines of somebody else, lines of nobody, lines twice."""

from __future__ import annotations

from .listed import Mutant

MERGES = "tests/changes/test_lines_of_changes.py"
CLONES = "tests/changes/test_clones.py"
BACK = f"{MERGES}::test_main_that_is_merged_back_into_the_branch_is_not_of_the_change"
OCTOPUS = f"{MERGES}::test_an_octopus_is_parted_by_what_each_change_ended_with"
REBASE = f"{MERGES}::test_a_rebase_is_the_commits_that_were_put_on_the_branch_with_its_last_one"
CHOSEN = f"{CLONES}::test_of_clones_counts_the_one_that_the_host_calls_so_else_the_largest_else_the_first"

MERGED = (
    Mutant("merged: a release owns what changes inside it brought", "facts/merged_branches.py", "            if own:\n", "            if own and around[at] is None:\n",
           (f"{MERGES}::test_a_release_holds_what_no_change_inside_it_brought",)),
    Mutant("merged: an octopus is whole of each of its changes", "facts/merged_branches.py", "return None if heads & set(sides) else change", "return change", (OCTOPUS,)),
    Mutant("merged: of an octopus any change will do", "facts/merged_branches.py", "if named or len(changes) != 1:", "if named:", (OCTOPUS,)),
    Mutant("merged: what a branch took out in review was lost later", "facts/change_lives.sql", "case when p.became or f.died_at > p.merged_at then f.lines else 0 end as lost",
           "f.lines as lost", (BACK,)),
    Mutant("merged: what a branch took out in review was merged", "facts/change_lives.sql", "case when not p.became and f.died_at <= p.merged_at then -f.lines else 0 end", "0", (BACK,)),
    Mutant("merged: lines are as old as their commit", "facts/change_lives.sql", "date_diff('second', p.merged_at, f.died_at) as age", "f.age as age",
           (BACK,)),
    Mutant("merged: a branch ends with its merge", "sources/git/lines/arrivals.py", "found.sides[len(heads)] = (into, side)", "found.sides[len(heads)] = (into, into)", (OCTOPUS,)),
    Mutant("merged: a rebase reaches into another change", "facts/branch_shas.py", "if parent is None or parent in taken:", "if parent is None:", (REBASE,)),
    Mutant("merged: a squash was made anew", "facts/branch_shas.py", "c.authored_at < c.committed_at and p.authored_at < p.committed_at", "true", (REBASE,)),
    Mutant("merged: a rebase took hours", "facts/branch_shas.py", "between 0 and 60", "between 0 and 86400", (REBASE,)),
    Mutant("clones: each of them counts", "facts/commit_facts.sql", "where c.day <= t.day and o.sha is null", "where c.day <= t.day", (CHOSEN,)),
    Mutant("clones: the smallest counts", "facts/commit_copies.sql", "r.commits desc", "r.commits", (CHOSEN,)),
    Mutant("clones: the host does not matter", "facts/commit_copies.sql", "r.reading, r.calling, r.commits", "r.reading, r.commits", (CHOSEN,)),
    Mutant("clones: a file of facts hides lines", "facts/commit_copies.sql", "r.reading, r.calling, r.commits", "r.calling, r.commits",
           (f"{CLONES}::test_a_clone_counts_before_a_file_of_facts_which_has_no_lines",)),
    Mutant("clones: a fork ends with its own commits", "facts/line_lives.sql", "join code_newest as n",
           "join (select repository, max(committed_at) as newest_at from commit_facts group by repository) as n",
           (f"{CLONES}::test_a_fork_keeps_its_own_commits_and_is_followed_to_its_end",)),
)  # fmt: skip
