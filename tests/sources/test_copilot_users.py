"""Reader `copilot-users`: every rule of SOURCES.md sections 1, 2, 4.1 and 4.2 that a parser can hold."""

import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from copilot_files import DAY, FETCHED, READERS, counters, known, lines, one, read, totals, usage, usages, user

from uptake.model import ALL_FEATURES, Usage
from uptake.model.outcome import InputFile, Span, Stamp
from uptake.sources.copilot.features import FEATURES

# --- rows from features -------------------------------------------------------------------------------------------


def test_r_cp_1_rows_come_from_features_and_other_arrays_are_never_added():
    other = counters("code_completion", 1, 9, 9, 9)
    taken = one(
        user(
            totals_by_feature=[counters("code_completion", 0, 5, 2, 10), counters("chat_inline", 3, 4, 1, 6)],
            totals_by_ide=[{"ide": "vscode", **other}],
            totals_by_language_feature=[{"language": "python", **other}],
            totals_by_model_feature=[{"model": "auto", **other}],
            totals_by_language_model=[{"language": "python", "model": "auto", **other}],
        )
    )
    assert [(r.surface, r.feature, r.feature_class) for r in usages(taken)] == [
        ("ide", "code_completion", "passive"),
        ("ide", "chat_inline", "proactive"),
    ]
    assert known(usage(taken, "code_completion")) == {
        "prompts": 0,
        "generations": 5,
        "accept_user": 2,
        "lines_suggested": 20,
        "lines_added": 10,
        "lines_deleted": 1,
    }
    assert known(usage(taken, "chat_inline")) == {
        "prompts": 3,
        "generations": 4,
        "accept_user": 1,
        "lines_suggested": 12,
        "lines_added": 6,
        "lines_deleted": 1,
    }
    assert totals(taken) == {}


def test_r_cp_1_a_top_level_that_differs_is_logged_and_not_failed():
    taken = one(
        user(
            user_initiated_interaction_count=9,
            code_generation_activity_count=5,
            code_acceptance_activity_count=4,
            loc_added_sum=44,
            totals_by_feature=[
                counters("chat_panel_ask_mode", 2, 2, 1, 4),
                counters("chat_panel_plan_mode", 7, 2, 0, 0),
                counters("agent_edit", 0, 1, 2, 30),
            ],
        )
    )
    assert totals(taken) == {"accepts": 4, "lines_added": 44}  # prompts + plans and generations agree
    rows = [row for row in taken.rows if not isinstance(row, Usage)]
    assert {(row.scope, row.tenant, row.day, row.account) for row in rows} == {("account", "900", DAY, "7")}


def test_r_cp_1_absent_top_level_is_no_difference_and_absent_features_are_one():
    assert totals(one(user(totals_by_feature=[counters("chat_inline", 3)]))) == {}
    assert totals(one(user(user_initiated_interaction_count=3))) == {"prompts": 3}
    assert totals(one(user(user_initiated_interaction_count=0))) == {}
    assert totals(one(user(code_generation_activity_count=1, totals_by_feature=[counters("chat_inline", 0, 9)]))) == {
        "generations": 1
    }


def test_r_cp_2_the_feature_gives_cli_prompts_and_prompt_count_is_not_added():
    cli = {"session_count": 2, "request_count": 9, "prompt_count": 24, "token_usage": {"prompt_tokens_sum": 5}}
    taken = one(user(totals_by_feature=[counters("copilot_cli", 20)], totals_by_cli=cli))
    assert [r.prompts for r in usages(taken)] == [20, None]
    assert known(usage(taken, ALL_FEATURES, "cli")) == {"sessions": 2, "requests": 9, "tokens_in": 5}


def test_r_cp_2_without_a_cli_feature_prompt_count_is_used():
    taken = one(user(totals_by_feature=[], totals_by_cli={"prompt_count": 2, "session_count": 1}))
    row = usage(taken, "copilot_cli")
    assert (row.surface, row.feature_class, known(row)) == ("cli", "proactive", {"prompts": 2})
    assert known(usage(taken, ALL_FEATURES)) == {"sessions": 1}
    assert totals(taken) == {}


def test_r_cp_2_a_cli_that_does_not_count_prompts_gives_no_row_of_them():
    assert [r.feature for r in usages(one(user(totals_by_cli={"session_count": 1})))] == [ALL_FEATURES]


