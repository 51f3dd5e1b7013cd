"""Claude Code usage report of the Admin API (SOURCES.md 5.1, rules R-CA-1 to R-CA-7)."""

import datetime as dt
import io
import json
import pathlib
from decimal import Decimal

import pytest

from uptake.model import Usage
from uptake.model.outcome import InputFile, Refused, Rejected, Taken
from uptake.sources import SOURCES

SOURCE = SOURCES["claude-code"]
SAMPLE = (
    pathlib.Path(__file__).resolve().parents[2].parent
    / "shared/samples/claude-code/faros/test/resources/claude_code_usage_report/claude_code_usage_report.json"
)
FETCHED = dt.datetime(2026, 5, 6, 3)


def record(**changes):
    """A row of the report; a field given as `...` is left out."""
    base = {
        "date": "2026-05-04T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": "Kim@Example.org "},
        "organization_id": "org-1",
        "customer_type": "api",
        "terminal_type": "vscode",
        "core_metrics": {
            "num_sessions": 3,
            "lines_of_code": {"added": 40, "removed": 5},
            "commits_by_claude_code": 2,
            "pull_requests_by_claude_code": 1,
        },
        "tool_actions": {"edit_tool": {"accepted": 10, "rejected": 2}, "write_tool": {"accepted": 1, "rejected": 0}},
        "model_breakdown": [model(1025)],
    }
    return {name: value for name, value in (base | changes).items() if value is not ...}


def model(amount, currency="USD"):
    tokens = {"input": 100, "output": 20, "cache_read": 3000, "cache_creation": 400}
    return {"model": "m", "tokens": tokens, "estimated_cost": {"amount": amount, "currency": currency}}


def read(*records, account="", fetched=FETCHED):
    data = json.dumps({"data": records, "has_more": False}).encode()
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), account, fetched)))


def taken(**changes):
    (outcome,) = read(record(**changes))
    assert isinstance(outcome, Taken), outcome
    return outcome


def row(**changes):
    (usage,) = taken(**changes).rows
    return usage


def rejected(**changes):
    (outcome,) = read(record(**changes))
    assert isinstance(outcome, Rejected), outcome
    return outcome.field, outcome.reason


def test_the_known_answers_of_the_sample():
    """EXPECTED.md: two rows, all figures derived by hand."""
    if not SAMPLE.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    file = InputFile("f", io.BytesIO(SAMPLE.read_bytes()), fetched_at=FETCHED)
    rows = [outcome.rows[0] for outcome in SOURCE.parse(file)]
    figures = [
        (
            *(one.day.isoformat(), one.sessions, one.accept_unsplit, one.reject_user, one.lines_agent_added),
            *(one.lines_agent_deleted, one.commits, one.pull_requests, one.tokens_in, one.tokens_out),
            *(one.tokens_cache_read, one.tokens_cache_write, str(one.cost_est_usd)),
        )
        for one in rows
    ]
    assert figures == [
        ("2025-08-08", 15, 50, 6, 342, 128, 8, 2, 68_330, 18_130, 12_210, 3_230, "2.28"),
        ("2025-08-09", 10, 23, 3, 210, 95, 5, 1, 32_100, 8_900, 6_200, 1_500, "1.25"),
    ]
    assert file.unknown_keys == {}


@pytest.mark.parametrize(
    ("cents", "dollars"),
    [(1025, "10.25"), (0, "0"), (1, "0.01"), (0.5, "0.005"), (12.300000000000001, "0.1230000000"), ("186", "1.86")],
)
def test_r_ca_1_and_c7_cents_become_dollars_without_float(cents, dollars):
    cost = row(model_breakdown=[model(cents)]).cost_est_usd
    assert cost == Decimal(dollars)
    assert type(cost) is Decimal


def test_r_ca_1_costs_of_all_models_are_added_and_none_is_null():
    assert row(model_breakdown=[model(10), model(15)]).cost_est_usd == Decimal("0.25")
    assert row(model_breakdown=[{"model": "m"}]).cost_est_usd is None


def test_r_ca_1_a_cost_in_another_currency_makes_the_sum_unknown_and_is_counted():
    usage = row(model_breakdown=[model(10), model(15, "EUR")])
    assert usage.cost_est_usd is None
    assert json.loads(usage.flags_json) == {"cost_not_usd": 1}


@pytest.mark.parametrize("amount", [-1, "NaN", "Infinity", 10**13])
def test_r_ca_1_an_impossible_cost_is_rejected(amount):
    field = "model_breakdown[].estimated_cost.amount"
    assert rejected(model_breakdown=[model(amount)]) == (field, "value out of range")


