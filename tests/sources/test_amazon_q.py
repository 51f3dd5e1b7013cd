"""Amazon Q Developer reports (SOURCES.md section 10, rules R-AQ-1 to R-AQ-6)."""

import datetime as dt
import io
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.product import uptake, uptake_answer

from uptake.model import AUTONOMOUS, PASSIVE, PROACTIVE, Usage
from uptake.model.outcome import Ignored, InputFile, Parts, Refused, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.amazon_q.columns import ACTIVITY, MESSAGES

SOURCE = SOURCES["amazon-q"]
FETCHED = dt.datetime(2026, 5, 6, 3)
DAY = dt.date(2026, 5, 4)
WHO = "11111111-aaaa-4bbb-8ccc-000000000001"


def read(text, name="f.csv", account="42"):
    return list(SOURCE.parse(InputFile(name, io.BytesIO(text.encode()), account, FETCHED)))


def rows(**cells):
    """The usage rows of one line by feature; columns by keyword."""
    given = {"UserId": WHO, "Date": "2026-05-04"} | cells
    (outcome,) = read(",".join(given) + "\n" + ",".join(given.values()) + "\n")
    assert isinstance(outcome, Taken), outcome
    return {row.feature: row for row in outcome.rows if isinstance(row, Usage)}


def rejected(**cells):
    given = {"UserId": WHO, "Date": "2026-05-04", "Chat_MessagesSent": "2"} | cells
    (outcome,) = read(",".join(given) + "\n" + ",".join(given.values()) + "\n")
    assert isinstance(outcome, Rejected), outcome
    return outcome.field, outcome.reason, outcome.day


@pytest.mark.parametrize(
    "header", ["UserId,Date,Chat_MessagesSent", " USERID , date,CHAT_messagesSENT ", "chat_messagessent,UserID,DATE"]
)
def test_r_aq_1_headers_are_trimmed_and_case_blind(header):
    cells = {"userid": WHO, "date": "2026-05-04", "chat_messagessent": "8"}
    line = ",".join(cells[name.strip().lower()] for name in header.split(","))
    (outcome,) = read(f"{header}\n{line}\n")
    assert (outcome.rows[0].feature, outcome.rows[0].prompts) == ("chat", 4)


@pytest.mark.parametrize(
    ("sent", "prompts"), [("0", 0), ("1", 0), ("2", 1), ("7", 3), ("8", 4), ("8.0", 4), ("", None)]
)
def test_r_aq_3_messages_of_both_sides_are_halved(sent, prompts):
    found = rows(Chat_MessagesSent=sent, Chat_AICodeLines="5")["chat"]
    assert (found.prompts, found.flags_json) == (prompts, '{"two_sided":true}')
    newer = rows(TotalMessages=sent, ChatConversations="1")["chat"]
    assert (newer.prompts, newer.flags_json) == (prompts, '{"two_sided":true}')


@pytest.mark.parametrize(
    ("column", "feature", "feature_class", "field", "task"),
    [
        ("Inline_SuggestionsCount", "inline", "passive", "generations", None),
        ("Inline_AcceptanceCount", "inline", "passive", "accept_user", None),
        ("Inline_AICodeLines", "inline", "passive", "lines_added", None),
        ("InlineChat_TotalEventCount", "inline_chat", "proactive", "prompts", None),
        ("InlineChat_AcceptanceEventCount", "inline_chat", "proactive", "accept_user", None),
        ("InlineChat_RejectionEventCount", "inline_chat", "proactive", "reject_user", None),
        ("CodeReview_SucceededEventCount", "code_review", "proactive", "review_requests", "review"),
        ("CodeReview_FailedEventCount", "code_review", "proactive", "review_requests", "review"),
        ("CodeReview_FindingsCount", "code_review", "proactive", "generations", "review"),
        ("CodeFix_GenerationEventCount", "code_fix", "unclassified", "generations", None),
        ("Dev_GenerationEventCount", "dev", "proactive", "prompts", "development"),
        ("DocGeneration_EventCount", "doc_generation", "proactive", "prompts", "documentation"),
        ("TestGeneration_EventCount", "test_generation", "proactive", "prompts", "tests"),
        ("Transformation_EventCount", "transformation", "proactive", "prompts", "migration"),
    ],
)
def test_r_aq_5_features_are_task_types(column, feature, feature_class, field, task):
    found = rows(**{column: "6"})
    assert set(found) == {feature, "_all"}
    row = found[feature]
    assert (row.feature_class, getattr(row, field)) == (feature_class, 6)
    assert row.flags_json == (f'{{"task":"{task}"}}' if task else None)


