"""Reader `copilot-seats`: seat lists and the activity report (SOURCES.md 4.5)."""

import csv
import datetime as dt
import json
from typing import Any

import pytest
from copilot_files import FETCHED, SAMPLES, lines, one, read, rejected, user

from uptake.model import SeatListing
from uptake.model.outcome import Refused, Rejected, SeatTotal, Stamp, Taken

SOURCE = "copilot-seats"


def seat(**fields: Any) -> dict[str, Any]:
    base = {
        "created_at": "2026-01-03T09:00:00Z",
        "pending_cancellation_date": None,
        "last_activity_at": "2026-05-01T12:00:00Z",
        "last_activity_editor": "vscode/1.99.0/copilot/1.308.0",
        "plan_type": "business",
        "assignee": {"login": "mona", "id": 7, "type": "User", "email": "mona@example.com", "name": "Mona Lisa"},
        "assigning_team": {"id": 3, "slug": "team-a", "name": "A secret name", "parent": None},
    }
    return {name: value for name, value in (base | fields).items() if value is not ...}


def listed(*records: Any, **options: Any) -> tuple[Taken, SeatListing]:
    taken = one(*records, source=SOURCE, **options)
    (row,) = taken.rows
    assert isinstance(row, SeatListing)
    return taken, row


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_a_seat_is_one_listing_at_the_time_of_the_file():
    taken, row = listed(seat(), account="acme")
    assert row == SeatListing(
        tool="copilot",
        taken_at=FETCHED,
        tenant="acme",
        account="7",
        login="mona",
        created_day=dt.date(2026, 1, 3),
        last_activity_at=moment("2026-05-01T12:00:00"),
        granted_by="team-a",
        plan="business",
    )
    assert (taken.key, taken.account, taken.tenant) == ("acme|2026-05-02|7|mona", "7", "acme")
    assert "Lisa" not in repr(taken)
    assert "example.com" not in repr(taken)


@pytest.mark.parametrize(
    "data",
    [
        json.dumps({"total_seats": 2, "seats": [seat(), seat()]}, indent=1).encode(),
        json.dumps([{"total_seats": 2, "seats": [seat()]}, {"total_seats": 2, "seats": [seat()]}]).encode(),
        json.dumps({"seats": [seat(), seat()], "total_seats": 2}).encode(),
    ],
    ids=["page", "pages", "total-last"],
)
def test_the_total_of_the_list_is_told(data):
    outcomes = read(SOURCE, data, account="acme")
    assert {o.total for o in outcomes if isinstance(o, SeatTotal)} == {2}
    assert {o.tenant for o in outcomes if isinstance(o, SeatTotal)} == {"acme"}
    assert len([o for o in outcomes if isinstance(o, Taken)]) == 2


@pytest.mark.parametrize("data", [json.dumps([seat(), seat()]).encode(), lines(seat(), seat())])
def test_a_bare_array_and_ndjson_of_seats(data):
    assert [type(o) for o in read(SOURCE, data)] == [Taken, Taken]


@pytest.mark.parametrize(
    ("total", "told"), [(10**40, [2**63 - 1]), (2**63 - 1, [2**63 - 1]), (-1, []), (True, []), ("3", []), (2.5, [])]
)
def test_a_total_is_a_count_that_a_column_holds_or_none(total, told):
    """Found by fuzzing: a number of forty digits ended the whole call."""
    outcomes = read(SOURCE, json.dumps({"total_seats": total, "seats": [seat()]}).encode())
    assert [o.total for o in outcomes if isinstance(o, SeatTotal)] == told
    assert len([o for o in outcomes if isinstance(o, Taken)]) == 1


def test_an_empty_list_is_a_list_of_no_seats():
    assert read(SOURCE, b'{"total_seats": 0, "seats": []}') == [SeatTotal(0)]
    assert read(SOURCE, b"null") == []


def test_r_se_1_listings_of_one_seat_share_a_key_and_the_newest_activity_ranks_highest():
    teams = [{"id": n, "slug": f"team-{n}"} for n in (1, 2, 3)]
    activity = ["2026-04-16T00:53:32-06:00", None, "2026-04-16T01:00:00Z"]
    taken = read(
        SOURCE,
        lines(*(seat(assigning_team=t, last_activity_at=a) for t, a in zip(teams, activity, strict=True))),
    )
    assert len({t.key for t in taken}) == 1
    assert [t.rank for t in taken] == ["2026-04-16T06:53:32", "", "2026-04-16T01:00:00"]
    assert max(taken, key=lambda t: t.rank).rows[0].granted_by == "team-1"
    assert {t.rows[0].granted_by for t in taken} == {"team-1", "team-2", "team-3"}


@pytest.mark.parametrize(
    ("team", "organization", "granted_by"),
    [
        ({"id": 3, "slug": "a"}, {"login": "org"}, "a"),
        (None, {"login": "org", "id": 1}, "org"),
        ({"id": 3}, None, "3"),
        (None, None, None),
        (..., ..., None),
    ],
)
def test_r_se_1_who_grants_the_seat(team, organization, granted_by):
    assert listed(seat(assigning_team=team, organization=organization))[1].granted_by == granted_by


