"""Claude Enterprise analytics (SOURCES.md 5.2, rules R-CE-1 to R-CE-7), and which source of Claude Code counts (rule C8)."""

import datetime as dt
import io
import json
import pathlib

import pytest
from claude_code_files import PRECEDENCE_DAY, facts, load_all
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.drive import COMPLIANCE, home_with_roles, run

from uptake.model import Usage
from uptake.model.outcome import Ignored, InputFile, MoreFollow, Refused, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.claude_enterprise.shapes import Record

SOURCE = SOURCES["claude-enterprise"]
SCHEMA = pathlib.Path(__file__).resolve().parents[2].parent / "shared/samples/anthropic-sdk-schemas"
FETCHED = dt.datetime(2026, 5, 8, 3)
DAY = dt.date(2026, 5, 4)
USER = {"id": "user_01Kim", "email_address": "Kim@Example.org", "type": "user"}
KIM = {"user": USER, "last_activity_date": "2026-05-04"}


def read(*records, days=None, **envelope):
    data = json.dumps({"data": list(records), **envelope}).encode()
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), "org-1", FETCHED, days=days)))


def rows(**changes):
    (outcome,) = read(KIM | changes)
    assert isinstance(outcome, Taken), outcome
    return {(row.tool, row.surface, row.feature): row for row in outcome.rows if isinstance(row, Usage)}


def chat(**changes):
    return rows(**changes)["claude", "claude.ai", "chat"]


