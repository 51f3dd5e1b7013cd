"""Our own CSV files: people, absences, holidays, accounts, seats (CONTRACT.md; SOURCES.md section 12)."""

import datetime as dt
import io
from decimal import Decimal

import msgspec
import pytest

from uptake.model import TOOLS, Absence, AccountLink, Person, SeatGrant, SiteDay
from uptake.model.folding import digest_of
from uptake.model.outcome import InputFile, Refused, Rejected, Taken
from uptake.sources import SOURCES


def read(source, *lines):
    data = "".join(line + "\n" for line in lines).encode()
    return list(SOURCES[source].parse(InputFile("f", io.BytesIO(data))))


def only(source, *lines):
    (outcome,) = read(source, *lines)
    assert isinstance(outcome, Taken), outcome
    (row,) = outcome.rows
    return row


def rejected(source, *lines):
    (outcome,) = (one for one in read(source, *lines) if getattr(one, "counted", True))
    assert isinstance(outcome, Rejected)
    return outcome.field, outcome.reason


def keys(outcomes):
    return [outcome.key for outcome in outcomes]


# --- people ---------------------------------------------------------------------------------------------------------


def test_r_hr_1_an_empty_email_is_allowed():
    assert only("hr-people", "person_id,email,lob", "7,,Risk").email is None


def test_r_hr_5_leading_zeros_of_ids_are_kept():
    row = only("hr-people", "person_id,manager_id,lob", "00042,0007,Risk")
    assert (row.person_id, row.manager_id) == ("00042", "0007")
    assert keys(read("hr-people", "person_id,lob", "042,Risk", "42,Risk")) == ["042|0001-01-01", "42|0001-01-01"]


def test_r_hr_3_two_contents_of_one_row_meet_under_one_key_and_the_source_asks_for_the_whole_file():
    first, second = read("hr-people", "person_id,lob,effective_from", "7,Risk,2026-01-01", "7,Cards,2026-01-01")
    assert first.key == second.key == "7|2026-01-01"
    assert first.rows != second.rows
    assert SOURCES["hr-people"].whole_file_on_conflict


def test_r_hr_4_only_files_of_people_are_held_for_lost_people():
    assert [name for name, source in SOURCES.items() if source.holds_people] == ["hr-people", "scim"]


def test_r_hr_6_a_manager_who_is_missing_or_oneself_is_no_error_of_the_reader():
    outcomes = read("hr-people", "person_id,manager_id,lob", "7,7,Risk", "8,nobody,Risk")
    assert [outcome.rows[0].manager_id for outcome in outcomes] == ["7", "nobody"]


def test_c1_what_the_file_does_not_say_takes_its_documented_default_and_the_rest_is_null():
    assert only("hr-people", "person_id,lob", "7,Risk") == Person(
        person_id="7", effective_from=dt.date(1, 1, 1), lob="Risk", engineer=True, fte_percent=100
    )


def test_several_rows_of_a_person_are_its_history():
    lines = ("person_id,lob,effective_from", "7,Risk,", "7,Cards,2026-02-01")
    assert keys(read("hr-people", *lines)) == ["7|0001-01-01", "7|2026-02-01"]


def test_emails_are_stored_in_lower_case_and_cells_trimmed():
    row = only("hr-people", "person_id,email,lob,github_login", " 7 , A.B@Example.ORG ,Risk, Mona ")
    assert (row.person_id, row.email, row.github_login) == ("7", "a.b@example.org", "Mona")


@pytest.mark.parametrize(
    ("text", "engineer"),
    [("true", True), ("YES", True), ("1", True), ("", True), ("False", False), ("no", False), ("0", False)],
)
def test_engineer(text, engineer):
    assert only("hr-people", "person_id,lob,engineer", f"7,Risk,{text}").engineer is engineer