def test_c1_absent_is_null_and_zero_is_zero():
    found = rows(Inline_SuggestionsCount="0", Inline_AcceptanceCount="")
    assert (found["inline"].generations, found["inline"].accept_user) == (0, None)
    assert set(found) == {"inline", "_all"}


def test_every_count_is_a_field_of_usage():
    for feature in (*ACTIVITY, MESSAGES):
        assert set(feature.counts) <= set(Usage.__struct_fields__)
        assert feature.feature_class in {PROACTIVE, PASSIVE, AUTONOMOUS, "unclassified"}


@pytest.mark.parametrize("day", ["2026-05-04", "05-04-2026"])
def test_r_aq_6_both_formats_are_read(day):
    assert rows(Date=day, Chat_MessagesSent="2")["chat"].day == DAY


@pytest.mark.parametrize("days", [("2026-05-04", "05-04-2026"), ("05-04-2026", "2026-05-04")])
def test_r_aq_6_two_formats_in_one_file_refuse_it(days):
    with pytest.raises(Refused, match="two formats"):
        read("UserId,Date\n" + "".join(f"u,{day}\n" for day in days))


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({"UserId": ""}, ("userid", "required field missing", DAY)),
        ({"UserId": "two words"}, ("userid", "not an account id", DAY)),
        ({"Date": "yesterday"}, ("date", "invalid date", None)),
        ({"Date": "2026-02-30"}, ("date", "invalid date", None)),
        ({"Date": "2031-01-01"}, ("date", "day out of range", None)),
        ({"Chat_MessagesSent": "-1"}, ("chat_messagessent", "invalid count", DAY)),
        ({"Chat_MessagesSent": "2.5"}, ("chat_messagessent", "invalid count", DAY)),
        ({"Chat_MessagesSent": "9999999999999"}, ("chat_messagessent", "invalid count", DAY)),
        ({"CreditsUsed": "many"}, ("creditsused", "invalid number", DAY)),
    ],
)
def test_a_damaged_line_names_its_field(cells, wanted):
    assert rejected(**cells) == wanted


HEAD = "UserId,Date,ClientType,SubscriptionTier,ChatConversations,TotalMessages,CreditsUsed\n"


def test_the_clients_of_a_user_day_are_one_record_with_all_their_rows():
    first, second = read(HEAD + f"{WHO},2026-05-04,IDE,PRO,2,9,1.25\n{WHO},2026-05-04,my secret client!,PRO,1,4,0.5\n")
    told = [(row.surface, row.feature, row.prompts, row.sessions, row.credits) for row in first.rows]
    assert told == [
        ("ide", "chat", 4, 2, None),
        ("ide", "_all", None, None, Decimal("1.25")),
        ("other", "chat", 2, 1, None),
        ("other", "_all", None, None, Decimal("0.5")),
    ]
    assert second.rows == []
    assert first.key != second.key


def test_a_line_given_twice_is_told_and_never_added():
    line = f"{WHO},2026-05-04,IDE,PRO,2,9,1.25\n"
    again, other, taken = read(HEAD + line + line + line.replace(",9,", ",6,"))
    assert isinstance(again, Ignored)
    assert (other.field, other.day) == ("clienttype", DAY)
    assert len(taken.rows) == 2


def test_r_aq_2_a_part_names_those_before_it():
    outcomes = read("UserId,Date,Chat_MessagesSent\nu,2026-05-04,2\n", name="42_by_user_analytic_part_3.csv")
    (parts,) = (one for one in outcomes if isinstance(one, Parts))
    assert parts.names == tuple(f"42_by_user_analytic_part_{number}.csv" for number in (1, 2, 3))
    assert (parts.first, parts.last) == (DAY, DAY)


@pytest.fixture
def home(tmp_path):
    uptake(tmp_path / "home", "init", "--json")
    (tmp_path / "people.csv").write_text("person_id,lob,start_date\nP1,Risk,2020-01-01\nP2,Risk,2020-01-01\n")
    (tmp_path / "accounts.csv").write_text("source,account,person_id\namazon_q,u-1,P1\namazon_q,u-2,P2\n")
    (tmp_path / "seats.csv").write_text("tool,account,first_day\namazon_q,u-1,2026-04-01\namazon_q,u-2,2026-04-01\n")
    for source, name in (("hr-people", "people"), ("accounts", "accounts"), ("seats", "seats")):
        assert uptake(tmp_path / "home", "ingest", source, tmp_path / f"{name}.csv", "--json") == 0
    return tmp_path / "home"