def test_r_cp_3_agent_edits_are_the_tools_lines_and_no_persons_act():
    row = usage(one(user(totals_by_feature=[counters("agent_edit", 0, 9, 4, 50)])), "agent_edit")
    assert row.feature_class == "autonomous"
    assert (row.lines_agent_added, row.lines_agent_deleted, row.lines_added, row.lines_deleted) == (50, 1, None, None)
    assert (row.accept_user, row.accept_auto, row.lines_suggested) == (None, 4, 100)


@pytest.mark.parametrize(
    "feature", [name for name in FEATURES if name.startswith("chat_") or name == "code_completion"]
)
def test_r_cp_4_acceptance_of_completions_and_chat_is_a_persons(feature):
    row = usage(one(user(totals_by_feature=[counters(feature, 1, 9, 4, 50)])), feature)
    assert (row.surface, row.accept_user, row.accept_auto, row.lines_added) == ("ide", 4, None, 50)
    assert row.lines_agent_added is None


def test_r_cp_4_acceptance_in_the_command_line_is_automatic():
    row = usage(one(user(totals_by_feature=[counters("copilot_cli", 1, 9, 8, 50)])), "copilot_cli")
    assert (row.surface, row.feature_class) == ("cli", "proactive")
    assert (row.accept_user, row.accept_auto, row.accept_unsplit) == (None, 8, None)
    assert (row.lines_added, row.lines_agent_added, row.lines_agent_deleted) == (None, 50, 1)


def test_plan_mode_counts_plans_and_no_prompts():
    row = usage(one(user(totals_by_feature=[counters("chat_panel_plan_mode", 6)])), "chat_panel_plan_mode")
    assert (row.plans, row.prompts, row.feature_class) == (6, None, "proactive")


def test_r_cls_1_c3_unknown_features_are_stored_unclassified_and_unsplit():
    taken = one(
        user(
            totals_by_feature=[
                counters("teleport", 3, 2, 1, 5),
                counters("others", 1),
                counters("chat_panel_new_mode", 2, 0, 1),
            ]
        )
    )
    assert {r.feature_class for r in usages(taken)} == {"unclassified"}
    assert known(usage(taken, "teleport")) == {
        "prompts": 3,
        "generations": 2,
        "accept_unsplit": 1,
        "lines_suggested": 10,
        "lines_added": 5,
        "lines_deleted": 1,
    }
    assert usage(taken, "chat_panel_new_mode").accept_user == 1  # R-CP-4 speaks of all chat features


def test_one_row_per_feature_even_when_the_vendor_repeats_one_or_sends_free_text():
    null = dict.fromkeys(("user_initiated_interaction_count", "loc_added_sum"))
    taken = one(
        user(
            totals_by_feature=[
                counters("chat_inline", 1, 2),
                {**counters("chat_inline", 4, 1), **null},
                counters("a secret / title", 1),
                counters("another one!", 2),
            ]
        )
    )
    assert [(r.feature, r.prompts, r.generations) for r in usages(taken)] == [("chat_inline", 1, 3), ("unnamed", 3, 0)]
    assert "secret" not in repr(taken)


# --- what is given per person-day only ----------------------------------------------------------------------------


def test_c4_person_day_measures_stand_on_one_all_row_per_surface():
    usage_of = {"output_tokens_sum": 5, "prompt_tokens_sum": 7, "avg_tokens_per_request": None}
    taken = one(
        user(
            totals_by_feature=[counters("chat_inline", 3)],
            totals_by_cli={"session_count": 1, "request_count": 2, "token_usage": usage_of},
            totals_by_copilot_app={"session_count": 4, "request_count": 5, "token_usage": None},
            ai_credits_used=1.5,
            used_copilot_code_review_active=True,
            used_copilot_cloud_agent=True,
        )
    )
    assert [(r.surface, r.feature) for r in usages(taken)] == [
        ("ide", "chat_inline"),
        ("cli", ALL_FEATURES),
        ("app", ALL_FEATURES),
    ]
    assert usage(taken, ALL_FEATURES, "cli").feature_class == "proactive"
    assert known(usage(taken, ALL_FEATURES, "cli")) == {
        "sessions": 1,
        "requests": 2,
        "tokens_in": 7,
        "tokens_out": 5,
        "credits": Decimal("1.5"),
        "review_requests": 1,
        "agent_requests": 1,
    }
    assert known(usage(taken, ALL_FEATURES, "app")) == {"sessions": 4, "requests": 5}
    assert "sessions" not in known(usage(taken, "chat_inline"))


