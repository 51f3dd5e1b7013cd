"""Cursor from its files to the segments: who may be called a non-user, and that cost is counted once however the events come."""

import datetime as dt
import io
import itertools
import json
import random

import duckdb
import pytest
from tests.attack.drive import COMPLIANCE, home_with_roles, run

from uptake import pipeline
from uptake.errors import EXIT_INTERRUPTED
from uptake.model.outcome import InputFile
from uptake.sources.cursor.days import rows
from uptake.sources.cursor.parse import parse

PEOPLE = ("work", "tabs", "chat", "nulls", "idle", "call", "active", "bot")
"""`work` chats on each working day. `tabs` took one tab in the quarter, `chat` wrote one message; `nulls` has rows of NULLs alone, `idle` no row,
`call` rows of NULLs and one usage event, `active` one day of which the vendor says no more than that; `bot` one event of bugbot.
"""
DAYS = [dt.date(2026, 4, 1) + dt.timedelta(days=number) for number in range(91)]
MAY_12 = dt.date(2026, 5, 12)
FETCHED = ("--fetched-at", "2026-07-20T00:00:00Z")


def mail(person):
    return f"{person}@example.org"


def daily(person, day, **counts):
    said = dict.fromkeys(("chatRequests", "composerRequests", "agentRequests", "totalTabsShown", "totalTabsAccepted"))
    return {"userId": f"user_{person}", "email": mail(person), "day": str(day), "isActive": False, **said, **counts}


def event(person, day, number=0, cents=1.5, **changes):
    at = dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
    tokens = {"inputTokens": 10, "outputTokens": 2, "cacheReadTokens": 100, "cacheWriteTokens": 1, "totalCents": cents}
    return {
        "timestamp": str(int(at.timestamp() * 1000)),
        "model": "m",
        "tokenUsage": tokens,
        "userEmail": mail(person),
        **changes,
    }


def commit(person, day, name, lines=3):
    return {
        "commitHash": name * 8,
        "userEmail": mail(person),
        "composerLinesAdded": lines,
        "commitTs": f"{day}T10:00:00Z",
    }


def usage_rows():
    for day in DAYS:
        if day.weekday() >= 5:
            continue
        yield daily("work", day, isActive=True, chatRequests=9)
        for person in ("tabs", "chat", "nulls", "call", "active", "bot"):
            on_the_day = {
                "tabs": {"totalTabsShown": 5, "totalTabsAccepted": 1, "isActive": True},
                "chat": {"chatRequests": 1, "isActive": True},
                "active": {"isActive": True},
            }.get(person, {})
            yield daily(person, day, **(on_the_day if day == MAY_12 else {}))


def new_home(folder):
    home = home_with_roles(folder / "home", "administrator", "compliance")
    load(
        folder,
        "hr-people",
        "person_id,lob,email,start_date\n" + "".join(f"{one},Risk,{mail(one)},2020-01-01\n" for one in PEOPLE),
    )
    load(folder, "seats", "tool,person_id,first_day\n" + "".join(f"cursor,{one},2025-12-01\n" for one in PEOPLE))
    return home


def load(folder, source, *texts, more=FETCHED):
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{source}-{number}")
        paths[-1].write_text(text if isinstance(text, str) else json.dumps(text))
    done = run(folder / "home", "ingest", source, *paths, *more, "--json")
    assert done.code == 0, done.err
    report = done.json()
    assert report["records_in"] == sum(report[name] for name in ("loaded", "duplicate", "ignored", "quarantined"))
    return report


def segments(home, *more):
    assert run(home, "score", "--as-of", "2026-07-20", *more).code == 0
    done = run(home, "ask", "quarter_scores", "--quarter", "2026Q2", *COMPLIANCE, "--json")
    assert done.code == 0, done.err
    return {row["person_id"]: (row["segment"], row["reason"]) for row in json.loads(done.out)}


