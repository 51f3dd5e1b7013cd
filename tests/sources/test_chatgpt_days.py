"""Daily counts of ChatGPT (SOURCES.md 8.1): scored by day, never beside the export of the same time, and never a word of content."""

import csv
import datetime as dt
import io
import json

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.drive import COMPLIANCE, home_with_roles, run
from tests.oracle.spec import FEATURES

from uptake.model import Usage
from uptake.model.outcome import InputFile, Refused, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.chatgpt_days.parse import CONTENT

SOURCE = SOURCES["chatgpt-days"]
FETCHED = dt.datetime(2026, 6, 20, 3)
BASE = {"day": "2026-05-04", "public_id": "user-a", "email": " Kim@Example.org ", "messages": "12"}


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
    (use,) = outcome.rows
    assert (outcome.day, outcome.account, outcome.tenant) == (use.day, use.account, use.tenant)
    return use


def test_a_line_is_the_messages_that_a_person_sent_on_a_day():
    more = {
        "account_id": "ws-1",
        "conversations": "3",
        "credits_used": "1.50",
        "tool_messages": "2",
        "project_messages": "0",
    }
    found = row(**more)
    assert found == Usage(
        tool="chatgpt", account="user-a", email="kim@example.org", tenant="ws-1", day=dt.date(2026, 5, 4), surface="unknown",
        feature="messages", feature_class="proactive", prompts=12, sessions=3, credits=found.credits,
        flags_json='{"tool_messages":2,"project_messages":0}',
    )  # fmt: skip
    assert str(found.credits) == "1.50"
    assert found.feature == FEATURES["chatgpt"]


def test_c1_zero_is_zero_and_absent_is_null():
    found = row(messages="0", conversations="")
    assert (found.prompts, found.sessions, found.credits, found.flags_json, found.tenant) == (
        0,
        None,
        None,
        None,
        "default",
    )


def test_without_public_id_the_email_is_the_account():
    assert row(public_id="").account == "kim@example.org"
    assert row(email="").email is None


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"day": ""}, ("day", "required field missing")),
        ({"day": "2026-05-04T10:00:00Z"}, ("day", "invalid date")),
        ({"day": "2026-02-30"}, ("day", "invalid date")),
        ({"day": "2031-01-01"}, ("day", "day out of range")),
        ({"messages": ""}, ("messages", "required field missing")),
        ({"messages": "-1"}, ("messages", "invalid count")),
        ({"messages": "1.5"}, ("messages", "invalid count")),
        ({"messages": "tell Ann of the merger"}, ("messages", "invalid count")),
        ({"tool_messages": "13"}, ("tool_messages", "a part larger than the whole")),
        ({"public_id": "two words"}, ("public_id", "not an id")),
        ({"email": "no mail"}, ("email", "not an e-mail")),
        ({"public_id": "", "email": ""}, ("public_id", "required field missing")),
        ({"account_id": "two words"}, ("account_id", "not an id")),
        ({"credits_used": "1,5"}, ("credits_used", "invalid number")),
    ],
)
def test_a_damaged_line_names_its_field(changes, wanted):
    (outcome,) = read(BASE | changes)
    assert isinstance(outcome, Rejected)
    assert (outcome.field, outcome.reason) == wanted
    assert outcome.day == (None if wanted[0] == "day" else dt.date(2026, 5, 4))


@pytest.mark.parametrize("column", CONTENT)
def test_a_column_for_content_refuses_the_file(column):
    with pytest.raises(Refused, match=column):
        read(BASE | {column: "CANARY"})