def test_r_se_2_a_seat_without_assignee_has_no_account_and_a_key_of_its_own():
    first, second, absent = read(SOURCE, lines(seat(assignee=None), seat(assignee=None), seat(assignee=...)))
    assert [t.account for t in (first, second, absent)] == [None, None, None]
    assert first.rows[0].login is None
    assert len({first.key, second.key, absent.key}) == 3


def test_r_se_3_same_id_with_another_login_is_not_the_same_key():
    mona, lisa = read(SOURCE, lines(seat(), seat(assignee={"login": "lisa", "id": 7, "type": "User"})))
    assert mona.account == lisa.account == "7"
    assert mona.key != lisa.key
    case, _ = listed(seat(assignee={"login": "MONA", "id": 7}))
    assert case.key == mona.key


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-04-24T20:00:00-06:00", "2026-04-25T02:00:00"),
        ("2026-04-25T02:00:00+03:00", "2026-04-24T23:00:00"),
        ("2026-04-25T02:00:00Z", "2026-04-25T02:00:00"),
        ("2026-04-25T02:00:00", "2026-04-25T02:00:00"),
    ],
)
def test_r_se_5_offsets_become_utc(text, utc):
    _, row = listed(seat(created_at=text, last_activity_at=text))
    assert row.last_activity_at == moment(utc)
    assert row.created_day == moment(utc).date()
    assert row.last_activity_at.tzinfo is None


@pytest.mark.parametrize("editor", ["vscode/1.77.3/copilot/1.86.82", "copilot_pr_review", "", None, ...])
def test_r_se_4_r_se_6_any_editor_text_loads_and_proves_no_use(editor):
    _, row = listed(seat(last_activity_editor=editor))
    assert "prompts" not in row.__struct_fields__
    assert "copilot_pr_review" not in repr(row)


@pytest.mark.parametrize(
    ("kind", "service"), [("User", False), ("Bot", True), ("Organization", True), (None, False), (..., False)]
)
def test_r_id_3_an_assignee_that_is_no_user_is_a_service_account(kind, service):
    holder = {"login": "x", "id": 7, "type": kind}
    assert listed(seat(assignee={k: v for k, v in holder.items() if v is not ...}))[1].service is service


def test_the_end_of_a_seat_and_its_plan():
    _, row = listed(seat(pending_cancellation_date="2026-06-01", plan_type="free text!"))
    assert (row.ends_on, row.plan) == (dt.date(2026, 6, 1), "unknown")
    assert listed(seat(plan_type=...))[1].plan is None


@pytest.mark.parametrize("said", ["", " ", None, ...])
def test_a_seat_whose_times_are_empty_is_held_all_the_same(said):
    """As null: the seat counts and costs, and nothing is known of its use."""
    taken, row = listed(seat(last_activity_at=said, pending_cancellation_date=said))
    assert (row.account, row.last_activity_at, row.ends_on, taken.rank) == ("7", None, None, "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"created_at": ...}, "created_at"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "1999-01-01T00:00:00Z"}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+09:00"}, "created_at"),
        ({"last_activity_at": "2027-01-01T00:00:00Z"}, "last_activity_at"),
        ({"last_activity_at": "lately"}, "last_activity_at"),
        ({"last_activity_at": 0}, "last_activity_at"),
        ({"pending_cancellation_date": "soon"}, "pending_cancellation_date"),
        ({"assignee": {"login": "mona"}}, "assignee.id"),
        ({"assignee": {"id": 7}}, "assignee.login"),
    ],
)
def test_bad_seats_are_rejected(fields, field):
    assert rejected(seat(**fields), source=SOURCE).field == field


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (user(), "copilot-users"),
        ({"created_at": "2026-04-26T00:00:00Z", "day_totals": [user()]}, "copilot-users or copilot-aggregate"),
        ({"day": "2026-04-25", "monthly_active_users": 3}, "copilot-aggregate"),
        ({"day": "2026-04-25", "copilot_ide_chat": {}}, "users-1-day"),
    ],
)
def test_other_files_are_refused(record, said):
    with pytest.raises(Refused) as refused:
        read(SOURCE, lines(record))
    assert said in refused.value.instead


# --- activity report ----------------------------------------------------------------------------------------------

HEADER = "report_time,login,last_authenticated_at,last_activity_at,last_surface_used"


