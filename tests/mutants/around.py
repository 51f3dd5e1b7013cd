"""Mutants around the scores: loading, identity, evidence, seats, small groups, policy, and the door."""

from __future__ import annotations

from .listed import FACTS, LOADS, Mutant

RECLAIM = "tests/test_properties_reclaim.py"
ON_THE_LIST = f"{RECLAIM}::test_no_joiner_and_nobody_on_leave_is_on_the_reclaim_list"
OWNERS = f"{FACTS}::test_an_account_is_given_to_one_person_or_to_nobody"
CONTRADICTED = f"{FACTS}::test_a_seat_list_that_knows_of_newer_activity_contradicts_every_later_zero"

AROUND = (
    Mutant(
        "conflict in one call won by arrival", "warehouse/judge.sql",
        "order by f.fetched_at desc, r.rank desc, r.revision desc, r.rec)", "order by r.rec desc)",
        (f"{LOADS}::test_property_3_of_two_calls_in_one_the_later_fetched_wins",),
    ),
    Mutant(
        "the later call always wins", "warehouse/judge.sql",
        "and (old.fetched_at, old.rank, old.revision) < (v.fetched_at, v.rank, v.revision)", "and true",
        (f"{LOADS}::test_property_3_of_two_versions_of_a_day_the_later_fetched_wins_in_any_order",),
    ),
    Mutant(
        "vanished rows stay", "warehouse/merge.py",
        "w.report = old.report and w.fetched_at > old.fetched_at", "w.report = old.report and false",
        (f"{LOADS}::test_a_row_that_vanished_upstream_vanishes_here",),
    ),
    Mutant(
        "a stale report deletes newer rows", "warehouse/merge.py",
        "w.report = old.report and w.fetched_at > old.fetched_at", "w.report = old.report",
        (f"{LOADS}::test_a_stale_whole_report_that_comes_late_changes_nothing",),
    ),
    Mutant(
        "the hold of a cut people file is gone", "warehouse/merge.py",
        "int(str(lost)) * 10 > int(str(known))", "int(str(lost)) > int(str(known))",
        (f"{LOADS}::test_a_people_file_that_loses_a_tenth_is_held",),
    ),
    Mutant(
        "quarantined records are not counted", "warehouse/staging.py",
        "notes.quarantined += 1", "notes.quarantined += 0",
        (f"{LOADS}::test_one_bad_record_never_drops_its_batch",),
    ),
    Mutant(
        "an incomplete seat list ends seats", "facts/seat_spans.sql",
        "coalesce(l.seats, 0) >= s.stated and", "",
        (f"{LOADS}::test_a_short_page_ends_no_seat",),
    ),
    Mutant(
        "28-day report beats 1-day file", "facts/usage_facts.sql",
        "order by r.precedence, v.fetched_at desc", "order by r.precedence desc, v.fetched_at desc",
        (f"{FACTS}::test_the_best_report_of_a_day_is_taken_and_two_are_never_added",),
    ),
    Mutant(
        "reports of two tenants are added", "facts/usage_facts.sql",
        "where r.version_place = 1 or not r.tenants_repeat", "where true",
        (f"{FACTS}::test_the_best_report_of_a_day_is_taken_and_two_are_never_added",),
    ),
    Mutant(
        "a report of zeros hides telemetry", "facts/usage_facts.sql",
        "case when t.source is null then 1000 else 0 end + o.source_place", "o.source_place",
        ("tests/sources/test_codex.py::test_a_report_that_tells_of_no_use_hides_no_use_of_which_telemetry_tells",),
    ),
    Mutant(
        "sums of events count as accounts that report", "facts/reporting_days.sql",
        "where u.precedence < 9", "",
        ("tests/sources/test_cursor_days.py::test_a_damaged_day_of_a_member_proves_no_zero_and_no_other_report_mends_it",),
    ),
    Mutant(
        "events vanish with --complete", "warehouse/merge.py",
        " and r.report > 0", "",
        ("tests/sources/test_cursor_days.py::test_a_later_answer_corrects_a_cost_and_complete_makes_no_event_vanish",),
    ),
    Mutant(
        "shared account given to the first", "facts/account_people.py",
        "            for person in people:\n                yield tool, account, first, last, person, len(people) > 1, person in directory.everybody",
        "            for person in people[:1]:\n                yield tool, account, first, last, person, False, True",
        (OWNERS, f"{FACTS}::test_a_shared_account_is_nobodys_and_both_are_excluded"),
    ),
    Mutant(
        "a service account is a person", "facts/account_people.py",
        "if not explicit and any(service for _, _, service, _ in names):", "if False:",
        (OWNERS,),
    ),
    Mutant(
        "contradiction ignored", "scores/seat_proofs.sql",
        "max(case when e.contradicted_from <= d.day then 1 else 0 end)", "0",
        (CONTRADICTED,),
    ),
    Mutant(
        "a name but for its accents is nobody", "scores/seat_proofs.sql",
        "(i.person_id = d.person_id or i.person_id = '' and d.account = '')", "i.person_id = '' and d.account = ''",
        ("tests/attack/test_labels.py::test_narrow_gaps_hide_nobody",),
    ),
    Mutant(
        "old client ignored", "scores/seat_proofs.sql",
        "when reported = 1 and too_old = 0 and contradicted = 0 then 0", "when reported = 1 and contradicted = 0 then 0",
        (f"{FACTS.replace('facts', 'segments')}::test_one_observed_day_is_not_enough_to_be_heavy",),
    ),
    Mutant(
        "use of nobody hides nobody's use", "scores/seat_proofs.sql",
        "disputed = 1 or unplaced_use = 1 or", "disputed = 1 or",
        ("tests/test_against_oracle.py::test_every_spec_holds_in_the_product[use-of-nobody]",),
    ),
    Mutant(
        "breadth by few labels", "scores/breadth.py",
        "if counted and den * sum(known.values()) >= num * every:", "if counted:",
        ("tests/test_task_types.py::test_breadth_is_not_told_where_the_labels_tell_too_little",),
    ),
    Mutant(
        "a volume of few people", "pipeline/tasks.py",
        "volume.people > k and 2 *", "2 *",
        ("tests/test_task_types.py::test_a_volume_of_ten_people_is_closed_and_takes_the_smallest_other_with_it",),
    ),
    Mutant(
        "one closed volume alone", "pipeline/tasks.py",
        "if closed == 1 and choice:", "if closed > 99 and choice:",
        ("tests/test_task_types.py::test_a_single_line_without_enough_people_takes_the_smallest_other_with_it",),
    ),
    Mutant(
        "a failed job has no remedy", "state/runs.py",
        'if result in (DONE, AT_WORK, "", None):', "if result:",
        ("tests/test_not_observed.py::test_the_next_run_and_the_remedy_of_a_failed_one_are_told",),
    ),
    Mutant(
        "a witness for 29 days", "facts/witness_months.sql",
        "cast(max(day) + 28 as date)", "cast(max(day) + 29 as date)",
        (f"{FACTS}::test_zero_without_proof_is_not_observed",),
    ),
    Mutant(
        "half of the accounts is not needed", "facts/source_days.py",
        "2 * count < expected", "4 * count < expected",
        (f"{FACTS}::test_a_day_is_complete_by_the_rule_and_in_any_order",),
    ),
    Mutant(
        "a damaged record leaves its day complete", "facts/source_days.py",
        "if day in damaged:", "if False:",
        (f"{FACTS}::test_a_day_is_complete_by_the_rule_and_in_any_order",),
    ),
    Mutant(
        "joiners of 89 days are idle", "snapshot/models/person_seats.sql",
        "and c.start_date <= cast(t.day - 90 as date)", "and c.start_date <= cast(t.day - 89 as date)",
        (ON_THE_LIST,),
    ),
    Mutant(
        "seats of 89 days are idle", "snapshot/models/person_seats.sql",
        "and o.first_day <= cast(t.day - 90 as date)", "and o.first_day <= cast(t.day - 89 as date)",
        (ON_THE_LIST,),
    ),
    Mutant(
        "people on leave are idle", "snapshot/models/person_seats.sql",
        "and t.day between a.first_day and a.last_day),", "and false),",
        (ON_THE_LIST,),
    ),
    Mutant(
        "insufficient people are idle", "snapshot/models/person_seats.sql",
        "and n.segment not in ('insufficient', 'excluded')", "and n.segment <> 'excluded'",
        (ON_THE_LIST,),
    ),
    Mutant(
        "ended seats are idle", "snapshot/models/person_seats.sql",
        "and o.last_day >= t.day", "and true",
        (ON_THE_LIST,),
    ),
    Mutant(
        "rows are not filtered", "reads/query.py",
        'where = f"({predicate}) and {where}"', 'where = f"({predicate} or true) and {where}"',
        (f"{RECLAIM}::test_the_licence_manager_sees_proposals_and_no_other_seat",),
    ),
    Mutant(
        "a row behind a seal is left out of a list", "reads/parts.py",
        "behind, part.size + 1 + skipped", "behind, part.size + 1",
        ("tests/web/test_parts.py::test_the_parts_of_a_list_are_the_list",),
    ),
    Mutant(
        "audit record skipped", "reads/visit.py",
        "if spec.level in (PERSON, BY_POLICY, REGISTER):", "if spec.level in (BY_POLICY, REGISTER):",
        (f"{RECLAIM}::test_every_person_question_leaves_an_audit_record",),
    ),
    Mutant(
        "the purpose wall is down", "policy/rules.py",
        "or _behind_wall(viewer, policy) or _locked", "or _locked",
        ("tests/test_policy.py::test_the_purpose_wall_stands_for_every_question_role_and_profile",),
    ),
    Mutant(
        "assurance without a case", "policy/rules.py",
        'if not (viewer.case_id or "").strip():', "if False:",
        ("tests/test_policy.py::test_compliance_needs_assurance_and_a_case",),
    ),
    Mutant(
        "a fallen cell is back at once", "disclosure/cells.py",
        "HOLD = 2", "HOLD = 0",
        ("tests/test_disclosure.py::test_a_fallen_cell_returns_after_two_periods_above",),
    ),
    Mutant(
        "a few joiners take a department out of sight", "disclosure/cells.py",
        "if bucket is None or self._good(bucket):", "if True:",
        ("tests/test_disclosure.py::test_joiners_whom_nobody_hides_wait_and_take_no_unit_out_of_sight",),
    ),
    Mutant(
        "joiners of one line are shown beside the lines", "disclosure/successive.py",
        "return sum(sizes) > k and sum(sizes) - max(sizes) >= k", "return sum(sizes) > k",
        ("tests/test_successive.py::test_joiners_of_several_lines_join_together",),
    ),
    Mutant(
        "a department's count goes before the bounds of another", "disclosure/bounds.py",
        "if not level and cell not in self.blank:", "if not near and cell not in self.blank:",
        ("tests/test_disclosure_wide.py::test_a_department_of_another_line_goes_before_the_count_of_the_company",),
    ),
    Mutant(
        "counts are shown again unseen", "disclosure/bounds.py",
        "return bool(self.single() or self.by_ranges() or self.by_equations())", "return False",
        ("tests/test_disclosure_wide.py::test_bounds_of_two_departments_go_before_the_count_of_their_line",),
    ),
    Mutant(
        "the company's count goes first", "disclosure/reading.py",
        "choice = found[max(found)]", "choice = found[min(found)]",
        ("tests/test_disclosure_wide.py::test_the_count_of_the_smallest_unit_is_withheld_and_no_more",),
    ),
    Mutant(
        "a count of two is shown", "disclosure/bounds.py",
        "EDGE = 3", "EDGE = 2",
        ("tests/test_disclosure_bounds.py::test_a_count_of_nearly_nobody_or_nearly_everybody_is_bounded",),
    ),
)  # fmt: skip
