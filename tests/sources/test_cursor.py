"""Cursor (SOURCES.md section 9, rules R-CU-11 to R-CU-16): what its three reports give. What becomes of it is in test_cursor_days.py."""

import datetime as dt
import io
import json
import pathlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.model import PeriodUse, TelemetryEvent, Usage
from uptake.model.outcome import Ignored, InputFile, MoreFollow, Rejected, Taken
from uptake.sources import SOURCES
from uptake.sources.cursor.shapes import Commit, Daily, Event

SOURCE = SOURCES["cursor"]
SAMPLES = pathlib.Path(__file__).resolve().parents[2].parent / "shared/samples/cursor/faros/test/resources"
FETCHED = dt.datetime(2026, 5, 20, 3)
MAY_11 = 1_778_457_600_000
DAILY = {
    "userId": 101, "email": " Kim@Example.org ", "day": "2026-05-11", "date": MAY_11, "isActive": True, "totalLinesAdded": 999,
    "totalLinesDeleted": 998, "acceptedLinesAdded": 30, "acceptedLinesDeleted": 4, "totalApplies": 9, "totalAccepts": 7,
    "totalRejects": 2, "totalTabsShown": 40, "totalTabsAccepted": 25, "composerRequests": 1, "chatRequests": 2, "agentRequests": 3,
    "cmdkUsages": 4, "bugbotUsages": 5, "subscriptionIncludedReqs": 10, "usageBasedReqs": 0, "apiKeyReqs": None,
    "mostUsedModel": "CANARY", "tabMostUsedExtension": "CANARY", "clientVersion": "0.25.1",
}  # fmt: skip
EVENT = {
    "timestamp": "1778490000854", "model": "CANARY", "kindLabel": "CANARY", "isFreeBugbot": False, "userEmail": " Kim@Example.org",
    "tokenUsage": {"inputTokens": 126, "outputTokens": 450, "cacheWriteTokens": 6112, "cacheReadTokens": 11964, "totalCents": 20.18232},
}  # fmt: skip
COMMIT = {
    "commitHash": "d1175708387893edf0bc93e95748dadb88b762ce", "userId": "user_Kim", "userEmail": "kim@example.org",
    "repoName": "CANARY", "branchName": "CANARY", "isPrimaryBranch": False, "message": "CANARY", "totalLinesAdded": 119,
    "totalLinesDeleted": 2, "tabLinesAdded": 21, "tabLinesDeleted": 0, "composerLinesAdded": 0, "composerLinesDeleted": 0,
    "nonAiLinesAdded": 98, "nonAiLinesDeleted": 2, "commitTs": "2026-05-11T23:30:00-02:00", "createdAt": "2026-05-13T02:44:42.599Z",
}  # fmt: skip


def read(data, account="team-1"):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return list(SOURCE.parse(InputFile("f", io.BytesIO(data), account, FETCHED)))


def one(record, kind=Taken):
    outcome, *rest = read([record])
    assert isinstance(outcome, kind), outcome
    assert rest in ([], [MoreFollow()])
    assert "CANARY" not in repr(outcome)
    return outcome


def rows(**changes):
    return {row.feature: row for row in one(DAILY | changes).rows if isinstance(row, Usage)}


def event(**changes):
    (row,) = one(EVENT | changes).rows
    return row


def commit(**changes):
    (row,) = one(COMMIT | changes).rows
    return row


def test_r_cu_11_four_proactive_rows_tabs_and_what_was_applied():
    found = rows()
    assert {name: (row.feature_class, row.prompts) for name, row in found.items() if row.prompts is not None} == {
        "composer": ("proactive", 1),
        "chat": ("proactive", 2),
        "agent": ("proactive", 3),
        "cmdk": ("proactive", 4),
    }
    tabs, applied, bugbot = found["tabs"], found["apply"], found["bugbot"]
    assert (tabs.feature_class, tabs.generations, tabs.accept_user) == ("passive", 40, 25)
    assert (applied.accept_unsplit, applied.reject_user, applied.accept_user, applied.accept_auto) == (7, 2, None, None)
    assert (bugbot.feature_class, bugbot.generations, bugbot.prompts) == ("autonomous", 5, None)
    assert len(found) == 8


