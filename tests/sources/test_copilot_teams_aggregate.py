"""Readers `copilot-user-teams` and `copilot-aggregate` (SOURCES.md 4.3, 4.4)."""

import csv
import datetime as dt
import json
from typing import Any

import pytest
from copilot_files import DAY, SAMPLES, counters, lines, one, read, rejected, user

from uptake.model import TeamMembership, VendorTotal
from uptake.model.outcome import Ignored, Parts, Refused, Rejected, Span, Stamp, Taken

TEAMS = "copilot-user-teams"
AGGREGATE = "copilot-aggregate"
LATE = dt.datetime(2026, 11, 24)


def team(**fields: Any) -> dict[str, Any]:
    return user(**({"team_id": 42, "slug": "frontend"} | fields))


def day(**fields: Any) -> dict[str, Any]:
    base = {"day": "2026-04-25", "organization_id": "31", "daily_active_users": 4}
    return {name: value for name, value in (base | fields).items() if value is not ...}


def totals(taken: Taken) -> dict[str, int]:
    assert all(isinstance(row, VendorTotal) for row in taken.rows)
    return {row.measure: row.value for row in taken.rows if isinstance(row, VendorTotal)}


# --- teams --------------------------------------------------------------------------------------------------------


def test_r_ut_1_a_membership_names_account_day_and_entity():
    taken = one(team(organization_id="999"), source=TEAMS)
    assert taken.rows == [
        TeamMembership(tool="copilot", tenant="999", day=DAY, account="7", team="frontend", login="mona")
    ]
    assert (taken.key, taken.day, taken.tenant, taken.account) == ("999|2026-04-25|7|42", DAY, "999", "7")


def test_r_ut_1_the_same_membership_on_two_days_is_two_records():
    first, second = read(TEAMS, lines(team(), team(day="2026-04-26")))
    assert first.key != second.key


def test_r_ut_2_a_team_that_is_not_listed_gives_no_row():
    assert read(TEAMS, b"") == read(TEAMS, b"null") == []


def test_r_ut_3_two_teams_of_one_person_are_two_memberships_of_one_account():
    first, second = read(TEAMS, lines(team(), team(team_id=43, slug="backend")))
    assert first.key != second.key
    assert first.account == second.account
    assert [first.rows[0].team, second.rows[0].team] == ["frontend", "backend"]


@pytest.mark.parametrize("slug", [..., None, "", " "])
def test_a_team_without_slug_is_known_by_its_id(slug):
    assert one(team(slug=slug), source=TEAMS).rows[0].team == "42"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"user_id": ...}, "user_id"),
        ({"user_login": ...}, "user_login"),
        ({"team_id": None}, "team_id"),
        ({"day": "today"}, "day"),
        ({"day": "2026-05-04"}, "day"),
        ({"day": "2014-01-01"}, "day"),
    ],
)
def test_bad_memberships_are_rejected(fields, field):
    assert rejected(team(**fields), source=TEAMS).field == field


def test_a_users_report_is_refused_as_teams():
    with pytest.raises(Refused) as refused:
        read(TEAMS, lines(user(totals_by_feature=[counters("chat_inline")])))
    assert "copilot-users" in refused.value.instead


# --- aggregates ---------------------------------------------------------------------------------------------------


def test_r_ag_1_an_aggregate_is_totals_of_the_tenant_and_never_on_people():
    taken = one(
        day(
            user_initiated_interaction_count=24,
            code_generation_activity_count=25,
            code_acceptance_activity_count=0,
            loc_added_sum=None,
            weekly_active_users=5,
            totals_by_feature=[counters("copilot_cli", 24)],
            pull_requests={"total_created": 3, "total_merged": 0, "median_minutes_to_merge": 1.5, "total_new": 9},
        ),
        source=AGGREGATE,
    )
    assert totals(taken) == {
        "prompts": 24,
        "generations": 25,
        "accepts": 0,
        "vendor:daily_active_users": 4,
        "vendor:weekly_active_users": 5,
        "vendor:pr_total_created": 3,
        "vendor:pr_total_merged": 0,
    }
    assert {(r.scope, r.account, r.tenant, r.day) for r in taken.rows} == {("tenant", None, "31", DAY)}
    assert (taken.key, taken.day, taken.account) == ("31|2026-04-25", DAY, None)


def test_r_ag_2_totals_are_kept_as_the_vendor_gives_them():
    """They are compared with people's sums later; nothing is corrected here, whatever the parts of the record say."""
    taken = one(
        day(user_initiated_interaction_count=24, totals_by_feature=[counters("chat_inline", 36)]), source=AGGREGATE
    )
    assert totals(taken)["prompts"] == 24


