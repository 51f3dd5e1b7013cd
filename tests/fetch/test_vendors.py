"""The vendors beside GitHub and Claude Code: how each is asked, and what of its rows is kept."""

from __future__ import annotations

import datetime as dt
import json
import pathlib

import msgspec
import pytest

from tests.fetch.answers import KEY, Answer, as_json
from tests.fetch.conftest import ONE_DAY, ago, claude
from tests.fetch.vendors import always
from uptake import fetch
from uptake.errors import WrongUsage
from uptake.fetch import FETCHERS
from uptake.fetch.rows import kept
from uptake.model import Usage
from uptake.model.outcome import InputFile, Refused, Taken
from uptake.settings import Fetch, Settings, sections
from uptake.sources import SOURCES
from uptake.sources.reading import open_binary

CANARY = "canary-text-5150"
FIXTURES = sorted((pathlib.Path(fetch.__file__).parents[1] / "sources").glob("*/fixtures/*.in"))


def of(days: dict) -> dict:
    return {ago(n): rows for n, rows in days.items()}


# claude-enterprise


def member(name: str) -> dict:
    chat = {"message_count": 5, "distinct_conversation_count": 2}
    return {"user": {"id": name, "email_address": f"{name}@x.example", "type": "user"}, "chat_metrics": chat}


def test_a_row_of_claude_enterprise_gets_the_day_that_was_asked_for(home, vendor):
    vendor.days["claude-enterprise"] = of({n: [member(name) for name in ("ana", "ben", "cem")] for n in range(2, 9)})
    report = home.land("claude-enterprise")
    assert report.whole == [ago(n) for n in range(8, 1, -1)]
    found = json.loads(home.landed[ago(2)])
    assert found["date"] == str(ago(2))
    assert [(row["user"]["id"], row["date"]) for row in found["data"]] == [
        (n, str(ago(2))) for n in ("ana", "ben", "cem")
    ]


# codex


def test_codex_is_asked_for_one_utc_day_a_call(home, vendor):
    vendor.days["codex"] = of({1: [{"user_id": str(n), "start_time": 1, "totals": {"turns": n}} for n in range(5)]})
    assert home.land("codex", ago(1), ago(1)).whole == [ago(1)]
    assert [row["totals"]["turns"] for row in home.landed_rows(ago(1))] == [0, 1, 2, 3, 4]
    spans = {(int(one.query["end_time"]) - int(one.query["start_time"]), one.path) for one in vendor.seen}
    assert spans == {(86_400, "/v1/analytics/codex/workspaces/ws-1/usage")}
    assert {one.headers["authorization"] for one in vendor.seen} == {f"Bearer {KEY}"}


def test_codex_needs_its_workspace(home):
    (home.path / "settings.toml").write_text(f'[fetch.codex]\nkey = "{KEY}"\n')
    with pytest.raises(WrongUsage, match="workspace"):
        home.land("codex")


# cursor


def member_day(n: int) -> dict:
    return {"userId": n, "email": f"u{n}@x.example", "isActive": True, "chatRequests": n}


@pytest.fixture
def team(vendor):
    vendor.days["cursor"] = of({1: [member_day(n) for n in range(5)], 2: [member_day(n) for n in range(2)]})
    return vendor


def test_cursor_is_posted_to_page_by_page(home, team):
    assert home.land("cursor", ago(2), ago(1)).whole == [ago(2), ago(1)]
    assert [row["chatRequests"] for row in home.landed_rows(ago(1))] == [0, 1, 2, 3, 4]
    assert [one.body["page"] for one in team.seen] == [1, 1, 2, 3]
    assert {one.method for one in team.seen} == {"POST"}
    assert {one.body["endDate"] - one.body["startDate"] for one in team.seen} == {86_399_999}


@pytest.mark.parametrize("names", [("currentPage", "totalPages"), ("page", "numPages")])
def test_the_pages_of_cursor_have_several_names(home, team, names):
    def renamed(seen):
        number = seen.body["page"]
        return as_json({"data": [member_day(number)], "pagination": {names[0]: number, names[1]: 3}})

    team.once(renamed, 99)
    assert home.land("cursor", ago(1), ago(1)).whole == [ago(1)]
    assert len(home.landed_rows(ago(1))) == 3


def test_pages_of_cursor_that_repeat_or_stop_give_no_day(home, team):
    again = {"data": [member_day(1)], "pagination": {"hasNextPage": True}}
    team.once(always(as_json(again)), 10)
    assert "circle" in str(home.land("cursor", ago(1), ago(1)).failed[ago(1)])
    team.tricks.clear()
    team.once(lambda seen: as_json({"data": [], "pagination": {"numPages": 3}}) if seen.body["page"] == 2 else None, 9)
    assert "end before" in str(home.land("cursor", ago(1), ago(1)).failed[ago(1)])
    team.tricks.clear()
    team.once(lambda seen: Answer(200) if seen.body["page"] == 2 else None, 9)
    assert home.land("cursor", ago(1), ago(1)).failed


# windsurf