def asked(home, sql):
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def summed(home):
    return asked(
        home,
        "select account, cast(day as varchar), requests, tokens_in, tokens_cache_read, cast(cost_est_usd as double), commits from usage"
        " where source = 'cursor' and surface = 'events' order by all",
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cursor")
    home = new_home(folder)
    load(folder, "cursor", {"data": list(usage_rows()), "pagination": {"page": 1, "totalPages": 1}})
    load(folder, "cursor", {"usageEvents": [event("call", MAY_12), event("bot", MAY_12, isFreeBugbot=True)]})
    return folder, segments(home)


def test_who_uses_tabs_or_chat_alone_is_never_a_non_user(found):
    assert found[1]["tabs"] == found[1]["chat"] == ("light", "some_use")
    assert found[1]["work"][0] == "heavy"


def test_rows_of_nulls_are_no_use_and_a_zero_where_the_days_are_complete(found):
    assert found[1]["nulls"] == found[1]["idle"] == found[1]["bot"] == ("non_user", "seat_never_used")
    sums = asked(
        found[0] / "home",
        "select sum(prompts), sum(accept_user), sum(lines_added) from usage where account = 'user_nulls'",
    )
    assert sums == [(None, None, None)]


def test_a_call_of_a_model_or_the_vendors_word_is_evidence_and_no_points(found):
    assert found[1]["call"] == found[1]["active"] == ("insufficient", "use_without_days")
    home = found[0] / "home"
    assert asked(
        home, "select count(*) from tool_use where person_id in ('call', 'active') and prompts + accepts > 0"
    ) == [(0,)]
    assert summed(home) == [
        ("bot@example.org", str(MAY_12), 1, 10, 100, 0.015, None),
        ("call@example.org", str(MAY_12), 1, 10, 100, 0.015, None),
    ]


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        ([{"data": list(usage_rows()), "page": 1, "totalPages": 2}], ()),
        (
            [[event("work", day) for day in DAYS], [commit("work", DAYS[0], "ab12")]],
            ("--from", str(DAYS[0]), "--to", str(DAYS[-1])),
        ),
        ([[event("work", day) for day in DAYS]], ("--complete",)),
    ],
    ids=["a page that others follow", "events and commits of stated days", "all events"],
)
def test_nobody_is_a_non_user_by_a_part_or_by_another_report(answers, more, tmp_path):
    home = new_home(tmp_path)
    load(tmp_path, "cursor", *answers, more=(*FETCHED, *more))
    assert {segment for segment, _ in segments(home).values()} & {"non_user", "non_adopter", "lapsed"} == set()


def test_a_damaged_day_of_a_member_proves_no_zero_and_no_other_report_mends_it(tmp_path):
    home = new_home(tmp_path)
    bad = [row | {"chatRequests": -1} if row["userId"] == "user_nulls" else row for row in usage_rows()]
    (tmp_path / "bad").write_text(json.dumps({"data": bad}))
    done = run(home, "ingest", "cursor", tmp_path / "bad", "--fetched-at", "2026-07-19T00:00:00Z", "--json")
    assert (done.code, done.json()["quarantined"]) == (4, 65)
    load(
        tmp_path, "cursor", [event(person, day, number) for day in DAYS for person in PEOPLE[:3] for number in range(9)]
    )
    assert segments(home)["idle"][0] == "insufficient"
    load(tmp_path, "cursor", list(usage_rows()), more=("--fetched-at", "2026-07-21T00:00:00Z"))
    assert segments(home, "--restate", "2026Q2")["idle"] == ("non_user", "seat_never_used")


EVENTS = [event("work", MAY_12, number, 1.25) for number in range(8)] + [
    event("work", DAYS[0], 3),
    event("chat", MAY_12, 1, None),
]
COMMITS = [
    commit("work", MAY_12, "ab12"),
    commit("work", MAY_12, "cd34"),
    commit("work", MAY_12, "ef56", 0),
    commit("chat", DAYS[0], "ab12", 0),
]
WANTED = [
    ("chat@example.org", "2026-04-01", None, None, None, None, 0),
    ("chat@example.org", "2026-05-12", 1, 10, 100, None, None),
    ("work@example.org", "2026-04-01", 1, 10, 100, 0.015, None),
    ("work@example.org", "2026-05-12", 8, 80, 800, 0.1, 2),
]