def test_the_28_day_report_is_one_record_a_day():
    envelope = {
        "report_start_day": "2026-04-01",
        "report_end_day": "2026-04-28",
        "enterprise_id": 900,
        "created_at": "2026-04-29T01:00:00Z",
        "day_totals": [day(organization_id=...), day(day="2026-04-26", organization_id=...)],
    }
    span, stamp, first, second = read(AGGREGATE, json.dumps(envelope).encode())
    assert span == Span(dt.date(2026, 4, 1), dt.date(2026, 4, 28), "900", whole=True)
    assert isinstance(stamp, Stamp)
    assert [first.key, second.key] == ["900|2026-04-25", "900|2026-04-26"]


@pytest.mark.parametrize("data", [lines(day(), day(day="2026-04-26")), json.dumps([day(), day()]).encode()])
def test_r_gh_5_aggregates_in_lines_and_arrays(data):
    assert [type(o) for o in read(AGGREGATE, data)] == [Taken, Taken]


def test_a_day_without_a_known_measure_is_ignored():
    assert read(AGGREGATE, lines(day(daily_active_users=...))) == [Ignored(1, "day without a known measure")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"day": ...}, "day"),
        ({"day": "2026-05-04"}, "day"),
        ({"daily_active_users": -1}, "daily_active_users"),
        ({"loc_added_sum": 10**12 + 1}, "loc_added_sum"),
        ({"pull_requests": {"total_created": "many"}}, "pull_requests.total_created"),
    ],
)
def test_bad_aggregates_are_rejected(fields, field):
    good, bad = read(AGGREGATE, lines(day(), day(**fields)))
    assert isinstance(good, Taken)
    assert isinstance(bad, Rejected)
    assert bad.field == field


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (user(totals_by_feature=[counters("chat_inline")]), "copilot-users"),
        (user(), "copilot-users"),
        (team(), "copilot-user-teams"),
        ({"day": "2023-10-15", "total_suggestions_count": 1000}, "users-1-day"),
        ({"date": "2024-06-24", "copilot_ide_code_completions": {}}, "users-1-day"),
        ({"total_seats": 1, "seats": []}, "copilot-seats"),
    ],
)
def test_people_and_foreign_files_are_refused_as_aggregates(record, said):
    with pytest.raises(Refused) as refused:
        read(AGGREGATE, lines(record))
    assert said in refused.value.instead


def test_r_gh_3_an_envelope_of_aggregates_names_its_parts():
    envelope = {"download_links": ["https://h/x.json?sig=1"], "report_day": "2026-04-25"}
    assert read(AGGREGATE, lines(envelope)) == [Parts(("x.json",), DAY, DAY), Ignored(1, "report envelope")]


# --- samples ------------------------------------------------------------------------------------------------------

needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="sample files are not here")


def sample(source: str, name: str) -> list[Taken]:
    outcomes = read(source, (SAMPLES / name).read_bytes(), fetched=LATE)
    assert {type(o) for o in outcomes} <= {Taken, Span, Stamp}
    return [o for o in outcomes if isinstance(o, Taken)]


@needs_samples
def test_sample_teams_of_the_vendor():
    taken = sample(TEAMS, "github-copilot/github-docs/user-teams-1-day.example.ndjson")
    assert [(t.account, t.rows[0].team) for t in taken] == [
        ("1001", "frontend"),
        ("1001", "backend"),
        ("1002", "frontend"),
    ]


@needs_samples
def test_sample_organisation_1_day():
    (taken,) = sample(AGGREGATE, "copilot/organization-1-day-report.json")
    found = totals(taken)
    assert (found["prompts"], found["generations"], found["accepts"], found["lines_added"]) == (24, 25, 24, 435)
    assert (found["vendor:daily_active_users"], found["vendor:monthly_active_users"]) == (2, 6)
    assert found["vendor:pr_total_created"] == 0


@needs_samples
def test_sample_organisation_28_day():
    taken = sample(AGGREGATE, "copilot/organization-28-day-report.json")
    assert len(taken) == len({t.key for t in taken}) == 28
    assert totals(taken[0])["prompts"] == 111


@needs_samples
def test_sample_rows_of_a_peer_give_the_table_it_expects():
    folder = SAMPLES / "devlake_gh_copilot"
    with (folder / "raw_tables/_raw_copilot_metrics.csv").open() as raw:
        data = b"".join(row["data"].encode() + b"\n" for row in csv.DictReader(raw))
    with (folder / "snapshot_tables/_tool_copilot_enterprise_daily_metrics.csv").open() as table:
        expected = [(row["day"][:10], int(row["daily_active_users"])) for row in csv.DictReader(table)]
    taken = read(AGGREGATE, data, account="octodemo", fetched=LATE)
    assert [(str(t.day), totals(t)["vendor:daily_active_users"]) for t in taken] == expected
    assert {t.tenant for t in taken} == {"octodemo"}