def test_r_cu_12_accepted_lines_and_never_lines_typed_by_hand():
    found = rows()
    assert (found["_all"].lines_added, found["_all"].lines_deleted) == (30, 4)
    assert [row.feature for row in found.values() if row.lines_added is not None] == ["_all"]
    assert not {998, 999} & {value for row in found.values() for value in (row.lines_added, row.lines_deleted)}
    flags = {
        "is_active": True,
        "applies": 9,
        "requests_included": 10,
        "requests_by_usage": 0,
        "client_version": "0.25.1",
    }
    assert json.loads(found["_all"].flags_json) == flags


def test_r_cu_13_a_seat_day_of_nulls_is_nulls_and_zeros_are_zeros():
    nothing = {name: None for name in DAILY if name not in {"userId", "day", "isActive"}} | {"isActive": False}
    (row,) = one(DAILY | nothing).rows
    assert row == Usage(
        tool="cursor", account="101", tenant="team-1", day=dt.date(2026, 5, 11), surface="cursor", feature="_all",
        feature_class="proactive", flags_json='{"is_active":false}',
    )  # fmt: skip
    zeros = dict.fromkeys(("chatRequests", "totalTabsShown", "totalTabsAccepted"), 0)
    found = {row.feature: row for row in one({"userId": 1, "day": "2026-05-11", "isActive": False} | zeros).rows}
    assert (found["chat"].prompts, found["tabs"].accept_user, found["_all"].lines_added) == (0, 0, None)


@pytest.mark.parametrize(
    ("changes", "evidence"),
    [
        ({}, True),
        ({"chatRequests": 0, "totalTabsShown": 9, "totalAccepts": 1}, True),
        ({"isActive": None}, False),
        ({"isActive": False}, False),
        ({"cmdkUsages": 1}, False),
        ({"totalTabsAccepted": 1}, False),
    ],
)
def test_an_active_member_of_whom_no_point_is_counted_is_evidence_of_use(changes, evidence):
    found = one({"userId": 1, "email": "kim@example.org", "day": "2026-05-11", "isActive": True} | changes).rows
    told = [row for row in found if isinstance(row, PeriodUse)]
    assert len(told) == evidence
    assert all(
        (row.used, row.used_from, row.used_to, row.account) == (True, dt.date(2026, 5, 11), dt.date(2026, 5, 11), "1")
        for row in told
    )


@pytest.mark.parametrize(
    ("changes", "account", "email"),
    [
        ({}, "101", "kim@example.org"),
        ({"userId": "user_Kim"}, "user_Kim", "kim@example.org"),
        ({"userId": None}, "kim@example.org", "kim@example.org"),
        ({"email": None}, "101", None),
    ],
)
def test_whose_a_day_is(changes, account, email):
    outcome = one(DAILY | changes)
    assert {(row.account, row.email) for row in outcome.rows} == {(account, email)}
    assert outcome.group == (f"team-1|{email}|2026-05-11" if email else None)


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({}, "2026-05-11"),
        ({"day": None}, "2026-05-11"),
        ({"day": None, "date": str(MAY_11 + 86_399_999)}, "2026-05-11"),
        ({"day": None, "date": MAY_11 + 86_400_000}, "2026-05-12"),
        ({"day": None, "date": "2026-05-11T23:30:00-02:00"}, "2026-05-12"),
    ],
)
def test_the_day_is_utc_in_milliseconds_or_as_text(changes, day):
    outcome = one(DAILY | changes)
    assert {str(row.day) for row in outcome.rows} == {str(outcome.day)} == {day}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"userId": None, "email": None}, ("userId", "required field missing", "2026-05-11")),
        ({"userId": "two words"}, ("userId", "not an id", "2026-05-11")),
        ({"email": "no mail"}, ("email", "not an e-mail", "2026-05-11")),
        ({"chatRequests": -1}, ("chatRequests", "value out of range", "2026-05-11")),
        ({"day": None, "chatRequests": "2"}, ("chatRequests", "expected int | null, got str", "2026-05-11")),
        ({"day": "soon"}, ("day", "invalid date", "None")),
        ({"day": None, "date": 5}, ("date", "invalid date", "None")),
        ({"day": None, "date": None}, ("day", "required field missing", "None")),
        ({"day": "2031-01-01"}, ("day", "day out of range", "None")),
    ],
)
def test_a_damaged_day_names_its_field_and_its_day(changes, wanted):
    found = one(DAILY | changes, Rejected)
    assert (found.field, found.reason, str(found.day)) == wanted


