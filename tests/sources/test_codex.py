"""Codex enterprise usage (SOURCES.md 8.2, rules R-CU-1 to R-CU-4), and its precedence over telemetry (C8)."""

import datetime as dt
import io
import json
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attack.drive import COMPLIANCE, home_with_roles, run

from uptake.model import PeriodUse, Usage
from uptake.model.outcome import InputFile, MoreFollow, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.codex.shapes import Bucket

SOURCE = SOURCES["codex"]
FETCHED = dt.datetime(2026, 5, 20, 3)
DAY = 86_400
MAY_11 = 1_778_457_600
BASE = {
    "start_time": MAY_11,
    "end_time": MAY_11 + DAY,
    "user_id": "user-a",
    "actor": {"email": " Kim@Example.org ", "name": "CANARY"},
    "totals": {"threads": 3, "turns": 14, "credits": 12.5, "uncached_text_input_tokens": 110, "cached_text_input_tokens": 220,
               "text_output_tokens": 55, "text_total_tokens": 385},
    "clients": [{"client_id": "CODEX_CLI", "turns": 10}, {"client_id": "CODEX_WEB", "turns": 4}],
    "models": [{"model": "CANARY"}],
    "code_attribution": {"lines_of_code": {"added": 40, "removed": 7, "committed": 30}, "commits": {"with_codex_contribution": 2}},
}  # fmt: skip


def read(*records, **envelope):
    data = json.dumps({"object": "page", "data": records, **envelope}).encode()
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), "ws-1", FETCHED)))


def taken(**changes):
    (outcome,) = read(BASE | changes)
    assert isinstance(outcome, Taken), outcome
    (row,) = outcome.rows
    return outcome, row


def rejected(**changes):
    (outcome,) = read(BASE | changes)
    assert isinstance(outcome, Rejected), outcome
    return outcome.field, outcome.reason, outcome.day


def test_r_cu_1_and_2_turns_are_prompts_and_clients_are_in_the_totals():
    outcome, row = taken()
    assert row == Usage(
        tool="codex", account="user-a", email="kim@example.org", tenant="ws-1", day=dt.date(2026, 5, 11), surface="several",
        feature="_all", feature_class="proactive", prompts=14, sessions=3, tokens_in=110, tokens_cache_read=220, tokens_out=55,
        credits=Decimal("12.5"), lines_agent_added=40, lines_agent_deleted=7, commits=2,
        flags_json='{"turns_as_prompts":true,"lines_committed":30}',
    )  # fmt: skip
    assert outcome.day == row.day
    assert "CANARY" not in repr(outcome)


def test_r_cu_4_null_and_absent_stay_null_and_zero_stays_zero():
    _, row = taken(totals=dict.fromkeys(BASE["totals"]), models=None, code_attribution=None, actor={"email": None})
    assert row == Usage(
        tool="codex", account="user-a", tenant="ws-1", day=dt.date(2026, 5, 11), surface="several", feature="_all",
        feature_class="proactive",
    )  # fmt: skip
    _, row = taken(
        totals={"turns": 0, "credits": 0}, code_attribution={"lines_of_code": None, "commits": {}}, clients=None
    )
    assert (row.prompts, row.credits, row.sessions, row.commits, row.surface) == (0, Decimal(0), None, None, "unknown")


@pytest.mark.parametrize(
    ("start", "seconds", "wanted"),
    [
        (MAY_11, DAY, "2026-05-11"),
        (MAY_11 + 7 * 3600, DAY, "2026-05-11"),
        (MAY_11 - 8 * 3600, DAY, "2026-05-11"),
        (MAY_11, 5 * 3600, "2026-05-11"),
        (MAY_11 + 8 * 3600, 23 * 3600, "2026-05-11"),
        (MAY_11 - 3600, 23 * 3600, "2026-05-11"),
        (MAY_11 + 7 * 3600, 25 * 3600, "2026-05-11"),
        (MAY_11 - 2 * 3600, 25 * 3600, "2026-05-11"),
        (MAY_11 - 11 * 3600, DAY + 1800, "2026-05-11"),
        (MAY_11 - 21 * 1800, DAY - 1800, "2026-05-11"),
    ],
    ids=[
        "UTC",
        "a workspace behind UTC",
        "a workspace before UTC",
        "a day that still runs",
        "clocks go forward behind UTC",
        "clocks go forward before UTC",
        "clocks go back behind UTC",
        "clocks go back before UTC",
        "clocks go back by half an hour",
        "clocks go forward by half an hour",
    ],
)
def test_a_bucket_of_a_day_has_that_day(start, seconds, wanted):
    outcome, row = taken(start_time=start, end_time=start + seconds)
    assert (str(row.day), str(outcome.day)) == (wanted, wanted)