def test_a_day_of_events_is_summed_once_over_pages_calls_and_repeats(tmp_path):
    home = new_home(tmp_path)
    draw = random.Random(7)
    records = EVENTS + COMMITS
    for number in range(4):
        draw.shuffle(records)
        report = load(tmp_path, "cursor", records[:5], {"items": records[3:9]}, more=())
        assert report["conflicts"] == 0
        assert report["records_in"] == 11
        if number == 3:
            load(tmp_path, "cursor", EVENTS, COMMITS + COMMITS, more=())
    assert summed(home) == WANTED
    before = asked(home, "select count(*) from batches")
    assert load(tmp_path, "cursor", EVENTS, more=())["loaded"] == 0
    assert summed(home) == WANTED
    assert asked(home, "select count(*) from batches") == [(before[0][0] + 1,)], (
        "nothing new came, so no day was made anew"
    )


def test_a_later_answer_corrects_a_cost_and_complete_makes_no_event_vanish(tmp_path):
    home = new_home(tmp_path)
    load(tmp_path, "cursor", EVENTS, COMMITS, list(usage_rows()), more=())
    dearer = event("work", MAY_12, 0, 2.25)
    load(tmp_path, "cursor", [dearer, daily("work", MAY_12, chatRequests=7, isActive=True)], more=("--complete",))
    assert [row[5] for row in summed(home)] == [None, None, 0.015, 0.11]
    assert asked(
        home, "select count(*), sum(prompts) from usage where surface = 'cursor' and day = date '2026-05-12'"
    ) == [(2, 7)]


def test_the_days_of_a_load_that_was_killed_before_them_are_made_by_the_next(tmp_path, monkeypatch):
    home = new_home(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline.loading, "make_days", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        (tmp_path / "events").write_text(json.dumps(EVENTS))
        assert run(home, "ingest", "cursor", tmp_path / "events").code == EXIT_INTERRUPTED
    assert summed(home) == []
    load(tmp_path, "cursor", COMMITS, more=())
    assert summed(home) == WANTED


def test_sums_of_events_give_the_same_row_as_the_events():
    """What the warehouse adds up is what the rule would add up."""
    file = InputFile("f", io.BytesIO(json.dumps(EVENTS + COMMITS).encode()), "", dt.datetime(2026, 7, 20))
    taken = [row for one in parse(file) for row in getattr(one, "rows", [])]
    ordered = sorted(taken, key=lambda one: (one.day, one.account))
    whole = {one.key: one.rows for one in rows(ordered, DAYS[0])}
    assert [
        (row.account, str(row.day), row.requests, row.commits) for found in whole.values() for row in found[:1]
    ] == [
        (account, day, requests, commits)
        for account, day, requests, _, _, _, commits in sorted(WANTED, key=lambda row: (row[1], row[0]))
    ]
    assert len(list(itertools.chain(*whole.values()))) == 7


def test_an_account_that_gets_its_id_later_is_counted_once(tmp_path):
    home = new_home(tmp_path)
    first = {key: value for key, value in daily("chat", MAY_12, chatRequests=3).items() if key != "userId"}
    load(tmp_path, "cursor", [first], more=("--fetched-at", "2026-05-13T00:00:00Z"))
    load(tmp_path, "cursor", [daily("chat", MAY_12, chatRequests=4)], more=("--fetched-at", "2026-05-14T00:00:00Z"))
    assert asked(home, "select account, sum(prompts) from usage group by all") == [("user_chat", 4)]


def test_no_content_of_an_event_or_a_commit_is_found_anywhere(tmp_path):
    home = new_home(tmp_path)
    said = {
        name: f"CANARY {name}"
        for name in ("model", "kindLabel", "repoName", "branchName", "message", "prompt", "title", "name")
    }
    records = [EVENTS[0] | said, COMMITS[0] | said, EVENTS[1] | said | {"timestamp": "CANARY"}, COMMITS[1] | said | {"commitHash": "CANARY"},
               {"email": "CANARY", "role": "CANARY", "name": "CANARY"}]  # fmt: skip
    (tmp_path / "records").write_text(json.dumps(records))
    done = run(home, "ingest", "cursor", tmp_path / "records", "--json")
    assert (done.code, done.json()["loaded"], done.json()["quarantined"]) == (4, 2, 2)
    assert "CANARY" not in done.out + done.err
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            assert "CANARY" not in str(connection.execute(f'select * from "{table}"').fetchall()), table
    assert not any(b"CANARY" in file.read_bytes() for file in home.rglob("*") if file.is_file())
