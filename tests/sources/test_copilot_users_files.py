"""Reader `copilot-users`: client versions, bad records, shapes of files, foreign files (SOURCES.md 4.1), and the sample files."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from copilot_files import DAY, SAMPLES, counters, known, lines, one, read, rejected, totals, usage, usages, user

from uptake.model import ALL_FEATURES
from uptake.model.outcome import Ignored, Parts, Refused, Rejected, Taken
from uptake.sources.copilot.clients import below_minimum

# --- R-CP-7 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ide", "ide_version", "plugin", "plugin_version", "below"),
    [
        ("vscode", "1.103.9", "", "", True),
        ("vscode", "1.104.0", "copilot-chat", "0.31.0", False),
        ("vscode", "1.104", "copilot-chat", "0.30.2025062508", True),
        ("vscode", "1.105.0-insider", "copilot", "0.1.0", False),
        ("VSCode", "1.99.0", None, None, True),
        ("vscode", "", "", "", False),
        ("vscode", None, None, "0.1", False),
        ("vscode", "unknown", "copilot-chat", "Unknown", False),
        ("vscode", "9" * 65, "copilot-chat", "1", False),
        ("intellij", "2024.2.5", "copilot-intellij", "1.5.52", True),
        ("intellij", "2024.2.6", "copilot-intellij", "1.5.52-243", False),
        ("PyCharm", "2025.1", "copilot", "1.5.51.9", True),
        ("jetbrains", "243.26", "", "", False),
        ("jetbrains", "241.9", "", "", True),
        ("jetbrains", "242.1", "", "", False),
        ("xcode", "0.1", "copilot-chat", "0.1", False),
        ("unknown", "0.1", "unknown", "0.1", False),
    ],
)
def test_r_cp_7_minimum_versions(ide, ide_version, plugin, plugin_version, below):
    assert below_minimum(ide, ide_version, plugin, plugin_version) is below


def test_r_cp_7_one_old_client_marks_all_rows_of_the_record():
    old = {"ide": "vscode", "last_known_ide_version": {"ide_version": "1.85.0"}}
    new = {"ide": "vscode", "last_known_ide_version": {"ide_version": "1.110.0"}}
    features = [counters("chat_inline", 1)]
    taken = one(user(totals_by_feature=features, totals_by_ide=[new, old], totals_by_cli={"session_count": 1}))
    assert [r.below_minimum for r in usages(taken)] == [True, True]
    assert not usages(one(user(totals_by_feature=features, totals_by_ide=[new])))[0].below_minimum


def test_r_cp_8_odd_values_do_not_crash():
    taken = one(
        user(
            ai_adoption_phase={"phase": "Phase 4"},
            totals_by_feature=[counters("unknown"), counters("Unknown"), counters("auto"), counters("others")],
            totals_by_ide=[{"ide": "Unknown", "last_known_ide_version": None}],
            totals_by_language_model=[{"language": "others", "model": "auto"}],
        )
    )
    assert [r.feature for r in usages(taken)] == ["unknown", "Unknown", "auto", "others"]


# --- bad records --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"user_id": ...}, "user_id"),
        ({"user_id": None}, "user_id"),
        ({"user_id": 0}, "user_id"),
        ({"user_id": "x1"}, "user_id"),
        ({"user_login": ...}, "user_login"),
        ({"user_login": None}, "user_login"),
        ({"user_login": " "}, "user_login"),
        ({"day": ...}, "day"),
        ({"day": "2026-02-30"}, "day"),
        ({"enterprise_id": "a|b"}, "enterprise_id"),
        ({"user_initiated_interaction_count": -1}, "user_initiated_interaction_count"),
        ({"user_initiated_interaction_count": 10**12 + 1}, "user_initiated_interaction_count"),
        ({"user_initiated_interaction_count": 1.5}, "user_initiated_interaction_count"),
        ({"user_initiated_interaction_count": "five"}, "user_initiated_interaction_count"),
        ({"user_initiated_interaction_count": True}, "user_initiated_interaction_count"),
        ({"used_copilot_code_review_active": "yes"}, "used_copilot_code_review_active"),
        ({"totals_by_feature": [counters("chat_inline", -1)]}, "totals_by_feature[].user_initiated_interaction_count"),
        ({"totals_by_feature": [{"loc_added_sum": 1}]}, "totals_by_feature[].feature"),
        ({"totals_by_cli": {"session_count": -2}}, "totals_by_cli.session_count"),
        ({"ai_credits_used": -0.5}, "ai_credits_used"),
        ({"ai_credits_used": "NaN"}, "ai_credits_used"),
        ({"ai_credits_used": "Infinity"}, "ai_credits_used"),
        ({"ai_credits_used": 10**13}, "ai_credits_used"),
        ({"ai_credits_used": True}, "ai_credits_used"),
    ],
)
def test_bad_records_are_rejected_with_the_field_and_without_a_value(fields, field):
    outcome = rejected(user(**fields))
    assert outcome.field == field
    value = str(next(iter(fields.values())))
    assert value.isspace() or value not in outcome.reason


def test_a_rejected_record_names_its_day():
    assert rejected(user(user_id=...)).day == DAY
    assert rejected(user(ai_credits_used=-1)).day == DAY


@pytest.mark.parametrize("day", ["2014-12-31", "2026-05-04", "9999-12-31"])
def test_a_day_out_of_range_is_rejected(day):
    outcome = rejected(user(day=day))
    assert (outcome.reason, outcome.field, outcome.day) == ("day out of range", "day", None)


@pytest.mark.parametrize("day", ["2015-01-01", "2026-05-03"])
def test_a_day_at_the_edge_of_the_range_is_taken(day):
    assert one(user(day=day)).day == dt.date.fromisoformat(day)


def test_numbers_that_vendors_print_as_floats():
    cli = {"session_count": 5.0, "token_usage": {"prompt_tokens_sum": "6"}}
    taken = one(user(ai_credits_used=0.30000000000000004, totals_by_cli=cli))
    assert usage(taken, ALL_FEATURES).tokens_in == 6
    assert usage(taken, ALL_FEATURES).sessions == 5
    assert usage(taken, ALL_FEATURES).credits == Decimal("0.3")


def test_one_bad_record_never_drops_its_batch():
    data = (
        lines(user(), user(user_id=...), {"user_totals": []}, user(user_id=9))
        + b'{"broken": \n'
        + lines(user(user_id=10))
    )
    outcomes = read("copilot-users", data)
    assert [type(o) for o in outcomes] == [Taken, Rejected, Rejected, Taken, Rejected, Taken]
    assert [o.line for o in outcomes] == [1, 2, 3, 4, 5, 6]


# --- files --------------------------------------------------------------------------------------------------------


def test_r_gh_1_r_gh_3_an_envelope_names_all_its_parts_and_no_link_is_kept():
    envelope = {
        "download_links": ["https://h.example/a/part-1.json?sig=SECRET", "https://h.example/b/part%202.ndjson#x"],
        "report_day": "2026-04-25",
    }
    parts, ignored = read("copilot-users", json.dumps(envelope).encode())
    assert parts == Parts(("part-1.json", "part 2.ndjson"), DAY, DAY)
    assert ignored == Ignored(1, "report envelope")
    month = {"download_links": ["/x/y.json"], "report_start_day": "2026-04-01", "report_end_day": "2026-04-28"}
    parts, _ = read("copilot-users", json.dumps(month).encode())
    assert (parts.first, parts.last) == (dt.date(2026, 4, 1), dt.date(2026, 4, 28))


@pytest.mark.parametrize(
    "envelope",
    [
        {"download_links": ["https://h/a.json"]},
        {"download_links": ["https://h/a.json"], "report_start_day": "2026-04-28", "report_end_day": "2026-04-01"},
        {"download_links": ["https://h/"], "report_day": "2026-04-25"},
        {"download_links": [3], "report_day": "2026-04-25"},
        {"download_links": "https://h/a.json", "report_day": "2026-04-25"},
        {"download_links": ["https://[/a.json"], "report_day": "2026-04-25"},
    ],
)
def test_r_gh_1_an_envelope_that_cannot_be_read_is_rejected(envelope):
    assert "h" not in rejected(envelope).field.split("_")


@pytest.mark.parametrize("nothing", [b"", b"null", b'""', b" \n", b"[]", b"null\n", b'{"day_totals": []}'])
def test_r_gh_4_nothing_gives_no_row_of_zeros(nothing):
    assert read("copilot-users", nothing) == []


@pytest.mark.parametrize(
    "data",
    [
        lines(user(), user(user_id=8)),
        json.dumps([user(), user(user_id=8)]).encode(),
        json.dumps({"day_totals": [user(), user(user_id=8)]}, indent=2).encode(),
        json.dumps([{"day_totals": [user()]}, {"day_totals": [user(user_id=8)]}]).encode(),
    ],
    ids=["ndjson", "array", "day_totals", "pages"],
)
def test_r_gh_5_all_shapes_give_the_same_records(data):
    outcomes = read("copilot-users", data)
    assert [o.key for o in outcomes] == ["1|900|7|2026-04-25", "1|900|8|2026-04-25"]
    assert [o.rows for o in outcomes] == [o.rows for o in read("copilot-users", lines(user(), user(user_id=8)))]


def test_r_gh_5_one_pretty_object_is_one_record():
    (outcome,) = read("copilot-users", json.dumps(user(), indent=4).encode())
    assert outcome.key == "1|900|7|2026-04-25"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (
            {"report_day": "2026-04-25", "user_totals": [{"login": "a", "user_id": 1, "total_active_days": 1}]},
            "users-1-day",
        ),
        ({"login": "a", "user_id": 1, "total_active_days": 1}, "users-1-day"),
        ({"login": "a", "user_id": 1}, "users-1-day"),
        (user(total_active_days=3), "users-1-day"),
        ({"date": "2026-04-25", "copilot_ide_code_completions": {}}, "users-1-day"),
        ({"date": "2026-04-25", "copilot_dotcom_chat": {}}, "users-1-day"),
        ({"day": "2026-04-25", "total_suggestions_count": 1, "total_active_users": 2}, "users-1-day"),
        ({"day": "2026-04-25", "daily_active_users": 1}, "copilot-aggregate"),
        ({"total_seats": 1, "seats": [{"created_at": "2026-01-01T00:00:00Z"}]}, "copilot-seats"),
        ({"created_at": "2026-01-01T00:00:00Z", "assignee": None}, "copilot-seats"),
        (user(team_id=3, slug="x"), "copilot-user-teams"),
        ({"timePeriod": {}, "usageItems": []}, "copilot-billing"),
        ({"type": "request", "user_id": 1, "github_request_id": "r", "body": "Hello"}, "Content is never stored"),
    ],
)
def test_r_gh_6_r_gh_7_foreign_files_are_refused_with_the_source_to_use(record, said):
    with pytest.raises(Refused) as refused:
        read("copilot-users", lines(record))
    assert said in refused.value.instead
    assert "Hello" not in str(refused.value)


def test_a_new_vendor_field_that_other_files_have_too_does_not_refuse_the_file():
    assert one(user(pull_requests={"total_created": 1})).account == "7"


# --- the sample files: known answers of EXPECTED.md ---------------------------------------------------------------

needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="sample files are not here")
FAROS = "github-copilot/faros/enterprise_copilot_user_usage/"
LATE = dt.datetime(2026, 11, 24)


def sample(name: str) -> list[Taken]:
    outcomes = read("copilot-users", (SAMPLES / name).read_bytes(), fetched=LATE)
    return [o for o in outcomes if isinstance(o, Taken)]


@needs_samples
def test_sample_organisation_users_1_day():
    hubot, octocat = sample("copilot/organization-users-1-day-report.json")
    assert (hubot.account, hubot.day, hubot.tenant) == ("338097", DAY, "100000001")
    assert known(usage(hubot, "copilot_cli")) == {
        "prompts": 24,
        "generations": 25,
        "accept_auto": 24,
        "lines_suggested": 0,
        "lines_agent_added": 435,
        "lines_agent_deleted": 29,
    }
    assert known(usage(hubot, ALL_FEATURES)) == {
        "sessions": 2,
        "requests": 187,
        "tokens_in": 23_229_028,
        "tokens_out": 121_157,
        "agent_requests": 0,
        "credits": Decimal("2.5"),
    }
    assert {r.surface for r in usages(hubot)} == {"cli"}
    row = usage(octocat, "copilot_cli")
    assert (octocat.account, row.prompts, row.generations, row.accept_user, row.accept_auto) == (
        "338094",
        0,
        0,
        None,
        0,
    )
    every = usage(octocat, ALL_FEATURES)
    assert (every.sessions, every.requests, every.tokens_out) == (16, 31, 626_901)


@needs_samples
def test_sample_user_level_example_of_the_vendor():
    (taken,) = sample("github-copilot/github-docs/user-level-example.json")
    row = usage(taken, "code_completion")
    assert (row.prompts, row.generations, row.accept_user, row.lines_added, row.lines_suggested) == (0, 1, 1, 8, 10)
    assert known(usage(taken, "copilot_cli")) == {"prompts": 2}
    every = usage(taken, ALL_FEATURES)
    assert (every.surface, every.sessions, every.requests, every.tokens_out) == ("cli", 2, 2, 5000)
    assert totals(taken) == {}


@needs_samples
@pytest.mark.parametrize(
    ("name", "day", "values", "vendor"),
    [
        ("copilot-usage-report.jsonl", "2025-07-12", (120, 184, 30, 140, 280), (210, 333, 54, 231)),
        ("daily_copilot-usage-report.jsonl", "2025-07-05", (60, 90, 15, 60, 120), (95, 150, 25, 100)),
    ],
)
def test_sample_rows_whose_top_level_differs(name, day, values, vendor):
    (taken,) = sample(FAROS + name)
    row = usage(taken, "chat_panel_unknown_mode")
    assert (taken.account, row.login, str(row.day)) == ("19153140", "octocat", day)
    assert (row.prompts, row.generations, row.accept_user, row.lines_added, row.lines_suggested) == values
    assert totals(taken) == dict(zip(("prompts", "generations", "accepts", "lines_added"), vendor, strict=True))


@needs_samples
@pytest.mark.parametrize("name", ["enterprise-users-1-day-report.json", "organization_metrics_response_sample.json"])
def test_sample_files_of_invented_and_closed_shape_are_refused(name):
    with pytest.raises(Refused):
        sample(f"copilot/{name}")


@needs_samples
@pytest.mark.parametrize("name", [FAROS + "response.json", "copilot/download-links-organization-28-day.json"])
def test_sample_envelopes_name_their_parts(name):
    parts, ignored = read("copilot-users", (SAMPLES / name).read_bytes(), fetched=LATE)
    assert isinstance(parts, Parts)
    assert parts.names[0].endswith((".json", ".jsonl"))
    assert isinstance(ignored, Ignored)