@pytest.mark.parametrize(
    ("days", "cadence"), [(1.0001, "2 days"), (7, "weekly"), (10, "10 days"), (30, "monthly"), (366, "366 days")]
)
def test_r_cu_3_a_longer_bucket_is_use_by_period_and_has_no_day(days, cadence):
    outcome, row = taken(start_time=MAY_11 - 366 * DAY, end_time=MAY_11 - 366 * DAY + int(days * DAY))
    assert outcome.day is None
    assert isinstance(row, PeriodUse)
    assert (row.cadence, row.used, row.messages, row.credits) == (cadence, True, 14, Decimal("12.5"))
    assert (row.first_day, row.used_from) == (dt.date(2025, 5, 10), dt.date(2025, 5, 10))
    assert row.last_day == row.used_to == dt.date(2025, 5, 10) + dt.timedelta(days=int(days - 0.00001))


@pytest.mark.parametrize(
    ("totals", "used"), [({}, False), ({"turns": 0}, False), ({"credits": 0.1}, True), (None, False)]
)
def test_a_period_without_a_count_is_no_use(totals, used):
    assert taken(end_time=MAY_11 + 7 * DAY, totals=totals)[1].used is used


def test_without_a_user_id_the_email_is_the_account():
    assert taken(user_id=None)[1].account == "kim@example.org"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"user_id": None, "actor": None}, ("user_id", "required field missing")),
        ({"user_id": "two words"}, ("user_id", "not an id")),
        ({"actor": {"email": "no mail"}}, ("actor.email", "not an e-mail")),
        ({"start_time": MAY_11 + 3600, "end_time": MAY_11 + 7200}, ("start_time", "part of a day")),
        ({"totals": {"credits": -1}}, ("totals.credits", "value out of range")),
        ({"totals": {"turns": "many"}}, ("totals.turns", "expected int | null, got str")),
        ({"totals": {"turns": -1}}, ("totals.turns", "value out of range")),
    ],
)
def test_a_damaged_bucket_names_its_field_and_its_day(changes, wanted):
    assert rejected(**changes) == (*wanted, dt.date(2026, 5, 11))


@pytest.mark.parametrize("seconds", [23 * 3600, DAY, 25 * 3600])
@pytest.mark.parametrize(
    "totals",
    [{"turns": "many"}, {"turns": -1}, {"credits": -1}, None],
    ids=["a word", "below 0", "credits", "no counts"],
)
def test_a_damaged_bucket_of_a_workspace_before_utc_names_the_day_that_it_is_of(seconds, totals):
    """That day proves no zero. With the day of its start, which is the one before, it would."""
    times = {"start_time": MAY_11 - 7200, "end_time": MAY_11 - 7200 + seconds}
    assert rejected(**times, totals=totals, code_attribution=None)[2] == dt.date(2026, 5, 11)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"start_time": "soon"}, ("start_time", "expected int, got str")),
        ({"end_time": MAY_11}, ("end_time", "not a day or a period")),
        ({"end_time": MAY_11 + 367 * DAY}, ("end_time", "not a day or a period")),
        ({"start_time": MAY_11 + 400 * DAY, "end_time": MAY_11 + 401 * DAY}, ("start_time", "day out of range")),
        ({"end_time": MAY_11 + 7 * DAY, "totals": {"turns": -1}}, ("totals.turns", "value out of range")),
    ],
)
def test_a_bucket_whose_time_says_no_day_names_none(changes, wanted):
    assert rejected(**changes) == (*wanted, None)


def test_a_page_that_is_followed_by_others_says_so():
    assert isinstance(read(BASE, has_more=True)[-1], MoreFollow)
    assert not any(isinstance(one, MoreFollow) for one in read(BASE, has_more=False, next_page=None))


VALUE = (
    st.none() | st.booleans() | st.integers() | st.text("a1 é", max_size=4) | st.just([]) | st.just({}) | st.floats()
)


@given(st.lists(st.dictionaries(st.sampled_from(Bucket.__struct_fields__), VALUE, max_size=4), max_size=6))
def test_every_bucket_has_one_outcome_and_names_only_known_fields(changes):
    outcomes = read(*(BASE | change for change in changes))
    assert len(outcomes) == len(changes)
    for one in outcomes:
        assert isinstance(one, Taken) or one.field.split(".")[0].removesuffix("[]") in {"", *Bucket.__struct_fields__}


def bucket(person, day, **changes):
    start = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    return BASE | {"start_time": start, "end_time": start + DAY, "user_id": f"user-{person}",
                   "actor": {"email": f"{person}@example.org"}} | changes  # fmt: skip


def telemetry(person, day, prompts):
    def record(number, name):
        said = {"event.name": name, "conversation.id": "c", "event.timestamp": f"{day}T09:{number:02}:00Z"}
        return {"attributes": [{"key": key, "value": {"stringValue": value}} for key, value in said.items()]}

    who = {"service.name": "codex_exec", "enduser.id": f"{person}@example.org"}
    return {
        "resource": {"attributes": [{"key": key, "value": {"stringValue": value}} for key, value in who.items()]},
        "scopeLogs": [
            {"scope": {"name": "codex_otel.log_only"},
             "logRecords": [record(number, "codex.user_prompt") for number in range(prompts)]}
        ],
    }  # fmt: skip