def test_r_ca_2_terminal_and_customer_type_keep_rows_apart():
    outcomes = read(
        record(),
        record(terminal_type="iTerm.app"),
        record(customer_type="subscription"),
        record(terminal_type=None, customer_type=...),
    )
    assert [outcome.rows[0].surface for outcome in outcomes] == [
        "vscode/api",
        "iTerm.app/api",
        "vscode/subscription",
        "unknown/unknown",
    ]
    assert len({outcome.key for outcome in outcomes}) == 4


def test_r_ca_3_and_c1_an_absent_tool_is_null_and_a_zero_is_zero():
    assert row(tool_actions=...).accept_unsplit is None
    assert row(tool_actions={}).reject_user is None
    assert row(tool_actions={"edit_tool": None}).accept_unsplit is None
    assert row(tool_actions={"edit_tool": {"rejected": 2}}).accept_unsplit is None
    assert row(tool_actions={"edit_tool": {"accepted": 0}}).accept_unsplit == 0
    assert row(tool_actions={"edit_tool": {"accepted": 4}, "write_tool": None}).accept_unsplit == 4


@pytest.mark.parametrize("absent", [..., None, {}])
def test_c1_what_the_report_does_not_say_is_null(absent):
    usage = row(core_metrics=absent, model_breakdown=[] if absent == {} else absent)
    empty = ("sessions", "commits", "pull_requests", "lines_agent_added", "lines_agent_deleted", "cost_est_usd")
    tokens = ("tokens_in", "tokens_out", "tokens_cache_read", "tokens_cache_write")
    assert [getattr(usage, name) for name in (*empty, *tokens)] == [None] * 10


def test_r_ca_4_and_c3_acceptance_is_not_split_and_lines_are_the_agents():
    usage = row()
    assert (usage.accept_unsplit, usage.reject_user, usage.lines_agent_added, usage.lines_agent_deleted) == (
        11,
        2,
        40,
        5,
    )
    assert (usage.accept_user, usage.accept_auto, usage.lines_added, usage.lines_deleted) == (None,) * 4


def test_r_ca_4_sessions_are_told_and_prompts_are_unknown():
    assert (row().sessions, row().prompts) == (3, None)


def test_r_ca_5_input_is_without_cache_and_taken_as_it_is():
    usage = row(model_breakdown=[model(1), model(1)])
    assert (usage.tokens_in, usage.tokens_out) == (200, 40)
    assert (usage.tokens_cache_read, usage.tokens_cache_write) == (6000, 800)


def test_r_ca_6_the_messages_report_with_the_same_tokens_is_refused():
    page = {"starting_at": "2026-05-04T00:00:00Z", "ending_at": "2026-05-05T00:00:00Z", "results": []}
    with pytest.raises(Refused, match="R-CA-6"):
        read(page)


def test_r_ce_1_the_enterprise_report_is_refused_by_name_of_its_source():
    with pytest.raises(Refused) as refused:
        read({"user": {"id": "u", "email_address": "a@example.org"}, "chat_metrics": {"message_count": 1}})
    assert refused.value.instead == "Use source claude-enterprise"


def test_a_foreign_record_behind_good_ones_is_one_bad_record():
    outcomes = read(record(), {"user": None, "chat_metrics": {}}, record(terminal_type="tmux"))
    assert [type(outcome) for outcome in outcomes] == [Taken, Rejected, Taken]


def test_r_ca_7_an_empty_report_says_nothing_of_anyone():
    """Use over Bedrock or Vertex is not in the report: no record, no zero row, no span."""
    assert read() == []


def test_c4_everything_is_on_the_one_row_of_the_record():
    usage = row()
    assert (usage.feature, usage.feature_class) == ("_all", "proactive")
    assert len(taken().rows) == 1


def test_c5_a_row_of_zeros_is_kept_as_a_witness():
    zero = {"num_sessions": 0, "lines_of_code": {"added": 0, "removed": 0}, "commits_by_claude_code": 0}
    usage = row(core_metrics=zero, tool_actions={"edit_tool": {"accepted": 0, "rejected": 0}}, model_breakdown=[])
    assert (usage.sessions, usage.accept_unsplit, usage.lines_agent_added) == (0, 0, 0)


def test_c2_the_key_is_tenant_account_day_surface():
    outcome = taken()
    assert outcome.key == "org-1|kim@example.org|2026-05-04|vscode/api"
    assert (outcome.day, outcome.tenant, outcome.account) == (dt.date(2026, 5, 4), "org-1", "kim@example.org")
    (without,) = read(record(organization_id=...), account="bank")
    assert without.tenant == without.rows[0].tenant == "bank"


