"""ChatGPT workspace export (SOURCES.md 8.1, rules R-CG-1 to R-CG-6): evidence of use by period, never days, never points."""

import csv
import datetime as dt
import io
import json

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.drive import COMPLIANCE, home_with_roles, run

from uptake.model import PeriodUse
from uptake.model.outcome import InputFile, Refused, Rejected, Taken
from uptake.sources import SOURCES

SOURCE = SOURCES["chatgpt"]
FETCHED = dt.datetime(2026, 6, 20, 3)
BASE = {
    "cadence": "weekly",
    "period_start": "2026-05-04",
    "period_end": "2026-05-10",
    "account_id": "ws-1",
    "public_id": "user-a",
    "name": "CANARY-name",
    "email": " Kim@Example.org ",
    "role": "CANARY-role",
    "groups": "CANARY-group",
    "department": "",
    "user_status": "enabled",
    "is_active": "True",
    "messages": "25",
}


def text_of(*records):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for record in records for name in record)))
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


def read(*records, text=None):
    data = (text_of(*records) if text is None else text).encode()
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), "default", FETCHED)))


def row(**changes):
    (outcome,) = read(BASE | changes)
    assert isinstance(outcome, Taken), outcome
    assert outcome.day is None
    (use,) = outcome.rows
    return use


def rejected(**changes):
    (outcome,) = read(BASE | changes)
    assert isinstance(outcome, Rejected), outcome
    return outcome.field, outcome.reason


def test_r_cg_1_and_6_a_period_stays_a_period_and_the_name_is_dropped():
    assert row(credits_used="") == PeriodUse(
        tool="chatgpt", account="user-a", email="kim@example.org", tenant="ws-1", cadence="weekly",
        first_day=dt.date(2026, 5, 4), last_day=dt.date(2026, 5, 10), used=True, used_from=dt.date(2026, 5, 4),
        used_to=dt.date(2026, 5, 10), messages=25,
    )  # fmt: skip
    assert "CANARY" not in repr(read(BASE))


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("{'gpt-4o': 25}", {"gpt-4o": 25}),
        ('{"gpt-4o": 25}', {"gpt-4o": 25}),
        ("{'o3': 1, 'CANARY words': 2, 'more words': 3}", {"o3": 1, "other": 5}),
        ("{}", None),
        ("null", None),
        ("", None),
    ],
)
def test_r_cg_3_maps_are_python_literals_or_json(text, models):
    flags = row(model_to_messages=text).flags_json
    assert (json.loads(flags)["models"] if flags else None) == models


@pytest.mark.parametrize("field", ["model_to_messages", "gpt_to_messages", "tool_to_messages", "project_to_messages"])
@pytest.mark.parametrize("text", ["[1]", "{'a': 'b'}", "{'a': True}", "__import__('os')", "{'a': -1}", "{", "(" * 5000])
def test_r_cg_3_anything_else_is_quarantined_by_name(field, text):
    assert rejected(**{field: text}) == (field, "not a map of counts")


def test_r_cg_3_a_map_is_capped_at_64_kb():
    assert rejected(tool_to_messages=" " * 10 + "{" + " " * 65536 + "}") == ("tool_to_messages", "text too long")


def test_r_cg_4_parts_are_kept_beside_the_messages():
    use = row(gpt_messages="3", tool_messages="2", project_messages="0", gpt_to_messages="{'CANARY gpt': 3}")
    assert (use.messages, use.gpt_messages, use.tool_messages, use.project_messages) == (25, 3, 2, 0)
    assert "CANARY" not in repr(use)


@pytest.mark.parametrize(
    ("changes", "used", "invited"),
    [
        ({"user_status": "invited", "is_active": "False", "messages": "0"}, False, True),
        ({"user_status": "Pending", "is_active": "", "messages": ""}, False, True),
        ({"is_active": "False", "messages": "0"}, False, False),
        ({"is_active": "", "messages": ""}, False, False),
        ({"is_active": "True", "messages": "0"}, True, False),
        ({"is_active": "False", "messages": "1"}, True, False),
        ({"is_active": "", "messages": "", "first_day_active_in_period": "2026-05-06"}, True, False),
    ],
)
def test_r_cg_5_invited_users_are_seats_without_use(changes, used, invited):
    use = row(**changes)
    assert (use.used, use.invited) == (used, invited)


def test_c1_an_empty_count_is_null():
    assert row(messages="", is_active="1").messages is None
    assert row(messages="0").messages == 0


def test_without_public_id_the_email_is_the_account():
    assert row(public_id="").account == "kim@example.org"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"cadence": "daily"}, ("cadence", "expected weekly or monthly")),
        ({"period_start": ""}, ("period_start", "required field missing")),
        ({"period_start": "2031-01-01", "period_end": "2031-01-07"}, ("period_start", "day out of range")),
        ({"period_end": "2026-05-03"}, ("period_end", "not a week or a month")),
        ({"period_end": "2026-07-03"}, ("period_end", "not a week or a month")),
        ({"period_end": "soon"}, ("period_end", "invalid date")),
        ({"first_day_active_in_period": "2026-05-11"}, ("first_day_active_in_period", "outside its period")),
        ({"public_id": "", "email": ""}, ("public_id", "required field missing")),
        ({"public_id": "two words"}, ("public_id", "not an id")),
        ({"email": "no mail"}, ("email", "not an e-mail")),
        ({"account_id": "two words"}, ("account_id", "not an id")),
        ({"messages": "many"}, ("messages", "invalid count")),
        ({"is_active": "perhaps"}, ("is_active", "expected true or false")),
        ({"credits_used": "1,5"}, ("credits_used", "invalid number")),
    ],
)
def test_a_damaged_line_names_its_field(changes, wanted):
    assert rejected(**changes) == wanted


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(Refused):
        read(text="person_id,lob\n7,Risk\n")


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60)
GOOD = text_of(BASE).splitlines()


