"""The mutants that MEASUREMENT.md section 9 names, and those of the score path. A mutant is a text put in the place of another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` stands once in `file` (below src/uptake); `tests` are what must notice; `equivalent` says why nothing can."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    equivalent: str = ""


DAY, WEEK, GROUPS, SEGMENTS, FACTS, LOADS = (
    f"tests/test_properties_{name}.py" for name in ("day", "week", "groups", "segments", "facts", "loads")
)
SPEC = "tests/test_against_oracle.py::test_every_spec_holds_in_the_product"
COUNTED = f"{DAY}::test_properties_1_2_5_17_hold_for_counted_days"
BEST_Q = f"{WEEK}::test_property_1_the_best_days_fill_what_was_expected"
CASES = f"{GROUPS}::test_property_15_every_case_is_the_one_of_the_document"
PLACED = f"{SEGMENTS}::test_property_22_everybody_has_exactly_one_segment_with_a_reason"

LISTED = (
    Mutant(
        "sessions counted", "scores/tool_points.sql",
        "(case when u.sessions > 0 then 1 else 0 end)", "u.sessions",
        (f"{DAY}::test_property_5_splitting_a_session_changes_nothing",),
    ),
    Mutant(
        "not idempotent", "warehouse/merge.py",
        'connection.execute("delete from records where source = ? and key in (select key from gone)", [source])', "pass",
        (LOADS,),
    ),
    Mutant(
        "channels swapped", "scores/curve.py",
        "day_score(weights, (u_p, u_r))", "day_score(weights, (u_r, u_p))",
        (COUNTED,),
    ),
    Mutant(
        "linear", "scores/curve.py",
        "_CONTEXT.subtract(_ONE, power)", "min(_ONE, _CONTEXT.divide(Decimal(exponent), Decimal(10 * MICRO)))",
        (f"{DAY}::test_property_8_points_earn_less_and_less", f"{DAY}::test_property_1_day_score_is_the_formula_and_within_bounds"),
    ),
    Mutant(
        "max over tools", "scores/day_states.sql",
        "cast(sum(u_p) as bigint) as u_p", "max(u_p) as u_p",
        (f"{DAY}::test_property_6_splitting_over_tools_of_equal_h_changes_nothing",),
    ),
    Mutant(
        "unobserved = zero", "scores/tool_states.sql",
        "else 'not_observed'", "else 'zero'",
        (f"{FACTS}::test_zero_without_proof_is_not_observed",),
    ),
    Mutant(
        "ascending sort of days", "scores/week_sums.sql",
        "order by score_micro desc, day", "order by score_micro, day",
        (BEST_Q,),
    ),
    Mutant(
        "division by zero median", "scores/comparisons.sql",
        "when g.comparison = 'median' then rhe(1000000 * s.score_micro, g.median_micro)",
        "when g.comparison <> 'too_small' then rhe(1000000 * s.score_micro, greatest(g.median_micro, 1))",
        (CASES,),
    ),
    Mutant(
        "ties ignored", "scores/comparisons.sql",
        "(2 * s.less + s.equal)", "(2 * s.less + 1)",
        (f"{GROUPS}::test_property_14_percentiles_average_one_half",),
    ),
    Mutant(
        "no hysteresis", "scores/segments_now.sql",
        "m.segment = 'heavy' and q.score_micro >= v.heavy_out_score", "false and q.score_micro >= v.heavy_out_score",
        (f"{SEGMENTS}::test_property_16_heavy_is_a_pure_function_of_score_and_memory",),
    ),
    Mutant(
        "insufficient called non-user", "scores/segments_now.sql",
        "when q.observed_days < v.min_days then 'insufficient'", "when false then 'insufficient'",
        (PLACED,),
    ),
    Mutant(
        "weak seat called non-user", "scores/segments_now.sql",
        "when q.active_days = 0 and (q.weak_seat = 1 or q.unexplained or q.maybe_away) then 'insufficient'", "when false then 'insufficient'",
        (PLACED,),
    ),
    Mutant(
        "away on days unknown called non-user", "scores/segments_now.sql",
        "q.unexplained or q.maybe_away) then", "q.unexplained) then",
        (PLACED,),
    ),
    Mutant(
        "a line of absences that nothing answers forgotten", "facts/unread_spans.sql",
        "coalesce(u.last_day, a.last_day) = a.last_day", "true",
        ("tests/test_unread_absences.py::test_a_line_answers_only_what_it_says_again",),
    ),
    Mutant(
        "slot cap missing", "scores/tool_points.sql",
        "least(v.slot_points, s.prompts * v.point_prompt + s.agent_slots * v.point_agent_slot)",
        "s.prompts * v.point_prompt + s.agent_slots * v.point_agent_slot",
        ("tests/test_properties_slots.py::test_a_slot_earns_no_more_than_its_cap_however_it_is_cut",),
    ),
    Mutant(
        "a slot for an agent beside a prompt", "facts/slot_use.sql",
        "case when max(s.prompts) = 0 and max", "case when max",
        ("tests/test_properties_slots.py::test_a_slot_earns_no_more_than_its_cap_however_it_is_cut",),
    ),
    Mutant(
        "surfaces of a slot apart", "facts/slot_use.sql",
        "cast(sum(s.prompts) as bigint) as prompts", "cast(max(s.prompts) as bigint) as prompts",
        ("tests/test_properties_slots.py::test_a_slot_earns_no_more_than_its_cap_however_it_is_cut",),
    ),
    Mutant(
        "day cap missing", "scores/tool_points.sql",
        "v.day_proactive,", "1000000,",
        (COUNTED,),
    ),
    Mutant(
        "float sum", "scores/week_sums.sql",
        "cast(sum(c.score_micro * greatest(", "cast(sum(cast(c.score_micro as double) * greatest(",
        ("tests/test_sql_lint.py::test_all_facts_and_scores_pass",),
    ),
    Mutant(
        "today's LOB", "scores/units.sql",
        "case when l.person_id is null then r.lob else l.lob end as lob", "r.lob",
        (f"{SEGMENTS}::test_property_21_a_movers_past_days_keep_their_line",),
    ),
    Mutant(
        "k off by one", "disclosure/cells.py",
        "unit.people > self.k", "unit.people >= self.k",
        ("tests/test_disclosure.py::test_a_cell_needs_k_plus_one_people",),
    ),
    Mutant(
        "column mask dropped", "policy/rules.py",
        "granted = tuple(name for name in spec.names if name in columns)", "granted = spec.names if columns else ()",
        ("tests/test_policy.py",),
    ),
    Mutant(
        "completeness ignored", "facts/source_days.py",
        'state = "complete" if not cause else', 'state = "complete" if cause != "never" else',
        (f"{FACTS}::test_a_day_is_complete_by_the_rule_and_in_any_order",),
    ),
    Mutant(
        "zero without proof", "scores/seat_proofs.sql",
        "(s.counts_on_server or w.account is not null)", "true",
        (f"{FACTS}::test_zero_without_proof_is_not_observed",),
    ),
)  # fmt: skip

REFRESHED = "tests/test_refresh.py::test_a_refresh_gives_what_a_rebuild_gives_for_any_history"

REACHED = "tests/test_reach.py::test_what_is_made_again_of_a_running_quarter_is_all_that_changed"
REFRESH = (
    Mutant(
        "a day that changed is not written again",
        "model/replacing.py",
        "where h.content is distinct from f.content",
        "where h.content is null",
        (REFRESHED,),
    ),
    Mutant(
        "the adoption of a week that changed stands",
        "snapshot/base.py",
        "self.parts.get((ADOPTION, week.name)) != week.inputs",
        "(ADOPTION, week.name) not in self.parts",
        (REFRESHED,),
    ),
    Mutant(
        "cells stand although the roster changed",
        "pipeline/cutting.py",
        "held is None or held.made != made",
        "held is None",
        (REFRESHED,),
    ),
    Mutant(
        "the digest of a day stands although its rows changed",
        "warehouse/digest.py",
        "t.day = d.day and t.content <> d.content",
        "t.day = d.day and false",
        (REFRESHED,),
    ),
    Mutant(
        "a witness that came later reaches nobody",
        "warehouse/reach.sql",
        "hash(7, w.tool, w.account, greatest(w.first_day, p.first_day), least(w.last_day, p.to_day))",
        "hash(7, w.tool, w.account)",
        (REACHED,),
    ),
)
"""What a refresh keeps is made again where it has to be."""

SCORE_PATH = (
    Mutant(
        "passive cap missing", "scores/tool_points.sql",
        "least(v.day_passive, u.accepts * v.point_accept)", "u.accepts * v.point_accept",
        (COUNTED,),
    ),
    Mutant(
        "automatic accepts counted", "facts/tool_use.sql",
        "then coalesce(accept_user, 0) else 0", "then coalesce(accept_user, 0) + coalesce(accept_auto, 0) else 0",
        (COUNTED,),
    ),
    Mutant(
        "edits of a session without their cap", "scores/tool_points.sql",
        "least(v.session_extra, u.edits // v.session_edits)", "u.edits // v.session_edits",
        (f"{DAY}::test_property_5_splitting_a_session_changes_nothing",),
    ),
    Mutant(
        "nine digits instead of fifty", "scores/curve.py",
        "prec=50", "prec=9",
        (f"{DAY}::test_property_1_every_pair_of_points_gives_the_formula",),
    ),
    Mutant(
        "rounding half up", "model/macros.py",
        "(2 * (a % b) = b and (a // b) % 2 = 1)", "2 * (a % b) = b",
        (f"{DAY}::test_rhe_of_the_engine_is_the_fraction_rounded_half_to_even",),
    ),
    Mutant(
        "more days than expected count", "scores/week_sums.sql",
        "greatest(0, least(100, w.observed_days - 100 * (c.place - 1)))", "100",
        (BEST_Q,),
    ),
    Mutant(
        "engaged days without their limit", "scores/week_sums.sql",
        "least(w.observed_days, 100 * w.engaged_candidates)", "100 * w.engaged_candidates",
        (BEST_Q,),
    ),
    Mutant(
        "not observed days expected as observed", "scores/week_sums.sql",
        "cast(sum(case when observed = 1 then expected else 0 end) as bigint)", "cast(sum(expected) as bigint)",
        (BEST_Q,),
    ),
    Mutant(
        "leave is an expected day", "scores/day_states.sql",
        "p.working and not p.absent and", "p.working and",
        (f"{WEEK}::test_properties_10_11_12_through_the_product",),
    ),
    Mutant(
        "weekends are expected days", "scores/day_states.sql",
        "p.working and not p.absent and", "not p.absent and",
        (f"{WEEK}::test_properties_10_11_12_through_the_product",),
    ),
    Mutant(
        "full time for everybody", "scores/day_states.sql",
        "then p.fte_percent", "then 100",
        (f"{SPEC}[ana-at-60-percent]",),
    ),
    Mutant(
        "three accepts of which two do", "scores/day_states.sql",
        ">= v.engaged_accepts", ">= v.engaged_accepts - 1",
        (f"{WEEK}::test_an_engaged_day_is_a_prompt_or_three_accepts",),
    ),
    Mutant(
        "order of equal days", "scores/week_sums.sql",
        "order by score_micro desc, day", "order by score_micro desc, day desc",
        (BEST_Q,),
        equivalent="days of equal score earn the same in either order",
    ),
    Mutant(
        "coverage of exactly 60 % is not enough", "scores/segments_now.sql",
        "when v.coverage_den * q.observed_days < v.coverage_num * q.expected_days then",
        "when v.coverage_den * q.observed_days <= v.coverage_num * q.expected_days then",
        (PLACED,),
    ),
    Mutant(
        "who used before is called a non-user", "scores/segments_now.sql",
        "when m.used_before = 1 then 'lapsed'", "when false then 'lapsed'",
        (PLACED,),
    ),
    Mutant(
        "shared accounts do not exclude", "scores/segments_now.sql",
        "when q.shared then 'excluded'", "when false then 'excluded'",
        (PLACED,),
    ),
    Mutant(
        "certainty off", "scores/certainty.sql",
        "o.class = 0 or o.replicates >= v.clear", "o.class >= 0 or o.replicates >= v.clear",
        (f"{SEGMENTS}::test_certainty_is_the_share_of_redrawn_quarters_that_agree",),
    ),
    Mutant(
        "replicates that draw the same weeks count once", "scores/certainty.sql",
        "cast(sum(times) as bigint) as replicates", "count(*) as replicates",
        (f"{SEGMENTS}::test_certainty_is_the_share_of_redrawn_quarters_that_agree", SPEC),
    ),
    Mutant(
        "one week is never drawn", "scores/draws.py",
        "% weeks", "% max(1, weeks - 1)",
        (f"{SEGMENTS}::test_certainty_is_the_share_of_redrawn_quarters_that_agree",),
    ),
    Mutant(
        "a group of exactly ten is rolled up", "scores/comparisons.sql",
        "when l.people >= v.min_group then l.scope", "when l.people > v.min_group then l.scope",
        (CASES,),
    ),
    Mutant(
        "a median at exactly 40 % zeros", "scores/group_medians.sql",
        "v.zero_share_den * m.zeros < v.zero_share_num * m.people", "v.zero_share_den * m.zeros <= v.zero_share_num * m.people",
        (CASES,),
    ),
    Mutant(
        "no floor of the median", "scores/group_medians.sql",
        "and m.median_micro >= v.median_floor then 'median'", "and m.median_micro > 0 then 'median'",
        (CASES,),
    ),
    Mutant(
        "equal scores have different ranks", "scores/comparisons.sql",
        "rank() over (partition by scope order by score_micro desc) as lob_rank",
        "row_number() over (partition by scope order by score_micro desc, person_id) as lob_rank",
        (CASES,),
    ),
)  # fmt: skip