@pytest.fixture
def surfers(vendor):
    vendor.users = {"hash-1": "ana@x.example", "hash-2": "ben@x.example"}
    typed = {"date": str(ago(1)), "ide": "vscode", "language": "go", "sum_num_acceptances": "4", "api_key": "hash-1"}
    chat = {"date": str(ago(1)), "ide": "vscode", "sum_num_chats_received": "3", "api_key": "hash-2"}
    run = {"day": str(ago(1)), "messagesSent": "5", "cascadeId": "c1", "of": "hash-1"}
    older = {"day": str(ago(2)), "messagesSent": "7", "cascadeId": "c2", "of": "hash-2"}
    vendor.days["windsurf"] = of({1: [typed, chat, run], 2: [older]})
    return vendor


def test_rows_of_windsurf_carry_the_email_and_no_key(home, surfers):
    assert home.land("windsurf", ago(3), ago(1)).whole == [ago(2), ago(1)]
    assert [(row["email"][:3], row.get("messagesSent")) for row in home.landed_rows(ago(1))] == [
        ("ana", None), ("ben", None), ("ana", "5"),
    ]  # fmt: skip
    assert [row["messagesSent"] for row in home.landed_rows(ago(2))] == ["7"]
    text = "".join(home.landed.values())
    assert "hash-" not in text
    assert "api_key" not in text
    assert surfers.counted()["POST /api/v1/CascadeAnalytics"] == 2


def test_the_key_of_windsurf_stands_in_the_body_alone_and_is_told_to_nobody(home, surfers, caplog):
    caplog.set_level(10)
    surfers.once(always(Answer(500), "Analytics"), 1)
    done = home.run("fetch", "windsurf", "--from", ago(2), "--to", ago(1), "--json")
    assert done.code == 0, done.err
    assert {one.body["service_key"] for one in surfers.seen} == {KEY}
    assert not any(KEY in str(one.headers) + one.path for one in surfers.seen)
    assert KEY not in caplog.text + done.out + done.err
    assert KEY.encode() not in home.all_bytes()
    assert json.loads(done.out)["loaded"] == 4


@pytest.mark.usefixtures("surfers")
def test_a_run_of_windsurf_takes_away_no_other_day(home):
    home.fetch("windsurf", ago(2), ago(2))
    home.now = home.now.replace(hour=9)
    home.fetch("windsurf", ago(1), ago(1))
    assert len(home.held("select key, day from usage where source = 'windsurf'")) == 4


def test_a_row_of_nobody_who_is_listed_makes_the_day_prove_nothing(home, surfers):
    del surfers.users["hash-2"]
    found = home.fetch("windsurf", ago(1), ago(1)).load()
    assert (found.loaded, found.quarantined) == (2, 1)


# what is kept


TOLD_APART = ("windsurf", "chatgpt-days", "copilot-billing-users")
"""Whose rows are made of several answers: each has a test of its own."""


@pytest.mark.parametrize("source", [name for name in FETCHERS if name not in TOLD_APART])
def test_a_text_that_no_reader_knows_never_comes_to_a_disk(home, vendor, source):
    row = {
        "email": "ana@x.example",
        "prompt": CANARY,
        "user": {"title": CANARY, "id": "1"},
        "assignee": {"name": CANARY, "id": 1},
    }
    vendor.days[source] = of({n: [{**row, "text": [{"path": CANARY}]}] for n in range(1, 9)})
    vendor.seats = vendor.people = vendor.identities = [{**row, "text": CANARY}]
    home.limits["keep_days"] = 9
    home.write()
    assert home.land(source).whole
    assert home.landed
    assert CANARY.encode() not in home.all_bytes()
    assert b'"text":null' in home.all_bytes()


def outcomes(source: str, body: bytes, folder: pathlib.Path) -> list:
    file = folder / "file"
    file.write_bytes(body)
    with open_binary(file) as stream:
        try:
            return list(SOURCES[source].parse(InputFile("file", stream, fetched_at=dt.datetime(2026, 12, 1))))
        except Refused as refused:
            return [type(refused)]


def of_fetchers() -> list[pathlib.Path]:
    return [path for path in FIXTURES if path.name.split(".")[0] in FETCHERS.keys() & SOURCES.keys()]


@pytest.mark.parametrize("path", of_fetchers(), ids=lambda path: path.name)
def test_a_reader_takes_the_same_from_what_is_kept(path, tmp_path):
    source = path.name.split(".")[0]
    raw = path.read_bytes()
    known = FETCHERS[source].known | {
        "data",
        "seats",
        "day_totals",
        "total_seats",
        "created_at",
        "item",
        "queryResults",
    }
    known |= {
        "nodes",
        "responseItems",
        "cascadeRuns",
        "cascadeLines",
        "userTableStats",
        "has_more",
        "next_page",
        "report_day",
    }
    try:
        body = msgspec.json.encode(kept(msgspec.json.decode(raw), known))
    except msgspec.DecodeError:
        return  # lines, or damage: what is kept of lines is the same function row by row
    before, after = (
        [one for one in outcomes(source, part, tmp_path) if isinstance(one, Taken)] for part in (raw, body)
    )
    # Not the key: that of a seat without a person holds the line. Records without a day are answers to other questions.
    dayless = source in ("windsurf", "github-identities")
    told = [[(one.rows, one.day) for one in taken if one.day or dayless] for taken in (before, after)]
    assert told[0] or not dayless
    assert told[0] == told[1]