def test_c4_flags_without_cli_or_app_stand_on_a_row_of_the_ide():
    row = usage(one(user(ai_credits_used=2, totals_by_feature=[counters("chat_inline")])), ALL_FEATURES)
    assert (row.surface, known(row)) == ("ide", {"credits": Decimal(2)})


def test_c4_the_app_row_carries_the_flags_when_there_is_no_cli():
    taken = one(user(totals_by_copilot_app={"session_count": 1}, used_copilot_coding_agent=False))
    assert known(usage(taken, ALL_FEATURES)) == {"sessions": 1, "agent_requests": 0}


def test_no_all_row_when_nothing_of_it_is_known():
    taken = one(user(totals_by_feature=[counters("chat_inline", 1)], used_chat=True))
    assert [r.feature for r in usages(taken)] == ["chat_inline"]
    assert json.loads(usages(taken)[0].flags_json) == {"used_chat": True}


@pytest.mark.parametrize(("flag", "count"), [(True, 1), (False, 0), (None, None), (..., None)])
def test_c1_code_review_flag_true_false_null_and_absent(flag, count):
    taken = one(user(used_copilot_code_review_active=flag, ai_credits_used=1))
    assert usage(taken, ALL_FEATURES).review_requests == count


@pytest.mark.parametrize(
    ("coding", "cloud", "count"),
    [(True, False, 1), (..., True, 1), (False, False, 0), (None, False, 0), (None, None, None), (..., ..., None)],
)
def test_agent_requests_of_two_equal_flags(coding, cloud, count):
    taken = one(user(used_copilot_coding_agent=coding, used_copilot_cloud_agent=cloud, ai_credits_used=1))
    assert usage(taken, ALL_FEATURES).agent_requests == count


def test_c1_absent_and_null_counters_are_null_and_zero_is_zero():
    bare = {"feature": "code_completion", "code_generation_activity_count": None, "loc_added_sum": 0}
    row = usage(one(user(totals_by_feature=[bare])), "code_completion")
    assert known(row) == {"lines_added": 0}


def test_c5_r_cp_5_a_row_of_zeros_and_a_row_of_nothing_are_stored_as_witnesses():
    zeros = usage(one(user(totals_by_feature=[counters("code_completion")])), "code_completion")
    assert (zeros.prompts, zeros.accept_user) == (0, 0)
    (nothing,) = usages(one(user()))
    assert (nothing.surface, nothing.feature, known(nothing), nothing.flags_json) == ("ide", ALL_FEATURES, {}, None)


@pytest.mark.parametrize("array", [..., None, []])
def test_a_missing_null_or_empty_array_loads(array):
    names = ("totals_by_feature", "totals_by_ide", "totals_by_language_feature", "totals_by_model_feature")
    assert usages(one(user(**dict.fromkeys(names, array))))


# --- flags, identity, tenant --------------------------------------------------------------------------------------


def test_flags_are_canonical_json_on_one_row():
    taken = one(
        user(
            used_cli=True,
            used_agent=False,
            used_copilot_code_review_passive=True,
            ai_adoption_phase={"version": "v1", "phase": "Phase 4", "phase_number": 4},
            totals_by_feature=[{**counters("chat_inline"), "novel": 1}],
            totals_by_cli={"last_known_cli_version": {"cli_version": "1.0.35", "sampled_at": "x"}},
            totals_by_copilot_app={"last_known_cli_version": {"cli_version": "2.0"}},
            totals_by_ide=[
                {
                    "ide": "vscode",
                    "last_known_ide_version": {"ide_version": "1.110.0"},
                    "last_known_plugin_version": {"plugin": "copilot-chat", "plugin_version": ""},
                },
                {"ide": "xcode"},
            ],
            brand_new={"deep": "a value that must not stay"},
        )
    )
    (marked,) = (r for r in usages(taken) if r.flags_json)
    assert (marked.surface, marked.feature) == ("cli", ALL_FEATURES)
    assert marked.flags_json == (
        '{"ai_adoption_phase":{"phase":"Phase 4","phase_number":4,"version":"v1"},"app_version":"2.0",'
        '"cli_version":"1.0.35","clients":[{"ide":"vscode","ide_version":"1.110.0","plugin":"copilot-chat"}],'
        '"unknown_keys":["brand_new","totals_by_feature.novel"],"used_agent":false,"used_cli":true,'
        '"used_copilot_code_review_passive":true}'
    )