PEOPLE = ("P1", "P2", "P3", "P4", "P5", "P6")
JUNE_8 = dt.date(2026, 6, 8)


@pytest.fixture(scope="module", params=[False, True], ids=["report first", "telemetry first"])
def folder(tmp_path_factory, request):
    """P2 works with Codex on each working day of a quarter. P1, P3, P4, P5 hold a seat that the report shows to be idle, but: P4 has use by
    period, P5 telemetry of one day, P6 too, beside a report of zeros. P2 has both reports of June 8.
    """
    folder = tmp_path_factory.mktemp("codex")
    home = home_with_roles(folder / "home", "administrator", "compliance")
    days = [dt.date(2026, 4, 1) + dt.timedelta(days=number) for number in range(91)]
    buckets = [bucket("p2", day) for day in days if day.weekday() < 5]
    buckets.append(bucket("p4", dt.date(2026, 5, 11), end_time=MAY_11 + 7 * DAY))
    nothing = {"totals": {"turns": 0, "threads": None}, "code_attribution": None}
    buckets += [bucket("p6", day, **nothing) for day in days if day.weekday() < 5]
    posts = [telemetry("p2", JUNE_8, 3), telemetry("p5", JUNE_8, 2), telemetry("p6", JUNE_8, 4)]
    files = {
        "hr-people": "person_id,lob,email,start_date\n" + "".join(f"{one},Risk,{one}@example.org,2020-01-01\n" for one in PEOPLE),
        "seats": "tool,person_id,first_day\n" + "".join(f"codex,{one},2025-12-01\n" for one in PEOPLE),
        "codex": json.dumps({"data": buckets, "has_more": False}),
        "otlp": json.dumps({"resourceLogs": posts}),
    }  # fmt: skip
    order = [*files][:2] + [*files][2:][:: -1 if request.param else 1]
    for source in order:
        (folder / source).write_text(files[source])
        at = "2026-06-09T00:00:00Z" if source == "otlp" else "2026-07-20T00:00:00Z"
        done = run(home, "ingest", source, folder / source, "--fetched-at", at, "--json")
        assert done.code == 0, done.err
    assert run(home, "score", "--as-of", "2026-07-20").code == 0
    return folder


def asked(home, question, *more):
    done = run(home, "ask", question, *COMPLIANCE, *more, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_c8_a_person_day_of_both_sources_is_counted_once_by_the_report(folder):
    home = folder / "home"
    rows = [row for row in asked(home, "usage_days") if row["person_id"] == "P2" and row["day"] == str(JUNE_8)]
    assert [(row["prompts"], row["tokens_in"]) for row in rows] == [(14, 110)]
    scored = [row for row in asked(home, "day_scores") if row["person_id"] == "P2" and row["day"] == str(JUNE_8)]
    assert {row["tool"]: row["proactive"] for row in scored}["codex"] == 14
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        kept = connection.execute("select source, prompts from usage where day = ? order by all", [JUNE_8]).fetchall()
    assert kept == [("codex", 0), ("codex", 14), ("otlp", 2), ("otlp", 3), ("otlp", 4)]


def test_c8_where_the_report_has_no_row_telemetry_counts(folder):
    rows = [row for row in asked(folder / "home", "usage_days") if row["person_id"] == "P5"]
    assert [(row["day"], row["prompts"]) for row in rows] == [(str(JUNE_8), 2)]


def test_a_report_that_tells_of_no_use_hides_no_use_of_which_telemetry_tells(folder):
    rows = [row for row in asked(folder / "home", "usage_days") if row["person_id"] == "P6"]
    assert len(rows) == 65
    assert [(row["day"], row["prompts"]) for row in rows if row["prompts"]] == [(str(JUNE_8), 4)]


def test_who_has_use_by_period_or_by_telemetry_is_never_a_non_user(folder):
    found = {
        row["person_id"]: (row["segment"], row["reason"])
        for row in asked(folder / "home", "quarter_scores", "--quarter", "2026Q2")
    }
    assert found["P1"] == found["P3"] == ("non_user", "seat_never_used")
    assert found["P4"] == ("insufficient", "use_without_days")
    assert found["P5"] == found["P6"] == ("light", "some_use")
    assert found["P2"][0] == "heavy"
    with duckdb.connect(str(folder / "home" / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        wanted = "select count(*) from usage where account = 'user-p4'"
        assert connection.execute(wanted).fetchone() == (0,)


def test_a_bucket_without_any_known_count_is_set_aside_and_is_no_day_without_use():
    renamed = {"start_time": 1777852800, "end_time": 1777939200, "user_id": "u", "usage": {"turns": 5}}
    data = json.dumps({"data": [renamed], "has_more": False}).encode()
    (outcome,) = SOURCES["codex"].parse(InputFile("f", io.BytesIO(data), "o", dt.datetime(2026, 5, 6)))
    assert (outcome.reason, outcome.field, outcome.day) == ("no count of a known kind", "totals", dt.date(2026, 5, 4))