@pytest.mark.parametrize("source", [name for name in FETCHERS if name in SOURCES and FETCHERS[name].complete])
def test_records_of_whole_days_say_their_day(source, tmp_path):
    """A load with `--complete` takes away what it lacks of its days; records without a day would take each other away."""
    paths = [path for path in FIXTURES if path.name.split(".")[0] == source]
    taken = [one for path in paths for one in outcomes(source, path.read_bytes(), tmp_path) if isinstance(one, Taken)]
    use = [one for one in taken if any(isinstance(row, Usage) for row in one.rows)]
    assert use
    assert all(one.day is not None for one in use)


def of_day(source: str, day: dt.date) -> list[dict]:
    """Five rows of a day, as the vendor gives them."""
    start = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    rows = {
        "claude-code": lambda n: claude(f"u{n}", day, n),
        "claude-enterprise": lambda n: member(f"u{n}"),
        "cursor": lambda n: {**member_day(n), "day": str(day), "date": start * 1000},
        "codex": lambda n: {
            "user_id": f"u{n}", "actor": {"email": f"u{n}@x.example"}, "start_time": start, "end_time": start + 86_400,
            "totals": {"turns": n, "threads": 1},
        },
    }  # fmt: skip
    return [rows[source](n) for n in range(1, 6)]


@pytest.mark.parametrize(
    "source", [name for name in ("claude-code", "claude-enterprise", "cursor", "codex") if name in SOURCES]
)
def test_days_of_the_vendor_are_loaded_whole_and_replaced(home, vendor, source):
    days = vendor.days[source] = {ago(n): of_day(source, ago(n)) for n in (4, 3, 2)}
    found = home.fetch(source, ago(4), ago(2))
    load = found.load()
    assert (load.records_in, load.loaded, load.quarantined, found.failed) == (15, 15, 0, {})
    days[ago(3)].pop()
    home.now += ONE_DAY / 24
    home.fetch(source, ago(4), ago(2))
    sql = f"select cast(day as varchar), count(distinct account) from usage where source = '{source}' group by day"
    assert home.held(sql) == {str(ago(4)): 5, str(ago(3)): 4, str(ago(2)): 5}


def test_every_fetcher_has_its_settings_and_its_name():
    tables = {
        name.removeprefix("fetch.").replace("_", "-") for name, _ in sections(Settings) if name.startswith("fetch.")
    }
    assert tables == set(FETCHERS)
    assert all((made.name or made.source) == name and made.source in SOURCES for name, made in FETCHERS.items())
    assert all(made.base.startswith("https://") for made in FETCHERS.values())
    assert all(Fetch().vendor(name).every == 0 for name in FETCHERS)


# keys


def test_a_key_in_a_file_is_read_and_one_that_others_read_is_told(home, vendor, tmp_path):
    vendor.users = {"h": "ana@x.example"}
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    file.chmod(0o640)
    (home.path / "settings.toml").write_text(
        f'[fetch.windsurf]\nkey_file = "{file}"\nbase_url = "{vendor.base}"\n[fetch]\nfirst_wait_seconds = 0.01\n'
    )
    done = home.run("fetch", "windsurf")
    assert done.code == 0
    assert "chmod 600" in done.err
    checks = {check["name"]: check for check in json.loads(home.run("doctor", "--json").out)["checks"]}
    assert not checks["fetch windsurf"]["ok"]
    file.chmod(0o600)
    assert "chmod" not in home.run("fetch", "windsurf").err
    assert str(file) in home.run("config", "show").out


def test_a_key_in_settings_that_others_read_is_told_and_one_of_the_environment_is_not(home, monkeypatch):
    assert "chmod" not in home.run("fetch", "windsurf").err
    (home.path / "settings.toml").chmod(0o644)
    assert "settings.toml, which holds a key, can be read by others: chmod 600" in home.run("fetch", "windsurf").err
    monkeypatch.setenv("UPTAKE_FETCH__WINDSURF__KEY", KEY)
    assert "chmod" not in home.run("fetch", "windsurf").err


@pytest.mark.parametrize(
    "lines",
    ["", 'key = "a b"', 'key = "a\\nb"', 'key = "ü"', 'key = "a"\nkey_file = "k"', 'key_file = "none"', 'key = ""'],
)
def test_what_is_no_key_is_refused_before_anything_is_asked(home, vendor, lines):
    (home.path / "settings.toml").write_text(f'[fetch.claude-code]\nbase_url = "{vendor.base}"\n{lines}\n')
    done = home.run("fetch", "claude-code")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert not vendor.seen


def test_a_key_is_masked_where_settings_are_shown(home):
    for words in (("config", "show"), ("config", "show", "--json")):
        assert KEY not in home.run(*words).out