@pytest.mark.parametrize(
    ("text", "percent"),
    [("1", 100), ("", 100), ("0", 0), ("0.5", 50), ("0.125", 12), ("0.135", 14), ("0.375", 38), ("1.000", 100)],
)
def test_fte_is_whole_percent_half_to_even(text, percent):
    assert only("hr-people", "person_id,lob,fte", f"7,Risk,{text}").fte_percent == percent


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("engineer", "maybe", "expected true or false"),
        ("fte", "1.01", "value out of range"),
        ("fte", "-0.5", "invalid number"),
        ("fte", "80%", "invalid number"),
        ("fte", "NaN", "invalid number"),
        ("fte", "1e-1", "invalid number"),
        ("start_date", "01.02.2026", "invalid date"),
        ("end_date", "2026-02-30", "invalid date"),
        ("end_date", "20260201", "invalid date"),
        ("effective_from", "2026-2-1", "invalid date"),
        ("team", "x" * 256, "text too long"),
    ],
)
def test_a_cell_that_cannot_be_used_names_its_column_and_not_its_value(column, text, reason):
    assert rejected("hr-people", f"person_id,lob,{column}", f"7,Risk,{text}") == (column, reason)


@pytest.mark.parametrize("column", ["person_id", "lob"])
def test_an_empty_required_cell_is_rejected(column):
    values = {"person_id": "7", "lob": "Risk", column: ""}
    assert rejected("hr-people", "person_id,lob", f"{values['person_id']},{values['lob']}") == (
        column,
        "required field missing",
    )


def test_an_end_before_the_start_is_rejected():
    lines = ("person_id,lob,start_date,end_date", "7,Risk,2026-02-02,2026-02-01")
    assert rejected("hr-people", *lines) == ("end_date", "last day before first day")


def test_hr_days_are_not_held_to_the_range_of_usage_days():
    row = only("hr-people", "person_id,lob,start_date,end_date", "7,Risk,1987-04-01,2051-12-31")
    assert row.start_date == dt.date(1987, 4, 1)


# --- absences, calendar ---------------------------------------------------------------------------------------------


def test_r_hr_2_an_absence_says_both_of_its_days():
    row = only("hr-absences", "person_id,first_day,last_day,kind", "007,2026-05-04,2026-05-04,Long_Leave")
    assert row == Absence(
        person_id="007", first_day=dt.date(2026, 5, 4), last_day=dt.date(2026, 5, 4), kind="long_leave"
    )
    assert keys(read("hr-absences", "kind,person_id,first_day,last_day", "leave,007,2026-05-04,2026-05-06")) == [
        "007|2026-05-04|leave"
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",2026-05-04,2026-05-05,leave", "person_id"),
        ("7,,2026-05-05,leave", "first_day"),
        ("7,2026-05-04,someday,leave", "last_day"),
        ("7,2026-05-04,2026-05-03,leave", "last_day"),
        ("7,2026-05-04,2026-05-05,", "kind"),
        ("7,2026-05-04,2026-05-05,party", "kind"),
    ],
)
def test_a_bad_absence_names_its_field(row, field):
    assert rejected("hr-absences", "person_id,first_day,last_day,kind", row)[0] == field


def test_an_absence_without_a_last_day_is_open_until_a_line_says_when_it_ended():
    header = "person_id,first_day,last_day,kind"
    opened, closed = read("hr-absences", header, "7,2026-05-04,,leave", "7,2026-05-04,2026-05-29,leave")
    assert opened.rows[0].last_day == dt.date.max
    assert opened.key == closed.key
    assert opened.rank < closed.rank


def unread(*lines):
    found = read("hr-absences", "person_id,first_day,last_day,kind", *lines)
    return [
        (one.line, one.counted, *msgspec.structs.astuple(one.rows[0]))
        for one in found
        if isinstance(one, Taken) and not one.counted
    ]


def test_a_line_that_cannot_be_read_says_who_was_away_and_what_it_can_of_when():
    assert unread(
        "7,2026-05-04,x,leave",
        "7,,2026-05-08,leave",
        "7,2026-05-04,2026-05-08,party",
        "7,2026-05-08,2026-05-04,leave",
        "7,x,y,z",
    ) == [
        (2, False, digest_of("7"), dt.date(2026, 5, 4), None, "leave"),
        (3, False, digest_of("7"), None, dt.date(2026, 5, 8), "leave"),
        (4, False, digest_of("7"), dt.date(2026, 5, 4), dt.date(2026, 5, 8), None),
        (5, False, digest_of("7"), None, None, "leave"),
        (6, False, digest_of("7"), None, None, None),
    ]


def test_a_line_that_names_nobody_says_nothing_of_anybody():
    assert (
        unread(",x,2026-05-08,leave", "7" * 300 + ",x,y,leave", "7,2026-05-04", "7,2026-05-04,2026-05-08,leave") == []
    )


