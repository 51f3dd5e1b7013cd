"""Mutants of outcomes: a unit in the wrong corner, a figure of few authors, a change that is called verified, lines that live too long, a break-even."""

from __future__ import annotations

from .listed import Mutant

QUADRANT, DRAWN, REGISTER, MERGED, LINKS, PROPAGATION, REWORK, MONTHS, SURVIVAL, VALUE = (
    "tests/outcomes/test_quadrant.py", "tests/test_charts_quadrant.py", "tests/changes/test_register.py", "tests/changes/test_merged_changes.py", "tests/changes/test_links.py",
    "tests/changes/test_propagation.py", "tests/test_code_rework.py", "tests/changes/test_months.py", "tests/test_code_survival.py", "tests/test_value.py",
)  # fmt: skip
CORNERS = f"{QUADRANT}::test_a_corner_is_what_the_drawn_table_says"
STATUS = f"{REGISTER}::test_status_and_missing_item"
REQUIRED = f"{REGISTER}::test_what_the_rules_required_and_what_ran"
OWNER, MAY = (
    f"tests/changes/test_approvers.py::{name}"
    for name in (
        "test_the_approval_of_an_owner_that_a_rule_requires",
        "test_a_rule_that_may_reach_a_change_leaves_it_unknown",
    )
)
STANDS = "tests/changes/test_reviews.py::test_what_stands_of_two_words_of_one_person"
BUILT = f"{LINKS}::test_what_was_built_on_a_change_that_was_taken_back"
COUNTED = f"{PROPAGATION}::test_figures_are_those_of_a_plain_count_and_small_cells_are_withheld"
FEW = f"{REWORK}::test_nothing_of_few_authors_is_released_or_follows"