@given(st.lists(LINE | st.just(GOOD[1]), max_size=8), st.integers(0, 200), LINE)
def test_every_line_has_one_outcome_and_no_value_of_a_bad_one_is_kept(lines, place, put):
    lines = [*lines, GOOD[1][:place] + put + GOOD[1][place:]]
    outcomes = read(text="\n".join([GOOD[0], *lines]))
    assert len(outcomes) == sum(bool(line.encode().strip()) for line in lines)
    for one in outcomes:
        assert isinstance(one, Taken) or one.field in {"", *BASE}


USERS = ("P1", "P2", "P3", "P4")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """P2 uses Amazon Q each working day of two quarters; the others hold a seat and never do, which the vendor's days prove."""
    folder = tmp_path_factory.mktemp("chatgpt")
    home = home_with_roles(folder / "home", "administrator", "compliance")
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(181)]
    files = {
        "hr-people": "person_id,lob,email,start_date\n" + "".join(f"{one},Risk,{one}@example.org,2020-01-01\n" for one in USERS),
        "accounts": "source,account,person_id\n" + "".join(f"amazon_q,u-{one},{one}\n" for one in USERS),
        "seats": "tool,account,first_day\n" + "".join(f"amazon_q,u-{one},2025-12-01\n" for one in USERS),
        "amazon-q": "UserId,Date,Chat_MessagesSent\n" + "".join(f"u-P2,{day},8\n" for day in days if day.weekday() < 5),
        "chatgpt": text_of(
            BASE | {"email": "P1@example.org", "cadence": "monthly", "period_start": "2026-05-01", "period_end": "2026-05-31"},
            BASE | {"public_id": "user-d", "email": "P4@example.org", "is_active": "False", "messages": "0"},
        ),
    }  # fmt: skip
    for source, text in files.items():
        (folder / f"{source}.csv").write_text(text)
        done = run(home, "ingest", source, folder / f"{source}.csv", "--fetched-at", "2026-07-20T00:00:00Z", "--json")
        assert done.code == 0, done.err
    assert run(home, "score", "--as-of", "2026-07-20").code == 0
    return folder


def segments(home):
    done = run(home, "ask", "quarter_scores", *COMPLIANCE, "--json")
    assert done.code == 0, done.err
    return {(row["quarter"], row["person_id"]): (row["segment"], row["reason"]) for row in json.loads(done.out)}


def test_whose_only_use_is_a_period_row_is_never_called_non_user_or_non_adopter(folder):
    found = segments(folder / "home")
    assert found["2026Q1", "P1"] == found["2026Q1", "P3"] == ("non_user", "seat_never_used")
    assert found["2026Q2", "P3"] == found["2026Q2", "P4"] == ("non_adopter", "zero_again")
    assert found["2026Q2", "P1"] == ("insufficient", "use_without_days")


def test_r_cg_1_nothing_of_a_period_is_scored_or_put_on_a_day(folder):
    with duckdb.connect(str(folder / "home" / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        for table in ("usage", "usage_facts", "tool_use", "source_days", "day_scores"):
            column = "source" if table == "source_days" else "tool"
            assert connection.execute(f"select count(*) from {table} where {column} = 'chatgpt'").fetchone() == (0,), (
                table
            )
        assert connection.execute("select messages from period_uses where used").fetchall() == [(25,)]


def test_r_cg_2_weeks_are_counted_for_the_month_that_they_fill_and_no_evidence_is_lost(folder):
    home = folder / "home"
    weeks = ["2026-04-27", "2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25"]
    records = [
        BASE | {"period_start": week, "period_end": str(dt.date.fromisoformat(week) + dt.timedelta(days=6)), "messages": "0",
                "is_active": "False", "email": "P1@example.org"}
        for week in weeks
    ]  # fmt: skip
    records.append(BASE | {"public_id": "user-d", "email": "P4@example.org"})
    (folder / "weeks.csv").write_text(text_of(*records))
    assert run(home, "ingest", "chatgpt", folder / "weeks.csv", "--fetched-at", "2026-07-20T00:00:00Z").code == 0
    assert run(home, "score", "--as-of", "2026-07-20", "--restate", "2026Q2").code == 0
    found = segments(home)
    assert found["2026Q2", "P4"] == ("insufficient", "use_without_days")
    assert found["2026Q2", "P1"] == ("insufficient", "use_without_days")
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        told = connection.execute(
            "select cadence, counted, count(*) from period_use group by all order by all"
        ).fetchall()
    assert told == [("monthly", False, 1), ("weekly", True, 6)]