def test_the_account_is_the_email_in_lower_case_and_trimmed():
    usage = row()
    assert (usage.account, usage.email, usage.service) == ("kim@example.org", "kim@example.org", False)


def test_r_id_3_an_api_key_is_a_service_account():
    usage = row(actor={"type": "api_actor", "api_key_name": "nightly"})
    assert (usage.account, usage.email, usage.service) == ("api_key:nightly", None, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"actor": {"type": "user_actor", "email_address": None}}, "actor.email_address"),
        ({"actor": {"type": "api_actor", "email_address": "a@example.org"}}, "actor.api_key_name"),
        ({"actor": ...}, "actor"),
        ({"date": ...}, "date"),
        ({"date": "last week"}, "date"),
        ({"date": 20260504}, "date"),
        ({"core_metrics": {"num_sessions": -1}}, "core_metrics.num_sessions"),
        ({"core_metrics": {"num_sessions": 10**12 + 1}}, "core_metrics.num_sessions"),
        ({"core_metrics": {"num_sessions": 2.5}}, "core_metrics.num_sessions"),
        ({"core_metrics": {"num_sessions": 5.0}}, "core_metrics.num_sessions"),
        ({"core_metrics": {"num_sessions": "5"}}, "core_metrics.num_sessions"),
        ({"tool_actions": {"edit_tool": {"accepted": True}}}, "tool_actions.edit_tool.accepted"),
        ({"model_breakdown": {"m": 1}}, "model_breakdown"),
        ({"terminal_type": "x" * 256}, "terminal_type"),
    ],
)
def test_a_bad_record_names_its_field(changes, field):
    assert rejected(**changes)[0] == field


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("2014-12-31T00:00:00Z", "day out of range"),
        ("2015-01-01T00:00:00Z", None),
        ("2026-05-07T00:00:00Z", None),
        ("2026-05-08T00:00:00Z", "day out of range"),
        ("2026-05-04", None),
        ("9999-12-31T23:00:00-10:00", "invalid date"),
    ],
)
def test_the_day_lies_between_2015_and_the_day_after_the_fetch(date, reason):
    (outcome,) = read(record(date=date))
    assert (outcome.reason if isinstance(outcome, Rejected) else None) == reason


def test_c6_the_day_is_the_utc_day():
    assert taken(date="2026-05-04T22:00:00-06:00").day == dt.date(2026, 5, 5)


def test_a_rejected_record_tells_its_day_so_that_the_day_proves_no_zero():
    (outcome,) = read(record(core_metrics={"num_sessions": -1}))
    assert outcome.day == dt.date(2026, 5, 4)


def test_unknown_keys_are_counted_by_name_and_not_taken():
    new = {"edit_tool": {"accepted": 1, "undone": 9}, "shell_tool": {"accepted": 500}}
    data = json.dumps({"data": [record(tool_actions=new, note="SECRET")]}).encode()
    file = InputFile("f", io.BytesIO(data), fetched_at=FETCHED)
    (outcome,) = SOURCE.parse(file)
    assert outcome.rows[0].accept_unsplit == 1
    assert file.unknown_keys == {"tool_actions.edit_tool.undone": 1, "tool_actions.shell_tool": 1, "note": 1}
    assert "SECRET" not in repr(outcome)


def test_the_subscription_type_is_a_flag_and_no_part_of_the_key():
    outcome = taken(subscription_type="team")
    assert json.loads(outcome.rows[0].flags_json) == {"subscription_type": "team"}
    assert outcome.key == taken().key
    assert isinstance(outcome.rows[0], Usage)


def test_the_source_is_counted_by_the_vendor_from_sessions():
    assert (SOURCE.tool, SOURCE.grain, SOURCE.counts_on_server) == ("claude_code", "session", True)
    assert (SOURCE.account_kind, SOURCE.tenants_repeat) == ("email", False)


def test_a_record_without_any_known_count_is_set_aside_and_is_no_day_without_use():
    renamed = {
        "date": "2026-05-04T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": "a@corp.example"},
        "metrics": {"sessions": 4},
    }
    data = json.dumps({"data": [renamed], "has_more": False}).encode()
    (outcome,) = SOURCES["claude-code"].parse(InputFile("f", io.BytesIO(data), "o", dt.datetime(2026, 5, 6)))
    assert (outcome.reason, outcome.day) == ("no count of a known kind", dt.date(2026, 5, 4))