@pytest.mark.parametrize(
    ("page", "follow"),
    [
        ({}, False),
        ({"page": 1, "totalPages": 2}, True),
        ({"page": 2, "totalPages": 2}, False),
        ({"currentPage": 1, "numPages": 3}, True),
        ({"hasNextPage": True, "page": 2, "totalPages": 2}, True),
        ({"hasNextPage": False}, False),
        ({"pagination": {"page": 1, "totalPages": 2, "hasNextPage": True}}, True),
        ({"pagination": {"currentPage": 1, "numPages": 2}}, True),
        ({"pagination": {"numPages": 1, "currentPage": 1}}, False),
    ],
)
def test_r_cu_14_a_page_that_others_follow_completes_nothing(page, follow):
    for answer in ({"data": [DAILY], **page}, {**page, "data": [DAILY]}):
        assert (MoreFollow() in read(answer)) is follow
    last = json.dumps({"data": [DAILY | {"userId": 2}], "page": 2, "totalPages": 2})
    assert MoreFollow() not in read((json.dumps({"data": [DAILY], **page}) + "\n" + last).encode())


def test_r_cu_15_an_event_has_cents_as_decimal_dollars_and_its_tokens():
    found = event()
    assert found == TelemetryEvent(
        tool="cursor", account="kim@example.org", email="kim@example.org", tenant="team-1", surface="events",
        happened_at=dt.datetime(2026, 5, 11, 9, 0, 0, 854000), day=dt.date(2026, 5, 11), kind="request", basis="logs",
        amount=Decimal(1), tokens_in=126, tokens_out=450, tokens_cache_read=11964, tokens_cache_write=6112,
        cost_est_usd=Decimal("0.2018232"), series=found.series,
    )  # fmt: skip
    assert event(tokenUsage=EVENT["tokenUsage"] | {"totalCents": "40.16699999999999"}).cost_est_usd == Decimal(
        "0.40167"
    )
    bare = event(tokenUsage=None)
    assert (bare.cost_est_usd, bare.tokens_in, bare.amount) == (None, None, Decimal(1))
    assert event(tokenUsage={"totalCents": 0}).cost_est_usd == Decimal(0)
    assert event(timestamp=1778490000854) == found


def test_two_events_of_one_moment_are_two_and_one_event_twice_is_one():
    other = EVENT | {"tokenUsage": EVENT["tokenUsage"] | {"inputTokens": 127}}
    dearer = EVENT | {"tokenUsage": EVENT["tokenUsage"] | {"totalCents": 21}}
    keys = [
        one(each).key
        for each in (EVENT, other, EVENT | {"model": "m"}, EVENT | {"userEmail": "lee@example.org"}, dearer)
    ]
    assert len(set(keys)) == 4
    assert keys[0] == keys[4]


@pytest.mark.parametrize(
    ("changes", "account", "detail"),
    [
        ({}, "kim@example.org", None),
        ({"isFreeBugbot": True}, "kim@example.org", "bugbot"),
        ({"userEmail": None, "serviceAccountId": "sa-1"}, "service:sa-1", "service"),
    ],
)
def test_whose_an_event_is(changes, account, detail):
    found = event(**changes)
    assert (found.account, found.detail) == (account, detail)