def test_a_file_of_absences_without_the_column_of_last_days_is_refused():
    """A mistyped column name must not send everybody on open leave."""
    with pytest.raises(Refused):
        read("hr-absences", "person_id,first_day,last,kind", "7,2026-05-04,2026-05-29,leave")


def test_a_holiday_of_a_site():
    (outcome,) = read("hr-calendar", "site,day,kind", "BER,2026-05-01,holiday")
    assert outcome.rows == [SiteDay(site="BER", day=dt.date(2026, 5, 1), kind="holiday")]
    assert outcome.key == "BER|2026-05-01"
    assert rejected("hr-calendar", "site,day,kind", "BER,2026-05-01,bridge")[0] == "kind"


# --- accounts -------------------------------------------------------------------------------------------------------


def test_an_account_is_grouped_case_blind_and_stored_as_given():
    """A later map of an account replaces all people of the earlier one."""
    first, second = read("accounts", "source,account,person_id", "copilot, Mona ,007", "copilot,mona,008")
    assert first.rows == [AccountLink(tool="copilot", account="Mona", person_id="007")]
    assert (first.key, second.key) == ("copilot|mona|007", "copilot|mona|008")
    assert first.group == second.group == "copilot|mona"


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_name_is_a_source_of_accounts(tool):
    assert only("accounts", "source,account,person_id", f"{tool},a,7").tool == tool


def test_an_unknown_tool_is_rejected():
    assert rejected("accounts", "source,account,person_id", "claude-code,a,7")[0] == "source"


def test_no_two_keys_meet_because_a_part_holds_a_bar():
    lines = ("source,account,person_id", "copilot,a|b,c", "copilot,a,b|c", "copilot,a%7Cb,c")
    assert len(set(keys(read("accounts", *lines)))) == 3


# --- seats ----------------------------------------------------------------------------------------------------------

SEATS = "tool,account,person_id,first_day,last_day,monthly_cost,currency"


def test_c7_a_seat_cost_is_decimal_to_the_digit():
    row = only("seats", SEATS, "chatgpt,,007,2026-01-01,,25.10,eur")
    assert row == SeatGrant(
        tool="chatgpt",
        person_id="007",
        first_day=dt.date(2026, 1, 1),
        monthly_cost=Decimal("25.10"),
        currency="EUR",
    )
    assert str(row.monthly_cost) == "25.10"


def test_a_row_without_account_and_person_is_the_price_of_the_tool():
    (outcome,) = read("seats", SEATS, "copilot,,,,,19,USD")
    assert outcome.key == "copilot|price"
    assert rejected("seats", SEATS, "copilot,,,,,,USD") == ("monthly_cost", "required field missing")


def test_an_account_and_a_person_of_one_name_are_two_seats():
    lines = (SEATS, "cursor,7,,2026-01-01,,,", "cursor,,7,2026-01-01,,,", "cursor,7,,2026-02-01,,,", "cursor,7,,,,,")
    assert len(set(keys(read("seats", *lines)))) == 4


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("vim,a,,,,,", "tool"),
        ("cursor,a,,2026-02-01,2026-01-01,,", "last_day"),
        ("cursor,a,,,,-1,", "monthly_cost"),
        ("cursor,a,,,,Infinity,", "monthly_cost"),
        ("cursor,a,,,,20,US$", "currency"),
    ],
)
def test_a_bad_seat_names_its_field(row, field):
    assert rejected("seats", SEATS, row)[0] == field


# --- all ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["hr-people", "hr-absences", "hr-calendar", "accounts", "seats"])
def test_a_file_without_its_columns_is_refused(source):
    with pytest.raises(Refused, match="lacks the columns"):
        read(source, "shoe_size", "44")


def test_every_line_is_one_outcome_and_unknown_columns_are_counted():
    file = InputFile("f", io.BytesIO(b"person_id,lob,shoe\n1,A,44\n,A,44\n3,A\n4,B,41\n"))
    outcomes = list(SOURCES["hr-people"].parse(file))
    assert [type(outcome) for outcome in outcomes] == [Taken, Rejected, Rejected, Taken]
    assert file.unknown_keys == {"shoe": 1}