OUTCOMES = (
    Mutant("outcomes: frequent from 31 points", "studies/effectiveness.py", "USE_SPLIT = 30_000_000", "USE_SPLIT = 31_000_000", (CORNERS,)),
    Mutant("outcomes: a hidden week follows from the quarter", "pipeline/quality.py", "    while open_:\n", "    while False:\n",
           ("tests/outcomes/test_quality.py::test_a_week_of_few_authors_closes_another_and_a_line_closes_its_sisters",)),
    Mutant("outcomes: k authors are enough", "disclosure/subgroups.py", "if people > k}, k)", "if people >= k}, k)",
           ("tests/test_disclosure_subgroups.py::test_k_people_are_too_few_and_one_more_is_enough",),
        equivalent="a shown cell of k people is what is left of itself, and the next rule hides it",
    ),
    Mutant("outcomes: what is left of a unit may be few", "disclosure/subgroups.py", "while 0 < self.people[cell]", "while self.k < 0 < self.people[cell]",
           ("tests/test_disclosure_subgroups.py::test_a_shown_part_and_what_is_left_of_it_are_of_more_than_k_people",)),
    Mutant("outcomes: assisted changes are their own yardstick", "snapshot/groups/outcome_sums.sql", "count(case when not assisted then 1 end) as changes",
           "count(*) as changes", (f"{QUADRANT}::test_y_equals_a_slow_oracle",)),
    Mutant("outcomes: a mark touches the split", "charts/quadrant.py", "shift = side * (radius + 2)", "shift = side * (radius - 2)",
           (f"{DRAWN}::test_no_mark_touches_the_split_of_use_and_no_clear_one_that_of_outcome",)),
    Mutant("outcomes: the lattice of bins is square", "charts/quadrant.py", "(column + 0.5 + row % 2 / 2) / (COLUMNS + 0.5)", "(column + 0.5) / (COLUMNS + 0.5)",
           (f"{DRAWN}::test_bins_stand_as_a_honeycomb_and_none_touches_another_at_320_px",)),
    Mutant("register: checks that ran stand for required ones", "facts/change_status.sql", "when q.checks_required > 0", "when q.checks_required > 99", (STATUS,)),
    Mutant("register: today's rules held always", "facts/change_rules.sql", "and r.holds_from <= c.merged_at", "", (REQUIRED,)),
    Mutant("register: a check after the merge stood before it", "facts/change_required.sql", "and k.finished_at <= c.merged_at", "", (REQUIRED,)),
    Mutant("register: the first run of a check counts", "facts/change_required.sql", "order by k.finished_at desc, k.outcome", "order by k.finished_at, k.outcome", (REQUIRED,)),
    Mutant("register: a rule switched off holds", "sources/github/rules.py", 'if deleted or found.enforcement != "active":', "if deleted:",
           ("tests/sources/test_fixtures.py::test_reader_gives_what_the_fixture_expects[github-prs.rules]",)),
    Mutant("register: one approval is enough where two are required", "facts/change_status.sql", "m.approvals < q.approvals_required", "m.approvals < 1", (STATUS,)),
    Mutant("register: an owner who has to approve is not missed", "facts/change_status.sql", "and a.owners = 'unknown' then", "and a.owners = 'never' then", (STATUS,)),
    Mutant("register: past the rules is verified", "facts/change_status.sql", "case when a.reviews_unmet then", "case when false then", (STATUS,)),
    Mutant("register: a verdict of before the merge counts", "facts/change_approvers.sql", "f.told_at >= c.merged_at and (", "(", (OWNER,)),
    Mutant("register: a verdict of long after the merge counts", "facts/change_approvers.sql", "interval 168 hour", "interval 999 hour", (OWNER,)),
    Mutant("register: an approval after the merge meets the rules", "facts/change_approvers.sql", "and max(coalesce(a.late, 0)) = 1", "and false", (OWNER,)),
    Mutant("register: the author is the owner who approved", "facts/change_approvers.sql", "and coalesce(t.account <> t.author, true)", "", (OWNER,)),
    Mutant("register: an owner approved an older commit", "facts/change_approvers.sql", "case when standing and on_head then 1", "case when standing then 1", (OWNER,)),
    Mutant("register: somebody approved an older commit, and an owner this one", "facts/change_approvers.sql", "max(coalesce(a.unplaced, 0)) = 1 or", "", (OWNER,)),
    Mutant("register: a rule of patterns reaches nothing", "facts/change_rules.sql", "(p.reach = 'pattern' or (p.reach = 'default'", "((p.reach = 'default'", (MAY,)),
    Mutant("register: the verdict of another branch counts", "facts/change_approvers.sql", "coalesce(v.base_id = c.base_id, true)", "true", (OWNER,)),
    Mutant("register: one team of a rule suite is enough", "sources/github/verdicts.py", 'found.result == "pass" or all(results)', "any(results)",
           ("tests/sources/test_fixtures.py::test_reader_gives_what_the_fixture_expects[github-prs.verdicts]",)),
    Mutant("register: an approval of an older commit verifies", "facts/change_evidence.sql",
           "count(*) filter (where standing and on_head) as approvals", "count(*) filter (where standing) as approvals", (STATUS,)),
    Mutant("register: a review after the merge counts", "facts/change_reviews.sql", "o.human and o.independent and o.in_time as counts", "o.human and o.independent as counts",
           (STATUS, f"{MERGED}::test_a_merged_change")),
    Mutant("register: an approval that was taken back stands", "facts/change_reviews.sql", "and o.state = 'approved' and coalesce(d.place = 1, false) as standing",
           "and o.state = 'approved' as standing", (STATUS, f"{MERGED}::test_a_merged_change")),
    Mutant("register: an approval at the instant of a refusal stands", "facts/change_reviews.sql", "when submitted_at <= refused_at then 3", "when submitted_at < refused_at then 3", (STANDS,)),
    Mutant("register: a list of who approved hides of which commit", "facts/change_reviews.sql", "when commit_sha is null then 1", "when false then 1", (STANDS,)),
    Mutant("register: of two approvals at one instant that of the older commit stands", "facts/change_reviews.sql", "coalesce(commit_sha = head_sha, false) desc", "coalesce(commit_sha = head_sha, false)", (STANDS,)),
    Mutant("register: the author verifies", "facts/change_reviews.sql", "p.account <> c.account and b.account is null as independent", "b.account is null as independent", (STATUS,)),
    Mutant("downstream: built on it after 21 days", "facts/change_links.sql", "+ 21 as date), b.day)", "+ 22 as date), b.day)", (BUILT,)),
    Mutant("downstream: merged after the revert", "facts/change_links.sql", "least(cast(cast(c.merged_at as date) + 21 as date), b.day)", "cast(c.merged_at as date) + 21", (BUILT,)),
    Mutant("downstream: the revert is built on it", "facts/change_links.sql", "where r.change is null", "where true", (BUILT,)),
    Mutant("what followed: k people are enough", "snapshot/groups/error_propagation.sql", "        marked_authors > $k and other_authors > $k as shown,",
           "        marked_authors >= $k - 1 and other_authors > $k as shown,", (COUNTED,)),
    Mutant("what followed: others of any stratum", "snapshot/groups/error_propagation.sql", "cast(sum(case when marked > 0 and others > 0 then others end) as bigint)",
           "cast(sum(others) as bigint)", (COUNTED,)),
    Mutant("rework: k authors are enough", "snapshot/groups/code_rework.sql", "(commits = 0 or authors > $k)", "(commits = 0 or authors >= $k)", (FEW,)),
    Mutant("rework: a hidden month follows from the history", "snapshot/groups/code_rework.sql", "coalesce(h.enough, true)", "true", (FEW,)),
    Mutant("rework: young commits follow from the month", "snapshot/groups/code_rework.sql", "young_authors > $k", "true", (FEW,)),
    Mutant("rework: adaptive holds the mended lines", "facts/line_rework.sql", "sum(lost_21 - corrective_21 - reverted_21)", "sum(lost_21 - reverted_21)",
           (f"{REWORK}::test_figures_are_those_of_a_plain_count",)),
    Mutant("months: robots are people", "facts/change_days.sql", "where not bot", "where true", (f"{MONTHS}::test_a_month_of_each_is_a_plain_count_of_its_changes",)),
    Mutant("months: own reviews are load", "facts/review_days.sql", "where r.by_other", "where r.human",
           (f"{MONTHS}::test_the_load_of_reviewing_is_that_of_who_reviewed",)),
    Mutant("survival: lines lost on the last day live", "facts/line_lives.sql", "age <= 1814400 then lines", "age < 1728000 then lines",
           (f"{SURVIVAL}::test_the_answer_is_the_known_fate_of_every_line",)),
    Mutant("survival: young lines are at risk for the whole horizon", "facts/survival_shares.py", "last = min(followed, horizon)", "last = horizon",
           (f"{SURVIVAL}::test_the_share_of_kaplan_and_meier_by_hand",)),
    Mutant("value: break-even without the share of coding", "studies/value.py", "counted.active * rate * share\n", "counted.active * rate\n",
           (f"{VALUE}::test_the_example_of_the_design_comes_out_of_its_ranges",)),
    Mutant("value: a gain that meets the cost pays", "studies/value.py", "sum(gain > cost", "sum(gain * 2 > cost",
           (f"{VALUE}::test_the_example_of_the_design_comes_out_of_its_ranges",)),
    Mutant("value: a cost that is not known whole is divided", "studies/value.py", "if complete and number else None", "if number else None",
           (f"{VALUE}::test_nothing_is_reckoned_of_what_is_not_known_whole",)),
    Mutant("spend: an estimate is added to its bill", "snapshot/groups/value_inputs.sql", "case when billed is null then estimate end as estimate", "estimate",
           ("tests/test_spend.py::test_a_value_is_made_of_shown_figures_alone_and_says_which_tool_is_not_in_it",)),
    Mutant("walk: managers read the outcomes of their reports", "policy/rules.py", '    "not_using": ("person_id", "team", "segment", "reason", "suggestion", "offered"),\n}',
           '    "not_using": ("person_id", "team", "segment", "reason", "suggestion", "offered"),\n    "my_outcomes": ALL_COLUMNS,\n}',
           ("tests/test_outcome_walk.py::test_no_question_tells_an_outcome_of_somebody_else",)),
    Mutant("walk: audit reads how long lines of one author last", "policy/rules.py", '(("code_survival", "code_rework"), LOADERS)', '(("code_survival", "code_rework"), OPERATORS)',
           ("tests/test_outcome_walk.py::test_no_question_tells_an_outcome_of_somebody_else",)),
    Mutant("months: whatever follows stands", "disclosure/parts_in_time.py", "good = settled(wanted, people, k) <= known", "good = True",
           ("tests/outcomes/test_outcome_months.py::test_a_month_whose_days_beside_whole_weeks_are_of_few_is_hidden",)),
    Mutant("months: an unknown of few leads nothing", "disclosure/parts_in_time.py", "(len(atoms[signature]) <= k, signature)", "signature",
           ("tests/outcomes/test_outcome_months.py::test_two_unknowns_that_are_settled_together_are_one_sum",)),
    Mutant("quadrant: changes that quality counts beyond it are of few", "pipeline/effects.py", "row if cell in told else", "row if True else",
           ("tests/test_subtraction.py::test_changes_of_the_quadrant_taken_from_those_of_quality_are_of_nobody_or_of_more_than_k",)),
    Mutant("survival: young lines follow from the volume", "snapshot/groups/code_survival.sql", "not coalesce(t.whole, false)", "true",
           ("tests/test_subtraction.py::test_lines_too_young_for_survival_do_not_follow_from_the_volume",)),
    Mutant("coverage: few accounts are told to everybody", "policy/rules.py", "guarded=viewer.role not in OPERATORS", "guarded=False",
           ("tests/test_subtraction.py::test_few_accounts_of_a_tenant_are_told_to_operators_alone",)),
)  # fmt: skip
