"""Faults of following lines: whose they are after a merge, when they die, what a later load goes on from, whom an interval fools."""

from __future__ import annotations

from .listed import Mutant

LINES = "tests/sources/test_git_lines.py"
FATES = "tests/sources/test_git_fates.py"
ANSWER = "tests/test_code_survival.py"
UNIQUE = f"{LINES}::test_the_known_fate_of_unique_lines"

FOLLOWED = (
    Mutant(
        "the last parent that has a line gives it", "sources/git/lines/diffs.py", 'columns.find(b" ")', 'columns.rfind(b" ")',
        (f"{LINES}::test_a_line_that_both_parents_have_is_that_of_the_first",),
    ),
    Mutant(
        "a combined diff without context", "sources/git/lines/history.py", '"-c", "-p", "-U1"', '"-c", "-p", "-U0"',
        (f"{LINES}::test_lines_lost_before_a_line_that_stayed_hide_it_from_nobody",),
    ),
    Mutant(
        "a side branch takes lines of the main branch before it is merged", "sources/git/lines/follow.py",
        "if self._where(owner) == where:\n                losses.append", "if True:\n                losses.append",
        (f"{LINES}::test_lines_that_a_branch_took_out_are_lost_when_the_merge_brings_it_and_by_the_commit_that_did_it",),
    ),
    Mutant(
        "a copy of the files writes into the parent's", "sources/git/lines/tree.py", "if not self.mine[which]:", "if False:",
        (UNIQUE,),
    ),
    Mutant(
        "following goes on from any saved commit", "sources/git/lines/read.py",
        "if all(parent in newer or parent == state.commit for words in rows for parent in words[1:]):", "if rows:",
        (f"{FATES}::test_a_branch_that_left_before_the_last_load_is_followed_from_where_it_left",),
    ),
    Mutant(
        "fates of a rewritten branch stay", "sources/git/lines/read.py", "states, state_keys = [], known", "states, state_keys = [], set()",
        (f"{FATES}::test_an_empty_repository_and_a_branch_that_went_back",),
    ),
    Mutant(
        "git that was killed is believed", "sources/git/program.py", "if child.returncode not in codes:", "if False:",
        (f"{LINES}::test_a_git_that_is_killed_stops_it", f"{LINES}::test_a_missing_object_stops_it"),
    ),
    Mutant(
        "lines of merges are at risk", "facts/line_lives.sql", "b.died_sha is null and not b.merge", "b.died_sha is null",
        (f"{ANSWER}::test_the_answer_is_the_known_fate_of_every_line",),
    ),
    Mutant(
        "an interval of lines as if each stood alone", "facts/survival_shares.py", "if m > 1 and spread > 0:\n            alone =",
        "if m > 1 and spread > 0:\n            alone = n\n        elif False:\n            alone =",
        (f"{ANSWER}::test_an_interval_is_that_of_commits_and_not_of_lines",),
    ),
)  # fmt: skip