def test_r_cu_16_a_commit_is_one_on_however_many_branches():
    found = commit()
    assert (found.kind, found.amount, found.account, found.series) == (
        "commits",
        1,
        "kim@example.org",
        COMMIT["commitHash"],
    )
    assert (found.day, commit(commitTs=None).day) == (dt.date(2026, 5, 12), dt.date(2026, 5, 13))
    branches = [
        COMMIT,
        COMMIT | {"branchName": "main", "isPrimaryBranch": True, "commitHash": COMMIT["commitHash"].upper()},
    ]
    first, second = (one(each) for each in branches)
    assert (first.key, first.rows) == (second.key, second.rows)
    assert one(COMMIT | {"userEmail": "lee@example.org"}).key != first.key


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"tabLinesAdded": 0}, 0),
        ({"tabLinesAdded": 0, "composerLinesDeleted": 1}, 1),
        ({"tabLinesAdded": None, "nonAiLinesAdded": None}, 0),
        (dict.fromkeys(("tabLinesAdded", "tabLinesDeleted", "composerLinesAdded", "composerLinesDeleted")), None),
    ],
)
def test_a_commit_counts_where_a_line_of_it_is_of_the_ai(changes, amount):
    assert commit(**changes).amount == amount


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (EVENT | {"timestamp": "soon"}, ("timestamp", "invalid date")),
        (EVENT | {"timestamp": None}, ("timestamp", "expected int | str, got null")),
        (EVENT | {"userEmail": None}, ("userEmail", "required field missing")),
        (EVENT | {"tokenUsage": {"totalCents": -1}}, ("tokenUsage.totalCents", "value out of range")),
        (EVENT | {"tokenUsage": {"inputTokens": 1.5}}, ("tokenUsage.inputTokens", "expected int | null, got float")),
        (COMMIT | {"commitHash": "CANARY words"}, ("commitHash", "not a commit hash")),
        (COMMIT | {"commitTs": None, "createdAt": None}, ("createdAt", "required field missing")),
        (COMMIT | {"userEmail": None, "userId": None}, ("userEmail", "required field missing")),
        (COMMIT | {"commitTs": "CANARY"}, ("commitTs", "invalid date")),
    ],
)
def test_a_damaged_event_names_its_field_and_spoils_no_day_of_daily_usage(record, wanted):
    found = one(record, Rejected)
    assert (found.field, found.reason, found.day) == (*wanted, None)


def test_members_and_spend_are_ignored():
    data = {"teamMembers": [{"name": "CANARY", "email": "kim@example.org", "role": "member"}]}
    spend = {"teamMemberSpend": [{"spendCents": 5, "userId": 1, "email": "CANARY", "role": "member"}]}
    outcomes = [*read(data), *read(spend)]
    assert [type(outcome) for outcome in outcomes] == [Ignored, MoreFollow, Ignored, MoreFollow]
    assert "CANARY" not in repr(outcomes)


@pytest.mark.parametrize(
    "data",
    [[EVENT], [COMMIT], {"usageEvents": [], "totalUsageEventsCount": 0}, [DAILY, EVENT]],
    ids=["events", "commits", "no events", "daily usage and an event"],
)
def test_only_daily_usage_completes_a_day(data):
    outcomes = read(data)
    assert outcomes[-1] == MoreFollow()
    assert [one.day for one in outcomes[:-1] if one.rows[0].__class__ is TelemetryEvent and one.day] == []


@pytest.mark.parametrize("name", ["daily_usage", "usage_events", "ai_commit_metrics", "members"])
def test_the_samples(name):
    file = SAMPLES / name / f"{name}.json"
    if not file.exists():
        pytest.skip("the vendor samples are not beside this checkout")
    outcomes = [one for one in read(file.read_bytes()) if not isinstance(one, MoreFollow)]
    found = [row for one in outcomes for row in getattr(one, "rows", [])]
    wanted = {
        "daily_usage": [(45 + 128 + 12 + 67, 289, 1102), (67 + 156 + 23 + 89, 398, 1876)],
        "usage_events": [Decimal("0.2018232"), Decimal("0.40167"), None],
        "ai_commit_metrics": [1, 0, 1],
        "members": [],
    }[name]
    if name == "daily_usage":
        told = [
            tuple(
                sum(getattr(row, field) or 0 for row in one.rows) for field in ("prompts", "accept_user", "lines_added")
            )
            for one in outcomes
        ]
    else:
        told = [row.cost_est_usd if name == "usage_events" else row.amount for row in found]
    assert told == wanted
    assert not any(isinstance(one, Rejected) for one in outcomes)


VALUE = (
    st.none() | st.booleans() | st.integers() | st.text("a1 é", max_size=4) | st.just([]) | st.just({}) | st.floats()
)
SHAPES = {"daily": (DAILY, Daily), "event": (EVENT, Event), "commit": (COMMIT, Commit)}


@pytest.mark.parametrize("shape", SHAPES)
@given(st.data())
def test_every_record_has_one_outcome_and_names_only_known_fields(shape, data):
    good, kind = SHAPES[shape]
    changes = data.draw(
        st.lists(st.dictionaries(st.sampled_from(kind.__struct_fields__), VALUE, max_size=4), max_size=5)
    )
    outcomes = [one for one in read([good | change for change in changes]) if not isinstance(one, MoreFollow)]
    assert len(outcomes) == len(changes)
    for one_of in outcomes:
        assert isinstance(one_of, Taken) or one_of.field.split(".")[0] in {"", *kind.__struct_fields__}
    assert "CANARY" not in repr(outcomes)
