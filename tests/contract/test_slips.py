"""Slips of whoever types: a file that is none, a home that is none, a day that has not come. Each is exit code 2 in one line."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest

from tests.attack.drive import home_with_roles, run
from tests.test_contract import assert_error
from uptake import jobs, pipeline


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A small scored home whose operator is administrator and compliance."""
    made = home_with_roles(tmp_path_factory.mktemp("slips") / "home", "administrator", "compliance")
    people = made.parent / "people.csv"
    people.write_text("person_id,lob\nE-1,Payments\n")
    assert run(made, "ingest", "hr-people", people).code == 0
    assert run(made, "score", "--as-of", "2026-05-01").code == 0
    return made


DEEP = "x = " + "[" * 5000 + "]" * 5000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("policy", "propose", "--reason", "Managers offer help to people"), "The policy file is no TOML"),
        (("policy", "dpia"), "The policy file is no TOML"),
    ],
)
@pytest.mark.parametrize("text", [DEEP.encode(), b"\xff", b"no toml"])
def test_a_policy_file_that_is_none_is_wrong_usage(home, tmp_path, words, said, text):
    (tmp_path / "policy.toml").write_bytes(text)
    done = run(home, *words[:2], tmp_path / "policy.toml", *words[2:])
    assert_error(done, 2)
    assert said in done.err


@pytest.mark.parametrize("text", [b"\xff", b"person_id\n1\n", b"person_id,delivered_on\n1,soon\n"])
def test_receipts_that_are_none_say_what_they_must_be(home, tmp_path, text):
    (tmp_path / "receipts.csv").write_bytes(text)
    done = run(home, "policy", "notify", 1, "--receipts", tmp_path / "receipts.csv")
    assert_error(done, 2)
    assert "person_id,delivered_on" in done.err
    assert "Error" not in done.err


def test_an_as_of_day_that_has_not_come_is_said(home):
    today = jobs.utc_now().date()
    ahead = run(home, "score", "--as-of", today + dt.timedelta(days=200), "--json")
    assert ahead.code == 0
    assert "has not come" in ahead.err
    assert_error(run(home, "score", "--as-of", today + dt.timedelta(days=500)), 2)
    on_the_day = run(home, "score", "--as-of", "2026-05-01", "--json")
    assert json.loads(on_the_day.out)["waiting"] == []
    assert "has not come" not in on_the_day.err


@pytest.mark.parametrize(
    ("as_of", "today", "sealed"),
    [
        ("2026-10-14", "2026-10-14", True),
        ("2026-10-13", "2026-10-14", False),
        ("2026-12-31", "2026-10-14", True),
        ("2026-12-31", "2026-10-13", False),
        ("2026-12-31", "2026-08-01", False),
    ],
)
def test_a_quarter_is_sealed_when_its_late_data_had_time_to_come(as_of, today, sealed):
    """14 days after its end by the day of the figures, and by the calendar: a day to come closes nothing."""
    version = pipeline.version_named("engagement-1.0.0")
    assert version.values["quarter_close_days"] == 14
    call = pipeline.ScoreCall(dt.date.fromisoformat(as_of), version, today=dt.date.fromisoformat(today))
    assert call.seals("2026Q3") is sealed


@pytest.mark.parametrize("words", [("doctor",), ("init",), ("ask", "funnel"), ("score",), ("config", "show")])
def test_a_home_that_is_no_folder_is_wrong_usage(tmp_path, words):
    (tmp_path / "file").write_text("")
    assert_error(run(tmp_path / "file", *words), 2)
    if words == ("init",):
        assert_error(run(tmp_path / "file" / "below", *words), 2)


def test_settings_that_nobody_could_mean_are_wrong_usage(tmp_path, monkeypatch):
    tmp_path.joinpath("settings.toml").write_text(DEEP)
    assert_error(run(tmp_path, "config", "show"), 2)
    tmp_path.joinpath("settings.toml").write_text("")
    for text in ("administrator", "[" * 100_000):
        monkeypatch.setenv("UPTAKE_OPERATOR__ROLES", text)
        done = run(tmp_path, "config", "show")
        assert_error(done, 2)
        assert "UPTAKE_" in done.err
        assert "settings.toml cannot be read" not in done.err


def test_a_folder_without_a_file_says_so(home, tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / ".part").write_text("person_id,lob\nE-2,Payments\n")
    done = run(home, "ingest", "hr-people", tmp_path / "inbox")
    assert_error(done, 3)
    assert "Check the path" in done.err


def test_a_link_in_a_folder_reads_nothing_outside_of_it(home, tmp_path):
    """Who may write to the inbox may not choose what else of the machine is read."""
    inbox, elsewhere = tmp_path / "inbox", tmp_path / "elsewhere.csv"
    inbox.mkdir()
    elsewhere.write_text("site,day,kind\nlisbon,2026-05-04,holiday\n")
    (inbox / "kept.csv").write_text("site,day,kind\nporto,2026-05-05,holiday\n")
    (inbox / "link.csv").symlink_to(elsewhere)
    (inbox / "own.csv").symlink_to(inbox / "kept.csv")
    done = run(home, "ingest", "hr-calendar", inbox, "--json")
    told = json.loads(done.out)
    assert (done.code, told["loaded"], told["files"]) == (4, 1, 1)
    assert "leads out of its folder" in json.dumps(told)
    by_name = run(home, "ingest", "hr-calendar", inbox / "link.csv", "--json")
    assert (by_name.code, json.loads(by_name.out)["loaded"]) == (0, 1)


