"""Mutants of the source git: a count that is short, a mark on the wrong commit, a program that is run, a row that tells of one person."""

from __future__ import annotations

from .listed import Mutant

READ, MARKS, NOTES, ANSWERS = (
    "tests/sources/test_git.py",
    "tests/sources/test_git_marks.py",
    "tests/sources/test_git_notes.py",
    "tests/test_repositories.py",
)
MISSING = f"{READ}::test_a_missing_object_stops_the_load"
MONTHS = f"{ANSWERS}::test_months_of_few_authors_and_what_would_follow_from_the_total_are_not_released"
WHO_SEES = f"{ANSWERS}::test_operators_see_every_repository_and_others_the_released_ones"

REPOSITORIES = (
    Mutant("git: a failed command is taken for done", "sources/git/program.py", "if child.returncode not in codes:", "if not codes:", (MISSING,)),
    Mutant(
        "git: textconv of the repository is run", "sources/git/repository.py", '"--no-textconv",', '"--textconv",',
        (f"{READ}::test_nothing_of_a_hostile_repository_is_run",),
        equivalent="git counts lines without it: it is said all the same",
    ),
    Mutant("git: the caller's environment", "sources/git/program.py", "env=_environment(self._path),", "env={**os.environ, **_environment(self._path)},",
           (f"{READ}::test_the_environment_of_the_caller_says_nothing",)),
    Mutant("git: replaced objects are followed", "sources/git/program.py", '"GIT_NO_REPLACE_OBJECTS": "1",', "",
           (f"{READ}::test_replaced_objects_grafts_and_a_lying_commit_graph_change_nothing",)),
    Mutant("git: a shallow clone is counted", "sources/git/repository.py", '.strip() == b"true"', '.strip() == b"True"',
           (f"{READ}::test_a_shallow_and_a_partial_clone_are_refused",)),
    Mutant("git: renames are found", "sources/git/repository.py", '"--no-renames",', '"-M",', (f"{READ}::test_a_moved_file_is_deleted_and_added_as_without_rename_detection",)),
    Mutant("git: what is gone stays", "warehouse/merge.py", "join stage_gone g on g.key = old.key where old.source = $source",
           "join stage_gone g on g.key = old.key where false", (f"{ANSWERS}::test_a_second_load_changes_nothing_and_a_rewritten_history_is_counted_as_it_is",)),
    Mutant("git: a reverting message marks", "sources/git/marks.py", "        seen.reverts = reverted[1]\n        return\n", "        seen.reverts = reverted[1]\n",
           (f"{MARKS}::test_what_marks_nothing",)),
    Mutant("git: the message of a merge marks", "sources/git/repository.py", "        if not merge:\n            of_message", "        if True:\n            of_message",
           (f"{MARKS}::test_the_message_of_a_merge_repeats_and_its_author_counts",)),
    Mutant("git: a review bot is an author", "sources/git/marks.py", "or found.mark_class not in MARKS:", ":", (f"{MARKS}::test_what_marks_nothing",)),
    Mutant("git: a note with a conversation is taken", "sources/git/note.py", "if not strip_messages:", "if strip_messages:",
           (f"{NOTES}::test_a_note_with_a_conversation_is_refused_with_the_name_of_the_field",)),
    Mutant("git: ranges that overlap count twice", "sources/git/note.py", "count += max(0, last - max(first - 1, end))", "count += last - first + 1",
           (f"{NOTES}::test_ranges_are_counted_by_tool_and_what_nobody_stands_for_is_unknown",)),
    Mutant("git: k authors are enough", "snapshot/groups/ai_marks.sql", "s.authors > $k", "s.authors >= $k", (WHO_SEES,)),
    Mutant("git: few others are shown", "snapshot/groups/ai_marks.sql", "r.other_authors > $k", "true", (WHO_SEES,)),
    Mutant("git: the hidden month follows from the total", "snapshot/groups/code_volume.sql", "coalesce(h.enough, true)", "true", (MONTHS,)),
    Mutant("git: everybody sees every repository", "policy/rules.py", "return p.Everything() if every else p.ReleasedRows(spec.released_column)",
           "return p.Everything()", (WHO_SEES,)),
    Mutant("git: robots are authors", "facts/commit_facts.sql", "case when not o.robot then", "case when true then", (WHO_SEES,)),
)  # fmt: skip