def test_unknown_keys_are_counted_by_name_and_their_values_are_dropped():
    file = InputFile("f", io.BytesIO(lines(user(x1="secret"), user(user_id=8), user(user_id=9, x1=1))), "", FETCHED)
    outcomes = list(READERS["copilot-users"].parse(file))
    assert file.unknown_keys == {"x1": 2}
    assert [json.loads(o.rows[0].flags_json or "{}") for o in outcomes] == [
        {"unknown_keys": ["x1"]},
        {},
        {"unknown_keys": ["x1"]},
    ]
    assert "secret" not in repr(outcomes)


def test_values_that_could_be_free_text_are_not_kept_as_versions():
    text = "what (is) this?"
    taken = one(
        user(
            ai_adoption_phase={"phase": text, "version": text},
            totals_by_cli={"last_known_cli_version": {"cli_version": text}},
            totals_by_ide=[{"ide": text, "last_known_ide_version": {"ide_version": text}}],
        )
    )
    assert text not in repr(taken)
    assert usages(taken)[0].flags_json is None


def test_text_of_fields_that_are_not_taken_is_not_kept():
    text = "CANARY-17"
    cut = [{"language": text, "model": text, "feature": text}]
    taken = one(
        user(
            etl_id=text,
            day_partition=text,
            totals_by_language_feature=cut,
            totals_by_language_model=cut,
            totals_by_model_feature=cut,
            totals_by_ide=[{"ide": "vscode", "last_known_ide_version": {"ide_version": "", "sampled_at": text}}],
            totals_by_cli={"last_known_cli_version": {"sampled_at": text}, "token_usage": {"note": text}},
            novel={"deep": [text]},
        )
    )
    assert text not in repr(taken)


def test_account_is_the_user_id_and_login_an_attribute():
    taken = one(user(user_id="42", user_login=" Mona-L "))
    (row,) = usages(taken)
    assert (taken.account, row.account, row.login, row.email, row.tool) == ("42", "42", "Mona-L", None, "copilot")
    assert taken.key == "1|900|42|2026-04-25"
    assert (taken.day, taken.tenant, taken.line) == (DAY, "900", 1)


@pytest.mark.parametrize(
    ("fields", "account", "tenant", "precedence"),
    [
        ({}, "acme", "900", 1),
        ({"enterprise_id": 900}, "", "900", 1),
        ({"enterprise_id": ...}, "acme", "acme", 1),
        ({"enterprise_id": None}, "", "", 1),
        ({"organization_id": "31"}, "acme", "31", 2),
        ({"organization_id": 31, "enterprise_id": ...}, "", "31", 2),
        ({"organization_id": "", "enterprise_id": "5"}, "", "5", 1),
    ],
)
def test_r_cp_6_tenant_and_precedence_of_the_scope(fields, account, tenant, precedence):
    taken = one(user(**fields), account=account)
    (row,) = usages(taken)
    assert (taken.tenant, row.tenant, row.precedence) == (tenant, tenant, precedence)
    assert taken.key.startswith(f"{precedence}|{tenant}|")


def test_r_cp_6_a_person_in_two_organisations_is_two_records():
    first, second = read("copilot-users", lines(user(organization_id="1"), user(organization_id="2")))
    assert first.key != second.key


def test_the_envelope_gives_ids_span_and_stamp():
    envelope = {
        "report_start_day": "2026-04-25",
        "report_end_day": "2026-04-25",
        "organization_id": 31,
        "created_at": "2026-04-26T03:36:11.710+02:00",
        "day_totals": [user(enterprise_id=...), user(user_id=8, organization_id="77")],
    }
    span, stamp, first, second = read("copilot-users", json.dumps(envelope).encode())
    assert span == Span(DAY, DAY, "31", whole=True)
    assert stamp == Stamp(dt.datetime(2026, 4, 26, 1, 36, 11, 710000))
    assert [(t.tenant, t.rows[0].precedence) for t in (first, second)] == [("31", 2), ("77", 2)]


def test_r_cp_9_rows_of_a_28_day_report_have_the_last_precedence():
    month = {"report_start_day": "2026-04-01", "report_end_day": "2026-04-28"}
    span, taken, again = read("copilot-users", lines(user(**month), user(user_id=8, **month)))
    assert span == Span(dt.date(2026, 4, 1), dt.date(2026, 4, 28), "900")
    assert taken.key == "3|900|7|2026-04-25"
    assert usages(again)[0].precedence == 3
    span, taken = read("copilot-users", json.dumps({**month, "day_totals": [user(organization_id="31")]}).encode())
    assert (span.whole, taken.key) == (True, "3|31|7|2026-04-25")
    assert one(user()).key != taken.key  # the warehouse takes one by precedence, never both