def test_a_path_that_is_not_there_is_named(home, tmp_path):
    """Of several paths the wrong one is to be found."""
    (tmp_path / "people.csv").write_text("person_id,lob\nE-2,Payments\n")
    for source in ("hr-people", "git"):
        done = run(home, "ingest", source, tmp_path / "people.csv", tmp_path / "nowhere.csv")
        assert_error(done, 2)
        assert "nowhere.csv` cannot be read" in done.err


def test_what_is_wrong_with_a_file_is_said_when_it_is_loaded(home, tmp_path):
    """A spreadsheet that saves letters of another alphabet as one byte sets every row aside: the next score would be too late to ask why."""
    (tmp_path / "people.csv").write_bytes("person_id,lob,team\n1,Größe,a\n2,Größe,b\n".encode("latin-1"))
    done = run(home, "ingest", "hr-people", tmp_path / "people.csv")
    assert done.code == 3
    assert "  quarantined 2: " in done.out
    assert "UTF-8" in done.out
    assert "Gr" not in done.out
    told = json.loads(run(home, "ingest", "hr-people", tmp_path / "people.csv", "--json").out)
    assert sum(told["quarantine_reasons"].values()) == told["quarantined"] == 2


def test_a_year_that_was_mistyped_is_told_at_once(tmp_path):
    """Until that year no other file replaces what was loaded under it."""
    (tmp_path / "people.csv").write_text("person_id,lob\nE-2,Payments\n")
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(days=400)
    done = run(tmp_path / "home", "ingest", "hr-people", tmp_path / "people.csv", "--fetched-at", ahead.isoformat())
    assert done.code == 0
    assert f"--fetched-at is {ahead:%Y-%m-%d}: what is fetched before that day replaces nothing" in done.err
    now = run(tmp_path / "home", "ingest", "hr-people", tmp_path / "people.csv", "--quiet")
    assert (now.code, now.err) == (0, "")


def test_a_day_that_cannot_be_read_says_how_a_day_is_written(home):
    for words in (("score", "--as-of", "13.08.2026"), ("ask", "funnel", "--from", "yesterday")):
        done = run(home, *words)
        assert_error(done, 2)
        assert "Write a day as 2026-08-13" in done.err


def test_a_score_of_nobody_says_so(tmp_path):
    assert run(tmp_path / "home", "init").code == 0
    done = run(tmp_path / "home", "score", "--as-of", "2026-08-13", "--quiet")
    assert done.code == 0
    assert "No people are loaded" in done.err


def test_a_home_that_a_load_made_is_named(tmp_path):
    """In a new terminal without UPTAKE_HOME the files would go to a second home, and no command would say so."""
    (tmp_path / "people.csv").write_text("person_id,lob\nE-2,Payments\n")
    first = run(tmp_path / "home", "ingest", "hr-people", tmp_path / "people.csv", "--quiet")
    assert first.code == 0
    assert "A new home was made for it" in first.err
    assert str(tmp_path / "home") in first.err
    again = run(tmp_path / "home", "ingest", "hr-people", tmp_path / "people.csv", "--quiet")
    assert (again.code, again.err) == (0, "")


def test_a_quarter_that_is_not_scored_is_said_where_no_unit_is_shown(home):
    done = run(home, "ask", "funnel", "--quarter", "2031Q1")
    assert done.code == 0
    assert "quarter 2031Q1 begins after 2026-05-01, up to which is scored" in done.err


def test_a_path_that_is_not_there_is_no_failed_job(home, tmp_path):
    done = run(home, "ingest", "copilot-users", tmp_path / "mistyped.json")
    assert_error(done, 2)
    listed = json.loads(run(home, "ask", "job_runs", "--json").out)
    assert "ingest copilot-users" not in {row["job"] for row in listed}
    assert "copilot-users" not in {check["name"].removeprefix("ingest ") for check in _failed(home)}


def _failed(home):
    return [check for check in json.loads(run(home, "doctor", "--json").out)["checks"] if not check["ok"]]


def test_a_day_before_all_use_is_said(home, tmp_path):
    made = tmp_path / "home"
    shutil.copytree(home, made)
    seats = tmp_path / "usage.csv"
    seats.write_text("person_id,email,lob\nE-1,e@corp.example,Payments\n")
    assert run(made, "ingest", "hr-people", seats).code == 0
    assert run(made, "ingest", "claude-code", _use(tmp_path)).code == 0
    early = run(made, "score", "--as-of", "2020-01-01", "--json")
    assert early.code == 0
    assert "the first day of use that is loaded is 2026-04-01, after 2020-01-01" in early.err
    assert "No use is in these figures" not in run(made, "score", "--as-of", "2026-05-01").err


def _use(folder):
    """A day of one account, as the vendor's analytics say it."""
    row = {
        "date": "2026-04-01T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": "e@corp.example"},
        "customer_type": "api",
        "terminal_type": "vscode",
        "core_metrics": {"num_sessions": 1, "lines_of_code": {"added": 1, "removed": 0}},
        "tool_actions": {"edit_tool": {"accepted": 2, "rejected": 0}},
        "model_breakdown": [],
    }
    (folder / "use.json").write_text(json.dumps({"data": [row], "has_more": False, "next_page": None}))
    return folder / "use.json"


def test_settings_in_a_pipe_are_no_wider_than_what_they_hold(home):
    lines = run(home, "config", "show").out.splitlines()
    assert {line.count("\t") for line in lines} == {3}
    assert len({len(line) for line in lines}) > 1
    assert not any("  " in line for line in lines)