def filled(schema, definitions):
    """A payload with every field that the vendor's schema knows: 1 for a count, a text for a text."""
    if "$ref" in schema:
        return filled(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "anyOf" in schema:
        return filled(next(one for one in schema["anyOf"] if one.get("type") != "null"), definitions)
    if schema.get("type") == "object":
        return {name: filled(part, definitions) for name, part in schema["properties"].items()}
    return 1 if schema["type"] == "integer" else schema.get("const", "x")


def test_every_field_of_the_official_schema_is_known():
    file = SCHEMA / "analytics_user_activity.schema.json"
    if not file.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    schema = json.loads(file.read_text())
    record = filled(schema, schema["$defs"]) | KIM | {"distinct_user_count": None}
    given = InputFile("f", io.BytesIO(json.dumps(record).encode()), "org-1", FETCHED)
    (outcome,) = SOURCE.parse(given)
    assert given.unknown_keys == {}
    found = {(row.tool, row.feature): (row.prompts, row.sessions) for row in outcome.rows if row.surface != "excel"}
    assert found == {
        ("claude", "chat"): (2, 2), ("claude", "cowork"): (2, 2), ("claude", "design"): (1, 1), ("claude", "science"): (1, 1),
        ("claude", "office"): (1, 1), ("claude", "tag"): (1, None), ("claude_code", "_all"): (None, 1),
    }  # fmt: skip


def test_r_ce_1_the_names_are_not_those_of_the_admin_report():
    admin = {
        "core_metrics": {"num_sessions": 3, "commits_by_claude_code": 2},
        "tool_actions": {"edit_tool": {"accepted": 4}},
    }
    (outcome,) = read(KIM | {"claude_code_metrics": admin})
    assert (outcome.reason, outcome.day) == ("no count of a known kind", DAY)
    with pytest.raises(Refused, match="Admin"):
        read({"actor": {"email_address": "kim@example.org"}, **admin})


@pytest.mark.parametrize(
    ("plain", "unified", "wanted"),
    [(12, None, 12), (12, 5, 17), (0, 17, 17), (None, 5, 5), (0, 0, 0), (None, None, None)],
)
def test_r_ce_2_messages_are_those_of_chat_and_of_the_unified_chat(plain, unified, wanted):
    found = chat(
        chat_metrics={"message_count": plain, "distinct_conversation_count": 1},
        chat_cowork_unified_metrics=unified
        if unified is None
        else {"chat": {"message_count": unified}, "sessions": {}},
    )
    assert (found.prompts, found.feature_class) == (wanted, "proactive")


def test_r_ce_3_older_payloads_lack_fields_and_absent_is_null():
    assert chat(user={"id": "user_01Kim"}, chat_metrics={"message_count": 1}).email is None
    core = {"commit_count": 0, "distinct_session_count": 1}
    found = rows(chat_metrics={"message_count": 0}, claude_code_metrics={"core_metrics": core})
    code = found["claude_code", "unknown", "_all"]
    assert (found["claude", "claude.ai", "chat"].prompts, code.commits) == (0, 0)
    assert {code.prompts, code.lines_agent_added, code.accept_unsplit, code.pull_requests} == {None}


def test_a_product_without_use_makes_no_row_beside_chat_so_no_zero_stands_before_a_transcript():
    nothing = {"core_metrics": {"commit_count": 0, "distinct_session_count": 0}}
    found = rows(chat_metrics={"message_count": 0}, cowork_metrics={"message_count": 0}, claude_code_metrics=nothing)
    assert set(found) == {("claude", "claude.ai", "chat")}
    assert set(rows(claude_code_metrics=nothing)) == {("claude_code", "unknown", "_all")}


def test_r_ce_4_rows_of_groups_are_not_taken_and_one_user_in_two_groups_counts_once():
    twice = [
        KIM | {"chat_metrics": {"message_count": 4}, "rbac_group_id": group, "rbac_group_name": "CANARY"}
        for group in ("a", "b")
    ]
    alone = {
        "user": None,
        "distinct_user_count": 5,
        "last_activity_date": "2026-05-04",
        "chat_metrics": {"message_count": 99},
    }
    first, second, group = read(*twice, alone)
    assert (first.key, first.rows) == (second.key, second.rows)
    assert isinstance(group, Ignored)
    assert "CANARY" not in repr([first, second, group])


def test_r_ce_5_a_row_without_user_is_kept_as_an_account_of_nobody():
    found = chat(user=None, chat_metrics={"message_count": 4})
    assert (found.account, found.email, found.prompts) == ("(no user)", None, 4)


def test_r_ce_7_accepted_edits_are_unsplit_and_there_are_no_prompts():
    tools = {
        name: {"accepted_count": 4, "rejected_count": 1}
        for name in ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")
    }
    core = {"distinct_session_count": 2, "lines_of_code": {"added_count": 9, "removed_count": 3}}
    code = rows(claude_code_metrics={"core_metrics": core, "tool_actions": tools})["claude_code", "unknown", "_all"]
    assert (code.accept_unsplit, code.reject_user, code.accept_user, code.prompts) == (16, 4, None, None)
    assert (code.sessions, code.lines_agent_added, code.lines_agent_deleted) == (2, 9, 3)


def test_the_account_is_the_vendors_id_else_the_email():
    assert chat(chat_metrics={"message_count": 1}).account == "user_01Kim"
    found = chat(user={"email_address": "Kim@Example.org"}, chat_metrics={"message_count": 1})
    assert (found.account, found.email, found.tenant) == ("kim@example.org", "kim@example.org", "org-1")


BARE = {"user": USER, "chat_metrics": {"message_count": 1}}


@pytest.mark.parametrize(
    ("record", "days", "envelope", "wanted"),
    [
        (BARE | {"date": "2026-05-03"}, None, {}, dt.date(2026, 5, 3)),
        (BARE, (DAY, DAY), {}, DAY),
        (BARE, None, {"date": "2026-05-02"}, dt.date(2026, 5, 2)),
        (BARE | {"last_activity_date": "2026-05-04"}, None, {}, DAY),
        (BARE | {"last_activity_date": "2026-05-04"}, (DAY, DAY + dt.timedelta(days=6)), {}, DAY),
    ],
)
def test_the_day_is_that_of_the_row_the_call_or_the_envelope(record, days, envelope, wanted):
    data = json.dumps({**envelope, "data": [record]}).encode()
    (outcome,) = SOURCE.parse(InputFile("f", io.BytesIO(data), "org-1", FETCHED, days=days))
    assert outcome.day == wanted


def test_a_row_without_activity_has_the_day_of_the_others_and_no_day_at_all_is_quarantined():
    late, first = read(KIM | {"chat_metrics": {"message_count": 1}}, BARE)
    assert (late.day, first.day) == (DAY, DAY)
    first, late = read(BARE | {"user": USER | {"id": "user_2"}}, KIM | {"chat_metrics": {"message_count": 1}})
    assert (late.day, first.day) == (DAY, DAY)
    (outcome,) = read(BARE)
    assert (outcome.reason, outcome.field) == ("required field missing", "date")


@pytest.mark.parametrize(
    ("records", "days", "envelope"),
    [
        ([KIM | BARE, KIM | BARE | {"last_activity_date": "2026-05-06"}], None, {}),
        ([KIM | BARE], (dt.date(2026, 5, 3), dt.date(2026, 5, 3)), {}),
        ([KIM | BARE], None, {"starting_date": "2026-05-01", "ending_date": "2026-05-08"}),
        ([BARE], None, {"date": "soon"}),
    ],
)
def test_a_range_of_days_is_refused_for_its_sums_belong_to_no_day(records, days, envelope):
    data = json.dumps({**envelope, "data": records}).encode()
    with pytest.raises(Refused):
        list(SOURCE.parse(InputFile("f", io.BytesIO(data), "org-1", FETCHED, days=days)))


def test_r_ce_6_a_cost_report_is_refused_by_name():
    with pytest.raises(Refused, match="cost"):
        read({"amount": "10.25", "list_amount": "11", "currency": "USD"})


@pytest.mark.parametrize(("page", "more"), [("p2", True), (None, False), ("", False)])
def test_a_day_is_whole_with_the_last_page_only(page, more):
    outcomes = read(KIM | BARE, next_page=page)
    assert any(isinstance(one, MoreFollow) for one in outcomes) == more


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"chat_metrics": {"message_count": "4"}}, ("chat_metrics.message_count", "expected int | null, got str")),
        ({"chat_metrics": {"message_count": 4.5}}, ("chat_metrics.message_count", "expected int | null, got float")),
        ({"chat_metrics": {"message_count": -1}}, ("chat_metrics.message_count", "value out of range")),
        ({"user": {"id": "two words"}}, ("user.id", "not an id")),
        ({"user": {}}, ("user.id", "required field missing")),
        ({"user": {"email_address": "no mail"}}, ("user.email_address", "not an e-mail")),
        ({"date": "soon"}, ("date", "invalid date")),
        ({"last_activity_date": "2031-01-01"}, ("last_activity_date", "day out of range")),
    ],
)
def test_a_damaged_row_names_its_field(changes, wanted):
    (outcome,) = read(KIM | BARE | changes)
    assert isinstance(outcome, Rejected)
    assert (outcome.field, outcome.reason) == wanted