def day_states(home, *files):
    """State, proactive and passive points by person and day, after these files by name are loaded and scored."""
    folder = home.parent / "q"
    folder.mkdir(exist_ok=True)
    for name, text in files:
        (folder / name).write_text(text)
    uptake_answer(home, "ingest", "amazon-q", folder, "--fetched-at", "2026-05-09T00:00:00Z")
    uptake_answer(home, "score", "--as-of", "2026-05-08")
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select person_id, day, state, proactive, passive from day_scores where tool = 'amazon_q' and day >= '2026-05-01'"
        ).fetchall()
    return {(person, day.day): (state, proactive, passive) for person, day, state, proactive, passive in found}


COLUMNS = "UserId,Date,Chat_MessagesSent,Inline_AcceptanceCount\n"


def test_r_aq_4_who_is_not_in_a_day_that_exists_did_nothing_and_a_missing_day_proves_nothing(home):
    states = day_states(
        home,
        ("a.csv", COLUMNS + "u-1,2026-05-04,9,3\nu-2,2026-05-04,0,0\n"),
        ("c.csv", COLUMNS + "u-1,2026-05-06,4,0\n"),
    )
    assert states["P1", 4] == ("active", 4, 3)
    assert states["P2", 4][0] == states["P2", 6][0] == "zero"
    assert states.get(("P2", 5), ("not_observed",))[0] == "not_observed"


def test_r_aq_2_all_parts_make_the_day_and_a_missing_part_proves_no_zero(home):
    second = ("x_part_2.csv", COLUMNS + "u-1,2026-05-04,8,0\n")
    assert day_states(home, second).get(("P2", 4), ("not_observed",))[0] == "not_observed"
    states = day_states(home, ("x_part_1.csv", COLUMNS + "u-2,2026-05-04,6,0\n"))
    assert (states["P1", 4][:2], states["P2", 4][:2]) == (("active", 4), ("active", 3))


def test_c8_the_two_reports_of_a_day_are_never_added(home):
    newer = HEAD + "u-1,2026-05-04,IDE,PRO,1,8,0\nu-1,2026-05-04,CLI,PRO,1,8,0\n"
    assert day_states(home, ("new.csv", newer))["P1", 4][:2] == ("active", 8)
    assert day_states(home, ("old.csv", COLUMNS + "u-1,2026-05-04,6,0\n"))["P1", 4][:2] == ("active", 3)


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60)


@given(st.lists(LINE | st.sampled_from([f"{WHO},2026-05-04,8,9", f"{WHO},2026-05-04,,x"]), max_size=8))
def test_every_line_has_one_outcome_and_no_value_of_a_bad_one_is_kept(lines):
    outcomes = read("UserId,Date,Chat_MessagesSent,Inline_AcceptanceCount\n" + "\n".join(lines))
    told = [one for one in outcomes if isinstance(one, Taken | Ignored | Rejected)]
    assert len(told) == sum(bool(line.encode().strip()) for line in lines)
    for one in told:
        if isinstance(one, Rejected):
            assert one.reason.split(":")[0] in {
                "ragged line", "malformed line", "NUL byte", "required field missing", "not an account id", "invalid date",
                "invalid count", "day out of range",
            }  # fmt: skip


def test_the_user_report_is_read_in_both_spellings():
    plain, spelt = (
        read(HEAD + f"{WHO},2026-05-04,IDE,PRO,2,9,1.25\n"),
        read(
            "UserId,Date,Client_Type,Subscription_Tier,Chat_Conversations,Total_Messages,Credits_Used\n"
            f"{WHO},2026-05-04,IDE,PRO,2,9,1.25\n"
        ),
    )
    assert plain == spelt
    assert spelt[0].rows[0].prompts == 4


def test_a_file_that_counts_nothing_known_is_refused_and_makes_no_day_of_zeros(home):
    with pytest.raises(Refused, match="none of its columns"):
        read(f"UserId,Date,MessagesTotal\n{WHO},2026-05-04,9\n")
    (home.parent / "new.csv").write_text("UserId,Date,MessagesTotal\nu-1,2026-05-04,9\nu-2,2026-05-04,3\n")
    assert uptake(home, "ingest", "amazon-q", home.parent / "new.csv", "--json") == 3


def test_two_clients_or_reports_of_a_day_with_signs_alone_are_one_row_of_evidence_each(home):
    one_message = HEAD + "u-1,2026-05-04,IDE,PRO,,1,\nu-1,2026-05-04,CLI,PRO,,1,\n"
    states = day_states(
        home, ("a.csv", one_message), ("b.csv", "UserId,Date,Chat_MessagesInteracted\nu-1,2026-05-04,3\n")
    )
    assert states["P1", 4][1:] == (0, 0)