def test_content_is_nowhere_after_a_refused_file_and_another_column_is_kept_out(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator")
    (tmp_path / "bad.csv").write_text(text_of(BASE | {"title": "CANARY-title"}))
    (tmp_path / "log.csv").write_text('{"type": "message", "content": "CANARY-log"}\n')
    (tmp_path / "good.csv").write_text(text_of(BASE | {"remark": "CANARY-remark"}))
    told = [run(home, "ingest", "chatgpt-days", tmp_path / f"{name}.csv", "--json") for name in ("bad", "log", "good")]
    assert [done.code for done in told] == [3, 3, 0]
    bytes_left = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"CANARY" not in bytes_left + "".join(done.out + done.err for done in told).encode()


LINE = st.text(st.characters(codec="ascii", exclude_characters="\r\n"), max_size=60)
GOOD = text_of(BASE).splitlines()


@given(st.lists(LINE | st.just(GOOD[1]), max_size=8), st.integers(0, 60), LINE)
def test_every_line_has_one_outcome_and_no_value_of_a_bad_one_is_kept(lines, place, put):
    lines = [*lines, GOOD[1][:place] + put + GOOD[1][place:]]
    outcomes = read(text="\n".join([GOOD[0], *lines]))
    assert len(outcomes) == sum(bool(line.encode().strip()) for line in lines)
    for one in outcomes:
        assert isinstance(one, Taken) or one.field in {"", *BASE}


PEOPLE = ("P1", "P2", "P3", "P4")
DAYS = [dt.date(2026, 4, 1) + dt.timedelta(days=number) for number in range(91)]
MONTH = {"cadence": "monthly", "period_start": "2026-05-01", "period_end": "2026-05-31", "is_active": "True"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """All hold a seat. P1 sends messages, P2 on one day; P3 and P4 do not, but the export of May tells of use by P1 and P4."""
    folder = tmp_path_factory.mktemp("chatgpt-days")
    home = home_with_roles(folder / "home", "administrator", "compliance")
    use = [
        BASE | {"public_id": "u-P1", "email": "P1@example.org", "day": str(day), "messages": "8"}
        for day in DAYS
        if day.weekday() < 5
    ]
    use.append(BASE | {"public_id": "u-P2", "email": "P2@example.org", "day": str(DAYS[40]), "messages": "1"})
    export = [
        MONTH | {"public_id": f"u-{one}", "email": f"{one}@example.org", "messages": "999"} for one in ("P1", "P4")
    ]
    files = {
        "hr-people": "person_id,lob,email,start_date\n" + "".join(f"{one},Risk,{one}@example.org,2020-01-01\n" for one in PEOPLE),
        "seats": "tool,person_id,first_day\n" + "".join(f"chatgpt,{one},2025-12-01\n" for one in PEOPLE),
        "chatgpt": text_of(*export),
        "chatgpt-days": text_of(*use),
    }  # fmt: skip
    for source, text in files.items():
        (folder / f"{source}.csv").write_text(text)
        done = run(home, "ingest", source, folder / f"{source}.csv", "--fetched-at", "2026-07-20T00:00:00Z", "--json")
        assert done.code == 0, done.err
    done = run(home, "score", "--as-of", "2026-07-20")
    assert done.code == 0, done.err
    return home


def test_days_are_scored_and_the_export_of_the_same_time_is_not_added(home):
    done = run(home, "ask", "day_scores", *COMPLIANCE, "--json")
    points = {
        (row["person_id"], row["proactive"])
        for row in json.loads(done.out)
        if row["tool"] == "chatgpt" and row["state"] == "active"
    }
    assert points == {("P1", 8), ("P2", 1)}
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute(
            "select max(prompts), count(*) from usage_facts where person_id = 'P1'"
        ).fetchone() == (8, 65)
        # P1 has days in May: the month is not counted beside them. P4 has none.
        counted = connection.execute("select account, counted from period_use order by all").fetchall()
    assert counted == [("u-P1", False), ("u-P4", True)]


def test_a_zero_of_days_against_use_by_the_export_is_never_a_non_user(home):
    done = run(home, "ask", "quarter_scores", *COMPLIANCE, "--json")
    found = {
        row["person_id"]: (row["segment"], row["reason"]) for row in json.loads(done.out) if row["quarter"] == "2026Q2"
    }
    assert found["P1"][0] == "heavy"
    assert found["P2"][0] == "light"
    assert found["P3"] == ("non_user", "seat_never_used")
    assert found["P4"] == ("insufficient", "use_without_days")


def test_conservation_a_second_load_and_a_restated_day(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator")
    counts = ("records_in", "loaded", "duplicate", "ignored", "quarantined")

    def ingest(*records):
        (tmp_path / "a.csv").write_text(text_of(*records))
        told = json.loads(run(home, "ingest", "chatgpt-days", tmp_path / "a.csv", "--json").out)
        return tuple(told[name] for name in counts)

    both = (BASE, BASE, BASE | {"messages": "x"})
    assert [ingest(*both), ingest(*both)] == [(3, 1, 1, 0, 1), (3, 0, 2, 0, 1)]
    assert ingest(BASE | {"messages": "13"}) == (1, 1, 0, 0, 0)
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select prompts from usage").fetchall() == [(13,)]


def test_a_refresh_knows_that_days_came_for_a_period_that_was_counted(tmp_path):
    home = home_with_roles(tmp_path / "home", "administrator")
    told = []
    for source, text in (
        ("chatgpt", text_of(MONTH | BASE)),
        ("chatgpt-days", text_of(BASE | {"public_id": "another"})),
    ):
        (tmp_path / "a.csv").write_text(text)
        assert run(home, "ingest", source, tmp_path / "a.csv", "--fetched-at", "2026-06-20T00:00:00Z").code == 0
        assert run(home, "score", "--as-of", "2026-06-19").code == 0
        with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
            told += connection.execute("select counted from period_use").fetchall()
    # The second is told by its e-mail: the export and the days name the account in two ways.
    assert told == [(True,), (False,)]