VALUE = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "-1", [], {}])


@given(st.lists(st.dictionaries(st.sampled_from(Record.__struct_fields__), VALUE, max_size=3), max_size=6))
def test_every_row_has_one_outcome_and_names_only_known_fields(changes):
    outcomes = read(*(KIM | {"date": "2026-05-04"} | change for change in changes))
    assert len(outcomes) == len(changes)
    for one in outcomes:
        assert isinstance(one, Taken | Ignored) or one.field.split(".")[0] in {"", *Record.__struct_fields__}


def test_c8_claude_code_counts_from_one_source_only_and_chat_beside_it(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator", "compliance")
    load_all(home, tmp_path)
    found = facts(home)
    assert found["P1", "claude_code"] == [("otlp", "event", 1, 1)]
    assert found["P2", "claude_code"] == [("claude-code", "session", None, 5)]
    assert found["P3", "claude_code"] == [("claude-enterprise", "session", None, 3)]
    for person in ("P1", "P2", "P3"):
        assert found[person, "claude"] == [("claude-enterprise", "day", 4, 2)]
    done = run(home, "ask", "day_scores", *COMPLIANCE, "--json")
    points = {
        (row["person_id"], row["tool"]): row["proactive"]
        for row in json.loads(done.out)
        if row["day"] == PRECEDENCE_DAY
    }
    # By sessions: one point and one for each 25 edits, of one source. Four messages are four points.
    assert (points["P1", "claude_code"], points["P2", "claude_code"], points["P3", "claude_code"]) == (1, 3, 2)
    assert {points[person, "claude"] for person in ("P1", "P2", "P3")} == {4}


@pytest.mark.parametrize("product", ["chat", "unified", "excel"])
def test_whose_only_use_is_claude_chat_is_never_called_non_user(tmp_path, product):
    home = home_with_roles(tmp_path / "home", "administrator", "compliance")
    days = [dt.date(2026, 4, 1) + dt.timedelta(days=number) for number in range(91)]
    used = {
        "chat": {"chat_metrics": {"message_count": 3}},
        "unified": {"chat_metrics": {"message_count": 0}, "chat_cowork_unified_metrics": {"chat": {"message_count": 3}, "sessions": {}}},
        "excel": {"chat_metrics": {"message_count": 0}, "office_metrics": {"excel": {"message_count": 3}}},
    }[product]  # fmt: skip
    records = [
        {"user": {"id": f"user_{name}", "email_address": f"{name}@example.org"}, "date": str(day),
         **(used if (name, day) == ("P1", days[40]) else {"chat_metrics": {"message_count": 0}})}
        for day in days for name in ("P1", "P2")
    ]  # fmt: skip
    (tmp_path / "e.json").write_text(json.dumps({"data": records}))
    (tmp_path / "p.csv").write_text(
        "person_id,lob,email,start_date\n"
        + "".join(f"{one},Risk,{one}@example.org,2020-01-01\n" for one in ("P1", "P2"))
    )
    (tmp_path / "s.csv").write_text("tool,person_id,first_day\nclaude,P1,2025-12-01\nclaude,P2,2025-12-01\n")
    for source, file in (("hr-people", "p.csv"), ("seats", "s.csv"), ("claude-enterprise", "e.json")):
        done = run(home, "ingest", source, tmp_path / file, "--fetched-at", "2026-07-20T00:00:00Z", "--json")
        assert done.code == 0, done.err
    assert run(home, "score", "--as-of", "2026-07-20").code == 0
    done = run(home, "ask", "quarter_scores", *COMPLIANCE, "--json")
    found = {row["person_id"]: row["segment"] for row in json.loads(done.out) if row["quarter"] == "2026Q2"}
    assert found == {"P1": "light", "P2": "non_user"}


def test_conservation_and_a_second_load_change_nothing(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator")
    group = {"user": None, "distinct_user_count": 2, "chat_metrics": {"message_count": 9}}
    records = [KIM | BARE, KIM | BARE, group, KIM | {"chat_metrics": {"message_count": "x"}}]
    (tmp_path / "a.json").write_text(json.dumps({"data": records, "next_page": None}))
    told = [json.loads(run(home, "ingest", "claude-enterprise", tmp_path / "a.json", "--json").out) for _ in range(2)]
    counts = ("records_in", "loaded", "duplicate", "ignored", "quarantined")
    assert [tuple(one[name] for name in counts) for one in told] == [(4, 1, 1, 1, 1), (4, 0, 2, 1, 1)]