def report(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def test_the_activity_report_is_a_list_of_logins_at_its_own_time():
    stamp, mona, lisa = read(
        SOURCE,
        report(
            "2026-05-01T03:00:00+02:00,Mona,2026-04-30T01:00:00Z,2026-04-24T20:00:00-06:00,vscode/1.99.0/copilot/1.3",
            "2026-05-01T03:00:00+02:00,lisa,None,,",
        ),
        account="acme",
    )
    taken_at = moment("2026-05-01T01:00:00")
    assert stamp == Stamp(taken_at)
    assert mona.rows == [
        SeatListing(
            tool="copilot",
            taken_at=taken_at,
            tenant="acme",
            account="login:mona",
            login="Mona",
            last_activity_at=moment("2026-04-25T02:00:00"),
        )
    ]
    assert (mona.key, mona.rank, mona.line) == ("acme|2026-05-01|login:mona", "2026-04-25T02:00:00", 2)
    assert (lisa.rows[0].last_activity_at, lisa.rows[0].created_day, lisa.rank) == (None, None, "")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + report("2026-05-01T01:00:00Z,mona,,,"),
        report('"2026-05-01 01:00:00 UTC","mona","","None","x"', header=HEADER.replace("login", '"Login"')),
        report("mona,2026-05-01T01:00:00Z,extra", header="login,report_time,another"),
    ],
    ids=["bom", "quoted", "other-columns"],
)
def test_activity_reports_in_other_dress(data):
    stamp, taken = read(SOURCE, data)
    assert stamp == Stamp(moment("2026-05-01T01:00:00"))
    assert taken.account == "login:mona"


def test_bad_rows_of_an_activity_report_are_rejected_and_the_rest_loads():
    outcomes = read(
        SOURCE,
        report(
            "2026-05-01T01:00:00Z,,,,",
            "yesterday,mona,,,",
            "2026-05-01T01:00:00Z,mona,,never mind,",
            "2026-05-01T01:00:00Z,mona,,2999-01-01T00:00:00Z,",
            "2026-05-01T01:00:00Z,mona",
            "2026-05-01T01:00:00Z,mona,,,",
        ),
    )
    assert [type(o) for o in outcomes] == [*[Rejected] * 5, Stamp, Taken]
    assert [o.field for o in outcomes[:4]] == ["login", "report_time", "last_activity_at", "last_activity_at"]


def test_a_report_without_logins_is_refused():
    with pytest.raises(Refused):
        read(SOURCE, report("2026-05-01T01:00:00Z", header="report_time"))


# --- samples ------------------------------------------------------------------------------------------------------

needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="sample files are not here")


def sample(name: str) -> tuple[list[SeatTotal], list[Taken]]:
    outcomes = read(SOURCE, (SAMPLES / name).read_bytes(), fetched=moment("2026-11-24"))
    assert {type(o) for o in outcomes} <= {SeatTotal, Taken}
    return [o for o in outcomes if isinstance(o, SeatTotal)], [o for o in outcomes if isinstance(o, Taken)]


@needs_samples
def test_sample_four_listings_are_two_people_and_the_newest_activity_is_kept():
    _, taken = sample("copilot/enterprise_seats_with_duplicates.json")
    assert len(taken) == 4
    assert len({t.key for t in taken}) == 2
    octocat = max((t for t in taken if t.rows[0].login == "octocat"), key=lambda t: t.rank)
    assert (octocat.rows[0].granted_by, octocat.rank) == ("team-beta", "2021-10-16T06:53:32")


@needs_samples
@pytest.mark.parametrize(
    ("name", "total", "people"),
    [
        ("copilot/enterprise_seats_response_sample.json", 8, 8),
        ("github-copilot/copilot-metrics-viewer/organization_seats_response_sample.json", 9, 9),
        ("github-copilot/faros/copilot_seats/copilot_seats.json", 2, 2),  # two people with one id
        ("github-copilot/faros/copilot_seats/copilot_seats_empty.json", 0, 0),
        ("github-copilot/openapi/examples/copilot-seats-list.json", 2, 2),
    ],
)
def test_sample_seat_lists(name, total, people):
    totals, taken = sample(name)
    assert [t.total for t in totals] == [total]
    assert len({t.key for t in taken}) == people


@needs_samples
def test_sample_rows_of_a_peer_give_the_table_it_expects():
    folder = SAMPLES / "devlake_gh_copilot"
    with (folder / "raw_tables/_raw_copilot_seats.csv").open() as raw:
        data = b"".join(row["data"].encode() + b"\n" for row in csv.DictReader(raw))
    rows = [o.rows[0] for o in read(SOURCE, data, fetched=moment("2026-11-24"))]
    with (folder / "snapshot_tables/_tool_copilot_seats.csv").open() as table:
        expected = list(csv.DictReader(table))
    assert [(r.login, r.account, r.plan) for r in rows] == [
        (e["user_login"], e["user_id"], e["plan_type"]) for e in expected
    ]
    assert [r.created_day.isoformat() for r in rows] == [e["created_at"][:10] for e in expected]
    assert [r.last_activity_at.isoformat() if r.last_activity_at else "" for r in rows] == [
        e["last_activity_at"][:19] for e in expected
    ]


def test_day_of_a_listing_is_the_day_it_was_taken():
    assert listed(seat(), fetched=moment("2026-05-03T00:00:00"))[0].day == dt.date(2026, 5, 3)
